"""A later version of catchments: cells only merge, so that no two versions ever cut each other. Pure.

A cell that holds too few households now goes up in the neighbour with which it shares the longest border. Under new
borders the cells that lie wholly in one kelurahan stay; where a border cuts any cell of a kelurahan, and where there
was none, the kelurahan is one cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.catchments import (
    METRES_EAST,
    METRES_NORTH,
    Cell,
    Homes,
    Partition,
    Weak,
    by_kelurahan,
    coded,
    counted,
    multi,
    never,
    off_borders,
)

Shapes = NDArray[np.object_]
SAME = 1e-9  # of an area: what cutting a polygon loses or gains in its last digits


class Numbers:
    """Gives each new cell of a kelurahan a number that none had there before. `taken`: the highest so far."""

    def __init__(self, taken: Mapping[str, int]) -> None:
        self._taken = dict(taken)

    def code(self, kelurahan: str) -> str:
        self._taken[kelurahan] = self._taken.get(kelurahan, 0) + 1
        return coded(kelurahan, self._taken[kelurahan])


def highest(codes: Iterable[str]) -> dict[str, int]:
    """The highest number of cells' codes in each kelurahan."""
    found: dict[str, int] = {}
    for code in codes:
        kelurahan, _dash, number = code.rpartition("-")
        found[kelurahan] = max(found.get(kelurahan, 0), int(number))
    return found


@dataclass(frozen=True)
class Before:
    """The version before: its cells, the kelurahan with the stronger number, the highest numbers ever given.

    `same_borders`: its kelurahan are those of now.
    """

    cells: tuple[Cell, ...]
    strong: frozenset[str]
    taken: Mapping[str, int]
    same_borders: bool


def merged(
    before: Before,
    homes: Homes,
    villages: Mapping[str, BaseGeometry],
    least: int,
    strong_least: int | None = None,
    weak: Weak = never,
) -> Partition:
    """The catchments that follow on `before` for the households and kelurahan of now; arguments as `catchments` has."""
    everybody, homes = homes, off_borders(homes, villages)
    numbers = Numbers(before.taken)
    groups = _grouped(counted(tuple(_carried(before, villages, numbers)), homes))
    strong = set(before.strong) & set(villages)
    for code, cells in groups.items():
        groups[code] = _joined(cells, (strong_least or least) if code in strong else least, numbers)
    while more := weak({k: np.array([c.households for c in v]) for k, v in groups.items() if v}) - strong:
        strong |= more
        for code in more:
            groups[code] = _joined(groups[code], strong_least or least, numbers)
    inside, outside = by_kelurahan(homes, villages)
    without = {
        code: homes.take(inside[code]).total if code in inside else 0
        for code in sorted(villages)
        if not groups.get(code)
    }
    cells = sorted((cell for group in groups.values() for cell in group), key=lambda cell: cell.code)
    return Partition(tuple(cells), without, outside + everybody.total - homes.total, frozenset(strong))


def _grouped(cells: Iterable[Cell]) -> dict[str, list[Cell]]:
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.kelurahan, []).append(cell)
    return groups


def _carried(before: Before, villages: Mapping[str, BaseGeometry], numbers: Numbers) -> Iterable[Cell]:
    """The cells of before under the kelurahan of now, not yet counted."""
    inside = _grouped(before.cells) if before.same_borders else _uncut(before.cells, villages)
    for code in sorted(villages):
        for cell in inside.get(code, []):
            stays = cell.kelurahan == code
            yield cell if stays else replace(cell, code=numbers.code(code), kelurahan=code)
        if not inside.get(code):
            yield Cell(numbers.code(code), code, 0, multi(villages[code]))


