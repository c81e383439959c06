"""What a change of the policy would cost: the last closed period made twice, by the numbers in force and by the new.

A quick estimate for the steward, from the recipes' own functions. It runs no attack and keeps nothing; whether a
release may leave is decided by the audit of its own build.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from geo.catchment_risk import Demand, upper_bound
from geo.catchment_rows import read_homes, villages_of
from geo.catchment_versions import active_version
from geo.catchments import catchments
from geo.city import city_zone
from geo.errors import DomainError
from opendata.catalogue.period_words import period_told
from opendata.definitions import in_use
from opendata.forecasts import tried
from opendata.models import Definition
from opendata.policy import Numbers
from opendata.recipes.made import Made, Order, Recipe
from opendata.recipes.registry import RECIPES
from opendata.weeks import Period

# Which numbers a recipe's rows depend on; the others cost it nothing.
MATTERS = {
    "incidents": {"outcome_days", "report_bands"},
    "counts": {"k", "categories", "share"},
    "cameras": {"k"},
    "performance": {"k"},
}
CELLS = {"households", "households_strong", "risk", "confidence", "homes"}


@dataclass(frozen=True)
class Line:
    """One figure by the numbers in force and by the new ones."""

    title: Promise | str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Compared:
    """A dataset's figures in its last closed period; or the sentence that says why there are none."""

    title: str
    period: str
    lines: list[Line]
    note: str = ""


def compare(before: Numbers, after: Numbers) -> list[Compared]:
    """What would differ, dataset by dataset; only those that the changed numbers touch."""
    old, new = before.as_json(), after.as_json()
    changed = {name for name in old if old[name] != new[name]}
    found = [_cells(before, after)] if changed & CELLS else []
    for dataset in in_use():
        recipe = RECIPES.get(dataset.recipe)
        if recipe and changed & MATTERS.get(recipe.name, set()):
            found.append(_dataset(dataset, recipe, before, after))
    return found


def _dataset(dataset: Definition, recipe: Recipe, before: Numbers, after: Numbers) -> Compared:
    zone = city_zone()
    period = last_closed(recipe, zone)

    def made(numbers: Numbers) -> Made:
        key = secrets.token_bytes(32)
        categories = tuple(dataset.categories)
        return tried(recipe, Order(dataset.slug, period, 0, numbers, zone, key, categories))

    told = period_told(str(period))
    try:
        one, two = made(before), made(after)
    except DomainError as error:
        return Compared(dataset.title, told, [], str(error.detail or error.title))
    return Compared(dataset.title, told, _lines(one, two))


def last_closed(recipe: Recipe, zone: ZoneInfo) -> Period:
    """The newest month or quarter that is over."""
    running = Period.month_of(timezone.now(), zone)
    return (running.quarter if recipe.rhythm == "quarter" else running).before()


def _lines(one: Made, two: Made) -> list[Line]:
    figures: list[tuple[str, Callable[[Made], str]]] = [
        (_("Rows that would be published"), lambda made: _number(len(made.frame))),
        (_("What they count in all"), lambda made: _number(made.counted)),
        (_("Held back"), lambda made: _number(sum(made.held.values()))),
    ]
    if "catchment" in one.frame:
        figures.append((_("Rows without a catchment"), _without_catchment))
    if "outcome" in one.frame:
        figures.append((_("Rows that no other row is like"), _alone))
    return [Line(title, figure(one), figure(two)) for title, figure in figures]


def _without_catchment(made: Made) -> str:
    return _percent(float((made.frame["catchment"] == "").mean()) if len(made.frame) else 0.0)


def _alone(made: Made) -> str:
    columns = [name for name in made.frame.columns if name != "id"]
    if not len(made.frame):
        return _percent(0.0)
    return _percent(float((~made.frame.duplicated(columns, keep=False)).mean()))


def _cells(before: Numbers, after: Numbers) -> Compared:
    """The catchments that households known now would give, and how often a guess of the home would be right there."""
    title = _("Catchments")
    version = active_version()
    homes = read_homes()
    if version is None or not homes.total:
        return Compared(
            title, "", [], _("Households are not known here: kelurahan are the smallest places already.")
        )
    villages = villages_of(version.edition)
    sizes = [_sizes(numbers, homes, villages) for numbers in (before, after)]
    columns = list(zip(sizes, (before, after), strict=True))
    figures: list[tuple[str, Callable[[Any, Numbers], str]]] = [
        (_("Catchments"), lambda cells, _numbers: _number(len(cells))),
        (
            _("Households in the smallest"),
            lambda cells, _numbers: _number(int(cells.min()) if len(cells) else 0),
        ),
        (
            _("Households in a catchment (median)"),
            lambda cells, _n: _number(int(np.median(cells)) if len(cells) else 0),
        ),
        (_("An attacker guesses the home right, at most"), _bound),
        (_("Allowed"), lambda _cells, numbers: _percent(numbers.risk)),
    ]
    return Compared(title, "", [Line(words, *(figure(*one) for one in columns)) for words, figure in figures])


def _sizes(numbers: Numbers, homes: Any, villages: Any) -> Any:
    demand = Demand(
        numbers.households, numbers.households_strong, numbers.risk, numbers.confidence, numbers.homes
    )
    made = catchments(homes, villages, demand.least, demand.strong, demand.weak)
    return np.array([cell.households for cell in made.cells], dtype=np.int64)


def _bound(cells: Any, numbers: Numbers) -> str:
    """Of a guess among a cell's households, for homes drawn at random: the upper bound as the audit would state it."""
    if not len(cells):
        return "–"
    right = round(numbers.homes * len(cells) / int(cells.sum()))
    return _percent(upper_bound(right, numbers.homes, numbers.confidence))


def _number(value: int) -> str:
    return str(number_format(value, force_grouping=True))


def _percent(share: float) -> str:
    return f"{number_format(round(100 * share, 1), 1)} %"
