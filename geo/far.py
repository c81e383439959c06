"""The nearest village to a point outside, at any distance: what the answer to such a point names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.placement import Nearest, Village


class Far:
    """The nearest village at any distance, for the answer to a point outside."""

    def __init__(self, villages: Sequence[Village], tolerance_m: float) -> None:
        self._villages, self._tolerance_m = villages, tolerance_m
        self._shapes = np.array([v.geom for v in villages], dtype=object)
        west, south, east, north = shapely.total_bounds(self._shapes)
        plane = f"+proj=aeqd +lon_0={(west + east) / 2} +lat_0={(south + north) / 2} +datum=WGS84 +units=m"
        self._plane = pyproj.Transformer.from_crs("EPSG:4326", pyproj.CRS.from_proj4(plane), always_xy=True)
        self._tree = shapely.STRtree(shapely.transform(self._shapes, self._project))

    def _project(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(self._plane.transform(lonlat[:, 0], lonlat[:, 1]))

    def nearest(self, lon: float, lat: float) -> Nearest | None:
        point = shapely.Point(self._project(np.array([[lon, lat]]))[0])
        if not np.isfinite([point.x, point.y]).all():
            return None
        which, metres = self._tree.query_nearest(point, return_distance=True, all_matches=True)
        village = self._villages[int(which.min())]
        # In this plane lengths are exact to about 1 in 10,000; a point outside is never said to be within tolerance.
        return Nearest(village.place, village.district, round(max(float(metres[0]), self._tolerance_m), 1))
