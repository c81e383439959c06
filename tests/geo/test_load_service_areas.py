from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import translation

from geo.models import Agency, Edition, MapVersion, ServiceArea
from geo.registry import load_locator
from tests.conftest import IN_KEBONSARI, IN_KEPEL
from tests.geo.made_files import write

HEAD = "agency,category,area_code,priority\n"
Agencies = dict[str, Agency]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("load_service_areas", str(path), *options, stdout=out)
    return out.getvalue()


def load(tmp_path: Path, body: str, *options: str) -> str:
    path = tmp_path / "service_areas.csv"
    path.write_text(HEAD + body)
    return run(path, *options)


def zone(
    name: str, west: float, south: float, east: float, north: float, agency: str = "dlh", priority: int = 5
) -> dict[str, object]:
    shape = shapely.box(west, south, east, north)
    return {"agency": agency, "category": "sampah", "priority": priority, "name": name, "geometry": shape}


def drawn(path: Path, *zones: dict[str, object]) -> Path:
    return write(gpd.GeoDataFrame(list(zones), geometry="geometry", crs="EPSG:4326"), path)


def stored(agency: str) -> set[tuple[str, str, str, int]]:
    rows = ServiceArea.objects.filter(agency__code=agency)
    return set(rows.values_list("category", "area_code", "name", "priority"))


def test_a_list_of_codes_says_who_answers_where(agencies: Agencies, tmp_path: Path) -> None:
    told = load(tmp_path, "dlh,sampah,99.01,\npupr,banjir,9901011001,20\nbpbd,,99.01.02,5\n")
    assert told.startswith("added: 3 (dlh sampah 99.01, pupr banjir 99.01.01.1001, bpbd 99.01.02)")
    west, east = load_locator().locate(*IN_KEBONSARI), load_locator().locate(*IN_KEPEL)
    assert {"dlh", "pupr", "pkm-barat"} == {service.agency for service in west.service_areas}
    assert {"dlh", "bpbd", "pkm-timur"} == {service.agency for service in east.service_areas}


def test_a_file_replaces_what_its_agencies_had_and_leaves_the_others(
    agencies: Agencies, tmp_path: Path
) -> None:
    load(tmp_path, "dlh,sampah,99.01.01,1\ndlh,sampah,99.01.02,1\npupr,,99.01,1\n")
    told = load(tmp_path, "dlh,sampah,99.01.01,7\ndlh,,99.01,0\n")
    assert told.splitlines() == [
        "added: 1 (dlh 99.01)",
        "changed: 1 (dlh sampah 99.01.01)",
        "removed: 1 (dlh sampah 99.01.02)",
        "unchanged: 0",
    ]
    assert stored("dlh") == {("sampah", "99.01.01", "", 7), ("", "99.01", "", 0)}
    assert stored("pupr") == {("", "99.01", "", 1)}


def test_loading_again_changes_nothing_and_wakes_nobody(agencies: Agencies, tmp_path: Path) -> None:
    load(tmp_path, "dlh,sampah,99.01,3\n")
    version = MapVersion.objects.get().version
    assert "unchanged: 1" in load(tmp_path, "dlh,sampah,99.01,3\n")
    assert MapVersion.objects.get().version == version
    load(tmp_path, "dlh,sampah,99.01,4\n")
    assert MapVersion.objects.get().version > version


def test_polygons_and_lists_of_one_agency_live_side_by_side(agencies: Agencies, tmp_path: Path) -> None:
    load(tmp_path, "dlh,sampah,99.01.02,3\n")
    path = drawn(tmp_path / "zona.geojson", zone("Zona A", 112.905, -7.675, 112.915, -7.665))
    assert run(path).startswith("added: 1 (dlh sampah Zona A)")
    assert stored("dlh") == {("sampah", "99.01.02", "", 3), ("sampah", "", "Zona A", 5)}
    assert "Zona A" in {service.name for service in load_locator().locate(*IN_KEBONSARI).service_areas}
    assert "unchanged: 1" in run(path)
    moved = drawn(tmp_path / "zona.geojson", zone("Zona A", 112.925, -7.655, 112.935, -7.645))
    assert "removed: 1 (dlh sampah Zona A)" in run(moved)
    assert "Zona A" not in {service.name for service in load_locator().locate(*IN_KEBONSARI).service_areas}
    assert "Zona A" in {service.name for service in load_locator().locate(*IN_KEPEL).service_areas}


