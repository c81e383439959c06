"""What people wrote and left in a period, read from the working tables in blocks and never kept as text.

The reports of every incident that was opened, or reported once more, in the period: also the confidential and the
closed ones, the words that staff wrote to reporters, and who follows. Sealed contacts are opened in memory only.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils.translation import gettext as _

from geo.errors import Conflict
from incidents.seal import open_text
from opendata.traces.needles import Gathering, Needles
from opendata.traces.pins import Floats, Pins

BLOCK = 4 << 20  # bytes of texts at a time

# A table of its own, since the planner knows how many rows that has: it joined a CTE of a million one by one.
SCOPE = """
CREATE TEMPORARY TABLE scope ON COMMIT DROP AS
    SELECT id FROM incidents_incident WHERE opened_at >= %(start)s AND opened_at < %(end)s
    UNION
    SELECT incident_id FROM incidents_complaint WHERE received_at >= %(start)s AND received_at < %(end)s
"""
REPORTS = """
WITH report AS (SELECT * FROM incidents_complaint WHERE incident_id IN (SELECT id FROM scope))
"""
# Per query the columns of one row; what COPY would escape is a break between runs (traces/pieces.py).
TEXTS = (
    "SELECT tracking_code, replace(tracking_code, '-', ''), {description}, {address_note}, {external_id},"
    " idempotency_key, body_digest FROM report",
    "SELECT regexp_replace(p.file, '[.].*', ''), regexp_replace(p.original, '[.].*', ''), p.sha256"
    " FROM incidents_photo p LEFT JOIN incidents_entry e ON e.id = p.entry_id"
    " WHERE p.complaint_id IN (SELECT id FROM report) OR e.incident_id IN (SELECT id FROM scope)",
    "SELECT {n.body} FROM incidents_note n JOIN incidents_entry e ON e.note_id = n.id"
    " WHERE e.incident_id IN (SELECT id FROM scope)",
    "SELECT {n.body} FROM incidents_note n JOIN incidents_correction c"
    " ON n.id IN (c.reason_id, c.words_id, c.address_id) WHERE c.incident_id IN (SELECT id FROM scope)",
    "SELECT {h.reason} FROM incidents_heldback h JOIN incidents_entry e ON e.id = h.entry_id"
    " WHERE e.incident_id IN (SELECT id FROM scope)",
    "SELECT {reason} FROM incidents_privacyrequest WHERE complaint_id IN (SELECT id FROM report)",
    "SELECT {reason} FROM incidents_legalhold WHERE incident_id IN (SELECT id FROM scope)",
    "SELECT {external_id} FROM incidents_referral WHERE incident_id IN (SELECT id FROM scope)",
    "SELECT code, replace(code, '-', '') FROM incidents_follower WHERE incident_id IN (SELECT id FROM scope)",
    "SELECT phone_hash FROM incidents_reporter WHERE complaint_id IN (SELECT id FROM report)",
)
# Names, addresses and numbers, sealed, with the column that says which are numbers.
SEALED = (
    "SELECT name, email, phone FROM incidents_reporter WHERE complaint_id IN (SELECT id FROM report)",
    "SELECT email, '', '' FROM incidents_follower WHERE incident_id IN (SELECT id FROM scope)",
)
POINTS = """
SELECT ST_X(point), ST_Y(point) FROM (
    SELECT location FROM report
    UNION ALL SELECT location FROM incidents_incident WHERE id IN (SELECT id FROM scope)
    UNION ALL SELECT before FROM incidents_correction WHERE incident_id IN (SELECT id FROM scope)
    UNION ALL SELECT after FROM incidents_correction WHERE incident_id IN (SELECT id FROM scope)
) AS points(point) WHERE NOT ST_IsEmpty(point)
"""
# PostgreSQL's binary COPY: a signature with two empty fields, rows of two numbers with their lengths, -1 at the end.
BEFORE_ROWS, END = 19, b"\xff\xff"
BINARY_ROW = np.dtype(
    [("fields", ">i2"), ("lon_size", ">i4"), ("lon", ">f8"), ("lat_size", ">i4"), ("lat", ">f8")]
)
COLUMN = re.compile(r"{([\w.]+)}")
COUNTRY = "62"  # of telephone numbers: the number is looked for with it, with 0, and bare


@dataclass(frozen=True)
class Canaries:
    """What must be found nowhere in a release: pieces of texts, and pins."""

    needles: Needles
    pins: Pins


def canaries_of(start: datetime, end: datetime) -> Canaries:
    """All canaries of the reports from start until before end, those that are held back included.

    Raises Conflict when sealed contacts cannot be opened: what cannot be looked for cannot be ruled out.
    """
    with _scope(start, end):
        return Canaries(_gathered().needles(), Pins.of(_points()))


@contextmanager
def _scope(start: datetime, end: datetime) -> Iterator[None]:
    """While it lasts a table knows which incidents are meant."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SCOPE, {"start": start, "end": end})
        cursor.execute("ANALYZE scope")
        yield
        cursor.execute("DROP TABLE scope")


def _gathered() -> Gathering:
    gathering = Gathering()
    for query in TEXTS:
        for block in _blocks(_rows(_broken(query))):
            gathering.add(block)
    try:
        for query in SEALED:
            with closing(_rows(query)) as rows:  # a COPY that was left in the middle would block the rollback
                for block in _blocks(_opened(rows)):
                    gathering.add(block)
    except ImproperlyConfigured:
        raise Conflict(
            _("Contacts cannot be opened with FIELD_KEYS, so the audit cannot look for them.")
        ) from None
    return gathering


def _broken(query: str) -> str:
    """The query with each {text} as COPY needs no backslash for it."""
    return COLUMN.sub(r"translate(\1, E'\\n\\r\\t\\b\\f\\x0b\\\\', repeat(E'\\x01', 7))", query)


def _rows(query: str, how: str = "NULL ''") -> Generator[bytes]:
    """Rows as COPY writes them: columns between tabs, a newline behind."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({REPORTS}{query}) TO STDOUT ({how})") as copy:
        for row in copy:
            yield bytes(row)


def _blocks(rows: Iterable[bytes]) -> Iterator[bytes]:
    """The rows put together to blocks of some megabytes."""
    held: list[bytes] = []
    size = 0
    for row in rows:
        held.append(row)
        size += len(row)
        if size >= BLOCK:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _opened(rows: Iterable[bytes]) -> Iterator[bytes]:
    """The rows' contacts in the clear, telephone numbers also as digits only."""
    for row in rows:
        sealed = row.decode().rstrip("\n").split("\t")
        name, email, phone = (open_text(value) if value else "" for value in sealed)
        yield "\n".join((name, email, *numbers(phone), "")).encode()


def numbers(phone: str) -> Iterator[str]:
    """A telephone number as it was left, and as digits: with the country, with 0, and without either."""
    digits = re.sub(r"\D", "", phone)
    bare = digits.removeprefix(COUNTRY) if digits.startswith(COUNTRY) else digits.removeprefix("0")
    yield from (phone, digits)
    if bare:
        yield from (bare, f"0{bare}", f"{COUNTRY}{bare}")


def _points() -> Floats:
    """(n, 2) longitudes and latitudes of all pins, as they are now and as they were."""
    content = b"".join(_rows(POINTS, "FORMAT binary"))
    rows = np.frombuffer(content[BEFORE_ROWS : -len(END)], dtype=BINARY_ROW)
    return np.column_stack((rows["lon"], rows["lat"])).astype(np.float64)
