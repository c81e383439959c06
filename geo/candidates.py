"""The names in the database that come into question for what somebody typed: a few dozen, each with how alike it is.

Of each table the best come by index: names that begin so, names that hold the words, names alike as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from geo.models import Edition
from geo.words import Wanted

MOST = 30  # of each table and kind of likeness
LEAST_FOR_ALIKE = 3  # letters; what is shorter can only begin a name
SITES = ("facility", "agency")

AREAS = """
SELECT level AS type, code, name, '' AS kind, ST_X(label_point) AS lon, ST_Y(label_point) AS lat, plain
FROM geo_area WHERE edition_id = (SELECT id FROM geo_edition WHERE status = %(active)s)
"""
FACILITIES = """
SELECT 'facility' AS type, code, name, kind, ST_X(location) AS lon, ST_Y(location) AS lat, plain
FROM geo_facility WHERE TRUE
"""
# An agency sits where the facility with its code is.
AGENCIES = """
SELECT 'agency' AS type, code, name, kind,
    (SELECT ST_X(location) FROM geo_facility WHERE code = geo_agency.code) AS lon,
    (SELECT ST_Y(location) FROM geo_facility WHERE code = geo_agency.code) AS lat, plain
FROM geo_agency WHERE active
"""
BEGUN = "AND (plain LIKE {q} || '%%' OR plain LIKE '%% ' || {q} || '%%')"
FIRST_BEGUN = "plain <> {q}, plain NOT LIKE {q} || '%%', length(plain), code"


@dataclass(frozen=True)
class Row:
    """A candidate; `type` is a level of Area, `facility` or `agency`. `words`: how far its words hold those that were
    typed; `whole`: how alike the whole names are; both 0 to 1."""

    type: str
    code: str
    name: str
    kind: str
    lon: float | None
    lat: float | None
    plain: str
    words: float
    whole: float

    @property
    def alike(self) -> float:
        return (2 * self.words + self.whole) / 3


def candidates(wanted: Wanted) -> list[Row]:
    """What may be meant, in no order: areas of the edition in force, facilities, agencies in use."""
    parts = [
        *_of_table(AREAS, "%(name)s", wanted.name),
        *_of_table(FACILITIES, "%(text)s", wanted.text),
        *_of_table(AGENCIES, "%(text)s", wanted.text),
    ]
    if wanted.code:
        parts.append(f"({AREAS} AND code LIKE %(code)s || '%%' ORDER BY length(code), code LIMIT {MOST})")
    statement = f"""
        SELECT found.*, word_similarity(q, plain), similarity(q, plain) FROM ({" UNION ".join(parts)}) AS found,
        LATERAL (SELECT CASE WHEN type = ANY(%(sites)s) THEN %(text)s ELSE %(name)s END AS q) AS asked
    """  # noqa: S608  # our own constants; what was typed are parameters
    asked: dict[str, str | list[str]] = {
        "active": Edition.Status.ACTIVE,
        "sites": list(SITES),
        "name": wanted.name,
        "text": wanted.text,
        "code": wanted.code,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return [Row(*row) for row in cursor.fetchall()]


def _of_table(table: str, q: str, typed: str) -> list[str]:
    """The statements that fetch a table's best candidates, each by its index on `plain`."""
    orders = {FIRST_BEGUN.format(q=q): BEGUN.format(q=q)}
    if len(typed) >= LEAST_FOR_ALIKE:
        orders |= {f"plain <->> {q}": "", f"plain <-> {q}": ""}
    return [f"({table} {where} ORDER BY {order} LIMIT {MOST})" for order, where in orders.items()]
