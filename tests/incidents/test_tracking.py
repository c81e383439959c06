from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from incidents.filing import Contact
from incidents.models import Category, Complaint, Entry, Incident, Notice, Photo
from incidents.notify import send_pending
from incidents.tracking import written_code
from tests.incidents.made import ANSWER, TEXT, case, do

Categories = dict[str, Category]
K = Entry.Kind
SITI = Contact("Siti Rahma", "siti@example.org", "0812 3456 789")
NOTE = "Di depan gerbang pasar"


@pytest.fixture
def complaint(categories: Categories) -> Complaint:
    """A report with everything in it that must not be shown."""
    return case("sampah", contact=SITI, address_note=NOTE).complaints.get()


def page_of(client: Client, complaint: Complaint) -> str:
    response = client.get(f"/lacak/{complaint.tracking_code}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_page_tells_who_has_the_case_and_until_when(warga: Client, complaint: Complaint) -> None:
    page = page_of(warga, complaint)

    assert "Dinas Lingkungan Hidup" in page
    assert "penanggung jawab" in page
    assert "Selesai paling lambat" in page
    assert "Diterima" in page


def test_the_page_follows_the_work(warga: Client, complaint: Complaint, petugas_dlh: User) -> None:
    do(petugas_dlh, complaint.incident, K.ACCEPTED)
    assert "Dikerjakan" in page_of(warga, complaint)

    do(petugas_dlh, complaint.incident, K.ANSWERED)
    assert ANSWER in page_of(warga, complaint)

    do(petugas_dlh, complaint.incident, K.RESOLVED)
    page = page_of(warga, complaint)
    photo = Photo.objects.get(entry__kind=K.RESOLVED)
    assert "Diselesaikan oleh DLH" in page
    assert f"/lacak/{complaint.tracking_code}/foto/{photo.pk}" in page


@pytest.mark.parametrize("where", ["/lacak/{}", "/api/v1/complaints/{}"])
def test_neither_words_nor_place_nor_reporter_are_shown(
    warga: Client, complaint: Complaint, where: str
) -> None:
    answer = warga.get(where.format(complaint.tracking_code)).content.decode()
    point = complaint.incident.location

    assert point is not None
    for secret in (TEXT, NOTE, SITI.name, SITI.email, SITI.phone, str(point.x), str(point.y)):
        assert secret not in answer


@pytest.mark.parametrize("where", ["/lacak", "/lacak/{}", "/lacak/{}?baru=1", "/lacak/AAAA-BBBB-CCCC-DDDD"])
def test_pages_behind_a_code_are_kept_nowhere(warga: Client, complaint: Complaint, where: str) -> None:
    response = warga.get(where.format(complaint.tracking_code))

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert "default-src 'self'" in response["Content-Security-Policy"]


def test_the_program_gets_states_and_answers(warga: Client, complaint: Complaint, petugas_dlh: User) -> None:
    do(petugas_dlh, complaint.incident, K.ANSWERED)
    response = warga.get(f"/api/v1/complaints/{complaint.tracking_code}")

    told = response.json()
    assert response["Cache-Control"] == "no-store"
    assert told["status"] == "dikerjakan"
    assert told["category"] == {"code": "sampah", "name": "Sampah menumpuk"}
    assert told["kelurahan"] == {"code": "99.01.01.1001", "name": "Kebonsari"}
    assert told["agencies"] == [
        {"code": "dlh", "name": "Dinas Lingkungan Hidup", "role": "lead", "status": "accepted"}
    ]
    assert [entry["kind"] for entry in told["timeline"]] == ["received", "assigned", "answered"]
    assert told["timeline"][-1]["text"] == ANSWER
    assert told["due_at"].endswith("+07:00")


@pytest.mark.parametrize(
    "code", ["AAAA-BBBB-CCCC-DDDD", "x", "%00", "%ED%A0%80", "ä" * 300, "7G2M-XK4Q-90TV-HB3E"]
)
def test_an_unknown_code_gets_help(warga: Client, categories: Categories, code: str) -> None:
    page = warga.get(f"/lacak/{code}")
    told = warga.get(f"/api/v1/complaints/{code}")

    assert page.status_code == 404
    assert 'name="kode"' in page.content.decode()
    assert told.status_code == 404
    assert told["Content-Type"].startswith("application/problem+json")


def test_codes_may_be_typed_as_people_type(warga: Client, complaint: Complaint) -> None:
    code = complaint.tracking_code
    for typed in (
        code.lower(),
        code.replace("-", ""),
        f"  {code.replace('-', ' ')} ",
        code.replace("0", "o").replace("1", "l"),
    ):
        assert written_code(typed) == code
        assert warga.get("/lacak", {"kode": typed})["Location"] == f"/lacak/{code}"
    assert warga.get("/lacak", {"kode": "abc"}).status_code == 422


def test_guessing_is_slowed_down_and_knowing_is_not(
    warga: Client, complaint: Complaint, settings: Any
) -> None:
    settings.RATE_LIMIT_TRACKING = (2, 600)
    missed = [warga.get("/lacak/AAAA-BBBB-CCCC-DDDD").status_code for _i in range(3)]
    program = warga.get("/api/v1/complaints/AAAA-BBBB-CCCC-DDDD")

    assert missed == [404, 404, 429]
    assert program.status_code == 429
    assert int(program["Retry-After"]) > 0
    page = warga.get("/lacak/AAAA-BBBB-CCCC-DDDD")
    assert "coba lagi dalam" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"


def test_who_has_a_code_is_shown_the_case_whatever_others_at_the_address_tried(
    warga: Client, complaint: Complaint, settings: Any
) -> None:
    settings.RATE_LIMIT_TRACKING = (1, 600)
    for _i in range(3):
        warga.get("/lacak/AAAA-BBBB-CCCC-DDDD")

    assert warga.get(f"/lacak/{complaint.tracking_code}?baru=1").status_code == 200
    assert warga.get(f"/api/v1/complaints/{complaint.tracking_code}").status_code == 200


def test_only_photos_of_the_work_are_shown(
    warga: Client, complaint: Complaint, petugas_dlh: User, categories: Categories
) -> None:
    do(petugas_dlh, complaint.incident, K.RESOLVED)
    work = Photo.objects.get(entry__isnull=False)
    evidence = Photo.objects.create(complaint=complaint, file=work.file + "x", sha256="", width=1, height=1)
    other = case("sampah").complaints.get()

    shown: Any = warga.get(f"/lacak/{complaint.tracking_code}/foto/{work.pk}")
    assert shown["Content-Type"] == "image/jpeg"
    assert b"".join(shown.streaming_content)[:2] == b"\xff\xd8"
    assert shown["Cache-Control"] == "no-store"
    assert warga.get(f"/lacak/{complaint.tracking_code}/foto/{evidence.pk}").status_code == 404
    assert warga.get(f"/lacak/{other.tracking_code}/foto/{work.pk}").status_code == 404
    assert warga.get(f"/lacak/{complaint.tracking_code}/foto/{2**63}").status_code == 404


def test_a_case_beyond_its_promise_is_late_in_words(warga: Client, complaint: Complaint) -> None:
    Incident.objects.update(due_at=timezone.now() - timedelta(days=2))
    page = page_of(warga, complaint)

    assert "Terlambat" in page
    assert "Seharusnya selesai" in page


def test_a_returned_case_says_who_returned_it(warga: Client, complaint: Complaint, petugas_dlh: User) -> None:
    do(petugas_dlh, complaint.incident, K.RETURNED)

    assert "DLH mengembalikan" in page_of(warga, complaint)


def sent_mails(incident: Incident) -> list[mail.EmailMessage]:
    for entry in Notice.objects.filter(to="reporter").values_list("entry", flat=True):
        send_pending(entry)
    return [one for one in mail.outbox if one.to == [SITI.email]]


def test_the_reporter_gets_a_receipt_and_news_without_anybodys_words(
    complaint: Complaint, petugas_dlh: User
) -> None:
    do(petugas_dlh, complaint.incident, K.ACCEPTED)
    do(petugas_dlh, complaint.incident, K.ANSWERED)
    receipt, accepted, answered = sent_mails(complaint.incident)

    assert receipt.subject == "Laporan Anda sudah kami terima"
    assert complaint.tracking_code in receipt.body
    assert f"/lacak/{complaint.tracking_code}" in receipt.body
    assert "Dinas Lingkungan Hidup (penanggung jawab)" in receipt.body
    assert "mulai menangani" in accepted.body
    for message in (receipt, accepted, answered):
        assert all(word not in message.body for word in (TEXT, ANSWER, NOTE, SITI.name, SITI.phone))
        assert "  " not in message.subject
        assert "\n\n\n" not in message.body


def test_mail_about_a_confidential_report_names_no_topic(categories: Categories) -> None:
    incident = case("pungli", contact=SITI)
    (receipt,) = sent_mails(incident)

    assert "Pungutan" not in f"{receipt.subject} {receipt.body}"
    assert "Kebonsari" not in receipt.body
    assert incident.complaints.get().tracking_code in receipt.body
