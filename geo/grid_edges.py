"""Borders as edges: each once, with the shapes that it bounds, and the cells of a grid that it touches.

An edge runs upwards (to the right where it is level): a row (lon, lat, lon, lat) with the lower end first. Neighbours
that share a border share its edges, so that one test of a point against an edge answers for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.orientation import orientation

CHUNK = 1 << 18
Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Edges:
    """`ends` (n, 4); `owners` (m,) shape numbers, those of edge i at `first[i]:first[i + 1]`."""

    ends: Floats
    owners: NDArray[np.int32]
    first: Indices

    def __len__(self) -> int:
        return len(self.ends)


@dataclass(frozen=True)
class Frame:
    """Where the cells lie. Cell (row, column) has its reference point at (`lon[column]`, `lat[row]`), just outside its
    lower left corner, and touches whatever lies within `pad` of a cell's width around it."""

    west: float
    south: float
    width: float
    height: float
    columns: int
    rows: int

    PAD = 1e-3  # of a cell: far more than rounding can move a point, far less than anyone would notice

    @property
    def lon(self) -> Floats:
        return self.west + (np.arange(self.columns, dtype=np.float64) - self.PAD / 2) * self.width

    @property
    def lat(self) -> Floats:
        return self.south + (np.arange(self.rows, dtype=np.float64) - self.PAD / 2) * self.height


def ranges(first: Indices, count: Indices) -> tuple[Indices, Indices]:
    """Each `first[i]`, `first[i] + 1` … `count[i]` times: (which i, the number), both (sum(count),)."""
    which = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(which))
    number += np.repeat(first - (np.cumsum(count) - count), count)
    return which, number


def edges_of(shapes: Sequence[Any]) -> Edges:
    """The edges of (multi)polygons in EPSG:4326, numbered as they come. Empty ones have none."""
    parts, shape = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points += 0.0  # -0.0 and 0.0 are one place
    real = np.flatnonzero((ring[:-1] == ring[1:]) & (points[:-1] != points[1:]).any(axis=1))
    owners = shape[part[ring[real]]].astype(np.int32)
    ends = np.empty((len(real), 4))
    ends[:, :2], ends[:, 2:] = points[real], points[real + 1]
    del points, ring, real
    swap = np.flatnonzero(
        (ends[:, 1] > ends[:, 3]) | ((ends[:, 1] == ends[:, 3]) & (ends[:, 0] > ends[:, 2]))
    )
    ends[swap] = ends[swap][:, [2, 3, 0, 1]]
    return _merged(ends, owners)


