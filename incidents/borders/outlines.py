"""The outlines that differ between two editions, as GeoJSON for a map."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from geo.edition_compare import AreaShape, compare
from geo.edition_links import areas_of
from geo.models import Area, Edition

TOLERANCE = 0.00003  # degrees, about 3 m: finer than the map shows
NOTICED_M2 = 500.0  # a map of the city shows no smaller change


def differing_outlines(old: Edition, new: Edition) -> dict[str, Any]:
    """A FeatureCollection (EPSG:4326): properties `side` (`old`, `new`), `code`, `name`; kelurahan that differ only."""
    before, after = (
        [area for area in areas_of(edition) if area.level == Area.Level.VILLAGE] for edition in (old, new)
    )
    if not before and not after:
        return {"type": "FeatureCollection", "features": []}
    found = compare(before, after)
    moved = {one.code for one in found.moved if max(one.gained_m2, one.lost_m2) >= NOTICED_M2}
    gone = moved | {one.code for one in found.removed} | {one.old_code for one in found.recoded}
    come = moved | {one.code for one in found.added} | {one.code for one in found.recoded}
    sides = (("old", before, gone), ("new", after, come))
    features = [_feature(side, area) for side, areas, codes in sides for area in areas if area.code in codes]
    return {"type": "FeatureCollection", "features": features}


def _feature(side: str, area: AreaShape) -> dict[str, Any]:
    thin = shapely.simplify(area.geom, TOLERANCE)
    rounded = shapely.transform(thin, lambda xy: np.round(xy, 6))
    properties = {"side": side, "code": area.code, "name": area.name}
    return {"type": "Feature", "properties": properties, "geometry": mapping(rounded)}
