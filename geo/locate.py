"""The one place where a point meets a polygon: arrays in, arrays out, no ORM, no HTTP, no database.

A point belongs to the kelurahan that *covers* it (borders included); where two cover it, the lowest code wins. Real
files leave slivers between kelurahan and along the coast, so a point in none is given to the nearest one within a
tolerance (50 m), flagged as approximate. Beyond that it is outside, and the answer names the nearest.
Coordinates are WGS 84 degrees (EPSG:4326); distances are metres on its ellipsoid.

The work is done by a grid of cells (geo/grid.py): a cell that no border touches is answered by its number alone, the
others by exact tests against the few edges in them (geo/grid_ask.py). Answers are those of exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.answers import Answers
from geo.far import Far
from geo.grid import FAR, build
from geo.grid_ask import Asker
from geo.grid_near import Near
from geo.placement import OUTSIDE, Nearest, Place, Placement, Placements, Service, Village

__all__ = ["OUTSIDE", "Locator", "Nearest", "Place", "Placement", "Placements", "Service", "Village"]

TOLERANCE_M = 50.0
CHUNK = 1 << 14  # points at a time: what they need fits the processor's own cache


class Locator:
    """All areas of one edition, ready to be asked. What it answers never changes; safe to share between threads.

    >>> square = shapely.box(112.0, -7.0, 112.1, -6.9)
    >>> locator = Locator("demo", [Village(Place("1.1.1.1", "A"), Place("1.1.1", "K"), square)])
    >>> locator.locate(112.05, -6.95).kelurahan
    Place(code='1.1.1.1', name='A')
    """

    def __init__(
        self,
        edition: str,
        villages: Sequence[Village],
        services: Sequence[Service] = (),
        tolerance_m: float = TOLERANCE_M,
        approximate: bool = False,
    ) -> None:
        self.edition = edition
        self.approximate = approximate  # the borders of the whole edition are not the official ones
        self.tolerance_m = tolerance_m
        # In the order of their codes, so that "the lowest code wins" is "the lowest index wins".
        self.villages = tuple(sorted(villages, key=lambda v: v.place.code))
        self.by_code = {v.place.code: i for i, v in enumerate(self.villages)}
        self.services = tuple(sorted(services, key=lambda s: (-s.priority, s.agency, s.category, s.name)))
        self._answers = Answers(edition, self.villages, self.services)
        # The shapes of the grid: first the villages, then the services with a polygon of their own.
        self._shapes = [v.geom for v in self.villages] + self._answers.shapes
        if nowhere := [v.place.code for v in self.villages if v.geom.is_empty]:
            raise ValueError(f"these villages have no geometry: {', '.join(nowhere)}")
        self._asker = self._ask() if self.villages else None

    def _ask(self) -> Asker:
        grid = build(self._shapes, len(self.villages), self.tolerance_m)
        # Cells hold the number of the answer itself from here on: one look-up less for each point.
        numbers = np.array(
            [self._answers.number_of_set(one) for one in grid.sets] + [OUTSIDE], dtype=np.int32
        )
        plain = grid.cells >= 0
        grid.cells[plain] = numbers[grid.cells[plain]]
        self._near = Near(grid, len(self.villages), self.tolerance_m)
        # Which bits of each mixed cell stand for services: its villages come first.
        villages = np.append(0, np.cumsum(grid.candidates < len(self.villages)))[grid.candidate]
        self._service_bits = ~((np.uint64(1) << np.diff(villages).astype(np.uint64)) - np.uint64(1))
        return Asker(grid)

    @property
    def nbytes(self) -> int:
        """Bytes of the engine's arrays, without the polygons that it was made from."""
        return self._asker.grid.nbytes + self._near.nbytes if self._asker else 0

    def locate_many(self, lon: ArrayLike, lat: ArrayLike) -> Placements:
        """Place n points. `lon`, `lat`: (n,) degrees, any value; NaN, infinite and masked ones are outside.

        Raises ValueError where they are not two lists of equal length.
        """
        x, y = (
            np.ascontiguousarray(np.ma.filled(np.ma.asarray(one, np.float64), np.nan)) for one in (lon, lat)
        )
        if x.ndim != 1 or x.shape != y.shape:
            raise ValueError(f"expected two arrays of one length, not of shapes {x.shape} and {y.shape}")
        group = np.full(x.shape, OUTSIDE, dtype=np.int32)
        approximate = np.zeros(x.shape, dtype=np.bool_)
        if self._asker is None:
            return Placements(group.copy(), approximate, group)
        cells = self._asker.grid.cells
        mixed = []
        for begin in range(0, len(x), CHUNK):
            part = slice(begin, begin + CHUNK)
            np.take(cells, self._asker.cell(x[part], y[part]), out=group[part], mode="clip")
            mixed.append(np.flatnonzero(group[part] < FAR) + begin)
        unsure = np.concatenate(mixed) if mixed else np.zeros(0, dtype=np.int64)
        for begin in range(0, len(unsure), CHUNK):
            these = unsure[begin : begin + CHUNK]
            group[these], approximate[these] = self._exactly(x[these], y[these], group[these])
        return Placements(self._answers.villages_of(group), approximate, group)

    def _exactly(
        self, x: NDArray[np.float64], y: NDArray[np.float64], found: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Points in mixed cells: (numbers of answers, whether they are approximate)."""
        assert self._asker is not None
        grid, mixed = self._asker.grid, -2 - found.astype(np.int64)
        cell = self._asker.cell(x, y)
        state = self._asker.covering(x, y, cell, mixed)
        slot = np.bitwise_count((state & -state) - np.uint64(1)).astype(np.int64)
        village = np.full(len(x), OUTSIDE, dtype=np.int32)
        covered = np.flatnonzero(state)
        village[covered] = grid.candidates[grid.candidate[mixed[covered]] + slot[covered]]
        for i in np.flatnonzero(np.isin(mixed, grid.crowded)) if len(grid.crowded) else ():
            village[i] = min(self._covering(x[i], y[i]), default=OUTSIDE)
        village[village >= len(self.villages)] = OUTSIDE  # only a service's polygon covers it
        uncovered = np.flatnonzero(village == OUTSIDE)
        if len(uncovered):
            village[uncovered] = self._near.nearest(
                x[uncovered], y[uncovered], cell[uncovered], mixed[uncovered]
            )
        approximate = np.zeros(len(x), dtype=np.bool_)
        approximate[uncovered] = village[uncovered] != OUTSIDE
        if not self._answers.shapes:
            return village, approximate
        return self._with_services(x, y, mixed, state, village), approximate

    def _with_services(
        self,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        mixed: NDArray[np.int64],
        state: NDArray[np.uint64],
        village: NDArray[np.int32],
    ) -> NDArray[np.int32]:
        """Numbers of the answers of points in mixed cells, where polygons of services play a part."""
        assert self._asker is not None
        grid, names = self._asker.grid, self._answers.names
        crowded = np.isin(mixed, grid.crowded) & (village != OUTSIDE)
        left = state & self._service_bits[mixed]
        left[crowded | (village == OUTSIDE)] = 0
        name = names[village]
        todo = np.flatnonzero(left)
        while len(todo):
            lowest = left[todo] & -left[todo]
            slot = np.bitwise_count(lowest - np.uint64(1)).astype(np.int64)
            name[todo] ^= names[grid.candidates[grid.candidate[mixed[todo]] + slot]]
            left[todo] ^= lowest
            todo = todo[left[todo] != 0]
        known = np.flatnonzero((village != OUTSIDE) & ~crowded)

        def members(i: int) -> tuple[int, list[int]]:
            k, bits = int(mixed[known[i]]), int(state[known[i]])
            shapes = grid.candidates[grid.candidate[k] : grid.candidate[k + 1]].tolist()
            return int(village[known[i]]), [shape for slot, shape in enumerate(shapes) if bits >> slot & 1]

        numbers = np.full(len(x), OUTSIDE, dtype=np.int32)
        numbers[known] = self._answers.numbers_of(name[known], members)
        for i in np.flatnonzero(crowded):
            numbers[i] = self._answers.number(int(village[i]), self._covering(x[i], y[i]))
        return numbers

    def _covering(self, lon: float, lat: float) -> list[int]:
        """The shapes that cover a point, where more overlap than a cell can tell apart."""
        return [int(one) for one in self._tree.query(shapely.Point(lon, lat), predicate="covered_by")]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        shapely.prepare(self._shapes)
        return shapely.STRtree(self._shapes)

    def locate(self, lon: float, lat: float) -> Placement:
        """Place one point, with every service area that answers there and, outside, the nearest kelurahan."""
        if self._asker is None:
            return Placement(self.edition, False)
        number, approximate = self._asker.answer(lon, lat), False
        if number < FAR:
            placed = self.locate_many([lon], [lat])
            number, approximate = int(placed.group[0]), bool(placed.approximate[0])
        if number == OUTSIDE:
            return Placement(self.edition, False, nearest=self.nearest(lon, lat))
        return self.answer(number, approximate)

    def answer(self, group: int, approximate: bool = False) -> Placement:
        """What a number in `Placements.group` stands for; -1 is outside."""
        if group == OUTSIDE:
            return Placement(self.edition, False)
        found = self._answers.placements[group]
        return replace(found, approximate=True) if approximate else found

    def locate_code(self, code: str) -> Placement:
        """Place by a kelurahan's code, for people without a map: only services that hold for the whole kelurahan.

        Raises KeyError for a code that this edition does not have.
        """
        index = self.by_code[code]
        over = (
            self._tree.query(self.villages[index].geom, predicate="covered_by").tolist()
            if self._answers.shapes
            else []
        )
        return self.answer(self._answers.number(index, over))

    def nearest(self, lon: float, lat: float) -> Nearest | None:
        """The nearest kelurahan at any distance; None when there is none or the point is off the globe."""
        if not self.villages or not (np.isfinite([lon, lat]).all() and abs(lon) <= 180 and abs(lat) <= 90):
            return None
        return self._far.nearest(lon, lat)

    @cached_property
    def _far(self) -> Far:
        return Far(self.villages, self.tolerance_m)
