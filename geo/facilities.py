"""Which known places are near a point: a puskesmas, a kantor kelurahan … so that people find it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from geo.globe import way

MOST = 50
# The index goes by a sphere: a few more are fetched and put in order by their metres on the ellipsoid.
SPARE = 5
NEAREST = """
SELECT code, name, kind, ST_X(location), ST_Y(location) FROM geo_facility
WHERE kind = %(kind)s OR %(kind)s = ''
ORDER BY location::geography(Point, 4326) <-> ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography
LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Near:
    """A facility, how far away it is (metres), and in which direction (degrees from north, seen from the point)."""

    code: str
    name: str
    kind: str
    lon: float
    lat: float
    distance_m: float
    bearing: int


def nearest_facilities(lon: float, lat: float, kind: str = "", limit: int = 5) -> list[Near]:
    """The nearest facilities (of one kind) to a point in degrees, nearest first."""
    asked: dict[str, float | str] = {"lon": lon, "lat": lat, "kind": kind, "limit": limit + SPARE}
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, asked)
        rows = cursor.fetchall()
    found = [Near(code, name, its_kind, x, y, *way(lon, lat, x, y)) for code, name, its_kind, x, y in rows]
    return sorted(found, key=lambda one: (one.distance_m, one.code))[:limit]


def landmarks(lon: float, lat: float, limit: int = 3, within_m: float = 5000) -> list[Near]:
    """What to name beside a point: the nearest of each kind, at most `within_m` metres away."""
    firsts: dict[str, Near] = {}
    for one in nearest_facilities(lon, lat, limit=MOST):
        if one.distance_m <= within_m:
            firsts.setdefault(one.kind, one)
    return list(firsts.values())[:limit]
