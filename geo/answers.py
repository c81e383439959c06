"""Interned answers: what all points of a place have in common is made once and has a number."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.placement import OUTSIDE, Placement, Service, Village


class Answers:
    """Interned answers: a village with its service areas has one number, and one Placement that all its points share.

    The first numbers are the villages themselves, with what holds for the whole of each.
    """

    def __init__(self, edition: str, villages: Sequence[Village], services: Sequence[Service]) -> None:
        self._edition, self._villages, self._services = edition, villages, services
        self.drawn = [i for i, s in enumerate(services) if s.geom is not None]
        self._listed = _listed(villages, services)
        self._lock = threading.Lock()
        self._numbers: dict[tuple[int, frozenset[int]], int] = {}
        self._table = np.zeros(0, dtype=np.int32)
        self.placements: list[Placement] = []
        for index in range(len(villages)):
            self.number(index, ())

    def number(self, village: int, shapes: Sequence[int]) -> int:
        """The number of a village with the services whose polygons (shape numbers of the grid) hold there too."""
        first = len(self._villages)
        drawn = frozenset(self.drawn[shape - first] for shape in shapes if shape >= first)
        key = village, self._listed[village] | drawn
        with self._lock:
            if key not in self._numbers:
                own = self._villages[village]
                services = tuple(self._services[i] for i in sorted(key[1]))
                self.placements.append(
                    Placement(self._edition, True, False, own.place, own.district, services)
                )
                self._numbers[key] = len(self.placements) - 1
            return self._numbers[key]

    def number_of_set(self, shapes: Sequence[int]) -> int:
        """The number of a set of shapes that cover a place: the lowest village and its services, or OUTSIDE."""
        if not shapes or shapes[0] >= len(self._villages):
            return OUTSIDE
        return self.number(shapes[0], shapes)

    def villages_of(self, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        """The village of each number; -1 stays -1."""
        if len(self.placements) == len(self._villages):
            return numbers.copy()
        with self._lock:
            if len(self._table) <= len(self.placements):
                known = sorted((number, village) for (village, _), number in self._numbers.items())
                self._table = np.array([*(village for _, village in known), OUTSIDE], dtype=np.int32)
            table = self._table
        return table[numbers]


def _listed(villages: Sequence[Village], services: Sequence[Service]) -> list[frozenset[int]]:
    """For each village, the services that contain it as a whole (by a list of codes, or the whole city)."""
    by_code = {v.place.code: i for i, v in enumerate(villages)}
    whole = {i for i, s in enumerate(services) if s.villages is None and s.geom is None}
    found = [set(whole) for _ in villages]
    for i, service in enumerate(services):
        for code in service.villages or ():
            if code in by_code:
                found[by_code[code]].add(i)
    return [frozenset(one) for one in found]