def _merged(ends: Floats, owners: NDArray[np.int32]) -> Edges:
    """Equal edges of different shapes become one. Two of one shape stay two: crossing both is crossing neither."""
    mixed = np.zeros(len(ends), dtype=np.uint64)
    for column, factor in enumerate(
        (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
    ):
        mixed ^= mixed >> np.uint64(29)
        mixed = (mixed ^ ends[:, column].copy().view(np.uint64)) * np.uint64(factor)
    order = np.argsort(mixed, kind="stable")  # stable: a shape's own twins stay side by side
    del mixed
    ends, owners = ends[order], owners[order]
    new = np.ones(len(ends), dtype=np.bool_)
    new[1:] = (ends[1:] != ends[:-1]).any(axis=1) | (owners[1:] == owners[:-1])
    first = np.append(np.flatnonzero(new), len(ends))
    return Edges(ends[new], owners, first)


def cells_touched(edges: Edges, frame: Frame) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(cell, edge) for each cell whose box, a little enlarged, an edge may touch: never one too few, rarely one more.

    Both (n,) int32, not sorted."""
    found = list(_cells_touched(edges.ends, frame))
    if not found:
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    return np.concatenate([cell for cell, _ in found]), np.concatenate([edge for _, edge in found])


def _cells_touched(ends: Floats, frame: Frame) -> Iterator[tuple[Any, Any]]:
    pad = frame.PAD
    for begin in range(0, len(ends), CHUNK):
        # In cells, counted from the frame's corner.
        ax, ay, bx, by = ((ends[begin : begin + CHUNK] - _corner(frame)) * _per_cell(frame)).T
        low = np.clip(np.floor(ay - pad), 0, frame.rows).astype(np.int64)
        high = np.clip(np.floor(by + pad), -1, frame.rows - 1).astype(np.int64)
        edge, row = ranges(low, np.maximum(high - low + 1, 0))
        ax, ay, bx, by = ax[edge], ay[edge], bx[edge], by[edge]
        rise = by - ay
        level = rise <= pad  # too flat to tell where it enters and leaves the row
        rise[level] = 1.0
        enter = np.where(level, 0.0, np.clip((row - pad - ay) / rise, 0, 1))
        leave = np.where(level, 1.0, np.clip((row + 1 + pad - ay) / rise, 0, 1))
        one, other = ax + enter * (bx - ax), ax + leave * (bx - ax)
        left = np.clip(np.floor(np.minimum(one, other) - pad), 0, frame.columns).astype(np.int64)
        right = np.clip(np.floor(np.maximum(one, other) + pad), -1, frame.columns - 1).astype(np.int64)
        at, column = ranges(left, np.maximum(right - left + 1, 0))
        yield (
            (row[at] * frame.columns + column).astype(np.int32),
            (begin + edge[at]).astype(np.int32),
        )


def _corner(frame: Frame) -> Floats:
    return np.array([frame.west, frame.south] * 2)


def _per_cell(frame: Frame) -> Floats:
    return 1 / np.array([frame.width, frame.height] * 2)


def crossings(edges: Edges, frame: Frame) -> tuple[Indices, NDArray[np.int32]]:
    """(position, edge) where an edge crosses a row's line of reference points: position = row · columns + the first
    column whose reference point has the crossing to its left. Not sorted."""
    lon, lat = frame.lon, frame.lat
    positions, which = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
    for begin in range(0, len(edges), CHUNK):
        ends = edges.ends[begin : begin + CHUNK]
        # The line runs just above its points: an end that lies on it is below.
        first = np.searchsorted(lat, ends[:, 1])
        edge, row = ranges(first, np.searchsorted(lat, ends[:, 3]) - first)
        column = _first_right_of(ends[edge], lat[row], lon)
        positions.append(row * frame.columns + column)
        which.append((begin + edge).astype(np.int32))
    return np.concatenate(positions), np.concatenate(which)


def _first_right_of(ends: Floats, y: Floats, lon: Floats) -> Indices:
    """For edges that cross the height y: the number of reference longitudes left of the crossing."""
    ax, ay, bx, by = ends.T
    guess = np.searchsorted(lon, ax + (y - ay) / (by - ay) * (bx - ax))
    last = len(lon) - 1
    guess = np.clip(guess, 0, last)
    # Rounding can be wrong by one where the crossing is next to a reference point: there the exact test decides.
    back = (guess > 0) & ~left_of(ends, lon[np.maximum(guess - 1, 0)], y)
    guess -= back
    on = ~back & (guess < last) & left_of(ends, lon[guess], y)
    first: Indices = guess + on
    return first


def left_of(ends: Floats, x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Whether (x, y) lies left of where the edge crosses the height just above y.

    Points in line with the edge are taken as moved up by ε and to the right by ε' ≪ ε, so that none is in doubt.
    """
    ax, ay, bx, by = ends.T
    side = orientation(ax, ay, bx, by, x, y)
    found: NDArray[np.bool_] = (side > 0) | ((side == 0) & (bx > ax))
    return found


def above(ends: Floats, x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Whether (x, y), moved as in `left_of`, lies above the edge; the edge must cross the upright line through it."""
    ax, ay, bx, by = ends.T
    side = orientation(ax, ay, bx, by, x, y)
    return np.where(bx > ax, side >= 0, side <= 0)
