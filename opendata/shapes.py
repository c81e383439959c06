"""Borders as they are released: simplified to about 10 m, rounded to 0.1 m, valid, and wound as GeoJSON asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

TOLERANCE = 10 / 111_320  # metres in degrees of latitude; near the equator those of longitude are as long
DECIMALS = 6
GRID = 10.0**-DECIMALS


def released_shapes(shapes: Mapping[str, BaseGeometry]) -> dict[str, shapely.MultiPolygon]:
    """Code → valid MultiPolygon in EPSG:4326 for each (Multi)Polygon, in the order of the codes.

    Neighbours that share a border keep sharing it. Simplifying them together cuts off spikes, so a shape that would
    move too far by it (real files have such) is simplified alone; one that would be destroyed stays as it was.
    """
    codes = sorted(shapes)
    before = np.array([shapes[code] for code in codes], dtype=object)
    if not codes:
        return {}
    after = shapely.coverage_simplify(before, TOLERANCE)
    far = shapely.hausdorff_distance(before, after) > TOLERANCE  # nan, for an empty one, is not far
    after[far] = shapely.simplify(before[far], TOLERANCE, preserve_topology=True)
    lost = ~shapely.is_valid(after) | shapely.is_empty(after)
    after[lost] = before[lost]
    return as_released(dict(zip(codes, after, strict=True)))


def as_released(shapes: Mapping[str, BaseGeometry]) -> dict[str, shapely.MultiPolygon]:
    """The same shapes, not simplified: rounded, valid and wound, in the order of the codes."""
    codes = sorted(shapes)
    before = np.array([shapes[code] for code in codes], dtype=object)
    snapped = shapely.set_precision(before, GRID)
    gone = shapely.is_empty(snapped)  # smaller than the grid
    snapped[gone] = before[gone]
    return {code: _multi(shape) for code, shape in zip(codes, snapped, strict=True)}


def _multi(shape: BaseGeometry) -> shapely.MultiPolygon:
    """Outer rings counterclockwise (RFC 7946 § 3.1.6), parts and rings in an order that depends on the shape alone."""
    wound = shapely.orient_polygons(shapely.normalize(shape))
    parts = [part for part in shapely.get_parts(wound) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def geometry_json(shape: shapely.MultiPolygon) -> str:
    """The GeoJSON geometry, rounded; a Polygon where there is one part. The same shape gives the same text."""
    parts = [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in shape.geoms]
    geometry: dict[str, Any] = (
        {"type": "Polygon", "coordinates": parts[0]}
        if len(parts) == 1
        else {"type": "MultiPolygon", "coordinates": parts}
    )
    return json.dumps(geometry, separators=(",", ":"))


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    return [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring.coords]
