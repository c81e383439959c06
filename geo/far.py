"""The nearest village to a point outside, at any distance: what the answer to such a point names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.placement import Nearest, Village

# How much farther than the first guess is looked: the guess measures in degrees squeezed by the latitude of the point.
SEARCHED = 1.2
METRES_PER_DEGREE = 110_000.0


class Far:
    """The nearest village at any distance, for the answer to a point outside."""

    def __init__(self, villages: Sequence[Village], tolerance_m: float) -> None:
        self._villages, self._tolerance_m = villages, tolerance_m
        self._shapes = np.array([v.geom for v in villages], dtype=object)
        self._tree = shapely.STRtree(self._shapes)

    def nearest(self, lon: float, lat: float) -> Nearest:
        """The village, the lowest of equally near ones, and the metres to it on the ellipsoid."""
        some = self._tree.query_nearest(shapely.Point(lon, lat))
        reach = float(_metres(self._shapes[some], lon, lat).min()) * SEARCHED / METRES_PER_DEGREE
        across = reach / max(float(np.cos(np.radians(min(abs(lat) + reach, 89.0)))), 0.01)
        box = shapely.box(lon - across, lat - reach, lon + across, lat + reach)
        some = np.unique(np.append(some, self._tree.query(box)))
        metres = _metres(self._shapes[some], lon, lat)
        best = int(np.flatnonzero(metres <= metres.min())[0])
        village = self._villages[int(some[best])]
        # A point outside is never said to be within tolerance.
        return Nearest(village.place, village.district, round(max(float(metres[best]), self._tolerance_m), 1))


def _metres(shapes: NDArray[np.object_], lon: float, lat: float) -> NDArray[np.float64]:
    """From (lon, lat) to each shape: in a plane whose distances from its middle, the point, are those of WGS 84."""
    plane = pyproj.CRS.from_proj4(
        f"+proj=aeqd +lon_0={float(lon)!r} +lat_0={float(lat)!r} +datum=WGS84 +units=m"
    )
    project = pyproj.Transformer.from_crs("EPSG:4326", plane, always_xy=True).transform
    flat = shapely.transform(shapes, lambda at: np.column_stack(project(at[:, 0], at[:, 1])))
    metres: NDArray[np.float64] = shapely.distance(flat, shapely.Point(0, 0))
    return metres
