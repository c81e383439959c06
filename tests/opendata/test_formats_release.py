"""The files of a release, each read back by a program that is not ours."""

from __future__ import annotations

import csv
import dataclasses
import json
import sqlite3
from pathlib import Path

import geopandas
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from opendata.formats.about import Written
from opendata.formats.writing import seal, write
from opendata.recipes.made import Column, Made
from tests.opendata import release_cast as cast

ROWS = 20_000  # more than one piece


@pytest.fixture(scope="module")
def made() -> Made:
    made = cast.incidents(ROWS)
    made.frame.loc[5, "kelurahan"] = '=HYPERLINK("x"), “Rejo”'
    made.frame.loc[6, "kelurahan"] = "Karang\\Tengah"
    return made


@pytest.fixture(scope="module")
def folder(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write(folder, made, cast.recipe(), cast.about())
    return folder


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_holds_the_rows_and_no_formula(folder: Path, made: Made) -> None:
    rows = read_csv(folder / "kejadian.csv")
    raw = (folder / "kejadian.csv").read_bytes()

    expected = made.frame.to_dict("records")
    expected[5]["kelurahan"] = "'" + expected[5]["kelurahan"]
    assert rows == expected
    assert raw.startswith(b"id,category,")
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == ROWS + 1


def test_geojson_is_a_feature_per_row_and_line(folder: Path, made: Made) -> None:
    text = (folder / "kejadian.geojson").read_text()
    read = json.loads(text)

    assert [one["properties"] for one in read["features"]] == made.frame.to_dict("records")
    assert (read["license"], read["name"]) == ("CC-BY-4.0", "kejadian-ruang-publik-2026-10")
    assert text.count("\n{") == ROWS
    assert read["features"][3]["geometry"] is None
    at = made.frame["catchment"][0]
    ring = [list(point) for point in shapely.get_parts(made.shapes[at])[0].exterior.coords]
    assert [[round(x, 6), round(y, 6)] for x, y in ring] == read["features"][0]["geometry"]["coordinates"][0]


def test_geoparquet_is_read_by_geopandas(folder: Path, made: Made) -> None:
    read = geopandas.read_parquet(folder / "kejadian.parquet")

    pd.testing.assert_frame_equal(pd.DataFrame(read.drop(columns="geometry")), made.frame)
    assert read.crs == "OGC:CRS84"
    assert read.geometry[0].equals(made.shapes[made.frame["catchment"][0]])
    assert read.geometry.isna().sum() == (made.frame["catchment"] == "").sum()
    geo = json.loads(pq.read_metadata(folder / "kejadian.parquet").metadata[b"geo"])
    assert geo["version"] == "1.1.0"


def test_a_shape_lies_in_geoparquet_once_and_not_in_every_row(folder: Path, made: Made) -> None:
    column = pq.read_metadata(folder / "kejadian.parquet").row_group(0).column(len(cast.NAMES))

    assert column.path_in_schema == "geometry"
    assert column.total_uncompressed_size < 3 * ROWS + 200 * len(made.shapes)


def test_geopackage_holds_rows_once_places_once_and_a_view_of_both(folder: Path, made: Made) -> None:
    path = folder / "kejadian.gpkg"
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT * FROM kejadian ORDER BY fid").fetchall()
        free = database.execute("PRAGMA freelist_count").fetchone()[0]
        sound = database.execute("PRAGMA integrity_check").fetchone()[0]
        kinds = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents"))

    assert [row[1:] for row in rows] == list(made.frame.itertuples(index=False, name=None))
    assert (free, sound) == (0, "ok")
    assert kinds == {"kejadian": "attributes", "tempat": "features", "kejadian_peta": "features"}
    places = geopandas.read_file(path, layer="tempat").set_index("code")
    assert set(places.index) == set(made.shapes)
    assert places["rows"].sum() == (made.frame["catchment"] != "").sum()
    drawn = pyogrio.read_dataframe(path, layer="kejadian_peta", max_features=5)
    assert list(drawn.columns) == [*cast.NAMES, "geometry"]
    assert all(made.shapes[one.catchment].equals(one.geometry) for one in drawn.itertuples())
    assert pyogrio.read_info(path, layer="kejadian_peta")["features"] == places["rows"].sum()


def test_pmtiles_hold_each_place_with_its_numbers(folder: Path, made: Made) -> None:
    path = folder / "kejadian.pmtiles"
    read = pyogrio.read_dataframe(path, ZOOM_LEVEL="14")
    info = pyogrio.read_info(path)

    here = made.frame[made.frame["catchment"] != ""]
    counts = here.groupby("catchment")["category"].value_counts().unstack(fill_value=0)
    found = read.drop_duplicates("code").set_index("code").sort_index()
    assert path.read_bytes()[:7] == b"PMTiles"
    assert list(found["rows"]) == list(here.groupby("catchment").size().sort_index())
    assert {name: list(found[f"n_{name}"]) for name in counts} == {
        name: list(counts[name]) for name in counts
    }
    assert info["crs"] == "EPSG:3857"
    assert path.stat().st_size < 300_000


def test_the_dictionary_explains_columns_and_codes(folder: Path) -> None:
    told = json.loads((folder / "kamus.json").read_text())
    rows = read_csv(folder / "kamus.csv")

    assert [column["name"] for column in told["columns"]] == list(cast.NAMES)
    assert [row["column"] for row in rows] == list(cast.NAMES)


def test_codes_stand_below_their_column(tmp_path: Path) -> None:
    columns = (
        Column("category", "text", "Kategori", "Category", codes="categories"),
        Column("code", "text", "=arti", "m"),
    )
    frame = pd.DataFrame({"category": ["sampah"], "code": ["x"]})
    write(tmp_path, Made(frame, frame[[]]), cast.recipe("codes", columns), cast.about())

    rows = read_csv(tmp_path / "kamus.csv")
    assert [row["code"] for row in rows] == ["", *cast.CATEGORIES, ""]
    assert rows[-1]["meaning_id"] == "'=arti"
    told = json.loads((tmp_path / "kamus.json").read_text())
    assert told["columns"][0]["codes"][1] == {
        "code": "jalan-rusak",
        "name_id": "Jalan-Rusak",
        "name_en": "JALAN-RUSAK",
    }


def test_a_row_without_a_catchment_is_drawn_by_its_kelurahan(tmp_path: Path) -> None:
    made = cast.incidents(200, places=3)
    kelurahan = shapely.union_all(list(made.shapes.values()))
    wide = dataclasses.replace(
        made, place_else="kelurahan_code", shapes={**made.shapes, "35.75.01.1001": kelurahan}
    )
    write(tmp_path, wide, cast.recipe(), cast.about())

    read = geopandas.read_parquet(tmp_path / "kejadian.parquet")
    drawn = pyogrio.read_dataframe(tmp_path / "kejadian.gpkg", layer="kejadian_peta").set_index("id")
    without = read[read["catchment"] == ""]
    assert len(without) == 29
    assert all(shape.equals(kelurahan) for shape in without.geometry)
    assert all(shape.equals(kelurahan) for shape in drawn.loc[without["id"]].geometry)
    assert len(drawn) == 200


def test_rows_without_shapes_have_the_files_that_need_none(tmp_path: Path) -> None:
    columns = (
        Column("agency", "text", "OPD", "Agency"),
        Column("cases", "integer", "Jumlah", "Number"),
        Column("days", "number", "Hari", "Days"),
    )
    frame = pd.DataFrame({"agency": ["DLH", "-PUPR"], "cases": [12, -3], "days": [1.5, float("nan")]})
    files = write(tmp_path, Made(frame, frame[[]]), cast.recipe("performance", columns), cast.about())

    assert [one.file for one in files] == [
        "kinerja.csv", "kinerja.gpkg", "kinerja.parquet", "kamus.csv", "kamus.json",
    ]  # fmt: skip
    assert (tmp_path / "kinerja.csv").read_text() == "agency,cases,days\nDLH,12,1.5\n'-PUPR,-3,\n"
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "kinerja.parquet"), frame)
    read = pyogrio.read_dataframe(tmp_path / "kinerja.gpkg", layer="kinerja")
    pd.testing.assert_frame_equal(pd.DataFrame(read), frame, check_dtype=False)
    with pytest.raises(ValueError, match="geo"):
        geopandas.read_parquet(tmp_path / "kinerja.parquet")


