from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from incidents.filing import Contact
from incidents.fusion.join import is_round
from incidents.models import Category, Complaint, Entry, Incident, Notice
from tests.conftest import IN_KEBONSARI
from tests.incidents.made import case, do

LON, LAT = IN_KEBONSARI
A_STEP = 0.00004  # about 4 m
pytestmark = pytest.mark.django_db


def reported(lon: float = LON, lat: float = LAT, category: str = "sampah", **more: Any) -> Incident:
    return case(category, (lon, lat), age=timedelta(0), **more)


def test_a_report_of_the_same_spot_joins_the_open_case(joining: dict[str, Category]) -> None:
    first = case(age=timedelta(days=2))
    again = reported(LON + A_STEP, contact=Contact(email="kedua@contoh.example"))
    assert again == first
    codes = set(first.complaints.values_list("tracking_code", flat=True))
    assert len(codes) == 2
    assert Incident.objects.count() == 1
    told = Notice.objects.filter(to=Notice.To.REPORTER)
    assert [one.complaint and one.complaint.reporter.email for one in told] == ["kedua@contoh.example"]


@pytest.mark.parametrize(
    "other",
    [
        {"lon": LON + 0.0002},  # 22 m
        {"category": "banjir"},
        {"confidential": True},
    ],
)
def test_another_spot_topic_or_a_confidential_report_opens_its_own(
    joining: dict[str, Category], other: dict[str, Any]
) -> None:
    case(age=timedelta(days=2))
    reported(**other)
    assert Incident.objects.count() == 2


@pytest.mark.parametrize("code", ["jentik", "pungli"])
def test_only_the_open_tier_joins(joining: dict[str, Category], code: str) -> None:
    for _i in range(2):
        reported(category=code)
    assert Incident.objects.count() == 2


def test_nothing_joins_what_is_confidential_emergency_solved_or_long_quiet(
    joining: dict[str, Category], petugas_dlh: User
) -> None:
    case(age=timedelta(days=2), confidential=True)
    case(age=timedelta(days=15))
    do(petugas_dlh, case(age=timedelta(hours=3)), Entry.Kind.RESOLVED)
    before = Incident.objects.count()
    joining["sampah"].emergency = True
    joining["sampah"].save()
    case(age=timedelta(hours=2))
    reported()
    assert Incident.objects.count() == before + 2


def test_how_near_is_the_topics_own_rule(joining: dict[str, Category]) -> None:
    joining["sampah"].join_metres = 50
    joining["sampah"].save()
    case(age=timedelta(days=2))
    reported(LON + 0.0003)  # 33 m
    assert Incident.objects.count() == 1
    joining["sampah"].join_metres = 0
    joining["sampah"].save()
    reported()
    assert Incident.objects.count() == 2


def test_agencies_hear_of_the_first_tenth_and_hundredth_further_report(
    joining: dict[str, Category],
) -> None:
    incident = case(age=timedelta(hours=3))
    for _i in range(12):
        reported()
    told = list(incident.entries.filter(kind=Entry.Kind.EVIDENCE).values_list("data__reports", flat=True))
    assert told == [2, 11]
    assert Notice.objects.filter(to=Notice.To.AGENCY, entry__kind=Entry.Kind.EVIDENCE).count() == 2
    assert [n for n in range(1, 2000) if is_round(n)] == [1, 10, 100, 1000]


def test_after_a_quiet_day_the_next_report_is_told_again(joining: dict[str, Category]) -> None:
    incident = case(age=timedelta(days=5))
    for hours in (60, 59, 12):
        case(age=timedelta(hours=hours))
    assert incident.entries.filter(kind=Entry.Kind.EVIDENCE).count() == 2


def answer(code: str) -> dict[str, Any]:
    found: dict[str, Any] = Client().get(f"/api/v1/complaints/{code}").json()
    return found


def test_the_answer_does_not_tell_that_the_problem_was_known(
    joining: dict[str, Category], petugas_dlh: User, warga: Client
) -> None:
    known = case("banjir", age=timedelta(days=9))
    body = {"category": "banjir", "description": "Banjir di depan rumah sampai lutut.", "lat": LAT}
    joined = warga.post("/api/v1/complaints", {**body, "lon": LON}, "application/json").json()
    fresh = warga.post("/api/v1/complaints", {**body, "lon": LON + 0.005}, "application/json").json()
    assert Incident.objects.count() == 2
    assert {**joined, "tracking_code": "", "similar": []} == {**fresh, "tracking_code": "", "similar": []}
    mine, other = answer(joined["tracking_code"]), answer(fresh["tracking_code"])
    same = ("status", "agencies", "due_at", "resolved_at")
    assert {key: mine[key] for key in same} == {key: other[key] for key in same}
    assert [one["kind"] for one in mine["timeline"]] == [one["kind"] for one in other["timeline"]]
    assert mine["timeline"][1]["agencies"] == other["timeline"][1]["agencies"]
    assert known.complaints.count() == 2


def test_what_happens_from_then_on_is_told_to_both(joining: dict[str, Category], petugas_dlh: User) -> None:
    incident = case(age=timedelta(days=2))
    do(petugas_dlh, incident, Entry.Kind.ACCEPTED, at=timezone.now() - timedelta(days=1))
    reported()
    first, second = incident.complaints.order_by("received_at")
    assert [one["kind"] for one in answer(second.tracking_code)["timeline"]] == ["received", "assigned"]
    assert answer(second.tracking_code)["status"] == "diterima"
    do(petugas_dlh, incident, Entry.Kind.ANSWERED)
    kinds = [one["kind"] for one in answer(second.tracking_code)["timeline"]]
    assert kinds == ["received", "assigned", "answered"]
    assert answer(second.tracking_code)["status"] == answer(first.tracking_code)["status"] == "dikerjakan"
    assert [one["kind"] for one in answer(first.tracking_code)["timeline"]][2:] == ["accepted", "answered"]


def test_a_repeated_sending_gets_the_first_answer_with_its_handles(
    joining: dict[str, Category], warga: Client
) -> None:
    case(age=timedelta(days=2))
    case(age=timedelta(days=3), at=(LON + 0.005, LAT))
    body = {"category": "sampah", "description": "Sampah menumpuk di pasar.", "lon": LON, "lat": LAT}
    sent = [
        warga.post("/api/v1/complaints", body, "application/json", headers={"Idempotency-Key": "k"})
        for _i in range(2)
    ]
    assert [one.status_code for one in sent] == [201, 200]
    assert sent[0].json() == sent[1].json()
    similar = sent[0].json()["similar"]
    assert len(similar) == 2
    assert set(similar[0]) == {"handle", "category", "week", "status"}
    assert Complaint.objects.count() == 3
