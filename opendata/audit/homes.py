"""The households of the city, as an attacker knows them: everybody can walk the streets or count roofs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Homes:
    """Points of EPSG:4326 with the number of households at each. A *unit* is one household: a point with 3 has three.

    Units are numbered through: those of point i begin at `first[i]`.
    """

    lon: Floats
    lat: Floats
    count: Ints

    def __len__(self) -> int:
        return len(self.lon)

    @cached_property
    def first(self) -> Ints:
        return np.concatenate([[0], np.cumsum(self.count)[:-1]]).astype(np.int64)

    @cached_property
    def point_of(self) -> Ints:
        """The point of each unit."""
        return np.repeat(np.arange(len(self)), self.count)

    @property
    def units(self) -> int:
        return int(self.count.sum())

    def metres(self, lon: Floats, lat: Floats) -> Floats:
        """Local metres (n, 2) on a plane touching the middle of the city: exact to centimetres at the size of one."""
        middle_lon, middle_lat = float(np.mean(self.lon)), float(np.mean(self.lat))
        x = (lon - middle_lon) * METRES_PER_DEGREE * np.cos(np.radians(middle_lat))
        return np.column_stack([x, (lat - middle_lat) * METRES_PER_DEGREE])

    @cached_property
    def plane(self) -> Floats:
        return self.metres(self.lon, self.lat)

    @cached_property
    def tree(self) -> cKDTree:
        return cKDTree(self.plane)

    def nearest(self, metres: Floats) -> Ints:
        """The nearest point to each place in local metres; -1 for a place that is not known (NaN)."""
        known = np.isfinite(metres).all(axis=1)
        found = np.full(len(metres), -1, dtype=np.int64)
        if known.any():
            found[known] = self.tree.query(metres[known], workers=2)[1]
        return found

    def any_unit(self, points: Ints, rng: np.random.Generator) -> Ints:
        """One of the households of each point, at random; -1 stays -1."""
        safe = np.maximum(points, 0)
        unit = self.first[safe] + (rng.random(len(points)) * self.count[safe]).astype(np.int64)
        return np.where(points < 0, -1, unit)

    def inside(self, shapes: Iterable[BaseGeometry]) -> list[Ints]:
        """The units in each shape (EPSG:4326), its edge included."""
        shapes = list(shapes)
        points: Any = shapely.points(self.lon, self.lat)
        tree = shapely.STRtree(points)
        which, inside = tree.query(shapes, predicate="intersects")
        order = np.argsort(which, kind="stable")
        found = np.split(inside[order], np.searchsorted(which[order], np.arange(1, len(shapes))))
        return [self.units_of(np.sort(one)) for one in found] if shapes else []

    def units_of(self, points: Ints) -> Ints:
        """All households of these points."""
        counts = self.count[points]
        begin = np.repeat(self.first[points] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        return begin + np.arange(int(counts.sum()))


def scattered(areas: Iterable[BaseGeometry], number: int, rng: np.random.Generator) -> Homes:
    """So many single households at random places of the areas (EPSG:4326), about equally many in each of them."""
    areas = list(areas)
    each = -(-number // max(1, len(areas)))
    points = np.concatenate([_points_in(area, each, rng) for area in areas])
    return Homes(points[:, 0], points[:, 1], np.ones(len(points), dtype=np.int64))


def _points_in(area: BaseGeometry, number: int, rng: np.random.Generator) -> Floats:
    """By rejection from the bounding box."""
    west, south, east, north = area.bounds
    found = np.empty((0, 2))
    while len(found) < number:
        tries = rng.uniform((west, south), (east, north), (4 * number, 2))
        found = np.concatenate([found, tries[shapely.contains_xy(area, tries[:, 0], tries[:, 1])]])
    return found[:number]
