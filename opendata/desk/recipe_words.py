"""The kinds of datasets as the steward chooses among them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class RecipeWords:
    """A recipe's name in the code, its title, what its rows are, and when they are released."""

    name: str
    title: Promise | str
    what: Promise | str = ""
    when: Promise | str = ""


MONTHLY, QUARTERLY, CHANGED = _("each month"), _("each quarter"), _("when it changes")
WORDS: dict[str, RecipeWords] = {
    one.name: one
    for one in (
        RecipeWords(
            "incidents",
            _("Problems, row by row"),
            _("One row per problem of public space, by catchment and week. Only topics of the open tier."),
            MONTHLY,
        ),
        RecipeWords(
            "counts",
            _("Numbers of reports"),
            _("How many reports on protected topics, only from enough different people. The aggregate tier."),
            MONTHLY,
        ),
        RecipeWords(
            "cameras",
            _("Camera counts"),
            _("Events that cameras recognised, by catchment, week and class."),
            MONTHLY,
        ),
        RecipeWords(
            "performance",
            _("Service of agencies"),
            _("How soon each agency answered and solved its cases."),
            QUARTERLY,
        ),
        RecipeWords("catchments", _("Catchments"), _("The cells that stand for places."), CHANGED),
        RecipeWords(
            "areas", _("Boundaries"), _("Kelurahan and kecamatan, if their licence allows it."), CHANGED
        ),
        RecipeWords(
            "codes", _("Lists of codes"), _("Every code that the other datasets use, in words."), CHANGED
        ),
    )
}


def recipe_words(name: str) -> RecipeWords:
    """A recipe in words; its bare name where there are none."""
    return WORDS.get(name, RecipeWords(name, name))
