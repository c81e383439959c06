"""Second editions of Kota Contoh: two kelurahan merged, one divided, the city cut short."""

from __future__ import annotations

from django.contrib.gis.geos import MultiPolygon, Polygon

from geo.edition_links import link_to_used
from geo.map_version import bump_map_version
from geo.models import Area, Edition

Rows = list[tuple[str, str, str, str, tuple[float, float, float, float]]]
VILLAGE = Area.Level.VILLAGE.value
CITY = ("99.01", "Kota Contoh", Area.Level.CITY.value, "", (112.90, -7.68, 112.94, -7.64))
WEST = ("99.01.01", "Barat", Area.Level.DISTRICT.value, "99.01", (112.90, -7.68, 112.92, -7.64))
EAST = ("99.01.02", "Timur", Area.Level.DISTRICT.value, "99.01", (112.92, -7.68, 112.94, -7.64))
KEBONSARI = ("99.01.01.1001", "Kebonsari", VILLAGE, "99.01.01", (112.90, -7.68, 112.92, -7.66))
MAYANGAN = ("99.01.01.1002", "Mayangan", VILLAGE, "99.01.01", (112.90, -7.66, 112.92, -7.64))
BAKALAN = ("99.01.02.1001", "Bakalan", VILLAGE, "99.01.02", (112.92, -7.68, 112.94, -7.66))
KEPEL = ("99.01.02.1002", "Kepel", VILLAGE, "99.01.02", (112.92, -7.66, 112.94, -7.64))

# Kebonsari and Bakalan become one kelurahan under a new code, in Barat.
MERGED_CODE = "99.01.01.1003"
MERGED: Rows = [
    CITY,
    ("99.01.01", "Barat", Area.Level.DISTRICT.value, "99.01", (112.90, -7.68, 112.94, -7.66)),
    EAST,
    (MERGED_CODE, "Sari Bakalan", VILLAGE, "99.01.01", (112.90, -7.68, 112.94, -7.66)),
    MAYANGAN,
    KEPEL,
]
# Kebonsari is divided: its east goes on under its code, its west becomes Kebon Anyar in Timur.
DIVIDED_CODE = "99.01.02.1003"
DIVIDED: Rows = [
    CITY,
    WEST,
    EAST,
    ("99.01.01.1001", "Kebonsari", VILLAGE, "99.01.01", (112.91, -7.68, 112.92, -7.66)),
    (DIVIDED_CODE, "Kebon Anyar", VILLAGE, "99.01.02", (112.90, -7.68, 112.91, -7.66)),
    MAYANGAN,
    BAKALAN,
    KEPEL,
]
# Kebonsari belongs to the neighbouring city now.
CUT: Rows = [CITY, WEST, EAST, MAYANGAN, BAKALAN, KEPEL]


def edition(name: str, rows: Rows) -> Edition:
    """A draft beside the others, linked to those that were in force."""
    made = Edition.objects.create(name=name)
    for code, label, level, parent, box in rows:
        shape = MultiPolygon(Polygon.from_bbox(box), srid=4326)
        Area.objects.create(
            edition=made,
            code=code,
            name=label,
            level=level,
            parent_code=parent,
            geom=shape,
            label_point=shape.point_on_surface,
        )
    bump_map_version()
    link_to_used(made)
    return made
