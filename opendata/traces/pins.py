"""Pins as numbers: every point at which somebody stood, rounded to 4, 5, 6 and 7 decimals, and as single precision.

4 decimals are 11 m, 7 are 1 cm. A pair of numbers found in a file is compared at its own number of decimals; what is
published of the land (corners of borders and cells, their bounding boxes) is no pin.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from opendata.traces.digests import Words, known, once

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DECIMALS = (4, 5, 6, 7)
FINEST = 10**7
ROOM = (
    1 << 31
)  # makes each coordinate of 7 decimals, west and south of zero too, a positive number of 32 bits


@dataclass(frozen=True)
class Pins:
    """Sorted keys by decimals, and of single precision; `box` is (west, south, east, north) of all of them."""

    keys: dict[int, Words]
    single: Words
    box: tuple[float, float, float, float] | None

    @classmethod
    def of(cls, points: Floats) -> Pins:
        """From (n, 2) longitudes and latitudes in EPSG:4326."""
        points = points[np.isfinite(points).all(axis=1)] if len(points) else points.reshape(0, 2)
        if not len(points):
            return cls({decimals: _none() for decimals in DECIMALS}, _none(), None)
        fine = np.rint(points * FINEST).astype(np.int64)
        keys = {decimals: _all_keys(fine, decimals) for decimals in DECIMALS}
        low, high = points.min(axis=0), points.max(axis=0)
        margin = 1e-4  # rounding to 4 decimals may lead out of the box
        box = (low[0] - margin, low[1] - margin, high[0] + margin, high[1] + margin)
        single = [single_keys(each) for each in (points, np.round(points, 6))]
        return cls(keys, once(np.concatenate(single)), tuple(map(float, box)))  # type: ignore[arg-type]

    def without(self, shapes: Iterable[BaseGeometry]) -> Pins:
        """Those that are no corner of the shapes or of their boxes."""
        corners = _corners(shapes)
        if not len(corners) or self.box is None:
            return self
        fine = np.rint(corners * FINEST).astype(np.int64)
        keys = {decimals: _less(mine, keys_at(fine, decimals)) for decimals, mine in self.keys.items()}
        return Pins(keys, _less(self.single, single_keys(corners)), self.box)

    def among(self, lon: Ints, lat: Ints, decimals: Ints) -> set[tuple[int, int]]:
        """Which pairs (in 10⁻⁷ degrees, written with so many decimals) are pins: (decimals, key) of each."""
        found: set[tuple[int, int]] = set()
        for count, mine in self.keys.items():
            here = decimals == count if count != DECIMALS[-1] else decimals >= count
            keys = once(keys_at(np.column_stack((lon[here], lat[here])), count))
            found.update((count, key) for key in keys[known(mine, keys)].tolist())
        return found


def keys_at(fine: Ints, decimals: int, lon_half: int = 0, lat_half: int = 0) -> Words:
    """One number for each pair in 10⁻⁷ degrees, rounded to so many decimals.

    A half goes away from zero, or towards it where 1 is taken off; the more, the more is cut off.
    """
    unit = 10 ** (DECIMALS[-1] - decimals)
    more = np.array([max(unit // 2 - lon_half, 0), max(unit // 2 - lat_half, 0)])
    rounded = np.sign(fine) * ((np.abs(fine) + more) // unit)
    whole = (rounded + ROOM).astype(np.uint64)
    return np.asarray((whole[:, 0] << np.uint64(32)) | whole[:, 1], dtype=np.uint64)


def _all_keys(fine: Ints, decimals: int) -> Words:
    """Keys of pins rounded in every usual way: libraries differ where a half goes, and some cut digits off."""
    ways = ((0, 0), (0, 1), (1, 0), (1, 1), (FINEST, FINEST)) if decimals < DECIMALS[-1] else ((0, 0),)
    keys = keys_at(fine, decimals)
    for lon_half, lat_half in ways[1:]:
        keys = once(np.concatenate((keys, keys_at(fine, decimals, lon_half, lat_half))))
    return once(keys)


def single_keys(points: Floats) -> Words:
    """Longitude and latitude in single precision, side by side."""
    bits = np.ascontiguousarray(points, dtype="<f4").view("<u4").astype(np.uint64)
    return np.asarray((bits[:, 0] << np.uint64(32)) | bits[:, 1], dtype=np.uint64)


def decimals_of(fine: Ints) -> Ints:
    """With how many decimals (4 to 7) numbers in 10⁻⁷ degrees are written."""
    count = np.full(len(fine), DECIMALS[-1], dtype=np.int64)
    for decimals in reversed(DECIMALS):
        count[fine % 10 ** (DECIMALS[-1] - decimals) == 0] = decimals
    return count


def _corners(shapes: Iterable[BaseGeometry]) -> Floats:
    """All corners, and corners and middle of the box around each shape and around all: tiles tell where they lie.

    Whoever reads numbers two by two without knowing where a pair begins reads a corner's latitude with the longitude of
    the next: among a million pins some lie there.
    """
    geometries = np.array([shape for shape in shapes if not shape.is_empty], dtype=object)
    if not len(geometries):
        return np.zeros((0, 2))
    bounds = np.vstack((shapely.bounds(geometries), shapely.total_bounds(geometries)))
    west, south, east, north = bounds.T
    pairs: list[tuple[Any, Any]] = [(x, y) for x in (west, east) for y in (south, north)]
    pairs.append(((west + east) / 2, (south + north) / 2))
    boxes = np.vstack([np.column_stack(pair) for pair in pairs])
    corners = shapely.get_coordinates(geometries)
    lon, lat = corners.T
    between = (
        np.column_stack((lon[1:], lat[:-1])),
        np.column_stack((lon[:-1], lat[1:])),
    )  # rings go either way
    return np.vstack((corners, *between, boxes))


def _less(mine: Words, public: Words) -> Words:
    return mine[~known(once(public), mine)]


def _none() -> Words:
    return np.zeros(0, dtype=np.uint64)
