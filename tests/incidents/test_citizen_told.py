"""What a citizen is told, and what not: nothing that an operator saw covered, nothing that is not asked of them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.utils import formats, timezone

from incidents.citizen.weeks import week_in_words
from incidents.filing import Contact
from incidents.models import Assignment, Category, Complaint, Entry, Follower, Incident, Notice, Reporter
from incidents.moves import Actor, Move, move
from incidents.notify import send_pending
from incidents.releases import release
from incidents.visibility import What, raise_privacy
from tests.conftest import IN_KEBONSARI, signed_in
from tests.incidents.made import case, do, jpeg, viewer
from tests.incidents.spoken import page_of, send

Categories = dict[str, Category]
K, P = Entry.Kind, Incident.Phase
NUMBER = "0812-3456-7890"
WITH_NUMBER = f"Sudah diangkut. Hubungi Pak Budi {NUMBER}."
WORDS = "Masih ada tumpukan di sisi utara pasar."
QUESTION = "Mohon sebutkan nama gang terdekat."
FOLLOWS = "CCCC-CCCC-CCCC-CCCC"


@pytest.fixture
def complaint(categories: Categories) -> Complaint:
    return case("sampah", contact=Contact("Siti", "siti@example.org", "")).complaints.get()


@pytest.fixture
def other(complaint: Complaint) -> Complaint:
    made = Complaint.objects.create(
        incident=complaint.incident, tracking_code="AAAA-AAAA-AAAA-AAAA", received_at=complaint.received_at,
        channel="web",
    )  # fmt: skip
    Reporter.objects.create(complaint=made, email="tono@example.org")
    return made


@pytest.fixture
def follower(complaint: Complaint) -> Follower:
    return Follower.objects.create(incident=complaint.incident, code=FOLLOWS, created_at=timezone.now())


def page(client: Client, code: str) -> str:
    return " ".join(client.get(f"/lacak/{code}").content.decode().split())


def asked(incident: Incident, complaint: Complaint | None = None) -> Entry:
    return move(Move(incident, K.ASKED, Actor("operator"), QUESTION, complaint=complaint))


def mail_about(entry: Entry, to: str = "siti@example.org") -> mail.EmailMessage:
    mail.outbox.clear()
    Notice.objects.exclude(entry=entry).update(sent_at=timezone.now())  # what came before has left
    send_pending(entry.pk)
    (found,) = [one for one in mail.outbox if one.to == [to]]
    return found


def test_a_released_answer_stays_covered_as_the_operator_saw_it(
    warga: Client, complaint: Complaint, follower: Follower, petugas_dlh: User, operator: User
) -> None:
    entry = do(petugas_dlh, complaint.incident, K.ANSWERED, WITH_NUMBER)
    release(viewer(operator), entry.pk)
    for code in (FOLLOWS, complaint.tracking_code):
        shown = page(warga, code)
        assert "Hubungi Pak Budi [telepon]" in shown
        assert NUMBER not in shown
    program = warga.get(f"/api/v1/complaints/{complaint.tracking_code}").content.decode()
    assert NUMBER not in program


def test_whether_it_is_solved_is_asked_when_all_have_finished(
    complaint: Complaint, agencies: Any, petugas_dlh: User
) -> None:
    Assignment.objects.create(
        incident=complaint.incident, agency=agencies["bpbd"], role="support", assigned_at=timezone.now(),
        updated_at=timezone.now(),
    )  # fmt: skip
    lead = do(petugas_dlh, complaint.incident, K.RESOLVED)
    assert Incident.objects.get().phase == P.WORKING
    early = mail_about(lead)
    assert "Sudah selesai?" not in f"{early.subject} {early.body}"
    assert "telah menyelesaikan bagiannya" in early.body

    Assignment.objects.filter(role="support").delete()
    Assignment.objects.update(status="in_progress")
    last = do(petugas_dlh, complaint.incident, K.RESOLVED)
    until = Incident.objects.get().objection_until
    assert until
    asking = mail_about(last)
    assert "Sudah selesai?" in asking.subject
    assert formats.date_format(timezone.localtime(until), "j F Y") in asking.body


def test_only_who_is_asked_reads_that_they_are_waited_for(
    warga: Client, complaint: Complaint, other: Complaint, follower: Follower
) -> None:
    asked(complaint.incident, complaint)
    assert "Menunggu jawaban Anda" in page_of(warga, complaint)
    for code in (other.tracking_code, FOLLOWS):
        shown = page(warga, code)
        assert "Menunggu jawaban Anda" not in shown
        assert "Menunggu jawaban pelapor" in shown


def test_who_reported_the_same_is_told_that_the_case_closed(
    warga: Client, complaint: Complaint, other: Complaint, follower: Follower, petugas_dlh: User
) -> None:
    do(petugas_dlh, complaint.incident, K.RESOLVED)
    send(warga, other, "confirmed")
    send(warga, complaint, "confirmed")
    assert Incident.objects.get().phase == P.CLOSED

    closed = Entry.objects.get(kind=K.CLOSED)
    assert list(Notice.objects.filter(entry=closed).values_list("complaint", flat=True)) == [other.pk]
    assert "ditutup" in mail_about(closed, "tono@example.org").body
    line = "Ditutup: para pelapor menyatakan sudah selesai"
    assert line in page_of(warga, other)
    assert line not in page_of(warga, complaint)
    assert page(warga, FOLLOWS).count(line) == 1


def test_silence_and_what_comes_of_it_are_said_with_their_date(warga: Client, complaint: Complaint) -> None:
    promise = "Selesai paling lambat"
    assert promise in page_of(warga, complaint)
    entry = asked(complaint.incident)
    since = Incident.objects.get().waiting_since
    assert since
    day = formats.date_format(timezone.localtime(since + timedelta(days=30)), "j F Y")
    body, shown = mail_about(entry).body, page_of(warga, complaint)
    assert day in body
    assert day in shown
    assert "diarsipkan" in body
    assert "diarsipkan" in shown
    assert promise not in shown


@pytest.mark.parametrize("do_", ["supplied", "message"])
@pytest.mark.parametrize(("text", "photo"), [("Ya", False), ("", True)])
def test_a_short_answer_or_a_photo_alone_is_an_answer(
    warga: Client, complaint: Complaint, do_: str, text: str, photo: bool
) -> None:
    asked(complaint.incident)
    more = {"photos": SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")} if photo else {}
    assert send(warga, complaint, do_, text=text, **more).status_code == 303
    assert Entry.objects.filter(kind=do_).count() == 1


def test_nothing_at_all_is_no_answer(warga: Client, complaint: Complaint, petugas_dlh: User) -> None:
    asked(complaint.incident)
    assert send(warga, complaint, "supplied", text="  ").status_code == 422
    send(warga, complaint, "supplied", text="Ya")
    do(petugas_dlh, complaint.incident, K.RESOLVED)
    assert send(warga, complaint, "objected", text="ya").status_code == 422


def test_phones_that_share_an_address_do_not_use_up_each_others_looks(
    categories: Categories, settings: Any
) -> None:
    settings.RATE_LIMIT_OFFERS, settings.RATE_LIMIT_OFFERS_ADDRESS = (1, 600), (4, 600)
    lon, lat = IN_KEBONSARI
    path = f"/lapor/serupa?category=sampah&lon={lon}&lat={lat}"

    def phone() -> Client:
        client = Client()
        client.get("/lapor")
        return client

    one, two = phone(), phone()
    assert [client.get(path).status_code for client in (one, one, two)] == [200, 429, 200]
    assert "serupa" in re.findall(r'data-refused="([^"]+)"', one.get("/lapor").content.decode())[0]
    assert [phone().get(path).status_code for _i in range(2)] == [200, 429]


def test_a_week_is_said_as_people_say_it(categories: Categories) -> None:
    year = timezone.localdate().year
    monday = date.fromisocalendar(year, 20, 1)
    assert week_in_words(f"{year}-W20").startswith(f"{monday.day}")
    assert week_in_words("2021-W46") == "15–21 November 2021"
    assert week_in_words("2021-W48") == "29 November–5 Desember 2021"
    assert week_in_words("2020-W53") == "28 Desember 2020–3 Januari 2021"


def test_a_follower_reads_when_and_in_which_kelurahan(warga: Client, follower: Follower) -> None:
    shown = page(warga, FOLLOWS)
    assert "Kebonsari" in shown
    assert "Dilaporkan pada pekan" in shown
    assert "-W" not in shown


def test_the_reporters_page_speaks_of_them_as_you(
    warga: Client, complaint: Complaint, petugas_dlh: User
) -> None:
    raise_privacy(complaint, {What.CONFIDENTIAL})
    shown = page_of(warga, complaint)
    assert "Anda menetapkannya" in shown
    assert "Pelapor menetapkannya" not in shown
    desk = signed_in(petugas_dlh).get(f"/meja/kasus/{complaint.incident_id}").content.decode()
    assert "Anda menetapkannya" not in desk


def test_who_objects_reads_of_it_once(
    warga: Client, complaint: Complaint, other: Complaint, petugas_dlh: User
) -> None:
    do(petugas_dlh, complaint.incident, K.RESOLVED)
    send(warga, complaint, "objected", text=WORDS)
    assert "Seorang pelapor menyatakan" not in page_of(warga, complaint)
    assert "Seorang pelapor menyatakan belum selesai" in page_of(warga, other)


def test_the_mail_about_a_merger_says_what_happened(complaint: Complaint) -> None:
    entry = Entry(incident=complaint.incident, kind=K.MERGED, at=timezone.now(), public=True)
    context = {"entry": entry, "incident": complaint.incident, "complaint": complaint, "site": ""}
    body = render_to_string("mail/reporter.txt", context)
    assert "digabung dengan laporan lain" in body
    assert "kode Anda tetap berlaku" in body
