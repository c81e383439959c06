from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from django.utils import translation

from geo.boundaries import read_boundaries
from geo.refusal import FileRefused
from tests.geo.made_files import villages, write

CODES = ["35.75.01.1001", "35.75.01.1002", "35.75.02.1001", "35.75.02.1002"]
NAMES = {"35.75": "Kota Pasuruan", "35.75.01": "Gadingrejo", "35.75.02": "Purworejo"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def restyled(**columns: Sequence[str | None]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=villages().geometry, crs="EPSG:4326")


def rbi() -> gpd.GeoDataFrame:
    return restyled(
        OBJECTID=["1", "2", "3", "4"],
        NAMOBJ=["Karangketug", "Gentong", "Wirogunan", "Purworejo"],
        KDEBPS=["3575010001", "3575010002", "3575020001", "3575020002"],
        KDEPUM=list(CODES),
        KDCPUM=[code[:8] for code in CODES],
        KDPKAB=["35.75"] * 4,
        WADMKD=["Karangketug", "Gentong", "Wirogunan", "Purworejo"],
        WADMKC=["Gadingrejo", "Gadingrejo", "Purworejo", "Purworejo"],
        WADMKK=["Kota Pasuruan"] * 4,
        WADMPR=["Jawa Timur"] * 4,
    )


def hdx(codes: list[str], districts: list[str]) -> gpd.GeoDataFrame:
    return restyled(
        ADM4_EN=["Karangketug", "Gentong", "Wirogunan", "Purworejo"],
        ADM4_PCODE=list(codes),
        ADM3_EN=["Gadingrejo", "Gadingrejo", "Purworejo", "Purworejo"],
        ADM3_PCODE=list(districts),
        ADM2_EN=["Kota Pasuruan"] * 4,
        ADM2_PCODE=["ID3575"] * 4,
    )


@pytest.mark.parametrize("name", ["a.geojson", "a.shp", "a.gpkg"])
def test_big_rbi_is_recognised_with_its_parents_and_the_bps_code_beside(tmp_path: Path, name: str) -> None:
    areas, report = read_boundaries(write(rbi(), tmp_path / name))
    assert report.style == "BIG RBI"
    assert areas["code"].tolist() == ["35.75", "35.75.01", "35.75.02", *CODES]
    assert dict(zip(areas["code"], areas["name"], strict=True)).items() >= NAMES.items()
    assert areas["foreign_code"].tolist()[3:] == ["3575010001", "3575010002", "3575020001", "3575020002"]
    assert not report.decisions()


def test_hdx_with_kemendagri_digits_is_recognised_and_its_codes_kept(tmp_path: Path) -> None:
    codes = ["ID" + code.replace(".", "") for code in CODES]
    areas, report = read_boundaries(write(hdx(codes, [code[:8] for code in codes]), tmp_path / "a.shp"))
    assert report.style == "HDX COD-AB"
    assert areas["code"].tolist() == ["35.75", "35.75.01", "35.75.02", *CODES]
    assert areas["foreign_code"].tolist() == ["", "", "", *codes]
    assert dict(zip(areas["code"], areas["name"], strict=True)).items() >= NAMES.items()


def test_hdx_with_bps_codes_is_never_passed_off_as_kemendagri(tmp_path: Path) -> None:
    codes = ["ID3575010001", "ID3575010002", "ID3575011001", "ID3575011002"]
    areas, report = read_boundaries(write(hdx(codes, [code[:9] for code in codes]), tmp_path / "a.geojson"))
    assert areas["code"].tolist()[1:4] == ["35.75.010", "35.75.011", "35.75.010.001"]
    assert areas["name"].tolist()[:3] == ["Kota Pasuruan", "Gadingrejo", "Purworejo"]
    assert any("BPS" in line for line in report.decisions())


NAMED = ["Karangketug", "Gentong", "Wirogunan", "Purworejo"]
OFFICES = {
    "dukcapil": {
        "KODE_DESA": [code.replace(".", "") for code in CODES],
        "DESA": NAMED,
        "KODE": ["3575"] * 4,
        "PROVINSI": ["JAWA TIMUR"] * 4,
        "KAB_KOTA": ["Kota Pasuruan"] * 4,
        "KECAMATAN": ["Gadingrejo", "Gadingrejo", "Purworejo", "Purworejo"],
    },
    "kd and nm": {
        "KD_KEL": CODES,
        "NM_KEL": NAMED,
        "KD_KEC": [code[:8] for code in CODES],
        "NM_KEC": ["Gadingrejo", "Gadingrejo", "Purworejo", "Purworejo"],
        "NM_KOTA": ["Kota Pasuruan"] * 4,
    },
    "long": {
        "kode_kelurahan": CODES,
        "nama_kelurahan": NAMED,
        "kode_kecamatan": [code[:8] for code in CODES],
        "nama_kecamatan": ["Gadingrejo", "Gadingrejo", "Purworejo", "Purworejo"],
        "kode_kab_kota": ["35.75"] * 4,
        "nama_kab_kota": ["Kota Pasuruan"] * 4,
    },
    "one column of codes": {
        "kode_wilayah": CODES,
        "nama_wilayah": NAMED,
        "kode_induk": [code[:8] for code in CODES],
        "tingkat": ["Kelurahan"] * 4,
    },
}


@pytest.mark.parametrize("name", ["a.geojson", "a.shp"])
@pytest.mark.parametrize("office", OFFICES)
def test_offices_own_columns_are_recognised(tmp_path: Path, office: str, name: str) -> None:
    path = write(restyled(**OFFICES[office]), tmp_path / name)
    areas, report = read_boundaries(path, names=NAMES)
    assert report.style == "Kemendagri"
    assert areas["code"].tolist() == ["35.75", "35.75.01", "35.75.02", *CODES]
    assert areas["name"].tolist() == [*NAMES.values(), *NAMED]
    assert not report.decisions()


def mixed(frame: gpd.GeoDataFrame, own: list[str]) -> gpd.GeoDataFrame:
    """`frame` with its kecamatan and its city as rows of their own, in which the columns `own` are empty."""
    districts = frame.iloc[[0, 2]].assign(**dict.fromkeys(own))
    shapes = frame.geometry.tolist()
    districts = districts.set_geometry(
        [shapely.union_all(shapes[:2]), shapely.union_all(shapes[2:])], crs=frame.crs
    )
    return gpd.GeoDataFrame(pd.concat([frame, districts], ignore_index=True))


@pytest.mark.parametrize("name", ["a.geojson", "a.shp", "a.gpkg"])
def test_two_levels_mixed_in_one_file_are_told_apart_by_their_own_columns(tmp_path: Path, name: str) -> None:
    frame = mixed(rbi(), ["KDEPUM", "WADMKD", "KDEBPS", "NAMOBJ"])
    areas, report = read_boundaries(write(frame, tmp_path / name))
    assert areas["code"].tolist() == ["35.75", "35.75.01", "35.75.02", *CODES]
    assert areas["name"].tolist()[:3] == list(NAMES.values())
    assert report.dissolved == ["35.75"]
    assert not report.decisions()
    codes = ["ID" + code.replace(".", "") for code in CODES]
    frame = mixed(hdx(codes, [code[:8] for code in codes]), ["ADM4_PCODE", "ADM4_EN"])
    areas, report = read_boundaries(write(frame, tmp_path / name))
    assert areas["code"].tolist() == ["35.75", "35.75.01", "35.75.02", *CODES]
    assert report.dissolved == ["35.75"]


def test_a_kelurahan_whose_code_is_missing_is_not_taken_for_its_kecamatan(tmp_path: Path) -> None:
    frame = rbi()
    frame.loc[2, "KDEPUM"] = None
    with pytest.raises(FileRefused, match=r"feature 3 .*it has no code"):
        read_boundaries(write(frame, tmp_path / "a.geojson"))


def test_a_kecamatan_twice_among_kelurahan_is_refused_by_name(tmp_path: Path) -> None:
    frame = mixed(rbi(), ["KDEPUM", "WADMKD", "KDEBPS", "NAMOBJ"])
    frame.loc[5, ["KDCPUM", "WADMKC"]] = frame.loc[4, ["KDCPUM", "WADMKC"]]
    with pytest.raises(FileRefused, match=r"feature 6 .*35.75.01 comes twice, first in feature 5"):
        read_boundaries(write(frame, tmp_path / "a.geojson"))


def test_columns_are_recognised_in_any_case(tmp_path: Path) -> None:
    lower = rbi().rename(columns={name: name.lower() for name in rbi().columns})
    assert read_boundaries(write(lower, tmp_path / "a.geojson"))[1].style == "BIG RBI"


def test_a_mapping_chooses_the_columns_and_keeps_the_foreign_code(tmp_path: Path) -> None:
    bps = ["ID3575010001", "ID3575010002", "ID3575020001", "ID3575020002"]
    frame = hdx(bps, [code[:9] for code in bps]).assign(kemendagri=CODES)
    areas, report = read_boundaries(write(frame, tmp_path / "a.geojson"), {"code": "kemendagri"})
    assert areas["code"].tolist() == ["35.75", "35.75.01", "35.75.02", *CODES]
    assert areas["name"].tolist()[:3] == list(NAMES.values())
    assert areas["foreign_code"].tolist()[3:] == bps
    assert not report.bps


def test_numbers_are_read_as_codes(tmp_path: Path) -> None:
    numbers = [float(code.replace(".", "")) for code in CODES]
    areas, _report = read_boundaries(
        write(villages(code=numbers, parent_code=[None] * 4), tmp_path / "a.parquet")
    )
    assert areas["code"].tolist()[3:] == CODES
    assert set(areas["foreign_code"]) == {""}


def test_within_takes_one_city_out_of_a_larger_file(tmp_path: Path) -> None:
    codes = [*CODES[:2], "35.76.01.1001", "35.76.01.1002"]
    path = write(villages(code=codes, parent_code=[code[:8] for code in codes]), tmp_path / "a.geojson")
    _areas, both = read_boundaries(path)
    assert both.counts["kabupaten_kota"] == 2
    assert any("--within" in line for line in both.decisions())
    areas, one = read_boundaries(path, within="3576")
    assert areas["code"].tolist() == ["35.76", "35.76.01", *codes[2:]]
    assert one.counts["kabupaten_kota"] == 1
    for nothing in ("35.77", "Pasuruan"):
        with pytest.raises(FileRefused, match=nothing):
            read_boundaries(path, within=nothing)


@pytest.mark.parametrize(
    ("changes", "place", "reason"),
    [
        (
            {"code": [*CODES[:3], CODES[0]]},
            "feature 4 (35.75.01.1001, Purworejo)",
            "twice, first in feature 1",
        ),
        ({"code": [*CODES[:3], "3575011001"]}, "feature 4", "35.75.01.1001 comes twice"),
        ({"code": [*CODES[:3], None]}, "feature 4 (Purworejo", "no code"),
        ({"code": [*CODES[:3], "Purworejo"]}, "feature 4", "no area code"),
        ({"code": [*CODES[:3], "35"]}, "feature 4", "province"),
        ({"code": [*CODES[:3], "35.75.02"]}, "feature 4", "of level kecamatan"),
        ({"level": ["kelurahan_desa"] * 3 + ["dusun"]}, "feature 4", "“dusun” is no level"),
        ({"name": ["a", "b", "c", " "]}, "feature 4", "no name"),
        ({"name": ["a", "b", "c", "d" * 121]}, "feature 4", "too long"),
    ],
)
def test_a_wrong_feature_is_named_with_the_reason(
    tmp_path: Path, changes: dict[str, list[str | None]], place: str, reason: str
) -> None:
    with pytest.raises(FileRefused) as caught:
        read_boundaries(write(villages(**changes), tmp_path / "a.geojson"))
    assert caught.value.place.startswith(place)
    assert reason in caught.value.reason
    assert "\n" not in str(caught.value)


def test_a_file_without_a_code_column_lists_what_it_has(tmp_path: Path) -> None:
    path = write(villages().drop(columns=["code"]), tmp_path / "a.geojson")
    with pytest.raises(FileRefused, match=r"name, level, parent_code, parent_name.*--map code="):
        read_boundaries(path)


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [({"code": "KODE"}, "no column “KODE”"), ({"kode": "code"}, "--map knows code, name")],
)
def test_a_mapping_to_nothing_is_refused(tmp_path: Path, mapping: dict[str, str], reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        read_boundaries(write(villages(), tmp_path / "a.geojson"), mapping)


def test_a_file_of_kecamatan_only_is_refused(tmp_path: Path) -> None:
    frame = villages(code=["35.75.01", "35.75.02", "35.75.03", "35.75.04"]).drop(columns=["level"])
    with pytest.raises(FileRefused, match="no kelurahan"):
        read_boundaries(write(frame, tmp_path / "a.geojson"))
