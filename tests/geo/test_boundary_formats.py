from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.boundaries import read_boundaries
from geo.boundary_read import read_layer
from geo.refusal import FileRefused
from tests.geo.made_files import SHP_PARTS, cell, measured, villages, write

FORMATS = ["a.geojson", "a.gpkg", "a.fgb", "a.parquet", "a.shp", "a.zip"]
ALL_FORMATS = [*FORMATS, "a.kml", "a.kmz"]


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def refusal(path: Path, **options: str) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_boundaries(path, **options)  # type: ignore[arg-type]  # keyword options only, all of them texts
    return caught.value


@pytest.mark.parametrize("name", ALL_FORMATS)
def test_each_format_gives_the_same_areas(tmp_path: Path, name: str) -> None:
    expected, _report = read_boundaries(write(villages(), tmp_path / "b.geojson"))
    areas, report = read_boundaries(write(villages(), tmp_path / name))
    assert areas["code"].tolist() == expected["code"].tolist()
    assert areas["name"].tolist() == expected["name"].tolist()
    assert shapely.equals_exact(areas.geometry.values, expected.geometry.values, 1e-9, normalize=True).all()
    assert report.counts == {"kabupaten_kota": 1, "kecamatan": 2, "kelurahan_desa": 4}
    assert set(areas.geometry.geom_type) == {"MultiPolygon"}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("crs", ["EPSG:32749", "EPSG:23836"])
def test_projected_files_land_where_the_original_is(tmp_path: Path, name: str, crs: str) -> None:
    areas, report = read_boundaries(write(villages().to_crs(crs), tmp_path / name))
    assert report.crs == crs
    expected = shapely.union_all(villages().geometry.values)
    # The straight edges of a plane are not quite those of the globe: a few square metres over 4 km².
    missed = shapely.symmetric_difference(shapely.union_all(areas.geometry.values), expected)
    assert missed.area / expected.area < 1e-4


@pytest.mark.parametrize("name", ALL_FORMATS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 0.999))
def test_a_truncated_file_is_refused_never_read_in_part(tmp_path: Path, name: str, share: float) -> None:
    whole = write(villages(), tmp_path / name)
    content = whole.read_bytes()
    whole.write_bytes(content[: int(len(content) * share)])
    assert refusal(whole).file == name


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.fgb", "a.parquet", "a.zip", "a.kml"])
def test_heights_are_dropped(tmp_path: Path, name: str) -> None:
    raised = [shapely.force_3d(shape, 12.5) for shape in villages().geometry]
    areas, _report = read_boundaries(write(villages(geometry=raised), tmp_path / name))
    assert not areas.has_z.any()
    assert areas.total_bounds == pytest.approx(villages().total_bounds)


@pytest.mark.parametrize("kind", [15, 25], ids=["PolygonZ", "PolygonM"])
def test_measures_of_a_shapefile_are_dropped(tmp_path: Path, kind: int) -> None:
    path = measured(write(villages(), tmp_path / "a.shp"), kind)
    areas, report = read_boundaries(path)
    assert report.counts["kelurahan_desa"] == 4
    assert not (areas.has_z | areas.geometry.has_m).any()
    assert areas.total_bounds == pytest.approx(villages().total_bounds)


