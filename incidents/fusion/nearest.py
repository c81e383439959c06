"""The open case nearest to a spot: one statement on the index of open cases (`incidents_open_spot`)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from incidents.models import Incident

OPEN = [phase.value for phase in Incident.OPEN]
# Web Mercator's metres are longer than the ground's, by the same factor all around a spot.
# Materialised, so that the few open cases around the spot are found first, by the index of their own.
STATEMENT = """
SELECT id FROM (
    WITH around AS MATERIALIZED (
        SELECT i.*, ST_Distance(i.location_3857, spot.point) AS away
        FROM incidents_incident i,
             (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), 3857) AS point) spot
        WHERE i.phase = ANY(%s) AND i.merged_into_id IS NULL AND i.location_3857 && ST_Expand(spot.point, %s)
    )
    SELECT id, away FROM around
    WHERE away <= %s AND category_id = %s AND NOT confidential AND demo = %s AND kelurahan_code = %s
      AND updated_at >= %s
      AND NOT EXISTS (SELECT FROM incidents_excludedagency x WHERE x.incident_id = around.id)
) near ORDER BY away, id LIMIT 1
"""


@dataclass(frozen=True)
class Search:
    """What to look for: open cases of a category in the same kelurahan, so near and touched so lately."""

    category: int
    lon: float
    lat: float
    metres: float
    kelurahan: str
    since: datetime
    demo: bool


def mercator_metres(metres: float, lat: float) -> float:
    """So many metres on the ground at this latitude, in those of EPSG:3857."""
    return metres / max(math.cos(math.radians(lat)), 0.01)


def nearest(search: Search) -> int | None:
    """The key of the nearest case that is no further than `metres`; of equally near ones the oldest."""
    reach = mercator_metres(search.metres, search.lat)
    place = [search.lon, search.lat, OPEN, reach, reach]
    given: list[Any] = [*place, search.category, search.demo, search.kelurahan, search.since]
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, given)
        row = cursor.fetchone()
    return row[0] if row else None
