"""Amounts in classes, as colours: the same breaks for the drawn map, its legend and the picture without scripts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

MOST_CLASSES = 5
STEPS = 8  # the ramp of the tokens goes from --viridis-0 to --viridis-8


@dataclass(frozen=True)
class Classes:
    """`breaks` are the lowest values of the second class and those above it; `lowest` that of the first."""

    lowest: float
    breaks: tuple[float, ...]

    def step(self, value: float) -> int:
        """The colour of a value: 0 (fewest) to 8 (most)."""
        return self.step_of_class(sum(value >= one for one in self.breaks))

    def step_of_class(self, index: int) -> int:
        return math.floor(index * STEPS / max(1, len(self.breaks)) + 0.5)

    def legend(self) -> list[tuple[int, float, float | None]]:
        """Per class: its colour, its lowest value, and the lowest of the next one (None for the last)."""
        edges = [self.lowest, *self.breaks]
        above: list[float | None] = [*self.breaks, None]
        return [(self.step_of_class(i), edges[i], above[i]) for i in range(len(edges))]


def classes_of(values: Iterable[float], decimals: int) -> Classes:
    """Classes of about equal size over what is more than nothing, with breaks rounded up to so many decimals.

    Nothing itself has no class: where nothing is, nothing is coloured.
    """
    scale = 10**decimals
    known = sorted(math.ceil(value * scale - 1e-9) / scale for value in values if value > 0)
    if not known:
        return Classes(0, ())
    breaks: list[float] = []
    for i in range(1, MOST_CLASSES):
        edge = known[i * len(known) // MOST_CLASSES]
        if edge > (breaks[-1] if breaks else known[0]):
            breaks.append(edge)
    return Classes(known[0], tuple(breaks))