def test_measures_of_geoparquet_are_dropped(tmp_path: Path) -> None:
    rings = [[(*xy, 3.0, 7.0) for xy in shape.exterior.coords] for shape in villages().geometry]
    texts = [", ".join(" ".join(map(repr, point)) for point in ring) for ring in rings]
    shapes = [shapely.from_wkt(f"POLYGON ZM (({text}))") for text in texts]
    areas, _report = read_boundaries(write(villages(geometry=shapes), tmp_path / "a.parquet"))
    assert not (areas.has_z | areas.geometry.has_m).any()


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_coordinates_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    hole = np.array(cell(3, 3).exterior.coords)
    hole[2] = np.nan
    shapes = [*villages().geometry[:3], shapely.Polygon(hole)]
    error = refusal(write(villages(geometry=shapes), tmp_path / "a.parquet"))
    assert "feature 4" in error.place
    assert "globe" in error.reason


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (cell(1, 1).centroid, "Point"),
        (cell(1, 1).exterior, "LineString"),
        (None, "no geometry"),
        (shapely.Polygon(), "no geometry"),
    ],
)
def test_anything_but_polygons_is_refused_by_name(
    tmp_path: Path, shape: shapely.Geometry | None, reason: str
) -> None:
    shapes = [*villages().geometry[:3], shape]
    error = refusal(write(villages(geometry=shapes), tmp_path / "a.parquet"))
    assert error.place == "feature 4 (35.75.02.1002, Purworejo)"
    assert reason in error.reason


def test_other_files_are_refused_whatever_their_name(tmp_path: Path) -> None:
    secret = write(villages(), tmp_path / "secret.geojson")
    path = tmp_path / "a.geojson"
    layer = f'<OGRVRTLayer name="a"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
    path.write_text(f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>")
    assert "no GeoJSON" in refusal(path).reason
    assert "no such file" in refusal(tmp_path / "b.geojson").reason
    path.write_text("")
    assert "no GeoJSON" in refusal(path).reason


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE kml [<!ENTITY a 'aaaaaaaaaa'>]><kml>",
        "<gml xmlns='http://www.opengis.net/gml'><kml>",
        "<html><kml>",
    ],
)
def test_what_only_mentions_kml_is_no_kml(tmp_path: Path, head: str) -> None:
    path = tmp_path / "a.kml"
    path.write_text(f'<?xml version="1.0"?>{head}')
    assert "no GeoJSON" in refusal(path).reason


def test_another_dialect_of_json_is_refused(tmp_path: Path) -> None:
    rings = [[list(xy) for xy in cell(0, 0).exterior.coords]]
    feature = {"attributes": {"code": "35.75.01.1001", "name": "Karangketug"}, "geometry": {"rings": rings}}
    content = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4326},
        "features": [feature],
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps(content))
    assert refusal(path).reason == "it is JSON, but no GeoJSON"


def test_two_collections_in_one_file_are_refused(tmp_path: Path) -> None:
    path = write(villages(), tmp_path / "a.geojson")
    path.write_text(path.read_text() * 2)
    assert "no JSON goes on like this in line" in refusal(path).reason


def test_a_file_without_features_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    assert "no features" in refusal(path).reason


def test_of_several_layers_one_must_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    villages().to_file(path, layer="kelurahan")
    villages().to_file(path, layer="lama")
    assert "kelurahan, lama" in refusal(path).reason
    assert "no layer “desa”" in refusal(path, layer="desa").reason
    assert len(read_layer(path, "lama").frame) == 4


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name", ["../a.geojson", "x/../../a.geojson", "/tmp/a.geojson", "..\\a.geojson", "C:a.geojson"]
)
def test_a_zip_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    content = write(villages(), tmp_path / "b.geojson").read_bytes()
    path = zipped(tmp_path / "a.zip", {"b.geojson": content, name: content})
    error = refusal(path)
    assert "outside" in error.reason
    assert name in error.place
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.zip", "b.geojson"]


def test_a_zip_names_all_that_lead_outside(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"../a.geojson": b"{}", "/etc/b.geojson": b"{}", "c.geojson": b"{}"})
    assert [fault.place for fault in refusal(path).faults] == ["../a.geojson", "/etc/b.geojson"]


def test_a_shapefile_is_found_in_a_zip_whatever_the_case_of_its_names(tmp_path: Path) -> None:
    shape = write(villages(), tmp_path / "b.shp")
    members = {f"Peta/BATAS{part.upper()}": shape.with_suffix(part).read_bytes() for part in SHP_PARTS}
    members = {name.replace("BATAS.DBF", "batas.dbf"): content for name, content in members.items()}
    areas, report = read_boundaries(zipped(tmp_path / "a.zip", members))
    assert (len(areas), report.crs) == (7, "EPSG:4326")


