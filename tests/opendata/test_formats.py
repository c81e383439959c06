from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendata.definitions import COUNTS
from opendata.formats import DANGEROUS, dictionary_csv, table, to_csv, to_geojson

ROW = ("99.01.01.1001", "Kebonsari", "99.01.01", "Barat", "sampah", "Sampah, menumpuk", "2.11", "2026-W42", 3)
FRAME = pd.DataFrame([ROW, (*ROW[:1], "Ngemplak “Rejo”", *ROW[2:8], 1)], columns=COUNTS.column_names)
SQUARE = '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}'


def test_csv_is_what_the_standard_says_and_pandas_reads_it_back() -> None:
    content = to_csv(FRAME)

    assert content.startswith(b"kelurahan_code,kelurahan,")  # no byte order mark
    assert content.count(b"\r\n") == 3
    assert content.endswith(b"\r\n")
    text = {"kelurahan_code": str, "kecamatan_code": str, "urusan": str}
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(content), dtype=text), FRAME)


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=20))
def test_no_cell_is_a_formula_and_no_other_text_is_changed(text: str) -> None:
    (_header, (cell,)) = (
        csv.reader(io.StringIO(table(["x"], [[text]]).decode(), newline="")) if text else ([], [""])
    )

    assert not cell.startswith(DANGEROUS)
    assert cell == (f"'{text}" if text.startswith(DANGEROUS) else text)


@pytest.mark.parametrize("text", ["=1+1", "+62", "-1", "@sum", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert table(["x"], [[text]]).decode().split("\r\n", 1)[1].lstrip('"').startswith("'")


def test_numbers_stay_numbers() -> None:
    assert table(["x"], [[-5]]) == b"x\r\n-5\r\n"


def test_geojson_has_a_feature_per_row_and_no_crs() -> None:
    made = json.loads(to_geojson(FRAME, {"99.01.01.1001": SQUARE}, {"name": "uji", "license": "CC-BY-4.0"}))

    assert made["type"] == "FeatureCollection"
    assert made["license"] == "CC-BY-4.0"
    assert "crs" not in made
    assert [feature["properties"]["kelurahan"] for feature in made["features"]] == list(FRAME["kelurahan"])
    assert made["features"][0]["properties"] == dict(zip(COUNTS.column_names, ROW, strict=True))
    assert made["features"][0]["geometry"] == json.loads(SQUARE)


def test_a_place_without_a_border_has_a_null_geometry() -> None:
    made = json.loads(to_geojson(FRAME, {}, {}))

    assert [feature["geometry"] for feature in made["features"]] == [None, None]


def test_the_dictionary_lists_codes_below_their_column() -> None:
    columns = [
        {"name": "week", "type": "text", "meaning_id": "Minggu", "meaning_en": "Week"},
        {
            "name": "category",
            "type": "text",
            "meaning_id": "Kategori",
            "meaning_en": "Category",
            "codes": [{"code": "sampah", "name_id": "Sampah", "name_en": "Rubbish"}],
        },
    ]
    rows = list(csv.reader(io.StringIO(dictionary_csv({"columns": columns}).decode(), newline="")))

    assert rows == [
        ["column", "type", "code", "meaning_id", "meaning_en"],
        ["week", "text", "", "Minggu", "Week"],
        ["category", "text", "", "Kategori", "Category"],
        ["category", "", "sampah", "Sampah", "Rubbish"],
    ]
