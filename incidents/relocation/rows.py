"""Open cases as arrays: PostgreSQL gathers each column into an array, and its binary form is read as one of NumPy's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from geo.locate import Village
from incidents.models import Incident

OPEN = [phase.value for phase in Incident.OPEN]
NOBODY = 0

COLUMNS = (("id", "i8"), ("category", "i8"), ("lon", "f8"), ("lat", "f8"), ("village", "i4"), ("place", "i4"),
           ("lead", "i8"), ("by_rule", "i4"), ("approximate", "i4"), ("edition", "i8"))  # fmt: skip
HEADER = 21  # of the file and its one row
ARRAY_HEADER = 20  # of a field's array: dimensions, nulls, type, size, lower bound

RANGE = """
SELECT max(id), count(*) FROM (
    SELECT id FROM incidents_incident
    WHERE merged_into_id IS NULL AND phase = ANY(%s) AND id > %s
      AND (%s::bigint[] IS NULL OR id = ANY(%s)) ORDER BY id LIMIT %s
) next
"""
PLACES = """
SELECT DISTINCT edition_id, kelurahan_code FROM incidents_incident
WHERE merged_into_id IS NULL AND phase = ANY(%s) AND id > %s AND id <= %s AND location IS NULL
"""
# `village`: the number of the village of the new edition that the case names word for word, else -1.
# `place`: for a case without a point, the number of its (edition, code), else -1.
ROWS = """
COPY (
    SELECT array_agg(i.id), array_agg(i.category_id), array_agg(coalesce(ST_X(i.location), 'NaN')),
           array_agg(coalesce(ST_Y(i.location), 'NaN')), array_agg(coalesce(v.number - 1, -1)::int4),
           array_agg(coalesce(p.number - 1, -1)::int4), array_agg(coalesce(l.agency_id, 0)),
           array_agg(coalesce(l.why LIKE 'category:%%' OR l.why LIKE 'service_area:%%', false)::int4),
           array_agg(i.approximate::int4), array_agg(i.edition_id)
    FROM incidents_incident i
    LEFT JOIN unnest(%s::text[], %s::text[], %s::text[], %s::text[])
        WITH ORDINALITY v(code, name, district_code, district, number)
        ON (v.code, v.name, v.district_code, v.district)
         = (i.kelurahan_code, i.kelurahan, i.kecamatan_code, i.kecamatan)
    LEFT JOIN unnest(%s::bigint[], %s::text[]) WITH ORDINALITY p(edition, code, number)
        ON i.location IS NULL AND (p.edition, p.code) = (i.edition_id, i.kelurahan_code)
    LEFT JOIN incidents_assignment l
        ON l.incident_id = i.id AND l.role = 'lead' AND l.status NOT IN ('returned', 'released')
        AND l.incident_id > %s AND l.incident_id <= %s
    WHERE i.merged_into_id IS NULL AND i.phase = ANY(%s) AND i.id > %s AND i.id <= %s
      AND (%s::bigint[] IS NULL OR i.id = ANY(%s))
) TO STDOUT (FORMAT binary)
"""


@dataclass(frozen=True)
class Rows:
    """n open cases, each array (n,). Coordinates are EPSG:4326, NaN where a case has no point.

    `lead` is the agency in charge (key; NOBODY), `by_rule` whether routing chose it. `places[place]` is edition (key)
    and kelurahan of a case without a point. `until` is the last key that was looked at, `count` how many cases.
    """

    id: NDArray[np.int64]
    category: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    village: NDArray[np.int32]
    place: NDArray[np.int32]
    lead: NDArray[np.int64]
    by_rule: NDArray[np.bool_]
    approximate: NDArray[np.bool_]
    edition: NDArray[np.int64]
    places: list[tuple[int, str]]
    until: int
    count: int


def read_rows(
    villages: Sequence[Village], after: int, size: int, only: list[int] | None = None
) -> Rows | None:
    """The next `size` open cases behind the key `after`, of these keys `only`; None when there are no more."""
    with connection.cursor() as cursor:
        cursor.execute(RANGE, [OPEN, after, only, only, size])
        until, count = cursor.fetchone()
        if until is None:
            return None
        cursor.execute(PLACES, [OPEN, after, until])
        places: list[tuple[int, str]] = cursor.fetchall()
        named = [
            [v.place.code for v in villages],
            [v.place.name for v in villages],
            [v.district.code for v in villages],
            [v.district.name for v in villages],
        ]
        given = [*named, [edition for edition, _code in places], [code for _edition, code in places]]
        with cursor.copy(ROWS, [*given, after, until, OPEN, after, until, only, only]) as copy:
            columns = _columns(b"".join(copy))
    for flag in ("by_rule", "approximate"):
        columns[flag] = columns[flag] != 0
    return Rows(**columns, places=places, until=until, count=count)


def _columns(content: bytes) -> dict[str, Any]:
    """The arrays of one row of binary COPY, without nulls: each element is its length and value, big-endian."""
    found, at = {}, HEADER
    for name, kind in COLUMNS:
        length = int.from_bytes(content[at : at + 4], "big")
        element = np.dtype([("length", ">i4"), ("value", f">{kind}")])
        size = (length - ARRAY_HEADER) // element.itemsize
        values = np.frombuffer(content, element, size, at + 4 + ARRAY_HEADER)["value"]
        found[name] = values.astype(kind)
        at += 4 + length
    return found
