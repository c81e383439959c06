"""Single shapes made good: only polygons, valid ones, nothing invented. Without pandas, so that pages can use it."""

from __future__ import annotations

from typing import Any

import shapely


def made_valid(shape: Any) -> Any:
    """The valid polygons that `shape` encloses."""
    if shape.is_valid:
        return polygonal(shape)
    # By structure is the better repair: it keeps what a border winds around twice. But GEOS 3.14 loses whole triangles
    # of some shapes with nearly straight corners, or leaves them invalid (hypothesis found both); by linework not.
    repairs = (
        polygonal(shapely.make_valid(shape, method="structure", keep_collapsed=False)),
        polygonal(shapely.make_valid(shape, method="linework")),
    )
    return max(repairs, key=lambda repaired: repaired.area if repaired.is_valid else -1)


def polygonal(shape: Any) -> Any:
    """The polygons of a shape that a repair or an intersection may have mixed with lines and points."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.MultiPolygon()
