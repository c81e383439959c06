"""The camera registry from a file: a CSV, or points of any vector file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from shapely import Point

from geo.models import Agency
from incidents.models import Camera
from tests.conftest import IN_KEBONSARI, IN_KEPEL, OUTSIDE
from tests.geo.made_files import write


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def points(path: Path, *places: tuple[float, float] | None, crs: str = "EPSG:4326") -> Path:
    frame = gpd.GeoDataFrame(
        {
            "code": [f"TPS-{number}" for number in range(len(places))],
            "name": [f"TPS {number}" for number in range(len(places))],
            "agency": ["dlh"] * len(places),
        },
        geometry=[Point(place) if place else None for place in places],
        crs="EPSG:4326",
    )
    return write(frame.to_crs(crs), path)


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.zip", "a.kml"])
def test_cameras_come_as_points(agencies: dict[str, Agency], tmp_path: Path, name: str) -> None:
    call_command("load_cameras", str(points(tmp_path / name, IN_KEBONSARI, IN_KEPEL)))
    found = {camera.code: camera.location.coords for camera in Camera.objects.all()}
    assert found["TPS-0"][:2] == pytest.approx(IN_KEBONSARI)
    assert found["TPS-1"][:2] == pytest.approx(IN_KEPEL)
    assert Camera.objects.filter(agency__code="dlh").count() == 2


def test_cameras_in_tm_3_stand_where_they_are(agencies: dict[str, Agency], tmp_path: Path) -> None:
    call_command("load_cameras", str(points(tmp_path / "a.gpkg", IN_KEBONSARI, crs="EPSG:23836")))
    assert Camera.objects.get().location.coords == pytest.approx(IN_KEBONSARI, abs=1e-6)


@pytest.mark.parametrize(
    ("place", "reason"), [(OUTSIDE, "outside the city"), ((500.0, 0.0), "globe"), (None, "no point")]
)
def test_a_camera_that_stands_nowhere_refuses_the_file(
    agencies: dict[str, Agency], tmp_path: Path, place: tuple[float, float] | None, reason: str
) -> None:
    with pytest.raises(CommandError, match=f"feature 2.*{reason}"):
        call_command("load_cameras", str(points(tmp_path / "a.geojson", IN_KEBONSARI, place)))
    assert not Camera.objects.exists()
