"""A heap of rubbish that was "solved" three times: the reporter objects twice, then nobody does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from incidents.clocks.closing import close_by_silence
from incidents.filing import Contact
from incidents.models import Category, Complaint, Entry, Incident, Notice
from incidents.notify import send_pending
from tests.conftest import signed_in
from tests.incidents.made import case, do, jpeg
from tests.incidents.spoken import page_of, send

K, P = Entry.Kind, Incident.Phase
pytestmark = pytest.mark.django_db


def deliver() -> list[mail.EmailMessage]:
    """What leaves now."""
    mail.outbox.clear()
    for entry in Notice.objects.filter(sent_at=None).order_by("pk").values_list("entry", flat=True):
        send_pending(entry)
    return mail.outbox


def solved(petugas: User, complaint: Complaint) -> Incident:
    do(petugas, complaint.incident, K.RESOLVED, "Sudah kami angkut.")
    incident = Incident.objects.get(pk=complaint.incident_id)
    assert incident.phase == P.RESOLVED
    assert incident.objection_until
    return incident


def object_to_it(warga: Client, complaint: Complaint, why: str) -> None:
    photo = SimpleUploadedFile("bukti.jpg", jpeg(), "image/jpeg")
    assert send(warga, complaint, "objected", text=why, photos=photo).status_code == 303


def test_a_report_is_reopened_twice_and_closed_by_silence_the_third_time(
    warga: Client, categories: dict[str, Category], petugas_dlh: User, kepala_dlh: User, operator: User
) -> None:
    complaint = case("sampah", contact=Contact("Siti", "siti@example.org", "")).complaints.get()
    do(petugas_dlh, complaint.incident, K.ACCEPTED)

    for times, why in enumerate(("Hanya dipindah ke seberang jalan.", "Tumpukannya kembali lagi."), 1):
        solved(petugas_dlh, complaint)
        told = {one.to[0]: one for one in deliver()}
        assert told["siti@example.org"].subject == "Sudah selesai? Mohon periksa"

        object_to_it(warga, complaint, why)

        incident = Incident.objects.get()
        assert (incident.phase, incident.reopened) == (P.WORKING, times)
        assert incident.assignments.get().status == "sent"
        told = {one.to[0]: one for one in deliver()}
        assert set(told) == {"dlh@contoh.example", kepala_dlh.email}
        assert all(why not in f"{one.subject} {one.body}" for one in told.values())
        desk = signed_in(kepala_dlh).get(f"/meja/kasus/{incident.pk}").content.decode()
        assert why in desk
        assert "Keberatan" in desk

    incident = solved(petugas_dlh, complaint)
    assert incident.objection_until
    close_by_silence(incident.objection_until - timedelta(minutes=1))
    assert Incident.objects.get().phase == P.RESOLVED
    close_by_silence(incident.objection_until + timedelta(minutes=1))
    closed = Incident.objects.get()
    assert (closed.phase, closed.reopened) == (P.CLOSED, 2)
    page = page_of(warga, complaint)
    assert "karena tidak ada keberatan dalam 10 hari kerja" in page
    assert page.count("Anda menyatakan belum selesai") == 2
    assert "Sudah selesai?" not in page
    assert "tidak ada keberatan" in {one.to[0]: one for one in deliver()}["siti@example.org"].body

    assert send(warga, complaint, "rated", stars="3").status_code == 303
    assert Incident.objects.get().phase == P.CLOSED
