"""GET /api/v1/incidents: an agency's own cases as GeoJSON, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client
from django.utils import timezone

from geo.models import Agency
from incidents.filing import Contact
from incidents.models import Category, Entry, Incident, Token
from incidents.tokens import issue
from tests.conftest import IN_KEPEL, signed_in
from tests.incidents.made import TEXT, case, do

Categories = dict[str, Category]


@pytest.fixture
def header(agencies: dict[str, Agency]) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue(Token.Kind.AGENCY, 'dlh')}"}


def ask(client: Client, header: dict[str, str], **query: str | int) -> Any:
    answer = client.get("/api/v1/incidents", query, headers=header)
    assert answer.status_code == 200, answer.content
    return answer.json()


def found(client: Client, header: dict[str, str], **query: str | int) -> list[int]:
    return [feature["id"] for feature in ask(client, header, **query)["features"]]


def test_a_case_is_a_feature_with_its_place_state_and_clock(
    categories: Categories, client: Client, header: dict[str, str]
) -> None:
    incident = case(contact=Contact("Siti Rahma", "siti@example.org"))
    answer = client.get("/api/v1/incidents", headers=header)
    (feature,) = answer.json()["features"]

    assert answer["Content-Type"] == "application/geo+json"
    assert "no-store" in answer["Cache-Control"]
    assert feature["type"] == "Feature"
    assert feature["geometry"] == {"type": "Point", "coordinates": [112.91, -7.67]}
    known = feature["properties"]
    assert known["id"] == incident.pk
    assert known["category"] == {"code": "sampah", "name": "Sampah menumpuk"}
    assert known["kelurahan"] == {"code": "99.01.01.1001", "name": "Kebonsari"}
    assert (known["status"], known["role"], known["assignment"]) == ("diterima", "lead", "sent")
    assert known["late"] is False
    assert known["url"].endswith(f"/meja/kasus/{incident.pk}")
    assert TEXT not in answer.content.decode()
    assert "Siti" not in answer.content.decode()


def test_a_case_without_a_pin_has_no_geometry(
    categories: Categories, client: Client, header: dict[str, str]
) -> None:
    case(at=None, kelurahan="99.01.01.1001")
    assert ask(client, header)["features"][0]["geometry"] is None


def test_pages_follow_each_other_and_hold_each_case_once(
    categories: Categories, client: Client, header: dict[str, str]
) -> None:
    made = [case().pk for _i in range(5)]
    seen: list[int] = []
    page = ask(client, header, limit=2)
    while True:
        seen += [feature["id"] for feature in page["features"]]
        if page["next"] is None:
            break
        if len(seen) == 2:
            made.append(case().pk)  # what comes meanwhile comes last
        page = client.get(page["next"], headers=header).json()

    assert seen == made


def test_the_filters_stay_from_page_to_page(
    categories: Categories, client: Client, header: dict[str, str]
) -> None:
    for _i in range(2):
        case()
        case(at=IN_KEPEL)
    page = ask(client, header, limit=1, bbox="112.92,-7.66,112.94,-7.64")
    again = client.get(page["next"], headers=header).json()
    places = [one["features"][0]["properties"]["kelurahan"]["name"] for one in (page, again)]
    assert places == ["Kepel", "Kepel"]
    assert again["next"] is None


@pytest.mark.parametrize(
    ("bbox", "number"),
    [
        ("112.90,-7.68,112.92,-7.66", 1),
        ("112.91,-7.67,112.92,-7.66", 1),  # on the corner
        ("112.91,-7.67,112.91,-7.67", 1),  # a single point
        ("112.9100001,-7.67,112.92,-7.66", 0),
        ("-180,-90,180,90", 1),
        ("0,0,1,1", 0),
    ],
)
def test_a_box_holds_what_lies_in_it_with_its_border(
    categories: Categories, client: Client, header: dict[str, str], bbox: str, number: int
) -> None:
    case()
    assert len(found(client, header, bbox=bbox)) == number


def test_state_category_and_time_of_change_narrow_the_answer(
    categories: Categories, client: Client, header: dict[str, str], petugas_dlh: User
) -> None:
    old, done = case(age=timedelta(days=3)), case(age=timedelta(days=3))
    do(petugas_dlh, done, Entry.Kind.RESOLVED)
    since = (timezone.now() - timedelta(hours=1)).isoformat()

    assert found(client, header, status="selesai") == [done.pk]
    assert found(client, header, status="diterima") == [old.pk]
    assert found(client, header, since=since) == [done.pk]
    assert found(client, header, category="lingkungan") == [old.pk, done.pk]
    assert found(client, header, category="banjir") == []


def test_what_is_late_is_told(categories: Categories, client: Client, header: dict[str, str]) -> None:
    case(age=timedelta(days=60))
    assert ask(client, header)["features"][0]["properties"]["late"] is True


def test_a_returned_case_is_gone(
    categories: Categories, client: Client, header: dict[str, str], petugas_dlh: User
) -> None:
    incident: Incident = case()
    do(petugas_dlh, incident, Entry.Kind.RETURNED, "Bukan wewenang kami.")
    assert found(client, header) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("bbox=1,2,3", "bbox"),
        ("bbox=a,b,c,d", "bbox"),
        ("bbox=nan,0,1,1", "bbox"),
        ("bbox=2,0,1,1", "bbox"),
        ("bbox=0,0,181,1", "bbox"),
        ("bbox=0,0,1e999,1", "bbox"),
        ("since=kemarin", "since"),
        ("since=2026-11-20", "since"),
        ("since=2026-11-20T08:30:00", "since"),
        ("since=2026-11-20T08:30:00 07:00", "since"),
        ("since=2026-13-20T08:30:00Z", "since"),
        ("since=1732060800", "since"),
        ("status=terbang", "status"),
        ("category=tidak-ada", "category"),
        ("category=%00", "category"),
        ("cursor=123", "cursor"),
        ("cursor=%00", "cursor"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=banyak", "limit"),
        ("status=selesai&status=ditutup", "status"),
        ("bbox=0,0,1,1&bbox=0,0,2,2", "bbox"),
    ],
)
def test_what_cannot_be_read_is_named(
    categories: Categories, client: Client, header: dict[str, str], query: str, field: str
) -> None:
    answer = client.get(f"/api/v1/incidents?{query}", headers=header)
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_cursor_of_somebody_elses_making_is_refused(
    categories: Categories, client: Client, header: dict[str, str]
) -> None:
    forged = signing.dumps(1, key="x" * 50, salt="incidents.api_agency")
    assert client.get("/api/v1/incidents", {"cursor": forged}, headers=header).status_code == 400


def test_a_session_or_a_source_is_no_agency(
    categories: Categories, client: Client, petugas_dlh: User
) -> None:
    source = {"Authorization": f"Bearer {issue(Token.Kind.SOURCE, 'dlh')}"}
    assert client.get("/api/v1/incidents", headers=source).status_code == 401
    assert client.get("/api/v1/incidents").status_code == 401
    assert signed_in(petugas_dlh).get("/api/v1/incidents").status_code == 401


def test_the_names_follow_the_language_that_is_asked_for(
    categories: Categories, client: Client, header: dict[str, str]
) -> None:
    case()
    answer = client.get("/api/v1/incidents", headers=header | {"Accept-Language": "en"}).json()
    assert answer["features"][0]["properties"]["category"]["name"] == "Piled-up rubbish"