def _uncut(cells: Sequence[Cell], villages: Mapping[str, BaseGeometry]) -> dict[str, list[Cell]]:
    """The cells of each kelurahan that is made up of whole ones."""
    codes, shapes = sorted(villages), np.array([cell.geom for cell in cells], dtype=object)
    if not len(shapes):
        return {}
    areas = shapely.area(shapes)
    tree, found = shapely.STRtree(shapes), {}
    for code in codes:
        border = villages[code]
        shapely.prepare(border)
        near = np.sort(tree.query(border))
        share = shapely.contains_properly(border, shapes[near]).astype(float)
        edge = np.flatnonzero(share == 0)
        share[edge] = shapely.area(shapely.intersection(shapes[near[edge]], border)) / areas[near[edge]]
        # Borders of real files overlap a little: a neighbour's cell that reaches in does not matter.
        whole = near[share > 1 - SAME]
        if abs(areas[whole].sum() / border.area - 1) < SAME:
            found[code] = [cells[i] for i in whole]
    return found


def _joined(cells: list[Cell], least: int, numbers: Numbers) -> list[Cell]:
    """The cells of one kelurahan after those below `least` went up in neighbours; none where all are too few."""
    if min((cell.households for cell in cells), default=least) >= least:
        return cells
    groups = _Groups(cells)
    while (low := groups.lowest()) is not None and groups.size(low) < least:
        if (into := groups.neighbour(low)) is None:
            return []
        groups.join(low, into)
    return [
        cells[members[0]]
        if len(members) == 1
        else Cell(
            numbers.code(cells[members[0]].kelurahan),
            cells[members[0]].kelurahan,
            groups.size(name),
            multi(shapely.union_all([cells[i].geom for i in members])),
        )
        for name, members in groups.members.items()
    ]


class _Groups:
    """Cells of one kelurahan as they join: members by the lowest of them, and how long a border they share."""

    def __init__(self, cells: list[Cell]) -> None:
        self.members = {i: [i] for i in range(len(cells))}
        self._households = {i: cell.households for i, cell in enumerate(cells)}
        self._shapes = _in_metres([cell.geom for cell in cells])
        self._shared: dict[int, dict[int, float]] = {i: {} for i in self.members}
        one, other = shapely.STRtree(self._shapes).query(self._shapes, predicate="intersects")
        pairs = one < other
        one, other = one[pairs], other[pairs]
        edges = shapely.boundary(self._shapes)
        length = shapely.length(shapely.intersection(edges[one], edges[other]))
        for a, b, metres in zip(one.tolist(), other.tolist(), length.tolist(), strict=True):
            if metres > 0:
                self._shared[a][b] = self._shared[b][a] = metres

    def size(self, name: int) -> int:
        return self._households[name]

    def lowest(self) -> int | None:
        return min(self.members, key=lambda name: (self._households[name], name), default=None)

    def neighbour(self, name: int) -> int | None:
        """With which it shares the longest border; for an island, the nearest; None when it is alone."""
        if shared := self._shared[name]:
            return max(shared, key=lambda other: (round(shared[other], 3), -self._households[other], -other))
        others = [other for other in self.members if other != name]
        return min(others, key=lambda other: (self._away(name, other), other), default=None)

    def join(self, name: int, into: int) -> None:
        keep, gone = sorted((name, into))
        self.members[keep] = sorted(self.members[keep] + self.members.pop(gone))
        self._households[keep] += self._households.pop(gone)
        for other, metres in self._shared.pop(gone).items():
            del self._shared[other][gone]
            if other != keep:
                both = self._shared[keep].get(other, 0.0) + metres
                self._shared[keep][other] = self._shared[other][keep] = both

    def _away(self, name: int, other: int) -> float:
        mine, theirs = (shapely.union_all(self._shapes[self.members[one]]) for one in (name, other))
        return float(shapely.distance(mine, theirs))


def _in_metres(shapes: Sequence[BaseGeometry]) -> Shapes:
    """The shapes with metres as units, nearly; lines that lie on one another still do."""
    _west, south, _east, north = shapely.total_bounds(shapes)
    east = METRES_EAST * math.cos(math.radians((south + north) / 2))
    found = np.empty(len(shapes), dtype=np.object_)
    found[:] = [shapely.transform(shape, lambda points: points * (east, METRES_NORTH)) for shape in shapes]
    return found
