"""Amounts in classes, as colours: the same breaks for the drawn map, its legend and the picture without scripts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

MOST_CLASSES = 5
STEPS = 8  # the ramp of the tokens goes from --viridis-0 to --viridis-8


@dataclass(frozen=True)
class Classes:
    """`breaks` are the lowest values of the second class and those above it; `lowest` that of the first.

    All are rounded to `decimals`.
    """

    lowest: float
    breaks: tuple[float, ...]
    decimals: int

    def step(self, value: float) -> int:
        """The colour of a value: 0 (fewest) to 8 (most)."""
        return self.step_of_class(sum(rounded(value, self.decimals) >= one for one in self.breaks))

    def step_of_class(self, index: int) -> int:
        return math.floor(index * STEPS / max(1, len(self.breaks)) + 0.5)

    def legend(self) -> list[tuple[int, float, float | None]]:
        """Per class: its colour, its lowest and its highest value (None for the last, which has no end)."""
        edges = [self.lowest, *self.breaks]
        last_of: list[float | None] = [
            round(edge - 10**-self.decimals, self.decimals) for edge in self.breaks
        ]
        return [(self.step_of_class(i), edges[i], [*last_of, None][i]) for i in range(len(edges))]


def rounded(value: float, decimals: int) -> float:
    """As the legend shows it, but never down to nothing."""
    return max(round(value, decimals), math.pow(10, -decimals))


def classes_of(values: Iterable[float], decimals: int) -> Classes:
    """Classes of about equal size over what is more than nothing, by values rounded to so many decimals.

    Nothing itself has no class: where nothing is, nothing is coloured.
    """
    known = sorted(rounded(value, decimals) for value in values if value > 0)
    if not known:
        return Classes(0, (), decimals)
    breaks: list[float] = []
    for i in range(1, MOST_CLASSES):
        edge = known[i * len(known) // MOST_CLASSES]
        if edge > (breaks[-1] if breaks else known[0]):
            breaks.append(edge)
    return Classes(known[0], tuple(breaks), decimals)
