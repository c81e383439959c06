from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from incidents.fusion import near
from incidents.models import Category, Follower, Handle
from tests.conftest import IN_KEBONSARI
from tests.incidents.made import case

LON, LAT = IN_KEBONSARI
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people() -> None:
    near.forget_small()


def fragment(client: Client, lon: float = LON, lat: float = LAT, category: str = "sampah") -> str:
    answer = client.get(f"/lapor/serupa?category={category}&lon={lon}&lat={lat}")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode()


def handles(html: str) -> list[str]:
    return re.findall(r'name="handle" value="([^"]+)"', html)


def without_handles(html: str) -> str:
    return re.sub(r'name="handle" value="[^"]+"', "", html)


def test_three_probing_pins_learn_nothing_of_the_place(
    categories: dict[str, Category], warga: Client
) -> None:
    case(at=(112.902, -7.678), age=timedelta(days=3))
    case(at=(112.918, -7.662), age=timedelta(days=10))
    at, far, corner = (
        fragment(warga, *pin) for pin in ((112.902, -7.678), (112.91, -7.67), (112.9199, -7.6601))
    )
    assert without_handles(at) == without_handles(far) == without_handles(corner)
    assert len(handles(at)) == 2


def test_filing_a_report_changes_no_offer_at_once(joining: dict[str, Category], warga: Client) -> None:
    case(age=timedelta(days=3))
    before = without_handles(fragment(warga))
    for lon in (LON, LON + 0.005):  # one joins, the other opens a case
        case(at=(lon, LAT), age=timedelta(0))
    assert without_handles(fragment(warga)) == before


@pytest.mark.parametrize("query", [{}, {"category": "sampah"}, {"category": "x", "lon": "112.91", "lat": "-7.67"},
                                   {"category": "sampah", "lon": "1e400", "lat": "-7.67"}])  # fmt: skip
def test_without_topic_or_pin_nothing_is_offered(
    categories: dict[str, Category], warga: Client, query: dict[str, Any]
) -> None:
    case(age=timedelta(days=3))
    answer = warga.get("/lapor/serupa", query)
    assert answer.status_code == 200
    assert not handles(answer.content.decode())


def test_looking_at_offers_has_a_limit(categories: dict[str, Category], warga: Client, settings: Any) -> None:
    settings.RATE_LIMIT_OFFERS = (2, 600)
    for _i in range(2):
        fragment(warga)
    refused = warga.get(f"/lapor/serupa?category=sampah&lon={LON}&lat={LAT}")
    assert refused.status_code == 429


@pytest.mark.parametrize("cookie", ["csrftoken", "peramban"])
def test_a_cookie_made_up_for_each_look_is_no_other_browser(
    categories: dict[str, Category], settings: Any, cookie: str
) -> None:
    settings.RATE_LIMIT_OFFERS = (2, 600)
    states = []
    for n in range(3):
        browser = Client()
        browser.cookies[cookie] = f"{n:032d}"
        states.append(browser.get(f"/lapor/serupa?category=sampah&lon={LON}&lat={LAT}").status_code)

    assert states == [200, 200, 429]


def test_without_scripts_the_offers_stand_beside_the_destination(
    categories: dict[str, Category], warga: Client
) -> None:
    case(age=timedelta(days=3))
    asked = {
        "category": "sampah",
        "lon": LON,
        "lat": LAT,
        "description": "Sampah menumpuk di pasar.",
        "action": "check",
    }
    page = warga.post("/lapor", asked).content.decode()
    assert "Ikut memantau" in page
    followed = warga.post("/lapor/ikuti", {"handle": handles(page)[0], "email": "warga@contoh.example"})
    follower = Follower.objects.get()
    assert (followed.status_code, followed["Location"]) == (303, f"/lacak/{follower.code}?baru=1")
    assert followed["Referrer-Policy"] == "no-referrer"


def test_what_is_refused_comes_back_with_what_was_typed(
    categories: dict[str, Category], warga: Client
) -> None:
    case(age=timedelta(days=3))
    handle = handles(fragment(warga))[0]
    wrong = warga.post("/lapor/ikuti", {"handle": handle, "email": "bukan alamat"})
    assert wrong.status_code == 422
    assert 'value="bukan alamat"' in wrong.content.decode()
    assert handle in wrong.content.decode()
    assert warga.post("/lapor/ikuti", {"handle": handle}).status_code == 303
    assert warga.post("/lapor/ikuti", {"handle": handle}).status_code == 409
    assert warga.post("/lapor/ikuti", {"handle": "tebakan"}).status_code == 404
    assert Handle.objects.filter(used_at=None).count() == 0


def test_a_handle_of_the_api_is_followed_by_the_api(joining: dict[str, Category], warga: Client) -> None:
    case(age=timedelta(days=3))
    body = {"category": "sampah", "description": "Sampah menumpuk di pasar.", "lon": LON + 0.005, "lat": LAT}
    (offer,) = warga.post("/api/v1/complaints", body, "application/json").json()["similar"]
    followed = warga.post("/api/v1/followers", {"handle": offer["handle"]}, "application/json")
    assert followed.status_code == 201
    assert followed.json() == {"tracking_code": Follower.objects.get().code}
    again = warga.post("/api/v1/followers", {"handle": offer["handle"]}, "application/json")
    assert (again.status_code, again.json()["title"] != "") == (409, True)
    wrong = warga.post("/api/v1/followers", {"handle": "x", "email": "y"}, "application/json")
    assert wrong.json()["errors"][0]["field"] == "email"
    broken = warga.post("/api/v1/followers", '{"handle": "\\ud800"}', "application/json")
    assert broken.status_code == 404