@pytest.mark.parametrize(
    "name", ["zona.gpkg", "zona.parquet", "zona.zip", "zona.fgb", "zona.kml", "zona.kmz"]
)
def test_polygons_come_in_every_format(agencies: Agencies, tmp_path: Path, name: str) -> None:
    path = drawn(
        tmp_path / name, zone("A", 112.90, -7.68, 112.91, -7.67), zone("B", 112.91, -7.67, 112.92, -7.66)
    )
    run(path)
    assert stored("dlh") == {("sampah", "", "A", 5), ("sampah", "", "B", 5)}


def test_a_bow_tie_is_repaired(agencies: Agencies, tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(112.90, -7.68), (112.91, -7.67), (112.91, -7.68), (112.90, -7.67)])
    told = run(drawn(tmp_path / "zona.geojson", zone("A", 0, 0, 1, 1) | {"geometry": bow_tie}))
    assert "\n! feature 1 (dlh, sampah): its border crosses itself @ -7.675000, 112.905000; " in told
    geom = ServiceArea.objects.get(name="A").geom
    assert geom is not None
    assert geom.valid
    assert len(geom) == 2


def test_swapped_axes_are_turned_around_and_told(agencies: Agencies, tmp_path: Path) -> None:
    told = run(drawn(tmp_path / "zona.geojson", zone("A", -7.68, 112.90, -7.67, 112.91)))
    assert "\n! Its axes were swapped" in told
    geom = ServiceArea.objects.get(name="A").geom
    assert geom is not None
    assert geom.extent == pytest.approx((112.90, -7.68, 112.91, -7.67))


def test_a_polygon_that_reaches_far_beyond_the_city_is_told(agencies: Agencies, tmp_path: Path) -> None:
    province = zone("Provinsi", 111.0, -9.0, 115.0, -6.0)
    inside = zone("Dalam", 112.905, -7.675, 112.915, -7.665)
    told = run(drawn(tmp_path / "zona.geojson", province, inside))
    noted = [line for line in told.splitlines() if line.startswith("!")]
    assert noted == [
        "! feature 1 (dlh, sampah): only 0.0 % of it lies in the city; is it meant for this city?"
    ]
    assert {name for _category, _code, name, _priority in stored("dlh")} == {"Provinsi", "Dalam"}


def test_a_dry_run_tells_and_changes_nothing(agencies: Agencies, tmp_path: Path) -> None:
    before = list(ServiceArea.objects.order_by("pk").values())
    told = load(tmp_path, "pkm-barat,,99.01,1\n", "--dry-run")
    assert "added: 1" in told
    assert "removed: 1 (pkm-barat jentik 99.01.01)" in told
    assert list(ServiceArea.objects.order_by("pk").values()) == before
    assert not MapVersion.objects.filter(version__gt=0).exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("dinkes,,99.01,1", "row 3: agency: the agency “dinkes” is not known"),
        ("dlh,,99.01.09,1", "row 3: area_code: the area “99.01.09” is not in the edition “uji”"),
        ("dlh,,semua,1", "row 3: area_code"),
        ("dlh,,,1", "row 3: area_code: is empty"),
        ("dlh,,99.01,tinggi", r"row 3: priority: “tinggi” is no whole number \(as in 10\)"),
        ("dlh,,99.01,1001", "row 3: priority: must be between"),
        ("pupr,banjir,99.01,2", "row 3: pupr, banjir, 99.01 is already in row 2"),
    ],
)
def test_one_wrong_row_refuses_the_whole_file(
    agencies: Agencies, tmp_path: Path, row: str, reason: str
) -> None:
    before = ServiceArea.objects.count()
    with pytest.raises(CommandError, match=reason):
        load(tmp_path, f"pupr,banjir,99.01,1\n{row}\n")
    assert ServiceArea.objects.count() == before


def test_all_wrong_rows_are_told_in_their_order(agencies: Agencies, tmp_path: Path) -> None:
    before = ServiceArea.objects.count()
    with pytest.raises(CommandError) as caught:
        load(tmp_path, "dinkes,,99.01.09,1\ndlh,,99.01,1\npupr,,99.01.03,9999\ndlh,,99.01,2\n")
    assert str(caught.value).splitlines() == [
        "service_areas.csv: 5 things to put right",
        "  row 2: agency: the agency “dinkes” is not known",
        "  row 2: area_code: the area “99.01.09” is not in the edition “uji”",
        "  row 4: area_code: the area “99.01.03” is not in the edition “uji”",
        "  row 4: priority: must be between -1000 and 1000",
        "  row 5: dlh, 99.01 is already in row 3",
    ]
    assert ServiceArea.objects.count() == before