def test_a_zip_with_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.geojson")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "outside" in refusal(tmp_path / "a.zip").reason


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = write(villages(), tmp_path / "a.zip")
    content = bytearray(path.read_bytes())
    # The archive's list of contents says that the .shp has 2 GB, as that of a bomb does.
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (2 * 1024**3).to_bytes(4, "little")
    path.write_bytes(content)
    error = refusal(path)
    assert error.reason.startswith("it is too large: 2.0 GB, and at most 1.0 GB")
    assert error.place == "batas/kelurahan.shp"


def test_a_zip_that_hides_how_large_it_is_gives_no_more_than_it_says(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b"{" + b" " * 10_000_000)
    content = bytearray(path.read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(content)
    assert "is damaged" in refusal(path).reason


@pytest.mark.parametrize("name", ["a.shp", "a.dbf", "a.gpkg"])
def test_a_file_of_2_gb_is_refused_by_its_size(tmp_path: Path, name: str) -> None:
    path = write(villages(), tmp_path / ("a.gpkg" if name == "a.gpkg" else "a.shp"))
    with (tmp_path / name).open("r+b") as file:
        file.truncate(2 * 1024**3)  # a hole: the disk holds none of it
    started = os.times().user
    assert "too large: 2.0 GB" in refusal(path).reason
    assert os.times().user - started < 5


def test_more_features_than_a_country_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.boundary_format.MAX_FEATURES", 3)
    for name in ("a.gpkg", "a.parquet"):
        assert "4 features; at most 3" in refusal(write(villages(), tmp_path / name)).reason


def test_a_zip_with_a_damaged_member_is_refused(tmp_path: Path) -> None:
    content = write(villages(), tmp_path / "b.geojson").read_bytes()
    path = zipped(tmp_path / "a.zip", {"b.geojson": content})
    path.write_bytes(path.read_bytes().replace(b"Karangketug", b"Karangketuk"))
    assert "is damaged" in refusal(path).reason


def test_a_zip_with_damaged_compression_is_refused(tmp_path: Path) -> None:
    path = write(villages(), tmp_path / "a.zip")
    content = bytearray(path.read_bytes())
    content[80:120] = b"\xff" * 40
    path.write_bytes(content)
    assert "broken" in refusal(path).reason


def test_a_zip_with_several_layers_asks_which(tmp_path: Path) -> None:
    content = write(villages(), tmp_path / "b.geojson").read_bytes()
    path = zipped(tmp_path / "a.zip", {"adm3.geojson": content, "adm4.geojson": content, "baca.txt": b"-"})
    assert "adm3, adm4" in refusal(path).reason
    areas, _report = read_boundaries(path, layer="adm4")
    assert len(areas) == 7


def test_a_zip_without_a_boundary_file_is_refused(tmp_path: Path) -> None:
    assert "no boundary file" in refusal(zipped(tmp_path / "a.zip", {"baca.txt": b"-"})).reason


def test_a_shapefile_without_its_table_is_refused(tmp_path: Path) -> None:
    path = write(villages(), tmp_path / "a.shp")
    path.with_suffix(".dbf").unlink()
    assert "“code”" in refusal(path).reason


def test_reading_leaves_the_file_and_its_folder_as_they_were(tmp_path: Path) -> None:
    source, room = write(villages(), tmp_path / "a.gpkg"), tmp_path / "room"
    room.mkdir()
    copy = Path(shutil.copy(source, room))
    read_boundaries(copy)
    assert copy.read_bytes() == source.read_bytes()
    assert [file.name for file in room.iterdir()] == ["a.gpkg"]
    assert isinstance(read_layer(copy).frame, gpd.GeoDataFrame)
