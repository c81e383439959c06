"""The engine on the seven real cities: the same answers as shapely and as PostGIS, where borders are hardest."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from django.db import connection
from numpy.typing import NDArray

from geo.boundaries import read_boundaries
from geo.locate import OUTSIDE, Locator, Place, Village

CITIES = ["33.13_kab-karanganyar", "34.71_kota-yogyakarta", "35.71_kota-kediri", "35.73_kota-malang",
          "35.75_kota-pasuruan", "35.78_kota-surabaya", "52.71_kota-mataram"]  # fmt: skip
Floats = NDArray[np.float64]


@pytest.fixture(params=CITIES)
def villages(request: pytest.FixtureRequest, shared_data: Path) -> gpd.GeoDataFrame:
    areas, _report = read_boundaries(shared_data / "boundaries" / f"{request.param}.geojson")
    return areas[areas["level"] == "kelurahan_desa"].sort_values("code").reset_index(drop=True)


def locator_of(villages: gpd.GeoDataFrame) -> Locator:
    return Locator(
        "nyata",
        [Village(Place(r.code, r.name), Place(r.parent_code, ""), r.geometry) for r in villages.itertuples()],
    )


def hard_points(villages: gpd.GeoDataFrame, most: int) -> Floats:
    """Corners, points on edges, both 1 ulp off, points in slivers and anywhere: (n, 2)."""
    dice = np.random.default_rng(7)
    corners = shapely.get_coordinates(villages.geometry.values)
    on_edges = corners[:-1] + dice.uniform(0, 1, (len(corners) - 1, 1)) * np.diff(corners, axis=0)
    exact = dice.permutation(np.vstack([corners, on_edges]))[:most]
    hair = exact + dice.integers(-1, 2, exact.shape) * np.spacing(exact)
    west, south, east, north = villages.total_bounds
    anywhere = dice.uniform([west, south], [east, north], (most, 2))
    return np.vstack([exact, hair, anywhere, sliver_points(villages)])


def sliver_points(villages: gpd.GeoDataFrame) -> Floats:
    """A point in each gap between kelurahan and in each place that two of them claim."""
    whole = shapely.union_all(villages.geometry.values)
    gaps = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    one, other = villages.sindex.query(villages.geometry, predicate="overlaps")
    shapes = np.asarray(villages.geometry.values)
    shared = shapely.intersection(shapes[one], shapes[other])
    inside = shapely.point_on_surface([*gaps, *shapely.get_parts(shared)])
    found: Floats = shapely.get_coordinates(inside)
    return found


def test_real_cities_agree_with_shapely_point_by_point(villages: gpd.GeoDataFrame) -> None:
    points = hard_points(villages, 6000)
    locator = locator_of(villages)

    placed = locator.locate_many(*points.T)

    shapes = np.asarray(villages.geometry.values)
    at, covering = shapely.STRtree(shapes).query(shapely.points(points), predicate="covered_by")
    expected = np.full(len(points), len(shapes))
    np.minimum.at(expected, at, covering)
    exact = np.where(placed.approximate, len(shapes), placed.village)
    exact[exact == OUTSIDE] = len(shapes)
    assert exact.tolist() == expected.tolist()
    assert (placed.village[placed.approximate] != OUTSIDE).all()
    for i in range(0, len(points), 97):
        single = locator.locate(*points[i])
        assert single.inside == (placed.village[i] != OUTSIDE)
        assert not single.kelurahan or single.kelurahan == locator.villages[placed.village[i]].place


@pytest.mark.django_db
def test_real_cities_agree_with_postgis_wherever_doubles_can_tell(villages: gpd.GeoDataFrame) -> None:
    points = hard_points(villages, 1500)
    placed = locator_of(villages).locate_many(*points.T)

    expected = covered_in_postgis(villages, points)

    exact = np.where(placed.approximate, OUTSIDE, placed.village)
    differ = np.flatnonzero(exact != expected)
    # PostGIS computes a point's side of an edge in plain doubles: where it differs, exact arithmetic is the judge.
    for i in differ:
        assert judged(villages.geometry.values, points[i]) == exact[i], points[i]
    assert len(differ) <= len(points) // 50


def covered_in_postgis(villages: gpd.GeoDataFrame, points: Floats) -> NDArray[np.int64]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE village (number int, geom geometry)")
        cursor.executemany(
            "INSERT INTO village VALUES (%s, %s::geometry)",
            list(enumerate(shapely.to_wkb(villages.geometry.values, hex=True))),
        )
        cursor.execute(
            "SELECT p.i, min(v.number) FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY p(x, y, i)"
            " JOIN village v ON ST_Covers(v.geom, ST_MakePoint(p.x, p.y)) GROUP BY 1",
            [points[:, 0].tolist(), points[:, 1].tolist()],
        )
        found = np.full(len(points), OUTSIDE)
        for i, number in cursor.fetchall():
            found[i - 1] = number
        cursor.execute("DROP TABLE village")
    return found


def judged(shapes: Any, point: Floats) -> int:
    """The lowest shape that covers the point, in rational numbers (slow)."""
    near = np.flatnonzero(shapely.dwithin(shapes, shapely.Point(point), 1e-6))
    for number in sorted(
        {*near.tolist(), *np.flatnonzero(shapely.contains(shapes, shapely.Point(point))).tolist()}
    ):
        if covers_exactly(shapes[number], point):
            return int(number)
    return OUTSIDE


def covers_exactly(shape: Any, point: Floats) -> bool:
    x, y = (Fraction(float(one)) for one in point)
    inside = False
    for ring in shapely.get_rings(shape):
        corners = [(Fraction(a), Fraction(b)) for a, b in shapely.get_coordinates(ring).tolist()]
        for (ax, ay), (bx, by) in pairwise(corners):
            turn = (ax - x) * (by - y) - (ay - y) * (bx - x)
            if turn == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
                return True
            if (ay > y) != (by > y) and (turn < 0) == (by > ay):
                inside = not inside
    return inside
