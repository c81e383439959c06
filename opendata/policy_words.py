"""What each number of the policy means, in a sentence: on the steward's page and with every release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opendata.policy import Numbers


@dataclass(frozen=True)
class NumberTold:
    """A number of the policy: its name in the code, its title, its value as text, and what it means."""

    name: str
    title: Promise | str
    value: str
    meaning: Promise | str


# name → (title, meaning, unit); in the order in which they are read
WORDS: dict[str, tuple[Promise, Promise, str]] = {
    "households": (
        _("Households in a catchment"),
        _("The smallest place that a row names holds at least so many homes."),
        "",
    ),
    "households_strong": (
        _("Households, where that is not enough"),
        _("Where the attack on homes succeeds too often with the first number, cells of so many are used."),
        "",
    ),
    "risk": (
        _("Success of an attacker, at most"),
        _(
            "How often somebody who guesses the reporter’s home from a row may be right, with all uncertainty added."
        ),
        "%",
    ),
    "confidence": (
        _("Confidence of that bound"),
        _("How sure the measured bound has to be (Clopper–Pearson, one-sided)."),
        "%",
    ),
    "homes": (
        _("Simulated homes"),
        _("Each attack on homes is tried on at least so many made-up reports whose truth is known."),
        "",
    ),
    "k": (
        _("People behind a number"),
        _(
            "A number of protected topics is shown only from so many different people; camera counts from so many "
            "events."
        ),
        "",
    ),
    "categories": (
        _("Different topics at a place"),
        _("Where the topic is what has to stay hidden, a place shows at least so many topics."),
        "",
    ),
    "share": (
        _("Largest share of one topic"),
        _(
            "There, no topic may be more than this part of all: else everybody there would be known to have it."
        ),
        "%",
    ),
    "ladder_share": (
        _("Share that a step must have shown"),
        _(
            "A topic is counted in finer places only if so much of its earlier reports could have been shown there."
        ),
        "%",
    ),
    "ladder_months": (
        _("Earlier months looked at"),
        _("From so many months the step of a topic (kelurahan, kecamatan, city) is fixed, once a quarter."),
        "",
    ),
    "wait_days": (
        _("Days of waiting"),
        _("So long after a period’s end it is built by itself: what comes late is still in it."),
        "",
    ),
    "outcome_days": (
        _("Bands of duration"),
        _("The upper ends, in days, of the bands in which it is told how long a solution took."),
        "",
    ),
    "report_bands": (
        _("Bands of reports"),
        _("The lower ends of the bands in which it is told how many reported a problem."),
        "",
    ),
}


def numbers_told(stored: Mapping[str, Any]) -> list[NumberTold]:
    """The numbers of a policy as it is stored in its row or printed with a release."""
    values = Numbers.read(dict(stored)).as_json()
    return [
        NumberTold(name, title, value_told(values[name], unit), meaning)
        for name, (title, meaning, unit) in WORDS.items()
    ]


def value_told(value: Any, unit: str) -> str:
    """A value as a person writes it: a share in per cent, a list with commas."""
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    if unit == "%":
        percent = round(100 * value, 4)
        return f"{number_format(int(percent) if percent == int(percent) else percent)} %"
    return str(number_format(value, force_grouping=True))
