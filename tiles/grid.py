"""The grid of web tiles (EPSG:3857): where a tile lies, and which points are its own."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from geo.errors import NotFound

MAX_ZOOM = 22
EXTENT = 4096
HALF_WORLD = 20037508.342789244  # metres of EPSG:3857 from the middle to each edge


@dataclass(frozen=True)
class Tile:
    """One tile; `y` counts from the north as in XYZ addresses. Raises NotFound outside the grid."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.z <= MAX_ZOOM and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z):
            raise NotFound(_("There is no such map tile."))

    @property
    def width(self) -> float:
        """Metres of EPSG:3857 from edge to edge."""
        return math.ldexp(2 * HALF_WORLD, -self.z)

    @property
    def unit(self) -> float:
        """Metres of EPSG:3857 in one step of the tile's own coordinates."""
        return self.width / EXTENT

    @property
    def own_points(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the points that belong to this tile and to no other of its zoom.

        Half a unit towards the north-west of the tile: coordinates in a tile are rounded, and what would be rounded to
        `EXTENT` is coordinate 0 of the next tile. Renderers drop points at `EXTENT`, so nobody else would draw it.
        """
        west = -HALF_WORLD + self.x * self.width - self.unit / 2
        north = HALF_WORLD - self.y * self.width + self.unit / 2
        return west, north - self.width, west + self.width, north
