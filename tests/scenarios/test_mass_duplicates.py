"""Mass duplicates: one clogged drain, a whole street reports it, a camera sees it, and the city has one problem."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from incidents.filing import Contact, Filing, Words
from incidents.fusion.suggest import suggestions
from incidents.intake import take
from incidents.models import Camera, Category, Complaint, Entry, Incident, Notice, Token
from incidents.tokens import issue
from tests.conftest import IN_KEBONSARI, signed_in
from tests.incidents.made import case, do
from tests.incidents.test_cctv_events import event, send

LON, LAT = IN_KEBONSARI
Categories = dict[str, Category]


@pytest.mark.django_db
def test_a_street_reports_one_spot_and_gets_one_case_with_few_mails(
    joining: Categories, operator: User, petugas_dlh: User
) -> None:
    """A thousandth of ten thousand: the steps at which agencies hear are those of 1, 10, 100 … further reports."""
    for number in range(40):
        person = Contact(email=f"warga{number}@contoh.example")
        case(at=(LON + (number % 5) * 1e-5, LAT), age=timedelta(minutes=60 - number), contact=person)
    incident = Incident.objects.get()
    assert incident.complaints.values("tracking_code").distinct().count() == 40
    received = Notice.objects.filter(to=Notice.To.REPORTER)
    assert received.values("complaint").distinct().count() == received.count() == 40
    assert Notice.objects.filter(to=Notice.To.AGENCY).count() == 3  # the case, one further report, ten
    page = signed_in(operator).get(f"/meja/kasus/{incident.pk}").content.decode()
    assert "20 laporan lagi di antaranya" in page
    do(petugas_dlh, incident, Entry.Kind.RESOLVED)
    told = Notice.objects.filter(to=Notice.To.REPORTER, entry__kind=Entry.Kind.RESOLVED)
    assert told.count() == 40


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_still_open_one_case(joining: Categories) -> None:
    def report(number: int) -> None:
        words = Words(f"Selokan mampet di depan rumah nomor {number}.", Complaint.Channel.WEB)
        take(Filing("sampah", timezone.now(), LON, LAT, words=words))
        connection.close()

    threads = [threading.Thread(target=report, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Incident.objects.get().complaints.count() == 8


@pytest.mark.django_db
def test_a_camera_and_a_citizen_meet_in_one_case(joining: Categories, camera: Camera, warga: Client) -> None:
    incident = case(at=(LON + 0.0002, LAT), age=timedelta(hours=3))  # 22 m from the camera
    token = issue(Token.Kind.SOURCE, "uji")
    send(token, [event(n) for n in range(1, 4)])
    met = Incident.objects.get()
    assert (met, met.source, met.camera, met.events.count()) == (incident, "keduanya", camera, 3)
    assert met.entries.get(kind=Entry.Kind.EVIDENCE).data == {"camera": "TPS Kebonsari"}
    send(token, [event(4)])
    assert met.events.count() == 4
    assert met.entries.filter(kind=Entry.Kind.EVIDENCE).count() == 1


@pytest.mark.django_db
def test_a_report_beside_what_a_camera_saw_joins_or_is_suggested(joining: Categories, camera: Camera) -> None:
    send(issue(Token.Kind.SOURCE, "uji"), [event(n) for n in range(1, 4)])
    seen = Incident.objects.get()
    assert case(age=timedelta(0)) == seen
    assert Incident.objects.get().source == "keduanya"
    near = case(at=(LON + 0.0004, LAT), age=timedelta(0))
    assert near != seen
    assert [one.incident for one in suggestions(near)] == [seen]


@pytest.mark.django_db
def test_what_a_camera_still_sees_is_told_again_after_a_day(categories: Categories, camera: Camera) -> None:
    token = issue(Token.Kind.SOURCE, "uji")
    old = timezone.now() - timedelta(days=9)
    send(token, [event(n, at=old + timedelta(minutes=n)) for n in range(1, 4)])
    before = Notice.objects.filter(to=Notice.To.AGENCY).count()
    send(token, [event(4), event(5)])
    incident = Incident.objects.get()
    assert incident.events.count() == 5
    assert incident.entries.filter(kind=Entry.Kind.EVIDENCE).count() == 1
    assert Notice.objects.filter(to=Notice.To.AGENCY).count() == before + 1
