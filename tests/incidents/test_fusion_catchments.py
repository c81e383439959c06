"""Offers where households are known: the catchment takes the kelurahan's part."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from geo.cells import cell_of
from geo.households import load_households
from geo.models import Population
from geo.registry import current_locator
from incidents.fusion import near
from incidents.fusion.offers import offers
from incidents.models import Category
from tests.geo.homes import houses
from tests.incidents.made import case

KEBONSARI = "99.01.01.1001"
WEST, EAST, MAYANGAN = (112.903, -7.677), (112.917, -7.663), (112.91, -7.65)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known(categories: dict[str, Category], tmp_path: Path) -> None:
    near.forget_small()
    load_households(houses(tmp_path))


def key_of(lon: float, lat: float) -> str:
    return near.near_key(current_locator().locate(lon, lat), lon, lat)


def shown(client: Client, lon: float, lat: float) -> str:
    html = client.get(f"/lapor/serupa?category=sampah&lon={lon}&lat={lat}").content.decode()
    return re.sub(r'name="handle" value="[^"]+"', "handle", html)


def test_only_problems_of_the_pins_catchment_are_offered(warga: Client) -> None:
    case(at=WEST, age=timedelta(days=3))
    assert key_of(*WEST) != key_of(*EAST)
    assert shown(warga, *WEST).count("handle") == 1
    assert shown(warga, *EAST).strip() == ""


def test_probing_pins_inside_a_catchment_learn_nothing_but_the_catchment(warga: Client) -> None:
    case(at=WEST, age=timedelta(days=3))
    case(at=EAST, age=timedelta(days=4))
    spots = [(112.9005 + i * 0.0009, -7.6795 + j * 0.0009) for i in range(22) for j in range(22)]
    mine = [spot for spot in spots if cell_of(*spot) == cell_of(*WEST)]
    assert len(mine) > 10
    assert len({shown(warga, *spot) for spot in (mine[0], mine[len(mine) // 2], mine[-1], WEST)}) == 1


def test_where_no_households_are_known_the_kelurahan_is_the_surroundings(
    categories: dict[str, Category],
) -> None:
    assert key_of(*MAYANGAN) == "99.01.01.1002"
    case(at=(112.902, -7.642), age=timedelta(days=3))
    case(at=(112.918, -7.658), age=timedelta(days=3))
    assert len(offers(key_of(*MAYANGAN), categories["sampah"], timezone.now())) == 2


def test_a_pin_beyond_all_catchments_is_offered_nothing_and_never_shown(
    categories: dict[str, Category], warga: Client
) -> None:
    beyond = (112.8998, -7.675)  # some 20 m outside of Kebonsari
    assert current_locator().locate(*beyond).approximate
    case(at=beyond, age=timedelta(days=3))
    case(at=WEST, age=timedelta(days=3))
    assert key_of(*beyond) == ""
    assert shown(warga, *beyond).strip() == ""
    assert shown(warga, *WEST).count("handle") == 1


def test_the_newest_five_of_the_catchment_come_first(categories: dict[str, Category]) -> None:
    for days in range(1, 8):
        case(at=WEST, age=timedelta(days=days))
        case(at=EAST, age=timedelta(days=days))
    weeks = [one.week for one in offers(key_of(*WEST), categories["sampah"], timezone.now())]
    assert len(weeks) == 5
    assert weeks == sorted(weeks, reverse=True)


def test_a_small_kelurahan_shows_nothing_in_its_catchments_either(categories: dict[str, Category]) -> None:
    case(at=WEST, age=timedelta(days=3))
    Population.objects.create(area_code=KEBONSARI, year=2025, people=120, households=40)
    near.forget_small()
    assert offers(key_of(*WEST), categories["sampah"], timezone.now()) == []


def test_the_answer_to_a_programs_report_lists_the_catchments_problems(
    categories: dict[str, Category],
) -> None:
    case(at=WEST, age=timedelta(days=3))
    report = {"category": "sampah", "description": "Sampah menumpuk di depan pasar."}
    for (lon, lat), count in ((WEST, 1), (EAST, 0)):
        answer = Client().post(
            "/api/v1/complaints", report | {"lon": lon, "lat": lat}, content_type="application/json"
        )
        assert answer.status_code == 201
        assert len(answer.json()["similar"]) == count
