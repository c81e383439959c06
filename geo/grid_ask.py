"""Points against a grid: most are answered by their cell alone, the rest exactly, edge by edge.

In a mixed cell the way from a point leads level to the left, to the upright line through the cell's reference point,
and along that line down to it. Each candidate whose edges are crossed an odd number of times on that way changes its
bit; candidates on whose edge the point lies cover it whatever the way says. All signs are exact (geo/orientation.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.grid import FAR, PASSES, Grid
from geo.grid_edges import Indices, ranges
from geo.orientation import orientation

Floats = NDArray[np.float64]


class Asker:
    """The constants of a grid at hand, for questions about many points."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        frame = grid.frame
        self.columns, self.rows = frame.columns, frame.rows
        self.west, self.south = frame.west, frame.south
        self.per_lon, self.per_lat = 1 / frame.width, 1 / frame.height
        self.lon = frame.lon

    def cell(self, lon: Floats, lat: Floats) -> Indices:
        """The cell of each point; what lies outside, or is no number, gets a cell of the far outer ring."""
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows lies outside
            return self._cell(lon, lat)

    def _cell(self, lon: Floats, lat: Floats) -> Indices:
        column = np.subtract(lon, self.west)
        column *= self.per_lon
        np.fmax(column, 0.0, out=column)
        np.fmin(column, self.columns - 1, out=column)
        row = np.subtract(lat, self.south)
        row *= self.per_lat
        np.fmax(row, 0.0, out=row)
        np.fmin(row, self.rows - 1, out=row)
        cell = row.astype(np.int64)
        cell *= self.columns
        cell += column.astype(np.int64)
        return cell

    def answer(self, lon: float, lat: float) -> int:
        """What the cell of one point holds."""
        column, row = (lon - self.west) * self.per_lon, (lat - self.south) * self.per_lat
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return FAR
        return int(self.grid.cells[int(row) * self.columns + int(column)])

    def covering(self, lon: Floats, lat: Floats, cell: Indices, mixed: Indices) -> NDArray[np.uint64]:
        """For points in mixed cells: which of the cell's candidates cover each, as bits. All arrays (n,)."""
        grid = self.grid
        x = self.lon[cell % self.columns]
        state = grid.reference[mixed]
        point, entry = ranges(grid.entry[mixed], grid.entry[mixed + 1] - grid.entry[mixed])
        if not len(entry):
            return state
        ends = grid.edges[grid.entries[entry]]
        mask = grid.masks[entry]
        flips, touches = _crossed(ends, lon[point], lat[point], x[point], mask >= PASSES)
        mask &= ~PASSES
        begin = np.flatnonzero(np.append(True, point[1:] != point[:-1]))
        some = point[begin]
        state[some] ^= np.bitwise_xor.reduceat(np.where(flips, mask, 0), begin)
        if len(touches):
            np.bitwise_or.at(state, point[touches], mask[touches])
        return state


def _crossed(
    ends: Floats, px: Floats, py: Floats, x: Floats, passes: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], Indices]:
    """(crossed an odd number of times (n,), which edges the point lies on) on the way level to x, then down."""
    ax, ay, bx, by = ends.T
    spans = (ay <= py) & (by > py)
    side = orientation(ax, ay, bx, by, px, py)
    level = spans & (side < 0)
    needed = np.flatnonzero(level | passes)
    flips = np.zeros(len(px), dtype=np.bool_)
    corner, height, these = x[needed], py[needed], ends[needed]
    turn = orientation(these[:, 0], these[:, 1], these[:, 2], these[:, 3], corner, height)
    right = these[:, 2] > these[:, 0]
    beyond = level[needed] & ((turn > 0) | ((turn == 0) & right))
    below = passes[needed] & np.where(right, turn >= 0, turn <= 0)
    flips[needed] = beyond ^ below
    line = np.flatnonzero(side == 0)
    on = (
        (py[line] >= ay[line])
        & (py[line] <= by[line])
        & (px[line] >= np.minimum(ax[line], bx[line]))
        & (px[line] <= np.maximum(ax[line], bx[line]))
    )
    return flips, line[on]
