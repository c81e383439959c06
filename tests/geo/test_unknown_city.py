"""A city that no test knows, loaded as its Diskominfo would: the API and the arrays give shapely's exact answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from django.core.management import call_command
from django.test import Client
from numpy.typing import NDArray

from geo.locate import OUTSIDE
from geo.registry import current_locator, forget_locator

CENTER, SEEDS, POINTS, ASKED = (119.43, -5.15), 60, 100_000, 1_000


def write_city(path: Path) -> NDArray[Any]:
    """Some crooked kelurahan in four kecamatan as GeoJSON, the codes in no order: their polygons (n,)."""
    dice = np.random.default_rng(20261)
    seeds = dice.uniform(-0.04, 0.04, (SEEDS, 2)) + CENTER
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds)))
    land = shapely.Point(CENTER).buffer(0.042, quad_segs=24)
    shapes = shapely.intersection(cells, land)
    shapes = shapes[~shapely.is_empty(shapes)]
    number = dice.permutation(len(shapes))
    codes = [f"73.71.{n % 4 + 1:02}.{1001 + n // 4}" for n in number]
    rows = {
        "KDEPUM": codes,
        "WADMKD": [f"Kelurahan {n}" for n in number],
        "WADMKC": [f"Kec {n % 4}" for n in number],
    }
    gpd.GeoDataFrame(rows, geometry=shapes, crs=4326).to_file(path, driver="GeoJSON", COORDINATE_PRECISION=15)
    read = gpd.read_file(path).sort_values("KDEPUM")
    return np.asarray(read.geometry.values)


@pytest.mark.django_db
def test_an_unknown_city_is_answered_exactly_by_the_api_and_by_the_arrays(tmp_path: Path) -> None:
    shapes = write_city(tmp_path / "kota.geojson")
    call_command("load_areas", str(tmp_path / "kota.geojson"), edition="baru", activate=True)
    forget_locator()
    locator = current_locator()
    west, south, east, north = shapely.total_bounds(shapes)
    dice = np.random.default_rng(3)
    lon, lat = dice.uniform((west - 0.01, south - 0.01), (east + 0.01, north + 0.01), (POINTS, 2)).T

    placed = locator.locate_many(lon, lat)

    at, covering = shapely.STRtree(shapes).query(shapely.points(lon, lat), predicate="covered_by")
    expected = np.full(POINTS, len(shapes))
    np.minimum.at(expected, at, covering)
    expected[expected == len(shapes)] = OUTSIDE
    assert np.where(placed.approximate, OUTSIDE, placed.village).tolist() == expected.tolist()
    warga = Client()
    for i in range(0, POINTS, POINTS // ASKED):
        said = warga.get("/api/v1/locate", {"lon": repr(float(lon[i])), "lat": repr(float(lat[i]))}).json()
        index = int(placed.village[i])
        assert said["inside"] == (index != OUTSIDE)
        assert said["approximate"] == bool(placed.approximate[i])
        assert (said["kelurahan"] or {}).get("code") == (
            locator.villages[index].place.code if index >= 0 else None
        )
