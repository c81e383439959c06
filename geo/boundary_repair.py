"""Make polygons valid without inventing anything: what lies inside stays inside, and each change is told in m²."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from django.utils.translation import gettext as _

from geo.boundary_plane import equal_area_plane
from geo.polygons import made_valid
from geo.refusal import Fault, refuse_if_any


@dataclass(frozen=True)
class Repair:
    """One polygon that was not valid: GEOS's reason with its place, and the area before and after in m²."""

    code: str
    name: str
    reason: str
    before_m2: float
    after_m2: float


def repair(path: Path, frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Repair]]:
    """Every geometry a valid MultiPolygon with outer rings counter-clockwise (RFC 7946); the repairs that it took.

    Spikes and slivers that are valid stay as they are. FileRefused, naming them, when nothing with an area is left of
    features.
    """
    shapes = np.asarray(frame.geometry.values)
    broken = np.flatnonzero(~shapely.is_valid(shapes)).tolist()
    whole = shapes.copy()
    for row in broken:
        whole[row] = made_valid(shapes[row])
    lost = np.flatnonzero((shapely.area(whole) == 0) | ~shapely.is_valid(whole)).tolist()
    reason = _("its polygon cannot be repaired; nothing with an area is left of it")
    named = zip(frame["code"].iloc[lost], frame["name"].iloc[lost], strict=True)
    refuse_if_any(path, [Fault(f"{code} {name}".strip(), reason) for code, name in named])
    repairs = list(_told(frame, shapes, whole, broken))
    return frame.set_geometry(as_multipolygons(whole), crs=frame.crs), repairs


def _told(frame: gpd.GeoDataFrame, shapes: Any, whole: Any, broken: list[int]) -> Iterator[Repair]:
    if not broken:
        return
    project = equal_area_plane(whole)
    reasons = shapely.is_valid_reason(shapes[broken])
    before, after = project(shapes[broken]), project(whole[broken])
    for row, reason, old, new in zip(broken, reasons, before, after, strict=True):
        area = frame.iloc[row]
        yield Repair(area["code"], area["name"], str(reason), round(old.area, 2), round(new.area, 2))


def as_multipolygons(shapes: Any) -> Any:
    """Polygons as MultiPolygons, outer rings counter-clockwise; an array of the same length."""
    several = [shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape for shape in shapes]
    return shapely.orient_polygons(np.asarray(several, dtype=object), exterior_cw=False)
