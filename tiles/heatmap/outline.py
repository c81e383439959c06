"""The city as a small drawing (SVG): what the page shows before, or without, the real map, and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.contrib.gis.db.models import Extent
from django.db import connection

from geo.models import Area, Edition

DETAIL = (
    500  # the longer side is drawn in so many steps; borders are snapped to them, so neighbours still meet
)


@dataclass(frozen=True)
class Shape:
    """One kelurahan as an SVG path."""

    code: str
    name: str
    path: str


@dataclass(frozen=True)
class Outline:
    """`view_box` for the <svg>, and the shapes in it; no shapes before boundaries are loaded.

    `bounds`: west, south, east, north of the city in degrees, or nothing.
    """

    view_box: str
    shapes: tuple[Shape, ...]
    bounds: tuple[float, ...] = ()


PATHS = """
SELECT a.code, a.name,
       ST_AsSVG(ST_SnapToGrid(ST_Scale(ST_Translate(a.geom_3857, %s, %s), %s, %s), 1), 1, 0)
FROM geo_area a JOIN geo_edition e ON e.id = a.edition_id
WHERE e.status = %s AND a.level = %s ORDER BY a.code
"""


@lru_cache(maxsize=2)
def outline(version: str) -> Outline:
    """The drawing of the active edition, remembered for one version of the map."""
    here = Area.objects.filter(edition__status=Edition.Status.ACTIVE, level=Area.Level.VILLAGE)
    boxes = here.aggregate(box=Extent("geom_3857"), degrees=Extent("geom"))
    if boxes["box"] is None:
        return Outline("0 0 1 1", ())
    west, south, east, north = boxes["box"]
    scale = DETAIL / max(east - west, north - south, 1.0)
    params = [-west, -north, scale, scale, Edition.Status.ACTIVE, Area.Level.VILLAGE]
    with connection.cursor() as cursor:
        cursor.execute(PATHS, params)
        shapes = tuple(Shape(*row) for row in cursor.fetchall() if row[2])
    width, height = (east - west) * scale, (north - south) * scale
    return Outline(f"-4 -4 {width + 8:.0f} {height + 8:.0f}", shapes, boxes["degrees"])
