from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from incidents.cctv.api import BATCH, SINGLE
from incidents.models import Camera, CctvEvent, Incident, Token
from incidents.tokens import issue

URL = "/api/v1/cctv/events"


@pytest.fixture
def token(camera: Camera) -> str:
    return issue(Token.Kind.SOURCE, "uji")


def event(number: int, *, at: datetime | None = None, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": "/frigate/tps",
        "subject": f"s{number}",
        "type": "id.kentongan.cctv",
        "time": (at or timezone.now() - timedelta(minutes=10 - number)).isoformat(),
        "data": {"camera": "TPS-01", "class": "sampah", "state": "start", "confidence": 0.9, **data},
    }


def send(token: str, body: object, kind: str = BATCH, language: str = "id") -> Any:
    content = body if isinstance(body, str) else json.dumps(body)
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
    return Client().post(URL, content, content_type=kind, headers=headers)


def test_events_open_one_case_at_the_third_sighting(token: str, camera: Camera) -> None:
    assert send(token, event(1), SINGLE).status_code == 202
    assert send(token, event(2), SINGLE).json() == {
        "results": [{"id": "e2", "status": "accepted", "error": None}]
    }
    assert not Incident.objects.exists()

    send(token, event(3), SINGLE)

    incident = Incident.objects.get()
    assert (incident.source, incident.kelurahan, incident.camera) == ("cctv", "Kebonsari", camera)
    assert [a.agency.code for a in incident.assignments.all()] == ["dlh"]
    assert incident.events.count() == 3


def test_a_further_event_joins_the_open_case_and_opens_no_second(token: str) -> None:
    send(token, [event(n) for n in range(1, 8)])

    assert Incident.objects.get().events.count() == 7


def test_a_repeat_is_a_duplicate_and_end_belongs_to_its_start(token: str) -> None:
    send(token, event(1), SINGLE)
    repeat = send(token, event(1), SINGLE)
    send(token, event(1, state="end") | {"id": "e1-end", "subject": "s1"}, SINGLE)

    assert repeat.status_code == 202
    assert repeat.json()["results"][0]["status"] == "duplicate"
    row = CctvEvent.objects.get()
    assert row.state == "end"
    assert row.ended_at is not None


def test_an_end_that_overtakes_its_start_stays_the_end(token: str) -> None:
    early, late = timezone.now() - timedelta(minutes=9), timezone.now() - timedelta(minutes=3)
    send(token, event(1, at=late, state="end") | {"id": "b"}, SINGLE)
    send(token, event(1, at=early, state="start") | {"id": "a"}, SINGLE)

    row = CctvEvent.objects.get()
    assert (row.state, row.happened_at, row.ended_at) == ("end", early, late)


def test_weak_sightings_and_those_outside_the_window_do_not_count(token: str) -> None:
    hours_ago = timezone.now() - timedelta(hours=3)
    send(
        token,
        [event(1, confidence=0.2), event(2, confidence=0.3), event(3, at=hours_ago), event(4), event(5)],
    )

    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (event(1, camera="TIDAK-ADA"), "data.camera"),
        (event(1, at=timezone.now() + timedelta(hours=2)), "time"),
        (event(1, at=timezone.now() - timedelta(days=800)), "time"),
        (event(1) | {"time": "kemarin"}, "time"),
        (event(1) | {"time": "2026-11-21T08:00:00"}, "time"),
        (event(1) | {"specversion": "0.3"}, "specversion"),
        (event(1) | {"id": ""}, "id"),
        (event(1) | {"id": "\ud800"}, "id"),
        (event(1, zone="\x00"), "data.zone"),
        (event(1) | {"data": "x"}, "data"),
        (event(1) | {"data": {"camera": "TPS-01", "class": "wajah"}}, "data.class"),
        (event(1, confidence=1.5), "data.confidence"),
        (event(1, confidence=True), "data.confidence"),
        (event(1, count=-1), "data.count"),
    ],
)
def test_a_wrong_event_is_refused_in_indonesian_and_not_kept(
    token: str, bad: dict[str, Any], field: str
) -> None:
    answer = send(token, bad, SINGLE)

    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["errors"][0]["field"] == field
    assert not CctvEvent.objects.exists()


def test_in_a_batch_the_good_are_kept_and_the_wrong_named(token: str) -> None:
    answer = send(token, [event(1), event(2, camera="TIDAK-ADA"), 5, event(1)])

    assert answer.status_code == 202
    assert [r["status"] for r in answer.json()["results"]] == [
        "accepted",
        "rejected",
        "rejected",
        "duplicate",
    ]
    assert CctvEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", SINGLE, 400),
        ("[]", SINGLE, 422),
        ("{}", BATCH, 422),
        ("[" * 100_000, BATCH, 400),
        ("{}", "application/json", 415),
        (json.dumps([{}] * 1001), BATCH, 422),
    ],
)
def test_unreadable_bodies_are_refused(token: str, body: str, kind: str, status: int) -> None:
    answer = send(token, body, kind)

    assert answer.status_code == status
    assert answer.json()["status"] == status


def test_without_the_token_of_a_source_nothing_is_taken(camera: Camera) -> None:
    for token in ("", "kt_salah", issue(Token.Kind.AGENCY, "dlh")):
        answer = send(token, event(1), SINGLE)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_what_identifies_people_is_dropped(token: str) -> None:
    body = event(1, sub_label="Budi", license_plate="N 1234 AB", snapshot_url="http://cam/1.jpg")
    send(token, body, SINGLE)

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM incidents_cctvevent e")
        (kept,) = cursor.fetchone()
    assert not {"Budi", "1234", "cam/1"} & set(kept.replace('"', " ").split())


@pytest.mark.django_db(transaction=True)
def test_many_senders_at_once_open_one_case(token: str) -> None:
    def deliver(start: int) -> None:
        send(token, [event(n, at=timezone.now()) for n in range(start, start + 5)])
        connection.close()

    threads = [threading.Thread(target=deliver, args=(n * 100,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Incident.objects.count() == 1
    assert CctvEvent.objects.count() == 20


def test_sightings_that_arrive_out_of_order_open_a_case_all_the_same(token: str) -> None:
    now = timezone.now()
    for number, minutes in ((1, 40), (2, 30), (3, 50)):
        send(token, event(number, at=now - timedelta(minutes=minutes)), SINGLE)

    assert Incident.objects.get().events.count() == 3


def test_a_sighting_that_becomes_certain_late_counts_from_when_it_began(token: str) -> None:
    now = timezone.now()
    send(token, event(1, at=now - timedelta(minutes=40), confidence=0.3), SINGLE)
    send(token, [event(n, at=now - timedelta(minutes=40 - 5 * n)) for n in (2, 3)])
    assert not Incident.objects.exists()

    send(token, event(1, at=now - timedelta(minutes=35), state="update") | {"id": "e1-later"}, SINGLE)

    assert Incident.objects.get().events.count() == 3
