"""The one place where a point meets a polygon: arrays in, arrays out, no ORM, no HTTP.

A point belongs to the kelurahan that *covers* it (borders included); where two cover it, the lowest code wins. Real
files leave slivers between kelurahan and along the coast, so a point in none is given to the nearest one within a
tolerance (50 m), flagged as approximate. Beyond that it is outside, and the answer names the nearest.
Coordinates are WGS 84 degrees (EPSG:4326); distances are metres in an azimuthal equidistant plane at the city's centre,
which over a regency (100 km) is exact to about 1 part in 10,000.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray

TOLERANCE_M = 50.0
OUTSIDE = -1


@dataclass(frozen=True)
class Place:
    """A named area, e.g. `Place("35.75.01.1001", "Karangketug")`."""

    code: str
    name: str


@dataclass(frozen=True)
class Village:
    """A kelurahan or desa with its kecamatan; `geom` is a shapely (multi)polygon in EPSG:4326."""

    place: Place
    district: Place
    geom: Any = field(repr=False, compare=False)


@dataclass(frozen=True)
class Service:
    """One service area: `villages` are the codes that make it up, or `geom` is its own polygon, or (both None) all.

    `pk` is its row, for those who want to change it.
    """

    agency: str
    category: str
    name: str
    priority: int
    villages: frozenset[str] | None = None
    geom: Any = field(default=None, repr=False, compare=False)
    pk: int | None = None


@dataclass(frozen=True)
class Nearest:
    kelurahan: Place
    kecamatan: Place
    distance_m: float


@dataclass(frozen=True)
class Placement:
    """The answer for one point. `approximate`: not covered by any kelurahan, but within the tolerance of one."""

    edition: str
    inside: bool
    approximate: bool = False
    kelurahan: Place | None = None
    kecamatan: Place | None = None
    service_areas: tuple[Service, ...] = ()
    nearest: Nearest | None = None


@dataclass(frozen=True)
class Placements:
    """The answer for n points, each (n,): what a point has in common with its neighbours is said once, by number.

    `village`: int32 index into `Locator.villages`, -1 outside. `group`: int32 number of the interned answer (a village
    and its service areas) that `Locator.answer` spells out, -1 outside. `approximate`: not covered, but within tolerance.
    """

    village: NDArray[np.int32]
    approximate: NDArray[np.bool_]
    group: NDArray[np.int32]


class Locator:
    """All areas of one edition, ready to be asked. Immutable; safe to share between threads.

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
        ranked = sorted(services, key=lambda s: (-s.priority, s.agency, s.category, s.name))
        self.services = tuple(ranked)
        shapes = np.array([v.geom for v in self.villages], dtype=object)
        shapely.prepare(shapes)
        self._tree = shapely.STRtree(shapes)
        self._metric = _metric_plane(shapes)
        self._flat = shapely.STRtree(shapely.transform(shapes, self._project)) if len(shapes) else None
        drawn = [(i, s.geom) for i, s in enumerate(ranked) if s.geom is not None]
        self._drawn = np.array([i for i, _ in drawn], dtype=np.int64)
        self._drawn_tree = shapely.STRtree([geom for _, geom in drawn])
        self._listed = self._services_by_village()
        self._groups: list[tuple[int, frozenset[int]]] = []
        self._group_numbers: dict[tuple[int, frozenset[int]], int] = {}

    def _services_by_village(self) -> list[frozenset[int]]:
        """For each village, the services that contain it as a whole (by a list of codes, or the whole city)."""
        whole = {i for i, s in enumerate(self.services) if s.villages is None and s.geom is None}
        found = [set(whole) for _ in self.villages]
        for i, service in enumerate(self.services):
            for code in service.villages or ():
                if code in self.by_code:
                    found[self.by_code[code]].add(i)
        return [frozenset(one) for one in found]

    def _project(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = self._metric.transform(lonlat[:, 0], lonlat[:, 1])
        return np.column_stack([x, y])

    def locate_many(self, lon: ArrayLike, lat: ArrayLike) -> Placements:
        """Place n points. `lon`, `lat`: (n,) degrees, any finite value; NaN or infinite ones are outside."""
        x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        village = np.full(x.shape, OUTSIDE, dtype=np.int32)
        approximate = np.zeros(x.shape, dtype=np.bool_)
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= 180) & (np.abs(y) <= 90))
        if not len(self.villages) or not len(known):
            return Placements(village, approximate, village.copy())
        points = shapely.points(x[known], y[known])
        at, covering = self._tree.query(points, predicate="covered_by")
        first = np.full(len(known), len(self.villages), dtype=np.int64)
        np.minimum.at(first, at, covering)  # several cover it: the lowest code
        hit = first < len(self.villages)
        village[known[hit]] = first[hit]
        missed = known[~hit]
        if len(missed):
            nearest, distance = self._nearest(x[missed], y[missed])
            close = distance <= self.tolerance_m
            village[missed[close]] = nearest[close]
            approximate[missed[close]] = True
        return Placements(village, approximate, self._group(x, y, village))

    def _group(self, x: Any, y: Any, village: NDArray[np.int32]) -> NDArray[np.int32]:
        group = np.full(len(village), OUTSIDE, dtype=np.int32)
        for i in np.flatnonzero(village != OUTSIDE):
            key = int(village[i]), self._drawn_at(x[i], y[i])
            if key not in self._group_numbers:
                self._group_numbers[key] = len(self._groups)
                self._groups.append(key)
            group[i] = self._group_numbers[key]
        return group

    def answer(self, group: int, approximate: bool = False) -> Placement:
        """What a number in `Placements.group` stands for; -1 is outside."""
        if group == OUTSIDE:
            return Placement(self.edition, False)
        index, drawn = self._groups[group]
        return self._placement(index, approximate, drawn)

    def _nearest(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Index of and metres to the nearest village; of equally near ones the lowest code."""
        assert self._flat is not None
        points = shapely.points(self._project(np.column_stack([x, y])))
        (at, which), metres = self._flat.query_nearest(points, return_distance=True, all_matches=True)
        best = np.full(len(x), len(self.villages), dtype=np.int64)
        np.minimum.at(best, at, which)
        distance = np.zeros(len(x))
        distance[at] = metres
        return best, distance

    def locate(self, lon: float, lat: float) -> Placement:
        """Place one point, with every service area that answers there and, outside, the nearest kelurahan."""
        placed = self.locate_many([lon], [lat])
        index = int(placed.village[0])
        if index == OUTSIDE:
            return Placement(self.edition, False, nearest=self.nearest(lon, lat))
        return self._placement(index, bool(placed.approximate[0]), self._drawn_at(lon, lat))

    def locate_code(self, code: str) -> Placement:
        """Place by a kelurahan's code, for people without a map: only services that hold for the whole kelurahan.

        Raises KeyError for a code that this edition does not have.
        """
        return self._placement(self.by_code[code], False, self._drawn_over(self.by_code[code]))

    def nearest(self, lon: float, lat: float) -> Nearest | None:
        """The nearest kelurahan at any distance; None when there is none or the point is off the globe."""
        if not self.villages or not (np.isfinite([lon, lat]).all() and abs(lon) <= 180 and abs(lat) <= 90):
            return None
        best, distance = self._nearest(np.array([lon]), np.array([lat]))
        if not np.isfinite(distance[0]) or best[0] >= len(self.villages):
            return None
        village = self.villages[int(best[0])]
        return Nearest(village.place, village.district, round(float(distance[0]), 1))

    def _placement(self, index: int, approximate: bool, drawn: frozenset[int]) -> Placement:
        village = self.villages[index]
        services = tuple(self.services[i] for i in sorted(self._listed[index] | drawn))
        return Placement(self.edition, True, approximate, village.place, village.district, services)

    def _drawn_at(self, lon: float, lat: float) -> frozenset[int]:
        hits = self._drawn_tree.query(shapely.Point(lon, lat), predicate="covered_by")
        return frozenset(int(i) for i in self._drawn[hits])

    def _drawn_over(self, index: int) -> frozenset[int]:
        """Own polygons that cover a whole village."""
        hits = self._drawn_tree.query(self.villages[index].geom, predicate="covered_by")
        return frozenset(int(i) for i in self._drawn[hits])


def _metric_plane(shapes: NDArray[Any]) -> pyproj.Transformer:
    """Degrees → metres around the middle of all shapes."""
    west, south, east, north = shapely.total_bounds(shapes) if len(shapes) else (0.0, 0.0, 0.0, 0.0)
    lon, lat = (west + east) / 2, (south + north) / 2
    plane = pyproj.CRS.from_proj4(f"+proj=aeqd +lon_0={lon} +lat_0={lat} +datum=WGS84 +units=m")
    return pyproj.Transformer.from_crs("EPSG:4326", plane, always_xy=True)
