from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from incidents.imports import runs
from incidents.models import Category, Complaint, ImportRun
from tests.conftest import person, signed_in
from tests.incidents.lists import CLOSED, csv_text, rows, workbook

pytestmark = pytest.mark.usefixtures("categories")
PAGE = "/meja/impor"


@pytest.fixture
def desk(operator: User) -> Client:
    return signed_in(operator)


def bring(desk: Client, content: bytes, name: str = "aduan 2025.csv", system: str = "Buku loket") -> Any:
    return desk.post(PAGE, {"file": SimpleUploadedFile(name, content), "system": system})


def worked() -> ImportRun:
    """The worker takes up the newest list."""
    run = ImportRun.objects.first()
    assert run
    runs.carry_out(run.pk)
    run.refresh_from_db()
    return run


def test_without_lists_the_page_says_what_will_be_there(desk: Client) -> None:
    assert "Belum ada daftar" in desk.get(PAGE).content.decode()


def test_a_list_is_looked_over_first_and_loaded_when_its_person_says_so(desk: Client, tmp_path: Path) -> None:
    content = csv_text(rows({}, CLOSED, {"category": "tidak-ada"})).encode()
    assert bring(desk, content).status_code == 302
    checked = worked()
    assert (checked.state, checked.counts) == ("checked", {"siap": 2, "ditolak": 1})
    assert not Complaint.objects.exists()
    page = desk.get(f"{PAGE}/keadaan").content.decode()
    assert "Muat 2 baris" in page
    assert "Baris 4:" in page

    assert desk.post(f"{PAGE}/{checked.pk}/muat").status_code == 302
    done = worked()
    assert (done.state, done.counts) == ("done", {"dimuat": 2, "ditolak": 1})
    assert Complaint.objects.filter(external_system="Buku loket").count() == 2
    report = b"".join(desk.get(f"{PAGE}/{done.pk}/laporan.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert [line.split(",")[2] for line in report.splitlines()] == ["hasil", "dimuat", "dimuat", "ditolak"]


def test_what_was_loaded_is_not_loaded_again(desk: Client) -> None:
    bring(desk, csv_text(rows({})).encode())
    run = worked()
    desk.post(f"{PAGE}/{run.pk}/muat")
    worked()
    again = desk.post(f"{PAGE}/{run.pk}/muat")
    assert again.status_code == 409
    assert Complaint.objects.count() == 1


def test_a_list_that_waits_lies_sealed_and_one_whose_key_is_gone_is_to_be_brought_again(
    desk: Client, settings: Any
) -> None:
    bring(desk, csv_text(rows({"reporter_email": "ibu.sri@contoh.example"})).encode())
    (file,) = runs.folder().iterdir()
    assert b"external_id" not in file.read_bytes()
    assert b"ibu.sri" not in file.read_bytes()
    assert worked().counts == {"siap": 1}

    bring(desk, csv_text(rows({})).encode())
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert worked().state == "failed"


def test_a_spreadsheet_is_taken_as_well(desk: Client, tmp_path: Path) -> None:
    (row,) = rows({})
    path = workbook(tmp_path / "a.xlsx", [list(row), list(row.values())])
    bring(desk, path.read_bytes(), "a.xlsx")
    assert worked().counts == {"siap": 1}


def test_a_file_that_is_no_list_says_why(desk: Client) -> None:
    bring(desk, b"\xff\xfe\x00")
    run = worked()
    assert run.state == "failed"
    assert "UTF-8" in desk.get(PAGE).content.decode()


@pytest.mark.parametrize("sent", [{"system": "x"}, {"file": "", "system": "x"}, {"system": ""}])
def test_a_form_without_a_file_or_a_system_comes_back_with_what_is_missing(
    desk: Client, sent: dict[str, str]
) -> None:
    answer = desk.post(PAGE, sent)
    assert answer.status_code == 422
    assert not ImportRun.objects.exists()


def test_a_list_over_which_a_worker_died_is_taken_up_again_without_doubles(
    desk: Client, operator: User
) -> None:
    bring(desk, csv_text(rows({}, CLOSED)).encode())
    run = worked()
    runs.order_loading(run.pk, operator)
    assert runs.standing_still() == []
    ImportRun.objects.update(moved_at=timezone.now() - timedelta(minutes=10))
    assert runs.standing_still() == [run.pk]
    assert worked().state == "done"
    assert Complaint.objects.count() == 2


def test_files_of_old_lists_are_deleted(desk: Client) -> None:
    bring(desk, csv_text(rows({})).encode())
    run = worked()
    assert len(list(runs.folder().iterdir())) == 2
    ImportRun.objects.update(moved_at=timezone.now() - timedelta(days=31))
    assert runs.forget_imports() == 1
    assert list(runs.folder().iterdir()) == []
    assert desk.get(f"{PAGE}/{run.pk}/laporan.csv").status_code == 404


def test_lists_are_for_operators_and_each_sees_their_own(
    desk: Client, petugas_dlh: User, categories: dict[str, Category]
) -> None:
    bring(desk, csv_text(rows({})).encode())
    run = worked()
    other = signed_in(person("operator2", "operator"))
    assert other.get(f"{PAGE}/{run.pk}/laporan.csv").status_code == 404
    assert other.post(f"{PAGE}/{run.pk}/muat").status_code == 409
    officer = signed_in(petugas_dlh)
    assert {
        officer.get(path).status_code for path in (PAGE, f"{PAGE}/keadaan", f"{PAGE}/{run.pk}/laporan.csv")
    } == {403}
    assert Client().get(PAGE).status_code in (302, 401)


def test_the_file_is_kept_under_a_name_that_tells_nothing(desk: Client) -> None:
    bring(desk, csv_text(rows({})).encode(), "../../aduan Bu Sari.csv")
    run = worked()
    assert run.name == "aduan Bu Sari.csv"
    assert all("Sari" not in path.name for path in runs.folder().iterdir())


def test_the_words_of_the_upload_are_bounded(desk: Client) -> None:
    assert bring(desk, io.BytesIO(b"external_id\n1\n").getvalue(), system="x" * 41).status_code == 422