def test_all_wrong_polygons_are_told(agencies: Agencies, tmp_path: Path) -> None:
    before = ServiceArea.objects.count()
    good = zone("A", 112.90, -7.68, 112.91, -7.67)
    path = drawn(tmp_path / "zona.geojson", good, good | {"agency": "dinkes"}, good | {"geometry": None})
    with pytest.raises(CommandError) as caught:
        run(path)
    assert [line.split(":")[0].strip() for line in str(caught.value).splitlines()] == [
        "zona.geojson",
        "feature 2 (dinkes, sampah)",
        "feature 3 (dlh, sampah)",
    ]
    far = [zone(name, west, -7.68, west + 0.01, -7.67) for name, west in (("B", 110.0), ("C", 111.0))]
    with pytest.raises(CommandError, match=r"feature 2 .*outside the city\n  feature 3 .*outside the city"):
        run(drawn(tmp_path / "zona.geojson", good, *far))
    assert ServiceArea.objects.count() == before


def test_polygons_in_metres_need_their_system_said(agencies: Agencies, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame([zone("A", 112.90, -7.68, 112.91, -7.67)], geometry="geometry", crs="EPSG:4326")
    path = write(frame.to_crs("EPSG:23836"), tmp_path / "zona.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(CommandError, match="--crs EPSG:23836"):
        run(path)
    run(path, "--crs", "EPSG:23836")
    geom = ServiceArea.objects.get(name="A").geom
    assert geom is not None
    assert geom.extent == pytest.approx((112.90, -7.68, 112.91, -7.67), abs=1e-6)


def test_degrees_without_a_system_are_taken_and_asked_about(agencies: Agencies, tmp_path: Path) -> None:
    path = drawn(tmp_path / "zona.shp", zone("A", 112.90, -7.68, 112.91, -7.67))
    path.with_suffix(".prj").unlink()
    assert "\n! The file states no coordinate system" in run(path)


def test_of_several_layers_one_is_chosen(agencies: Agencies, tmp_path: Path) -> None:
    path = tmp_path / "zona.gpkg"
    for name, west in (("lama", 112.90), ("baru", 112.92)):
        frame = gpd.GeoDataFrame(
            [zone(name, west, -7.68, west + 0.01, -7.67)], geometry="geometry", crs="EPSG:4326"
        )
        frame.to_file(path, layer=name)
    with pytest.raises(CommandError, match="--layer; there are: lama, baru"):
        run(path)
    run(path, "--layer", "baru")
    assert stored("dlh") == {("sampah", "", "baru", 5)}


def test_a_truncated_file_loads_nothing(agencies: Agencies, tmp_path: Path) -> None:
    before = ServiceArea.objects.count()
    path = drawn(tmp_path / "zona.zip", zone("A", 112.90, -7.68, 112.91, -7.67))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CommandError, match=r"zona.zip: the archive cannot be opened"):
        run(path)
    assert ServiceArea.objects.count() == before


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (
            zone("B", 112.91, -7.67, 112.92, -7.66, agency="dinkes"),
            r"feature 2 \(dinkes, sampah\): .*not known",
        ),
        (zone("B", 110.0, -7.67, 110.1, -7.66), "feature 2 .*outside the city"),
        (zone("B", 112.91, -7.67, 112.92, -7.66, priority=5000), "feature 2 .*priority"),
        (zone("A", 112.90, -7.68, 112.91, -7.67), "feature 2 .*there twice"),
    ],
)
def test_one_wrong_polygon_refuses_the_whole_file(
    agencies: Agencies, tmp_path: Path, second: dict[str, object], reason: str
) -> None:
    before = ServiceArea.objects.count()
    path = drawn(tmp_path / "zona.geojson", zone("A", 112.90, -7.68, 112.91, -7.67), second)
    with pytest.raises(CommandError, match=reason):
        run(path)
    assert ServiceArea.objects.count() == before


def test_polygons_without_an_agency_are_refused(agencies: Agencies, tmp_path: Path) -> None:
    lonely = zone("A", 112.90, -7.68, 112.91, -7.67)
    del lonely["agency"]
    with pytest.raises(CommandError, match="column missing: agency"):
        run(drawn(tmp_path / "zona.geojson", lonely))


def test_without_an_active_edition_nothing_is_loaded(agencies: Agencies, tmp_path: Path) -> None:
    Edition.objects.update(status=Edition.Status.RETIRED)
    with pytest.raises(CommandError, match="load areas first"):
        load(tmp_path, "dlh,,99.01,1\n")
