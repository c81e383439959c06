"""Many cases at once: each by itself through the workflow; and the list as a file, on paper, and kept as a filter."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from openpyxl import load_workbook

from geo.models import Agency
from incidents.models import AccessLog, Assignment, Category, Complaint, Entry, Incident, SavedFilter
from tests.conftest import signed_in
from tests.incidents.made import case, do

Categories = dict[str, Category]
K = Entry.Kind
PANE = {"HX-Request": "true"}


@pytest.fixture
def dlh(petugas_dlh: User) -> Client:
    return signed_in(petugas_dlh)


@pytest.fixture
def desk(operator: User) -> Client:
    return signed_in(operator)


def test_what_cannot_be_done_is_told_case_by_case_and_the_rest_is_done(
    categories: Categories, petugas_dlh: User, petugas_lain: User, dlh: Client
) -> None:
    new, taken, theirs = case(), case(), case("banjir")
    do(petugas_dlh, taken, K.ACCEPTED)
    answer = dlh.post(
        "/meja/massal", {"aksi": "terima", "kasus": [new.pk, taken.pk, theirs.pk]}, headers=PANE
    )

    page = answer.content.decode()
    assert 'data-done="1"' in page
    assert f"#{taken.pk}" in page
    assert f"#{theirs.pk}" in page
    assert new.assignments.get().status == Assignment.Status.ACCEPTED
    assert theirs.assignments.filter(status=Assignment.Status.ACCEPTED).count() == 0
    assert new.entries.filter(kind=K.ACCEPTED).count() == 1


def test_an_operator_verifies_gives_and_archives_many(
    categories: Categories, desk: Client, agencies: dict[str, Agency]
) -> None:
    cases = [case() for _i in range(3)]
    keys = [one.pk for one in cases]
    assert desk.post("/meja/massal", {"aksi": "verifikasi", "kasus": keys}).context["done"] == 3
    given = {"aksi": "disposisi", "kasus": keys, "agency": "pupr", "role": "support"}
    assert desk.post("/meja/massal", given).context["done"] == 3
    gone = {"aksi": "arsipkan", "kasus": keys, "text": "Laporan uji coba, bukan masalah nyata."}
    assert desk.post("/meja/massal", gone).context["done"] == 3
    assert Incident.objects.filter(phase=Incident.Phase.ARCHIVED).count() == 3
    assert desk.post("/meja/massal", gone).context["done"] == 0


@pytest.mark.parametrize(
    "said",
    [
        {"aksi": "terima"},
        {"aksi": "terima", "kasus": ["aneh"]},
        {"aksi": "terima", "kasus": [str(number) for number in range(201)]},
        {"aksi": "arsipkan", "kasus": ["1"]},
        {"aksi": "aneh", "kasus": ["1"]},
    ],
)
def test_what_is_said_wrongly_changes_nothing(
    categories: Categories, dlh: Client, said: dict[str, object]
) -> None:
    incident = case()
    assert dlh.post("/meja/massal", said, headers=PANE).status_code == 422
    assert incident.entries.filter(kind=K.ACCEPTED).count() == 0


def test_the_file_of_a_list_holds_what_the_list_shows_masked_and_no_formula(
    categories: Categories, petugas_dlh: User, petugas_lain: User, dlh: Client
) -> None:
    text = '=HYPERLINK("http://x.example") lapor ke 0812-3456-7890 segera'
    own = case(description=text)
    done = case()
    do(petugas_dlh, done, K.RESOLVED)
    case("banjir")

    lines = b"".join(dlh.get("/meja/unduh.csv").streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("Nomor kasus,")
    assert len(lines) == 2
    assert lines[1].startswith(f"{own.pk},")
    assert "0812" not in lines[1]
    assert "'=HYPERLINK" in lines[1]

    file: Any = dlh.get("/meja/unduh.xlsx?status=semua")
    book: Any = load_workbook(io.BytesIO(b"".join(file.streaming_content)))
    rows = list(book.active.values)
    assert {row[0] for row in rows[1:]} == {own.pk, done.pk}
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)

    assert list(AccessLog.objects.values_list("what", "subject")) == [("export", 2), ("export", 1)]


def test_ticked_cases_become_a_file_but_only_ones_own(categories: Categories, dlh: Client) -> None:
    own, theirs = case(), case("banjir")
    answer = dlh.post("/meja/unduh.csv", {"kasus": [own.pk, theirs.pk], "query": "status=baru"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert [line.split(",")[0] for line in lines[1:]] == [str(own.pk)]
    assert dlh.get("/meja/unduh.exe").status_code == 404


def test_paper_shows_no_more_than_the_screen(categories: Categories, petugas_lain: User, dlh: Client) -> None:
    own = case(description="Sampah menumpuk, hubungi 0812-3456-7890.")
    page = dlh.get(f"/meja/kasus/{own.pk}/cetak").content.decode()
    assert "Sampah menumpuk" in page
    assert "0812" not in page
    assert "<textarea" not in page
    assert signed_in(petugas_lain).get(f"/meja/kasus/{own.pk}/cetak").status_code == 404
    assert f"#{own.pk}" in dlh.get("/meja/cetak").content.decode()
    assert f"#{own.pk}" not in signed_in(petugas_lain).get("/meja/cetak").content.decode()


def test_a_filter_is_kept_renamed_moved_and_deleted_by_its_owner_alone(
    categories: Categories, petugas_dlh: User, dlh: Client, kepala_dlh: User
) -> None:
    late = case(age=timedelta(days=60))
    case()
    dlh.post(
        "/meja/saringan", {"name": " Sampah  terlambat ", "query": "status=terlambat&kategori=sampah&aneh=1"}
    )
    dlh.post("/meja/saringan", {"name": "Lain", "query": "rahasia=ya"})
    first, second = SavedFilter.objects.all()
    assert (first.name, first.query) == ("Sampah terlambat", "status=terlambat&kategori=sampah")
    page = dlh.get(f"/meja?{first.query}")
    assert [row.pk for row in page.context["rows"]] == [late.pk]
    assert [(one.name, one.key, one.current) for one in page.context["kept"]] == [
        ("Sampah terlambat", 1, True), ("Lain", 2, False),
    ]  # fmt: skip

    head = signed_in(kepala_dlh)
    assert head.post(f"/meja/saringan/{first.pk}", {"do": "hapus"}).status_code == 404
    assert head.get("/meja").context["kept"] == []
    assert (
        dlh.post(f"/meja/saringan/{second.pk}", {"do": "ganti-nama", "name": first.name}).status_code == 409
    )
    dlh.post(f"/meja/saringan/{second.pk}", {"do": "naik"})
    assert [one.name for one in SavedFilter.objects.all()] == ["Lain", "Sampah terlambat"]
    dlh.post(f"/meja/saringan/{second.pk}", {"do": "hapus"})
    assert SavedFilter.objects.get() == first
    assert dlh.post("/meja/saringan", {"name": "x" * 61, "query": ""}).status_code == 422


@pytest.mark.parametrize(
    ("query", "shown"),
    [("kanal=web", 2), ("kanal=api", 0), ("sumber=warga", 2), ("sumber=cctv", 0), ("rahasia=ya", 1),
     ("kelas=aspirasi", 0), ("kelas=tidak_berkadar_pengawasan", 2), ("opd=pupr", 1), ("opd=tidak-ada", 0),
     ("status=segera", 0), ("status=menunggu", 0)],
)  # fmt: skip
def test_an_operator_narrows_by_everything_that_a_case_has(
    categories: Categories, desk: Client, query: str, shown: int
) -> None:
    case(confidential=True)
    case("banjir")
    assert len(desk.get(f"/meja?{query}").context["rows"]) == shown


def test_news_cost_nothing_until_there_are_some(
    categories: Categories, petugas_dlh: User, dlh: Client
) -> None:
    incident = case()
    address = f"/meja/kabar?kasus={incident.pk}"
    first = dlh.get(address)
    tag = first.headers["ETag"]
    assert dlh.get(address, headers={"If-None-Match": tag}).status_code == 304

    do(petugas_dlh, incident, K.ANSWERED, "Truk kami datang besok.")
    again = dlh.get(address, headers={"If-None-Match": tag})
    assert again.json()["seen"] > first.json()["seen"]
    assert again.json()["lists"] != first.json()["lists"]
    do(petugas_dlh, incident, K.RETURNED, "Bukan wewenang kami.")
    assert dlh.get(address).json()["seen"] == -1


def test_who_acts_on_old_news_reads_what_they_missed(
    categories: Categories, petugas_dlh: User, kepala_dlh: User, dlh: Client
) -> None:
    incident = case()
    seen = incident.entries.latest("pk").pk
    do(kepala_dlh, incident, K.ANSWERED, "Kepala dinas sudah menjawab lebih dulu.")
    said = {"step": "answered", "text": "Jawaban saya yang terlambat.", "seen": seen}
    for headers in ({}, PANE):
        answer = dlh.post(f"/meja/kasus/{incident.pk}/langkah", said, headers=headers)
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "Sejak Anda membuka kasus ini" in page
        assert "Kepala dinas sudah menjawab lebih dulu." in page
    assert Complaint.objects.count() == 1
    assert incident.entries.filter(kind=K.ANSWERED).count() == 1
