from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from geo import registry
from geo.catchment_risk import Demand
from geo.catchment_rows import read_cells
from geo.catchment_versions import active_version, follow
from geo.cells import cell_of, cell_shapes, cells_of
from geo.editions import activate
from geo.households import load_households
from geo.models import CatchmentVersion, City, Edition, Household
from geo.refusal import FileRefused
from tests.editions import DIVIDED, DIVIDED_CODE, edition
from tests.geo.homes import houses

KEBONSARI = "99.01.01.1001"  # 112.90 to 112.92, -7.68 to -7.66


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "CHECK_SECONDS", -1.0)
    with translation.override("en"):
        yield


def in_force() -> CatchmentVersion:
    version = active_version()
    assert version
    return version


def test_households_make_catchments_and_a_running_server_follows(city: City, tmp_path: Path) -> None:
    assert cell_of(112.905, -7.675) == ""
    changes = load_households(houses(tmp_path))
    assert changes.added == ["200 households at 100 points"]
    version = in_force()
    assert (version.number, version.edition.name, version.least, version.households) == (1, "uji", 20, 200)
    assert version.report["without"] == {"99.01.01.1002": 0, "99.01.02.1001": 0, "99.01.02.1002": 0}
    code = cell_of(112.905, -7.675)
    assert code.startswith(KEBONSARI + "-")
    assert cell_of(112.91, -7.65) == ""  # Mayangan, where no households are known
    assert cell_of(112.8999, -7.67) == ""  # within the tolerance of Kebonsari, in none of its cells
    assert set(cell_shapes()) == {cell.code for cell in read_cells(version)}


def test_points_get_their_cells_all_at_once_and_only_under_their_own_kelurahan(
    city: City, tmp_path: Path
) -> None:
    load_households(houses(tmp_path))
    lon, lat = np.array([112.905, 112.915, 112.91, np.nan]), np.array([-7.675, -7.665, -7.65, -7.67])
    codes = cells_of(lon, lat)
    assert [bool(code) for code in codes] == [True, True, False, False]
    assert codes[0] != codes[1]
    assert cells_of(lon, lat, kelurahan=[KEBONSARI, "99.01.01.1009", KEBONSARI, ""]).tolist() == [
        codes[0],
        "",
        "",
        "",
    ]
    assert cells_of([], []).tolist() == []


def test_the_same_file_again_changes_nothing(city: City, tmp_path: Path) -> None:
    path = houses(tmp_path)
    load_households(path)
    assert not load_households(path)
    assert CatchmentVersion.objects.count() == 1


def test_fewer_households_merge_cells_and_more_do_not_divide_them(city: City, tmp_path: Path) -> None:
    load_households(houses(tmp_path))
    first = in_force()
    load_households(houses(tmp_path, count=1))
    second = in_force()
    assert (second.number, second.before) == (2, first)
    assert 0 < second.report["cells"] < first.report["cells"]
    load_households(houses(tmp_path, count=50))
    third = in_force()
    assert third.report["cells"] == second.report["cells"]
    assert {cell.code for cell in read_cells(third)} == {cell.code for cell in read_cells(second)}
    # An earlier version can still be asked.
    assert cells_of([112.905], [-7.675], version=first).tolist() == [cell_of_first(first)]


def cell_of_first(version: CatchmentVersion) -> str:
    (cell,) = version.cells.extra(where=["ST_Covers(geom, ST_SetSRID(ST_MakePoint(112.905, -7.675), 4326))"])
    return str(cell.code)


def test_new_borders_bring_their_catchments_and_the_way_back_the_old_ones(city: City, tmp_path: Path) -> None:
    load_households(houses(tmp_path))
    first, old = in_force(), Edition.objects.get(status="active")
    activate(edition("baru", DIVIDED))
    second = in_force()
    assert second.edition.name == "baru"
    # Both halves of Kebonsari were cut out of cells: each is one cell.
    assert {cell.kelurahan for cell in read_cells(second)} == {KEBONSARI, DIVIDED_CODE}
    assert cell_of(112.905, -7.675).startswith(DIVIDED_CODE)
    activate(old)
    assert in_force() == first
    assert cell_of(112.905, -7.675).startswith(KEBONSARI)
    activate(second.edition)
    assert in_force() == second


def test_the_way_back_does_not_bring_back_cells_that_are_too_small_by_now(city: City, tmp_path: Path) -> None:
    load_households(houses(tmp_path))
    first, old = in_force(), Edition.objects.get(status="active")
    activate(edition("baru", DIVIDED))
    load_households(houses(tmp_path, count=1))
    activate(old)
    assert in_force() != first
    assert min(cell.households for cell in read_cells(in_force())) >= 20