def test_a_number_that_json_does_not_know_is_null(tmp_path: Path) -> None:
    columns = (Column("catchment", "text", "", ""), Column("days", "number", "", ""))
    shapes = cast.cells(2)
    frame = pd.DataFrame({"catchment": sorted(shapes) * 2, "days": [1.5, float("nan"), 2.0, -0.25]})
    write(
        tmp_path,
        Made(frame, frame[[]], place="catchment", shapes=shapes),
        cast.recipe("cameras", columns),
        cast.about(),
    )

    read = json.loads((tmp_path / "kamera.geojson").read_text())
    assert [one["properties"]["days"] for one in read["features"]] == [1.5, None, 2.0, -0.25]


def test_rows_that_are_places_are_the_layer_themselves(tmp_path: Path) -> None:
    columns = (Column("catchment", "text", "", ""), Column("households", "integer", "", ""))
    shapes = cast.cells(25)
    frame = pd.DataFrame({"catchment": sorted(shapes, reverse=True), "households": range(20, 45)})
    write(
        tmp_path,
        Made(frame, frame[[]], place="catchment", shapes=shapes),
        cast.recipe("catchments", columns),
        cast.about(),
    )

    read = pyogrio.read_dataframe(tmp_path / "petak.gpkg")
    assert list(pyogrio.list_layers(tmp_path / "petak.gpkg")[:, 0]) == ["petak"]
    assert dict(zip(read["catchment"], read["households"], strict=True)) == dict(frame.to_numpy().tolist())
    assert all(shapes[one.catchment].equals(one.geometry) for one in read.itertuples())


def test_a_frame_of_categories_gives_the_same_files(made: Made, folder: Path, tmp_path: Path) -> None:
    small = made.frame.astype(dict.fromkeys(cast.NAMES[1:], "category"))
    write(tmp_path, dataclasses.replace(made, frame=small), cast.recipe(), cast.about())

    for name in ("kejadian.csv", "kejadian.geojson", "kejadian.gpkg", "kejadian.pmtiles"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "kejadian.parquet"), pd.read_parquet(folder / "kejadian.parquet")
    )


def test_the_manifest_tells_every_file_and_number(tmp_path: Path) -> None:
    files = write(tmp_path, cast.incidents(50), cast.recipe(), cast.about())
    sealed = seal(tmp_path, cast.about(), files)

    told = json.loads((tmp_path / "manifest.json").read_text())
    assert isinstance(sealed, Written)
    assert sealed.file == "manifest.json"
    assert {one["file"] for one in told["files"]} == {path.name for path in tmp_path.iterdir()} - {
        "manifest.json"
    }
    assert all(one["bytes"] == (tmp_path / one["file"]).stat().st_size for one in told["files"])
    assert told["policy"] == {"version": 1, "numbers": {"households": 20, "k": 10, "risk": 0.05}}
    assert (told["boundaries"]["edition"], told["catchments"], told["revision"]) == ("Batas 2026", "1", 0)
    assert [one["rows"] for one in told["files"]][:5] == [50, 50, 50, 50, 30]
