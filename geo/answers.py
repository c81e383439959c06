"""Interned answers: what all points of a place have in common is made once and has a number."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.placement import OUTSIDE, Placement, Service, Village


class Answers:
    """Interned answers: a village with its service areas has one number, and one Placement that all its points share.

    The first numbers are the villages themselves, with what holds for the whole of each. `shapes` are the distinct
    polygons that services have of their own; in the grid they come after the villages. A set of shapes also has a
    name, the exclusive or of its members' random ones, by which many points find their numbers at once.
    """

    def __init__(self, edition: str, villages: Sequence[Village], services: Sequence[Service]) -> None:
        self._edition, self._villages, self._services = edition, villages, services
        drawn: dict[bytes, list[int]] = {}
        for i, service in enumerate(services):
            if service.geom is not None:
                drawn.setdefault(shapely.to_wkb(service.geom), []).append(i)
        self._drawn = [frozenset(same) for same in drawn.values()]
        self.shapes = [services[same[0]].geom for same in drawn.values()]
        dice = np.random.default_rng(63)
        self.names = dice.integers(1, 2**63, size=len(villages) + len(drawn), dtype=np.uint64)
        self._listed = _listed(villages, services)
        self._lock = threading.Lock()
        self._numbers: dict[tuple[int, frozenset[int]], int] = {}
        self._named: dict[int, int] = {}
        self._by_name = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32)
        self._table = np.zeros(0, dtype=np.int32)
        self.placements: list[Placement] = []
        for index in range(len(villages)):
            self.number(index, ())

    def number(self, village: int, shapes: Sequence[int]) -> int:
        """The number of a village with the services whose polygons (shape numbers of the grid) hold there too."""
        first = len(self._villages)
        drawn = {shape for shape in shapes if shape >= first}
        key = village, self._listed[village].union(*(self._drawn[shape - first] for shape in drawn))
        name = int(np.bitwise_xor.reduce(self.names[[village, *drawn]]))
        with self._lock:
            if key not in self._numbers:
                own = self._villages[village]
                services = tuple(self._services[i] for i in sorted(key[1]))
                self.placements.append(
                    Placement(self._edition, True, False, own.place, own.district, services)
                )
                self._numbers[key] = len(self.placements) - 1
            self._named[name] = self._numbers[key]
            return self._numbers[key]

    def numbers_of(
        self, names: NDArray[np.uint64], members: Callable[[int], tuple[int, Sequence[int]]]
    ) -> NDArray[np.int32]:
        """The numbers of named sets (n,); `members(i)` spells set i out, village and shapes, where it is new."""
        known, numbers = self._names_in_order()
        at = np.minimum(np.searchsorted(known, names), len(known) - 1)
        new = np.flatnonzero(known[at] != names)
        if len(new):
            for i in new[np.unique(names[new], return_index=True)[1]]:
                self.number(*members(int(i)))
            known, numbers = self._names_in_order()
            at = np.searchsorted(known, names)
        return numbers[at]

    def _names_in_order(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        if len(self._by_name[0]) != len(self._named):
            with self._lock:
                names = np.fromiter(self._named, dtype=np.uint64, count=len(self._named))
                numbers = np.fromiter(self._named.values(), dtype=np.int32, count=len(self._named))
                order = np.argsort(names)
                self._by_name = names[order], numbers[order]
        return self._by_name

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
