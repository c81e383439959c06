"""Somebody who follows a problem without having reported it: what they see, what they hear, how they stop."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from incidents.filing import Contact
from incidents.models import Category, Entry, Follower, Incident, Notice, Photo, Reporter
from incidents.notify import send_pending
from incidents.releases import release
from incidents.timeline import ask_to_confirm
from tests.conftest import signed_in
from tests.incidents.made import ANSWER, TEXT, case, do, viewer

K = Entry.Kind
CODE = "AAAA-AAAA-AAAA-AAAA"
pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(categories: dict[str, Category]) -> Incident:
    return case("sampah", contact=Contact("Siti", "siti@example.org", ""), address_note="Gerbang pasar")


@pytest.fixture
def follower(incident: Incident) -> Follower:
    now = timezone.now()
    return Follower.objects.create(
        incident=incident, code=CODE, email="tetangga@example.org", created_at=now, verified_at=now
    )


def page(client: Client, code: str = CODE) -> str:
    response = client.get(f"/lacak/{code}")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert "no-referrer" in response["Referrer-Policy"]
    return " ".join(response.content.decode().split())


def sent() -> list[mail.EmailMessage]:
    for entry in (
        Notice.objects.filter(to="follower", sent_at=None).values_list("entry", flat=True).distinct()
    ):
        send_pending(entry)
    return [one for one in mail.outbox if one.to == ["tetangga@example.org"]]


def test_a_follower_sees_steps_and_released_answers_and_nothing_of_the_report(
    warga: Client, follower: Follower, petugas_dlh: User, operator: User
) -> None:
    do(petugas_dlh, follower.incident, K.ACCEPTED)
    answer = do(petugas_dlh, follower.incident, K.ANSWERED)
    before = page(warga)
    assert "Sampah menumpuk" in before
    assert "Dikerjakan" in before
    point = follower.incident.location
    assert point
    for hidden in (TEXT, ANSWER, "Gerbang pasar", "Siti", str(point.x), "siti@example.org"):
        assert hidden not in before

    release(viewer(operator), answer.pk)
    assert ANSWER in page(warga)


def test_photos_of_the_work_open_only_after_their_release(
    warga: Client, follower: Follower, petugas_dlh: User, operator: User
) -> None:
    done = do(petugas_dlh, follower.incident, K.RESOLVED)
    photo = Photo.objects.get(entry=done)
    assert warga.get(f"/lacak/{CODE}/foto/{photo.pk}").status_code == 404
    release(viewer(operator), done.pk)
    assert warga.get(f"/lacak/{CODE}/foto/{photo.pk}").status_code == 200


def test_a_follower_hears_of_steps_and_of_a_released_answer(
    follower: Follower, petugas_dlh: User, operator: User
) -> None:
    do(petugas_dlh, follower.incident, K.ACCEPTED)
    answer = do(petugas_dlh, follower.incident, K.ANSWERED)
    assert len(sent()) == 1
    signed_in(operator).post(f"/meja/rilis/{answer.pk}", {"do": "rilis"})
    mails = sent()
    assert len(mails) == 2
    assert CODE in mails[0].body
    assert "Sampah menumpuk" in mails[0].body
    assert ANSWER not in mails[1].body


def test_stopping_forgets_the_address_and_ends_the_news(
    warga: Client, follower: Follower, petugas_dlh: User
) -> None:
    assert warga.post(f"/lacak/{CODE}/berhenti").status_code == 303
    do(petugas_dlh, follower.incident, K.ACCEPTED)
    follower.refresh_from_db()
    assert follower.email == ""
    assert sent() == []
    shown = page(warga)
    assert "tidak lagi memantau" in shown
    assert "Sampah menumpuk" not in shown


def test_what_became_confidential_is_shown_and_told_no_more(
    warga: Client, follower: Follower, petugas_dlh: User
) -> None:
    Incident.objects.update(confidential=True)
    do(petugas_dlh, Incident.objects.get(), K.ACCEPTED)
    assert sent() == []
    assert "Sampah menumpuk" not in page(warga)


def test_a_reporters_words_are_not_a_followers_news(
    warga: Client, follower: Follower, petugas_dlh: User
) -> None:
    complaint = follower.incident.complaints.get()
    do(petugas_dlh, follower.incident, K.RESOLVED)
    fields = {"do": "objected", "text": "Masih bau sekali di sini."}
    warga.post(f"/lacak/{complaint.tracking_code}/kata", fields)
    shown = page(warga)
    assert "Masih bau" not in shown
    assert "Dibuka kembali" in shown
    assert Notice.objects.filter(to="follower", entry__kind=K.REOPENED).count() == 1
    assert not Notice.objects.filter(to="follower", entry__kind=K.OBJECTED).exists()


def test_news_goes_to_an_address_only_after_its_owner_confirmed_it(
    warga: Client, follower: Follower, petugas_dlh: User
) -> None:
    Follower.objects.update(verified_at=None)
    follower.refresh_from_db()
    ask_to_confirm(follower)
    do(petugas_dlh, follower.incident, K.ACCEPTED)
    (asked,) = sent()
    assert "Sampah" not in asked.body
    link = re.search(r"(/lacak/\S+/alamat/\S+)", str(asked.body))
    assert link
    assert warga.get(link[1]).status_code == 200  # a mail program that opens links confirms nothing
    follower.refresh_from_db()
    assert follower.verified_at is None
    assert warga.post(link[1]).status_code == 303
    do(petugas_dlh, follower.incident, K.STARTED)
    assert len(sent()) == 2


def test_a_reporters_address_is_verified_by_its_link_and_by_no_other(
    warga: Client, incident: Incident
) -> None:
    complaint = incident.complaints.get()
    send_pending(Notice.objects.get(to="reporter").entry_id or 0)
    (receipt,) = [one for one in mail.outbox if one.to == ["siti@example.org"]]
    link = re.search(r"(/lacak/\S+/alamat/\S+)", str(receipt.body))
    assert link
    assert warga.post(link[1][:-2] + "xx").status_code == 404
    assert Reporter.objects.get().verified_at is None
    assert warga.post(link[1]).status_code == 303
    assert Reporter.objects.get(complaint=complaint).verified_at
    Reporter.objects.get().delete()
    Reporter.objects.create(complaint=complaint, email="lain@example.org")
    assert warga.post(link[1]).status_code == 404


def test_codes_of_followers_take_no_words(warga: Client, follower: Follower, settings: Any) -> None:
    assert warga.post(f"/lacak/{CODE}/kata", {"do": "message", "text": "Halo semua."}).status_code == 404
    assert warga.get(f"/api/v1/complaints/{CODE}").status_code == 404
