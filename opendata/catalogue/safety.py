"""How safe a release is and what that cost: the attacks it withstood, in words, and the numbers it was made by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opendata.models import Release, is_english
from opendata.policy_words import NumberTold, numbers_told

Words = Promise | str

# What the checks of the first releases found; those since then bring their own words.
FIRST_CHECKS: dict[str, tuple[Promise, Promise]] = {
    "columns": (
        _("Only the columns that are promised"),
        _("The files were read back: they hold the listed columns and no other."),
    ),
    "categories": (
        _("Only problems of public space"),
        _("No row is about health, social aid, violence, abuse of office or another protected topic."),
    ),
    "totals": (
        _("The numbers add up"),
        _("Each file was compared with a second count, made another way: no report too many, none lost."),
    ),
    "places": (
        _("No exact places"),
        _("Every shape in the map file is the border of a whole kelurahan; there are no points."),
    ),
    "traces": (
        _("No trace of a person"),
        _(
            "Every byte was searched for the words, names, contacts, photos, codes and pins of the reports themselves. "
            "None was found."
        ),
    ),
}
ATTACKS: dict[str, Promise] = {
    "household": _("Guessing the reporter’s home"),
    "uniqueness": _("Picking out a single row"),
    "homogeneity": _("Knowing the topic from the place"),
    "correspondence": _("Following a row through releases"),
    "differencing": _("Subtracting releases from each other"),
    "intervals": _("Computing what was left out"),
    "canaries": _("Searching every byte for people"),
    "k-anonymity": _("Counting the people behind each number"),
    "pycanon": _("Counting again with an independent library"),
    "columns": _("Only the columns that are promised"),
    "shapes": _("No exact places"),
    "confidential": _("Finding confidential reports"),
}


@dataclass(frozen=True)
class Check:
    """An attack or check as a reader sees it. `figure` and `bound` are empty where it has none."""

    title: Words
    text: Words
    passed: bool
    figure: str = ""
    bound: str = ""
    tried: str = ""


def checks(release: Release) -> list[Check]:
    """What was tried against a release before it left."""
    return [told for verdict in release.audit if (told := check_told(verdict))]


def check_told(verdict: Mapping[str, Any]) -> Check | None:
    """A stored verdict in words; None for one that an older house knew and nobody can explain any more."""
    if "attack" not in verdict:
        words = FIRST_CHECKS.get(verdict.get("check", ""))
        return Check(*words, passed=bool(verdict["passed"])) if words else None
    attack = str(verdict["attack"])
    return Check(
        title=ATTACKS.get(attack, attack.replace("-", " ").capitalize()),
        text=verdict["words_en"] if is_english() else verdict["words_id"],
        passed=bool(verdict["passed"]),
        figure=_figure(verdict.get("figure")),
        bound=_figure(verdict.get("bound")),
        tried=_figure(verdict.get("tried")),
    )


def policy_told(release: Release) -> list[NumberTold]:
    """The numbers that a release was made by; none for the first ones, which had no policy."""
    return numbers_told(release.policy["numbers"]) if release.policy.get("numbers") else []


UTILITY: dict[str, Promise] = {
    "rows": _("Rows"),
    "events": _("Events counted"),
    "reports": _("Reports counted"),
    "agencies": _("Agencies"),
    "categories": _("Topics"),
    "places": _("Different places"),
    "median_km2": _("Size of a place in the middle, km²"),
    "median_rows_at_a_place": _("Rows at a place, in the middle"),
    "without_catchment_percent": _("Rows without a catchment, %"),
    "alike_percent": _("Rows that share place, week and topic with another, %"),
    "median_alike": _("Rows that are alike, in the middle"),
    "median_households": _("Households in a catchment, in the middle"),
    "smallest": _("Households in the smallest catchment"),
    "kelurahan_without": _("Kelurahan without catchments"),
    "empty_percent": _("Figures left out, %"),
    "without_people": _("Areas without a number of people"),
    "version": _("Version of the catchments"),
    "at_kelurahan_percent": _("Reports told per kelurahan, %"),
    "at_kecamatan_percent": _("Reports told per kecamatan, %"),
    "few": _("Left out for too few cases"),
}


def utility_told(release: Release) -> list[tuple[Words, str]]:
    """What coarsening cost: each figure with its title."""
    return utility_words(release.utility)


def utility_words(utility: Mapping[str, Any]) -> list[tuple[Words, str]]:
    return [(UTILITY.get(name, name.replace("_", " ")), _figure(value)) for name, value in utility.items()]


def _figure(value: Any) -> str:
    """A number as people write it; a small one with the decimals that it needs."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or value == int(value):
        return str(number_format(int(value), force_grouping=True))
    return str(number_format(value, 3 if abs(value) < 1 else 1))
