"""How safe a release is and what that cost: the attacks it withstood, in words, and the numbers it was made by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opendata.audit.verdicts import AT_LEAST, rounded_up
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
    "household-own": _("Guessing the reporter’s home from these rows"),
    "household-homes": _("Guessing homes all over the city"),
    "household-smallest": _("Guessing homes in the smallest catchments"),
    "household-again": _("Guessing the home of somebody who reports often"),
    "uniqueness": _("Rows that fit too few homes"),
    "uniqueness-alone": _("Rows that are the only one of their kind"),
    "homogeneity": _("Learning more from columns that no list explains"),
    "homogeneity-published": _("What the published columns tell"),
    "correspondence": _("Putting a person’s rows together"),
    "correspondence-earlier": _("Finding rows again in earlier releases"),
    "differencing": _("Subtracting releases from each other"),
    "differencing-confidential": _("Betting that a row became confidential"),
    "differencing-overlap": _("Subtracting periods that overlap"),
    "differencing-cells": _("Numbers that changed by a few"),
    "intervals": _("Computing what was left out"),
    "subtraction": _("Subtracting parts from totals"),
    "crowd": _("Counting the people behind each number"),
    "topics": _("Counting the topics at each place"),
    "dominance": _("Guessing the topic from the place"),
    "camera-cells": _("Recounting what the cameras saw"),
    "small-topics": _("Finding small topics in an agency’s figures"),
    "canaries": _("Searching every byte for people"),
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
    at_least: bool = False


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
        title=ATTACKS.get(attack, _("Another attack")),
        text=verdict["words_en"] if is_english() else verdict["words_id"],
        passed=bool(verdict["passed"]),
        figure=_measured(verdict.get("figure")),
        bound="" if verdict.get("bound") == 1 else _figure(verdict.get("bound")),  # 1: told, not limited
        tried=_figure(verdict.get("tried")),
        at_least=attack in AT_LEAST,
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
    "median_km2": _("Size of a place (median), km²"),
    "median_rows_at_a_place": _("Rows at a place (median)"),
    "without_catchment_percent": _("Rows without a catchment, %"),
    "alike_percent": _("Rows that share place, week and topic with another, %"),
    "median_alike": _("Rows that are alike (median)"),
    "median_households": _("Households in a catchment (median)"),
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
    """Those that have words and a value, with their titles."""
    return [
        (UTILITY[name], _figure(value))
        for name, value in utility.items()
        if name in UTILITY and value is not None
    ]


def _figure(value: Any) -> str:
    """A number as people write it; a small one with the decimals that it needs."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or value == int(value):
        return str(number_format(int(value), force_grouping=True))
    decimals = _decimals(value)
    return str(number_format(round(value, decimals), decimals))


def _measured(value: Any) -> str:
    """An attacker’s success, rounded up as in the sentence beside it: what is above its limit never looks like it."""
    is_share = isinstance(value, float) and 0 < value < 1
    return _figure(rounded_up(value, _decimals(value)) if is_share else value)


def _decimals(value: float) -> int:
    return 1 if abs(value) >= 1 else 3 if abs(value) >= 0.001 else 4
