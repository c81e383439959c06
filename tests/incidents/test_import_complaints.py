from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from incidents.imports import load
from incidents.imports.load import Order, Result, bring_in
from incidents.models import Assignment, Category, Complaint, Entry, Incident, Notice
from tests.conftest import OUTSIDE
from tests.incidents.lists import CLOSED, csv_file

K = Entry.Kind
pytestmark = pytest.mark.usefixtures("categories")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def imported(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_complaints", str(path), *options, stdout=out)
    return out.getvalue()


def the_case() -> Incident:
    return Incident.objects.get()


def test_a_closed_case_comes_in_with_its_own_times_its_agency_and_a_timeline_that_is_true(
    tmp_path: Path,
) -> None:
    said = imported(csv_file(tmp_path / "a.csv", CLOSED | {"reporter_name": "Bu Sari", "channel": "telepon"}))

    case, complaint = the_case(), Complaint.objects.select_related("reporter").get()
    assert "1 dimuat" in said
    assert (case.status, case.phase) == ("ditutup", "ditutup")
    assert case.opened_at == complaint.received_at == moment("2026-03-02T08:00:00+07:00")
    assert case.first_answer_at == moment(CLOSED["first_answer_at"])
    assert case.resolved_at == case.closed_at == moment(CLOSED["closed_at"])
    assert case.due_at > case.opened_at
    assert case.due_at < moment("2026-04-10T00:00:00+07:00"), "counted from its own time, not from today"
    assert [entry.kind for entry in case.entries.order_by("at", "id")] == [
        K.RECEIVED, K.ASSIGNED, K.ANSWERED, K.RESOLVED, K.CLOSED
    ]  # fmt: skip
    held = case.assignments.get()
    assert (held.agency.code, held.status) == ("dlh", Assignment.Status.DONE)
    assert complaint.channel == Complaint.Channel.PHONE
    assert complaint.reporter.name == "Bu Sari"
    assert (complaint.external_system, complaint.external_id) == ("import", "A-1")


def test_nobody_is_told_of_history(tmp_path: Path) -> None:
    imported(csv_file(tmp_path / "a.csv", {"reporter_email": "sari@warga.example"}, CLOSED))
    assert Incident.objects.count() == 2
    assert not Notice.objects.exists()
    assert not Incident.objects.filter(demo=True).exists()


@pytest.mark.parametrize(
    ("row", "phase", "last"),
    [
        ({}, "baru", K.ASSIGNED),
        ({"status": "Diterima"}, "baru", K.ASSIGNED),
        ({"status": "diverifikasi"}, "baru", K.VERIFIED),
        ({"status": "dikerjakan", "first_answer_at": "2026-03-03T10:00:00+07:00"}, "dikerjakan", K.ANSWERED),
        ({"status": "dikerjakan"}, "dikerjakan", K.STARTED),
        ({"status": "menunggu"}, "menunggu", K.ASKED),
        ({"status": "diteruskan"}, "luar", K.FORWARDED),
        ({"status": "diarsipkan", "closed_at": "2026-03-06"}, "diarsipkan", K.ARCHIVED),
    ],
)
def test_each_status_is_a_step_of_the_timeline(
    tmp_path: Path, row: dict[str, str], phase: str, last: Entry.Kind
) -> None:
    imported(csv_file(tmp_path / "a.csv", row))
    case = the_case()
    assert case.phase == phase
    assert case.entries.order_by("at", "id").reverse()[0].kind == last


def test_what_was_solved_long_ago_is_closed_by_silence_as_it_would_be_here(tmp_path: Path) -> None:
    imported(csv_file(tmp_path / "a.csv", {"status": "selesai", "closed_at": "2026-03-06T15:00:00+07:00"}))
    case = the_case()
    assert case.phase == "ditutup"
    assert case.resolved_at == moment("2026-03-06T15:00:00+07:00")
    assert case.closed_at
    assert case.closed_at > case.resolved_at
    assert case.entries.get(kind=K.CLOSED).data["silence"] is True


def test_an_end_whose_day_nobody_knows_counts_in_no_duration(tmp_path: Path) -> None:
    imported(csv_file(tmp_path / "a.csv", {"status": "ditutup"}))
    case = the_case()
    assert (case.phase, case.resolved_at) == ("ditutup", None)


def test_bad_rows_are_told_with_all_their_faults_and_the_others_are_loaded(tmp_path: Path) -> None:
    lon, lat = OUTSIDE
    path = csv_file(
        tmp_path / "a.csv",
        {},
        {"lon": str(lon), "lat": str(lat)},
        {"category": "lingkungan", "description": "pendek", "anonymous": "barangkali"},
        {"received_at": "kemarin"},
        {"received_at": "2999-01-01T00:00:00+07:00"},
        {"status": "beres"},
        {"status": "ditutup", "closed_at": "2026-03-01T00:00:00+07:00"},
        {"status": "diterima", "closed_at": "2026-03-06T00:00:00+07:00"},
        {"external_id": "A-1"},
        {"external_id": ""},
        {"channel": "merpati pos"},
        {"lon": "112,91"},
        {"kelurahan": "kepel", "lon": "", "lat": ""},
    )
    report = tmp_path / "hasil.csv"
    said = imported(path, "--report", str(report))

    assert "13 baris: 2 dimuat, 11 ditolak" in said
    with report.open(encoding="utf-8-sig", newline="") as file:
        told = {int(row["baris"]): row for row in csv.DictReader(file)}
    assert told[2]["kode_pelacakan"] == Complaint.objects.get(external_id="A-1").tracking_code
    assert told[14]["hasil"] == "dimuat"
    columns = {number: row["kolom"] for number, row in told.items() if row["hasil"] == "ditolak"}
    assert columns == {
        3: "lon", 4: "anonymous category description", 5: "received_at", 6: "received_at", 7: "status",
        8: "closed_at", 9: "closed_at", 10: "external_id", 11: "external_id", 12: "channel", 13: "lon",
    }  # fmt: skip
    assert Incident.objects.get(kelurahan="Kepel").location is None


def test_the_report_cannot_be_made_to_run_formulas(tmp_path: Path) -> None:
    report = tmp_path / "hasil.csv"
    imported(
        csv_file(tmp_path / "a.csv", {"external_id": "=HYPERLINK(1)", "category": "x"}),
        "--report",
        str(report),
    )
    assert ",'=HYPERLINK(1)," in report.read_text(encoding="utf-8")


def test_a_dry_run_tells_the_same_and_loads_nothing(tmp_path: Path) -> None:
    said = imported(csv_file(tmp_path / "a.csv", {}, {"category": "x"}), "--dry-run")
    assert "1 siap dimuat" in said
    assert "1 ditolak" in said
    assert not Incident.objects.exists()


def test_a_list_can_be_repeated_and_other_systems_have_numbers_of_their_own(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", {}, CLOSED)
    imported(path)
    assert "2 sudah ada" in imported(path)
    imported(path, "--system", "SP4N-LAPOR!")
    assert Complaint.objects.count() == 4


def test_an_import_that_was_killed_in_between_goes_on_without_doubles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "BATCH", 2)
    path = csv_file(tmp_path / "a.csv", {}, CLOSED, {}, {}, CLOSED)
    order = Order(path, "import", datetime.now(UTC))
    killed: Iterator[Any] = bring_in(order)
    next(killed)
    killed.close()  # type: ignore[attr-defined]
    assert Complaint.objects.count() == 2

    results = [one.result for batch in bring_in(order) for one in batch]
    assert results == [Result.KNOWN] * 2 + [Result.LOADED] * 3
    assert Complaint.objects.count() == 5


def test_a_confidential_row_makes_a_confidential_case(tmp_path: Path) -> None:
    imported(csv_file(tmp_path / "a.csv", {"confidential": "ya", "anonymous": "1"}))
    complaint = Complaint.objects.select_related("incident").get()
    assert (complaint.anonymous, complaint.confidential, complaint.incident.confidential) == (
        True,
        True,
        True,
    )


def test_names_of_kelurahan_do_as_well_as_codes(tmp_path: Path, categories: dict[str, Category]) -> None:
    imported(csv_file(tmp_path / "a.csv", {"kelurahan": "Kebonsari", "lon": "", "lat": ""}))
    assert the_case().kelurahan_code == "99.01.01.1001"


def test_a_file_that_is_not_there_or_a_system_without_a_name_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="tidak dapat dibuka"):
        imported(tmp_path / "tidak-ada.csv")
    with pytest.raises(CommandError, match="40"):
        imported(csv_file(tmp_path / "a.csv", {}), "--system", "x" * 41)
