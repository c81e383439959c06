"""The nearest area to points that none covers, within a few metres.

For each cell in which such points can lie, the edges that can be the nearest to one of its points are listed ahead;
in other cells (a border that its neighbours do not share, a few millimetres wide) the cells around are looked through.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.grid import METRES_PER_DEGREE, Grid, cells_within
from geo.grid_edges import Indices, ranges

Floats = NDArray[np.float64]
CHUNK = 1 << 14
NONE = -1

# WGS 84
_AXIS = 6_378_137.0
_ECCENTRICITY2 = 6.69437999014e-3


class Near:
    """The lists of one grid. `areas`: how many of its shapes, the first ones, count; `within_m`: at most its margin."""

    def __init__(self, grid: Grid, areas: int, within_m: float) -> None:
        self._grid, self._areas, self._within_m = grid, areas, within_m
        frame = grid.frame
        reach = cells_within(frame, within_m)
        steps = np.arange(-reach, reach + 1)
        self._around = (steps[:, None] * frame.columns + steps).reshape(-1)
        # No point of a cell is farther than this from its middle.
        self._radius_m = (0.5 + frame.PAD) * np.hypot(frame.height, frame.height) * METRES_PER_DEGREE * 1.01
        self._first, self._edges = self._listed()

    @property
    def nbytes(self) -> int:
        return self._first.nbytes + self._edges.nbytes

    def _listed(self) -> tuple[Indices, NDArray[np.int32]]:
        """For each mixed cell that may hold uncovered points, the edges near enough to matter."""
        grid, frame = self._grid, self._grid.frame
        cells = np.flatnonzero(grid.cells < -1)[np.flatnonzero(grid.open_cells)]
        lists = []
        for begin in range(0, len(cells), CHUNK):
            some = cells[begin : begin + CHUNK]
            row, column = np.divmod(some, frame.columns)
            lon = frame.west + (column + 0.5) * frame.width
            lat = frame.south + (row + 0.5) * frame.height
            cell, edge = self._edges_around(some)
            pairs = cell * len(grid.edges) + edge
            pairs.sort()
            cell, edge = np.divmod(pairs[np.append(True, pairs[1:] != pairs[:-1])], len(grid.edges))
            metres = distance_m(lon[cell], lat[cell], grid.edges[edge])
            nearest = np.full(len(some), self._within_m + self._radius_m)
            np.minimum.at(nearest, cell, metres + 2 * self._radius_m)
            kept = metres <= np.minimum(nearest[cell], self._within_m + self._radius_m)
            lists.append((-2 - grid.cells[some[cell[kept]]].astype(np.int64), edge[kept].astype(np.int32)))
        mixed = np.concatenate([one for one, _ in lists]) if lists else np.zeros(0, dtype=np.int64)
        edges = np.concatenate([one for _, one in lists]) if lists else np.zeros(0, dtype=np.int32)
        return np.searchsorted(mixed, np.arange(len(grid.reference) + 1)), edges

    def _edges_around(self, cells: Indices) -> tuple[Indices, NDArray[np.int32]]:
        """(which of the cells, edge of an area in it or in a cell around it), pairs in the order of the cells."""
        grid = self._grid
        # Around a cell at the rim the ends of other rows are looked at too: too far away to matter.
        around = np.take(grid.cells, cells[:, None] + self._around, mode="clip")
        mixed = -2 - around.reshape(-1).astype(np.int64)
        some = np.flatnonzero(mixed >= 0)
        mixed = mixed[some]
        which, entry = ranges(grid.entry[mixed], grid.entry[mixed + 1] - grid.entry[mixed])
        which, edge = some[which] // len(self._around), grid.entries[entry]
        bounding = grid.lowest[edge] < self._areas
        return which[bounding], edge[bounding]

    def nearest(self, lon: Floats, lat: Floats, cell: Indices, mixed: Indices) -> NDArray[np.int32]:
        """Points (n,) in mixed cells: the nearest area, the lowest of equally near ones, or NONE within reach."""
        listed = self._first[mixed + 1] - self._first[mixed]
        which, at = ranges(self._first[mixed], listed)
        found = self._nearest_of(lon, lat, which, self._edges[at])
        rest = np.flatnonzero((listed == 0) & ~self._grid.open_cells[mixed])
        for begin in range(0, len(rest), CHUNK):
            some = rest[begin : begin + CHUNK]
            found[some] = self._nearest_of(lon[some], lat[some], *self._edges_around(cell[some]))
        return found

    def _nearest_of(
        self, lon: Floats, lat: Floats, point: Indices, edge: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        found = np.full(len(lon), self._areas, dtype=np.int32)
        if len(point):
            metres = distance_m(lon[point], lat[point], self._grid.edges[edge])
            begin = np.flatnonzero(np.append(True, point[1:] != point[:-1]))
            best = np.full(len(lon), np.inf)
            best[point[begin]] = np.minimum.reduceat(metres, begin)
            ties = np.flatnonzero((metres == best[point]) & (metres <= self._within_m))
            np.minimum.at(found, point[ties], self._grid.lowest[edge[ties]])
        found[found == self._areas] = NONE
        return found


def distance_m(lon: Floats, lat: Floats, ends: Floats) -> Floats:
    """Metres from points to edges (n, 4), in the plane that touches the WGS 84 ellipsoid at each point.

    For edges a few hundred metres away the error is below a millimetre.
    """
    phi = np.radians(lat)
    bulge = 1 - _ECCENTRICITY2 * np.sin(phi) ** 2
    east = np.radians(_AXIS / np.sqrt(bulge) * np.cos(phi))
    north = np.radians(_AXIS * (1 - _ECCENTRICITY2) / bulge**1.5)
    ax, ay = (ends[:, 0] - lon) * east, (ends[:, 1] - lat) * north
    bx, by = (ends[:, 2] - lon) * east, (ends[:, 3] - lat) * north
    dx, dy = bx - ax, by - ay
    along = np.clip(-(ax * dx + ay * dy) / (dx * dx + dy * dy), 0.0, 1.0)
    # At an end the end itself is measured: edges that meet there are equally near, to the last bit.
    end = along == 1.0
    metres: Floats = np.hypot(np.where(end, bx, ax + along * dx), np.where(end, by, ay + along * dy))
    return metres
