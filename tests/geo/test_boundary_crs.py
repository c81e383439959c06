"""Where on the globe a file's numbers are: stated, missing, wrong, unknown, or with the axes swapped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyproj
import pytest
import shapely
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundaries import read_boundaries
from geo.boundary_crs import INDONESIA, fitting
from geo.refusal import FileRefused
from tests.geo.made_files import villages, write

PASURUAN = (112.91, -7.64)
TM3 = [f"EPSG:{code}" for code in range(23830, 23846)]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def refusal(path: Path, crs: str = "", near: tuple[float, float] | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_boundaries(path, crs=crs, near=near)
    return caught.value


def without_prj(crs: str, path: Path) -> Path:
    write(villages().to_crs(crs), path).with_suffix(".prj").unlink()
    return path


def missed(path: Path, **options: str) -> float:
    """The share of the city that lies elsewhere than it should."""
    areas, _report = read_boundaries(path, **options)  # type: ignore[arg-type]  # texts for options that are texts
    expected = shapely.union_all(villages().geometry.values)
    read = shapely.union_all(areas.geometry.values)
    return float(shapely.symmetric_difference(read, expected).area / expected.area)


def test_a_missing_crs_is_taken_as_wgs84_and_left_to_a_person(tmp_path: Path) -> None:
    path = without_prj("EPSG:4326", tmp_path / "a.shp")
    areas, report = read_boundaries(path)
    assert report.crs == ""
    assert areas.total_bounds.tolist() == villages().total_bounds.tolist()
    assert any("states no coordinate system" in line for line in report.decisions())


@pytest.mark.parametrize("crs", ["EPSG:32749", "EPSG:23836"])
@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.fgb", "a.parquet"])
@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
def test_metres_without_a_crs_are_never_guessed(tmp_path: Path, name: str, crs: str) -> None:
    path = write(villages().to_crs(crs).set_crs(None, allow_override=True), tmp_path / name)
    error = refusal(path, near=PASURUAN)
    assert "metres, not degrees" in error.reason
    assert ".prj" in error.reason
    assert f"--crs {crs} (" in error.reason
    # Near the city only one of them fits.
    assert "near the city that is served here" in error.reason
    assert error.reason.count("--crs") == 1
    assert missed(path, crs=crs) < 1e-4


def test_without_a_city_all_that_fit_are_told_with_their_places(tmp_path: Path) -> None:
    error = refusal(without_prj("EPSG:32749", tmp_path / "a.shp"))
    assert error.reason.count("--crs EPSG:327") == 8
    assert "--crs EPSG:32749 (WGS 84 / UTM zone 49S) puts it at 112.91" in error.reason
    assert "--crs EPSG:32750 (WGS 84 / UTM zone 50S) puts it at 118.91" in error.reason


def test_a_geojson_of_metres_that_says_nothing_is_refused_too(tmp_path: Path) -> None:
    path = write(villages().to_crs("EPSG:23836"), tmp_path / "a.geojson")
    content = json.loads(path.read_text())
    del content["crs"]
    path.write_text(json.dumps(content))
    assert "--crs EPSG:23836 (" in refusal(path, near=PASURUAN).reason
    assert missed(path, crs="EPSG:23836") < 1e-4


@pytest.mark.parametrize("crs", [*TM3, "EPSG:32748", "EPSG:32647", "EPSG:3857"])
@settings(max_examples=20, deadline=None)
@given(share=st.tuples(st.floats(0.001, 0.999), st.floats(0.001, 0.999)))
def test_the_right_system_is_always_among_those_that_fit(crs: str, share: tuple[float, float]) -> None:
    area = pyproj.CRS(crs).area_of_use
    assert area is not None
    west, south = max(area.west, INDONESIA[0]), max(area.south, INDONESIA[1])
    east, north = min(area.east, INDONESIA[2]), min(area.north, INDONESIA[3])
    place = west + share[0] * (east - west), south + share[1] * (north - south)
    metres = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*place)
    assert crs in {fit.crs for fit in fitting(metres, place)[0]}


def test_what_a_person_says_goes_before_what_the_file_says(tmp_path: Path) -> None:
    path = write(
        villages().to_crs("EPSG:32749").set_crs("EPSG:32750", allow_override=True), tmp_path / "a.gpkg"
    )
    _areas, report = read_boundaries(path, crs="EPSG:32749")
    assert missed(path, crs="EPSG:32749") < 1e-4
    assert report.crs == "EPSG:32749"
    assert "The file says EPSG:32750; --crs EPSG:32749 was taken instead." in report.decisions()


@pytest.mark.parametrize("text", ["EPSG:9999999", "UTM 49", 'LOCAL_CS["x",UNIT["m",1]]'])
def test_a_system_that_does_not_exist_is_refused(tmp_path: Path, text: str) -> None:
    error = refusal(write(villages(), tmp_path / "a.gpkg"), crs=text)
    assert (error.place, "no coordinate system" in error.reason) == ("--crs", True)


@pytest.mark.parametrize(
    "text",
    [
        "Peta Dasar Kota 1998",
        'LOCAL_CS["Peta",UNIT["Meter",1]]',
        'PROJCS["Lokal",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Entah"],UNIT["Meter",1.0]]',
    ],
)
def test_an_unknown_crs_is_refused_until_a_person_says_which(tmp_path: Path, text: str) -> None:
    path = write(villages().to_crs("EPSG:32749"), tmp_path / "a.shp")
    path.with_suffix(".prj").write_text(text)
    error = refusal(path, near=PASURUAN)
    assert "is not known" in error.reason
    assert "--crs EPSG:32749 (" in error.reason
    assert missed(path, crs="EPSG:32749") < 1e-4


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::99999", "Peta Kota"])
def test_a_geojson_with_an_unknown_crs_is_refused(tmp_path: Path, name: str) -> None:
    path = write(villages(), tmp_path / "a.geojson")
    content = json.loads(path.read_text())
    # At the end, where GDAL looks for it, too.
    content["crs"] = {"type": "name", "properties": {"name": name}}
    content["crs"] = content.pop("crs")
    path.write_text(json.dumps(content))
    assert name in refusal(path).reason


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:23836", "EPSG:32749"])
def test_swapped_axes_are_turned_around_and_told(tmp_path: Path, name: str, crs: str) -> None:
    frame = villages().to_crs(crs)
    swapped = shapely.transform(frame.geometry.values, lambda xy: xy[:, ::-1])
    path = write(frame.set_geometry(swapped, crs=crs), tmp_path / name)
    assert missed(path) < 1e-4
    _areas, report = read_boundaries(path)
    assert any("axes were swapped" in line for line in report.notes)
    told = report.as_text()
    assert told.index("What was repaired") < told.index("axes were swapped") < told.index("How the kelurahan")


def test_features_that_are_swapped_and_others_that_are_not_are_refused_by_name(tmp_path: Path) -> None:
    shapes = villages().geometry.tolist()
    for row in (0, 2):
        shapes[row] = shapely.transform(shapes[row], lambda xy: xy[:, ::-1])
    error = refusal(write(villages(geometry=shapes), tmp_path / "a.geojson"))
    assert [fault.place.split(" (")[0] for fault in error.faults] == ["feature 1", "feature 3"]
    assert "swapped" in error.reason


def test_coordinates_off_the_globe_are_refused_by_name(tmp_path: Path) -> None:
    shapes = villages().geometry.tolist()
    shapes[1] = shapely.transform(shapes[1], lambda xy: xy + 400)
    shapes[3] = shapely.transform(shapes[3], lambda xy: xy - 400)
    error = refusal(write(villages(geometry=shapes), tmp_path / "a.geojson"))
    assert [fault.place.split(" (")[0] for fault in error.faults] == ["feature 2", "feature 4"]
    assert {fault.reason for fault in error.faults} == {"its coordinates are not on the globe"}
