"""Candidates of the simulated city, strong and weakened, as the audit meets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from opendata.audit.subject import Subject
from opendata.models import ReleasedIncident
from opendata.policy import Numbers
from opendata.recipes.made import Column, Made, Order, Recipe
from opendata.weeks import Period
from tests.opendata.simulated_city import CATEGORIES, NAMES, NOVEMBER, OUTCOMES, ZONE, Cells, City, rows_of

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))

Weaken = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


def unmade(order: Order) -> Made:
    raise NotImplementedError("its rows come from the simulated city")


INCIDENTS = Recipe(
    "incidents",
    "month",
    "open",
    tuple(Column(name, "text", "", "") for name in NAMES),
    ReleasedIncident,
    {},
    unmade,
)


def order_of(period: Period = NOVEMBER, **numbers: Any) -> Order:
    return Order("kejadian", period, 0, Numbers(**numbers), ZONE, KEY)


def as_it_is(frame: pd.DataFrame, incidents: pd.DataFrame) -> pd.DataFrame:
    return frame


def from_the_files(frame: pd.DataFrame) -> pd.DataFrame:
    """As read back from CSV, sorted by id as the files are."""
    return frame.astype(str).reset_index(drop=True)


def release(
    city: City, period: Period, cells: Cells, weaken: Weaken = as_it_is, key: bytes = KEY
) -> pd.DataFrame:
    """The rows of a period as they would leave."""
    incidents = city.of(period)
    return from_the_files(weaken(rows_of(incidents, cells, city.kelurahan, key), incidents))


def simulating(city: City, cells: Cells, weaken: Weaken) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Made-up reports through the same recipe; a new key at each call."""
    rng = np.random.default_rng(11)

    def simulate(pins: pd.DataFrame) -> pd.DataFrame:
        incidents = pins.assign(
            category=np.array(CATEGORIES)[pins["topic"].to_numpy() % len(CATEGORIES)],
            outcome=rng.choice(OUTCOMES, len(pins)),
            source="warga",
            reports="1",
        )
        return weaken(rows_of(incidents, cells, city.kelurahan, rng.bytes(32)), incidents)

    return simulate


def attacked(
    city: City, cells: Cells | None = None, weaken: Weaken = as_it_is, trials: int = 2000, **more: Any
) -> Subject:
    """A candidate for the incidents of November; strong unless `cells` or `weaken` say otherwise."""
    cells = city.strong if cells is None else cells
    incidents = city.of(NOVEMBER)
    return Subject(
        recipe=INCIDENTS,
        order=order_of(NOVEMBER, homes=trials),
        frame=release(city, NOVEMBER, cells, weaken),
        truth=incidents[["lon", "lat"]].reset_index(drop=True),
        homes=city.homes,
        shapes={**city.kelurahan, **cells},
        areas=city.kelurahan,
        lists=lists_of(city, cells),
        simulate=simulating(city, cells, weaken),
        **more,
    )


def lists_of(city: City, cells: Cells) -> Mapping[str, frozenset[str]]:
    """The public code lists."""
    codes = list(city.kelurahan)
    return {
        "kelurahan": frozenset(codes),
        "kelurahan names": frozenset(f"Kelurahan {code[-7:]}" for code in codes),
        "kecamatan": frozenset(code[:8] for code in codes),
        "kecamatan names": frozenset(f"Kecamatan {code[6:8]}" for code in codes),
        "catchments": frozenset(cells),
        "categories": frozenset(CATEGORIES),
        "urusan": frozenset({"1.03"}),
        "outcomes": frozenset(OUTCOMES),
        "sources": frozenset({"warga", "cctv", "keduanya"}),
        "reports": frozenset({"1", "2-4", "5-9", "10+"}),
    }


def renamed(subject: Subject) -> Subject:
    """The same under names that say nothing, its columns in another order."""
    names = {name: f"kolom_{n}" for n, name in enumerate(reversed(subject.frame.columns))}
    simulate = subject.simulate
    assert simulate is not None
    return replace(
        subject,
        frame=subject.frame.rename(columns=names)[list(names.values())],
        silenced=None if subject.silenced is None else subject.silenced.rename(columns=names),
        simulate=lambda pins: simulate(pins).rename(columns=names)[list(names.values())],
    )


def with_points(frame: pd.DataFrame, incidents: pd.DataFrame) -> pd.DataFrame:
    """Weak: the pin itself."""
    return frame.assign(lon=incidents["lon"].round(6), lat=incidents["lat"].round(6))


def with_jitter(metres: float) -> Weaken:
    """Weak: the pin, moved at random by about so many metres."""

    def weaken(frame: pd.DataFrame, incidents: pd.DataFrame) -> pd.DataFrame:
        step = np.random.default_rng(5).normal(0, metres / 111_320, (2, len(frame)))
        return frame.assign(
            lon=(incidents["lon"] + step[0]).round(6), lat=(incidents["lat"] + step[1]).round(6)
        )

    return weaken


def with_hidden_text_of_the_place(frame: pd.DataFrame, incidents: pd.DataFrame) -> pd.DataFrame:
    """Weak: the pin as a text of two numbers that are neither degrees nor metres."""
    x, y = (incidents["lon"] - 100) * 7919 + 3, (incidents["lat"] + 20) * 6151
    return frame.assign(rujukan=(x - y).round(3).astype(str) + "/" + (x + y).round(3).astype(str))


def with_ids_that_stay(frame: pd.DataFrame, incidents: pd.DataFrame) -> pd.DataFrame:
    """Weak: who reported, under a name that is always the same."""
    return frame.assign(id=(incidents["reporter"].astype("int64") * 2654435761 % 2**32).astype(str))
