"""Reports of citizens of Kota Contoh in the autumn of 2026, and a November morning on which October is released."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connections
from django.utils import translation

from incidents.filing import Contact, Filing, Words
from incidents.intake import take
from incidents.models import Category, Complaint
from opendata.building import carry_out, order
from opendata.models import Build, Definition, Release
from opendata.recipes.registry import RECIPES
from tests.conftest import IN_KEBONSARI, IN_KEPEL
from tests.opendata import small_recipe
from tests.opendata.former import release_former

NOVEMBER = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
IN_OCTOBER = datetime(2026, 10, 14, 3, 0, tzinfo=UTC)
TEXT = "Tumpukan karung goni di bawah jembatan gantung sudah berbau."

Report = Callable[..., Complaint]


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """It is 20 November 2026, ten in the morning in Jakarta, and stays so."""
    with time_machine.travel(NOVEMBER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def report(categories: dict[str, Category], now: time_machine.Traveller) -> Report:
    """Files a report: `report("sampah", at=IN_KEPEL, received=…, confidential=True)`."""

    def file(
        category: str = "sampah",
        at: tuple[float, float] = IN_KEBONSARI,
        received: datetime = IN_OCTOBER,
        **words: Any,
    ) -> Complaint:
        said = Words(**{"description": TEXT, "channel": Complaint.Channel.WEB, **words})
        taken = take(Filing(category=category, at=received, lon=at[0], lat=at[1], words=said))
        assert taken.complaint
        return taken.complaint

    return file


@pytest.fixture
def october(report: Report) -> list[Complaint]:
    """Seven reports of October: four that may be counted, one confidential, one aggregate, one closed."""
    siti = Contact("Siti Rahmawati", "siti.rahma@surel.example", "0812 3456 7890")
    return [
        report("sampah", IN_KEBONSARI, contact=siti, address_note="samping warung Bu Painem"),
        report("sampah", IN_KEBONSARI, datetime(2026, 10, 15, 3, 0, tzinfo=UTC)),
        report("sampah", IN_KEPEL),
        report("banjir", IN_KEPEL, datetime(2026, 10, 27, 3, 0, tzinfo=UTC)),
        report("sampah", IN_KEBONSARI, confidential=True),
        report("jentik", IN_KEPEL),
        report("pungli", IN_KEPEL),
    ]


@pytest.fixture
def released(october: list[Complaint]) -> Release:
    """October of the first dataset, released."""
    return release_former("2026-10")


@pytest.fixture
def as_public() -> Iterator[Any]:
    """A cursor of the public readers' own role."""
    with connections["public"].cursor() as cursor:
        yield cursor


@pytest.fixture
def trial(october: list[Complaint], monkeypatch: pytest.MonkeyPatch) -> Iterator[Definition]:
    """The tests' own dataset: six reports of October that may be told, one that may not."""
    monkeypatch.setitem(RECIPES, "codes", small_recipe.RECIPE)
    with translation.override("en"):
        yield small_recipe.define()


@pytest.fixture
def steward(db: None) -> User:
    return User.objects.create_user("walidata@contoh.example")


@pytest.fixture
def ready(trial: Definition, steward: User) -> Build:
    """October, built and attacked, waiting for approval."""
    return carry_out(order(trial, "2026-10", 0, steward).pk)
