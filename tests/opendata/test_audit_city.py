"""The audit of a real candidate: from the working tables through the recipe to the verdicts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from geo.cells import cell_shapes, cells_of
from geo.households import load_households
from geo.models import City
from incidents.models import Category, Complaint
from opendata.audit.facts import known_homes, public_lists, simulator
from opendata.audit.gate import examine
from opendata.audit.household import examine as guess_households
from opendata.audit.public import COARSE, public_columns, unknown_columns
from opendata.audit.subject import Subject
from opendata.audit.trials import visits
from opendata.audit.verdicts import require
from opendata.policy import Numbers
from opendata.recipes.incidents import RECIPE
from opendata.recipes.made import Order
from opendata.sources import borders
from opendata.weeks import Period
from tests.geo.homes import houses

NUMBERS = Numbers(homes=2000)


@pytest.fixture
def order() -> Order:
    return Order("kejadian", Period.parse("2026-10"), 0, NUMBERS, ZoneInfo("Asia/Jakarta"), bytes(range(32)))


@pytest.fixture
def candidate(october: list[Complaint], order: Order, tmp_path: Path) -> Subject:
    load_households(houses(tmp_path))
    made, public = RECIPE.make(order), borders(())
    return Subject(
        recipe=RECIPE,
        order=order,
        frame=made.frame,
        truth=made.truth,
        homes=known_homes(),
        shapes={**public.shapes, **cell_shapes(), **made.shapes},
        areas=public.shapes,
        lists=public_lists(public.areas, NUMBERS),
        simulate=simulator(RECIPE, order),
    )


def test_a_candidate_of_the_city_passes_all_attacks(candidate: Subject) -> None:
    verdicts = examine(candidate)

    require(verdicts)
    assert {verdict.attack for verdict in verdicts} >= {"household-homes", "household-smallest", "uniqueness"}


def test_all_columns_but_the_id_are_explained_by_public_lists(candidate: Subject) -> None:
    found = public_columns(candidate.rows, candidate.lists)

    assert unknown_columns(candidate.rows, candidate.lists) == ["id"]
    assert [found[title] for title in COARSE] == [
        "kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan", "catchment", "category", "urusan", "week",
    ]  # fmt: skip


def test_made_up_reports_take_the_way_of_real_ones(candidate: Subject) -> None:
    assert candidate.simulate
    assert candidate.homes
    pins = visits(candidate, candidate.homes, np.arange(200), candidate.rng("test"))

    first, second = candidate.simulate(pins), candidate.simulate(pins)

    assert tuple(first.columns) == RECIPE.column_names
    assert sorted(first.index) == list(pins.index)
    assert list(first.loc[pins.index, "catchment"]) == list(cells_of(pins["lon"], pins["lat"]))
    assert set(first["id"]).isdisjoint(second["id"])


def test_a_point_beside_the_catchment_is_caught(candidate: Subject) -> None:
    def weak(frame: pd.DataFrame, pins: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(x=pins["lon"], y=pins["lat"])

    simulate = candidate.simulate
    assert simulate
    leaking = replace(
        candidate,
        frame=weak(candidate.frame, candidate.truth),
        simulate=lambda pins: weak(simulate(pins), pins),
    )

    assert "household-homes" in {
        verdict.attack for verdict in guess_households(leaking) if not verdict.passed
    }


def test_a_city_that_knows_no_households_is_attacked_with_scattered_ones(
    october: list[Complaint], categories: dict[str, Category], city: City, order: Order
) -> None:
    made, public = RECIPE.make(order), borders(())
    subject = Subject(
        recipe=RECIPE,
        order=order,
        frame=made.frame,
        truth=made.truth,
        homes=known_homes(),
        shapes=made.shapes,
        areas=public.shapes,
        lists=public_lists(public.areas, NUMBERS),
        simulate=simulator(RECIPE, order),
    )

    assert subject.homes is None
    require(examine(subject))
