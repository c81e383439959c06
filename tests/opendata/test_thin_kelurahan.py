"""A kelurahan with a few known homes, too few for a catchment: its name alone would point at them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from geo.households import load_households
from geo.models import City
from incidents.models import Camera, Category, CctvEvent, Complaint
from opendata import telling
from opendata.anonymise import reasons
from opendata.policy import Numbers
from opendata.recipes import cameras, incidents, registry
from opendata.recipes.made import Order
from opendata.sources import borders
from opendata.weeks import Period
from tests.conftest import IN_KEBONSARI, IN_KEPEL
from tests.geo.homes import houses

KEPEL = "99.01.02.1002"
ORDER = Order("x", Period.parse("2026-10"), 0, Numbers(), ZoneInfo("Asia/Jakarta"), bytes(range(32)))


@pytest.fixture
def few_homes(tmp_path: Path) -> None:
    """Two hundred households in Kebonsari, five in Kepel."""
    path = houses(tmp_path)
    path.write_text(path.read_text() + f"{IN_KEPEL[0]},{IN_KEPEL[1]},5\n")
    load_households(path)


def test_rows_without_a_catchment_stay_inside_where_a_few_households_are_known() -> None:
    rows = pd.DataFrame(
        {
            "kelurahan_code": ["a", "a", "b"],
            "catchment": ["", "a-001", ""],
            "tier": "open",
            "confidential": False,
        }
    )
    areas = pd.DataFrame({"kelurahan_code": ["a", "b"]})

    assert list(reasons(rows, areas, thin=["a"])) == ["place", "", ""]
    assert list(reasons(rows, areas)) == ["", "", ""]


@pytest.mark.django_db
def test_incidents_and_made_up_ones_of_a_thin_kelurahan_are_held_back(
    october: list[Complaint], few_homes: None
) -> None:
    made = incidents.make(ORDER)
    pins = pd.DataFrame(
        {"lon": [IN_KEPEL[0], IN_KEBONSARI[0]], "lat": [IN_KEPEL[1], IN_KEBONSARI[1]], "topic": 0}
    ).assign(at=pd.Timestamp(timezone.now()), reporter=[1, 2])

    assert borders(()).thin == {KEPEL}
    assert set(made.frame["kelurahan_code"]) == {"99.01.01.1001"}
    assert made.held == {"confidential": 1, "aggregate": 1, "closed": 1, "place": 2}
    assert list(incidents.simulate(ORDER, pins).index) == [1]


@pytest.mark.django_db
def test_where_no_household_of_a_kelurahan_is_known_it_stays_the_place(
    october: list[Complaint], tmp_path: Path
) -> None:
    before = incidents.make(ORDER)
    load_households(houses(tmp_path))

    assert borders(()).thin == set()
    assert len(incidents.make(ORDER).frame) == len(before.frame) == 4


@pytest.mark.django_db
def test_camera_events_of_a_thin_kelurahan_are_held_back(camera: Camera, now: Any, few_homes: None) -> None:
    assert ORDER.period is not None
    at = ORDER.period.start(ORDER.zone)
    CctvEvent.objects.bulk_create(
        CctvEvent(
            sender="uji", source="uji", subject=str(n), camera=camera, klass="sampah", state="end",
            location=Point(*IN_KEPEL, srid=4326), kelurahan_code=KEPEL, happened_at=at, received_at=at,
        )
        for n in range(12)
    )  # fmt: skip

    made = cameras.make(ORDER)

    assert (len(made.frame), made.held) == (0, {"place": 12})


@pytest.mark.django_db
def test_every_reason_that_recipes_give_has_words(city: City, categories: dict[str, Category]) -> None:
    assert registry.RECIPES
    for reason in ("confidential", "closed", "aggregate", "place", "small", "few", "agencies"):
        assert telling.held(reason) != reason