def test_without_households_or_borders_there_are_none(city: City) -> None:
    assert follow() is None
    assert active_version() is None
    assert cell_shapes() == {}


def test_a_higher_number_merges_and_is_never_lowered(city: City, tmp_path: Path) -> None:
    load_households(houses(tmp_path))
    out = StringIO()
    call_command("build_catchments", "--least", "60", "--dry-run", stdout=out)
    assert "Nothing was changed" in out.getvalue()
    assert in_force().number == 1
    call_command("build_catchments", "--least", "60", stdout=out)
    assert min(cell.households for cell in read_cells(in_force())) >= 60
    call_command("build_catchments", "--least", "20", stdout=out)
    assert (in_force().number, in_force().least) == (2, 60)
    with pytest.raises(CommandError, match="between 20 and 1000"):
        call_command("build_catchments", "--least", "5")


def test_a_stricter_demand_is_remembered_when_households_change(city: City, tmp_path: Path) -> None:
    load_households(houses(tmp_path))
    follow(Demand(strong=45, risk=0.03))
    assert min(cell.households for cell in read_cells(in_force())) >= 45
    load_households(houses(tmp_path, rows=9))
    assert min(cell.households for cell in read_cells(in_force())) >= 45
    assert in_force().report["demand"]["risk"] == 0.03


def test_the_command_tells_what_is_missing(city: City) -> None:
    with pytest.raises(CommandError, match="no households are known"):
        call_command("build_catchments")


def test_parquet_says_the_same_as_csv(city: City, tmp_path: Path) -> None:
    path = houses(tmp_path)
    load_households(path)
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    columns = {"lon": table[:, 0], "lat": table[:, 1], "count": table[:, 2].astype(int)}
    pq.write_table(pa.table(columns), tmp_path / "households.parquet")
    assert load_households(tmp_path / "households.parquet").same == 100


def test_count_may_be_missing_or_empty(city: City, tmp_path: Path) -> None:
    path = tmp_path / "households.csv"
    path.write_text("lat;lon\n-7.67;112.91\n\n-7.671;112.91\n")
    load_households(path)
    assert sorted(Household.objects.values_list("count", flat=True)) == [1, 1]
    path.write_text("lon,lat,count\n112.91,-7.67,\n112.91,-7.671,3\n")
    load_households(path)
    assert sorted(Household.objects.values_list("count", flat=True)) == [1, 3]
    pq.write_table(pa.table({"lon": [112.91], "lat": [-7.67]}), tmp_path / "h.parquet")
    load_households(tmp_path / "h.parquet")
    assert Household.objects.get().count == 1


def test_wrong_rows_are_named_one_by_one_and_nothing_is_replaced(city: City, tmp_path: Path) -> None:
    load_households(houses(tmp_path))
    path = tmp_path / "households.csv"
    path.write_text(
        "lon,lat,count\n112.9,-7.67,1\n912,-7.67,1\n112.9,x,1\n112.9,-7.67,0\n112.9,-7.67,1.5\n,-7.67,1\n"
    )
    with pytest.raises(FileRefused) as refused:
        load_households(path)
    assert [fault.place for fault in refused.value.faults] == [f"row {n}" for n in range(3, 8)]
    columns = {"lon": [112.9, 912.0, np.nan], "lat": [-7.67, -7.67, -7.67], "count": [1.5, 1, 0]}
    pq.write_table(pa.table(columns), tmp_path / "h.parquet")
    with pytest.raises(FileRefused) as refused:
        load_households(tmp_path / "h.parquet")
    assert {str(fault)[:10] for fault in refused.value.faults} == {
        "row 3: lon",
        "row 4: lon",
        "row 4: cou",
        "row 2: cou",
    }
    assert Household.objects.count() == 100


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leer.csv", b""),
        ("kopf.csv", b"lon,lat,count\n"),
        ("spalte.csv", b"lon,count\n112.9,1\n"),
        ("zahl.csv", b"lon,lat\n\xff\xfe,1\n"),
        ("kein.parquet", b"PAR1 not really"),
        ("leer.parquet", b""),
    ],
)
def test_files_that_are_none_are_refused(city: City, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused):
        load_households(tmp_path / name)


def test_parquet_of_texts_or_without_places_is_refused(city: City, tmp_path: Path) -> None:
    for columns in ({"lon": ["a"], "lat": ["b"]}, {"x": [1.0], "lat": [2.0]}):
        pq.write_table(pa.table(columns), tmp_path / "h.parquet")
        with pytest.raises(FileRefused):
            load_households(tmp_path / "h.parquet")
    with pytest.raises(FileRefused):
        load_households(tmp_path / "fehlt.parquet")
