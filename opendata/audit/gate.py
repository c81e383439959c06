"""The gate before a release: every attack that fits the kind of dataset, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from opendata.audit import (
    camera_cells,
    canaries,
    correspondence,
    differencing,
    homogeneity,
    household,
    intervals,
    kl,
    small_topics,
    totals,
    uniqueness,
)
from opendata.audit.subject import Subject
from opendata.audit.verdicts import Verdict

Attack = Callable[[Subject], list[Verdict]]

EVERY: tuple[Attack, ...] = (canaries.examine,)
BY_RECIPE: dict[str, tuple[Attack, ...]] = {
    "incidents": (
        household.examine,
        uniqueness.examine,
        homogeneity.examine,
        correspondence.examine,
        differencing.examine_rows,
    ),
    "counts": (intervals.examine, kl.examine, totals.examine, differencing.examine_counts),
    "cameras": (
        camera_cells.examine,
        differencing.examine_counts,
    ),
    "performance": (small_topics.examine, differencing.examine_counts),
}


def examine(subject: Subject) -> list[Verdict]:
    """The verdicts of all attacks on a candidate, in the order of the report."""
    with ThreadPoolExecutor(len(EVERY)) as beside:  # the longest, which asks the database nothing
        every = [beside.submit(attack, subject) for attack in EVERY]
        verdicts = [
            verdict for attack in BY_RECIPE.get(subject.recipe.name, ()) for verdict in attack(subject)
        ]
        return [*verdicts, *(verdict for one in every for verdict in one.result())]
