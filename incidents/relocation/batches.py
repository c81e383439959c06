"""A batch of open cases: what would become of each, read and decided."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection

from geo.locate import Place
from incidents.models import Doubt
from incidents.relocation.decide import Case, Change, Held, Spot, decide
from incidents.relocation.entries import had_before
from incidents.relocation.places import UNKNOWN, Placed, Placer
from incidents.relocation.rows import NOBODY, OPEN, Rows, read_rows

CASES = """
SELECT i.id, i.status, i.phase, i.demo, i.category_id, e.name, i.kelurahan_code, i.kelurahan,
       i.kecamatan_code, i.kecamatan, i.approximate
FROM incidents_incident i JOIN geo_edition e ON e.id = i.edition_id
WHERE i.id = ANY(%s) AND i.merged_into_id IS NULL AND i.phase = ANY(%s) ORDER BY i.id
"""
HELD = """
SELECT incident_id, id, agency_id, role, status, why, assigned_at FROM incidents_assignment
WHERE incident_id = ANY(%s) ORDER BY incident_id, id
"""
# What the agencies had in a case when it last left this edition.
HAD = """
SELECT DISTINCT ON (incident_id) incident_id, data -> 'agencies_before' FROM incidents_entry
WHERE kind = 'moved' AND incident_id = ANY(%s) AND data #>> '{from,edition}' = %s AND data ? 'agencies_before'
ORDER BY incident_id, id DESC
"""


# Agencies that a case is about get it by no rule.
KEPT_OUT = "SELECT incident_id, agency_id FROM incidents_excludedagency WHERE incident_id = ANY(%s)"


@dataclass(frozen=True)
class Batch:
    """`doubts`: the cases that a person must decide, by key. `until`: the last key that was looked at."""

    changes: list[Change]
    doubts: dict[int, Doubt.Reason]
    count: int
    until: int


def next_batch(
    placer: Placer, after: int, size: int, now: datetime, *, lock: bool, only: list[int] | None = None
) -> Batch | None:
    """Look at the next `size` open cases behind the key `after`, of these keys `only`; None when there are no more.

    With `lock` (inside a transaction) the cases that change are locked first and read once more, so that what an
    officer did meanwhile is neither lost nor overwritten.
    """
    rows = read_rows(placer.locator.villages, after, size, only)
    if rows is None:
        return None
    placed = placer.place(rows)
    at = differing(rows, placed)
    changes = list(_changes(placer, rows, placed, at, now, lock=lock))
    doubts = placed.doubt | {one.case.pk: one.doubt for one in changes if one.doubt}
    return Batch([one for one in changes if one.writes], doubts, rows.count, rows.until)


def differing(rows: Rows, placed: Placed) -> Any:
    """Positions of the cases whose place or lead is not what it would be now."""
    known = placed.village != UNKNOWN
    place = (placed.village != rows.village) | (placed.approximate != rows.approximate)
    lead = (placed.lead != rows.lead) & (rows.by_rule | (rows.lead == NOBODY))
    return np.flatnonzero(known & (place | lead))


def _changes(
    placer: Placer, rows: Rows, placed: Placed, at: Any, now: datetime, *, lock: bool
) -> Iterator[Change]:
    keys: list[int] = rows.id[at].tolist()
    where = dict(zip(keys, at.tolist(), strict=True))
    edition, villages = placer.edition.name, placer.locator.villages
    leads_differ = rows.id[at[placed.lead[at] != rows.lead[at]]].tolist()
    for case, category in _cases(placer, keys, leads_differ, lock=lock):
        i = where[case.pk]
        spot = Spot.of(edition, villages[placed.village[i]], bool(placed.approximate[i]))
        routed = placer.routed(int(placed.slot[i]), category)
        yield decide(case, spot, [one for one in routed if one.agency.pk not in case.kept_out], now)


def _cases(
    placer: Placer, keys: list[int], leads_differ: list[int], *, lock: bool
) -> Iterator[tuple[Case, int]]:
    """The cases with these keys that are open, and their categories (key). Locked before their assignments are read."""
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(CASES + (" FOR NO KEY UPDATE OF i" if lock else ""), [keys, OPEN])
        cases = cursor.fetchall()
        cursor.execute(HELD, [keys])
        held: dict[int, list[Held]] = defaultdict(list)
        for incident, *columns in cursor.fetchall():
            held[incident].append(Held(*columns))
        cursor.execute(HAD, [leads_differ, placer.edition.name])
        had = {key: had_before(json.loads(told), placer.agencies) for key, told in cursor.fetchall()}
        cursor.execute(KEPT_OUT, [keys])
        kept_out: dict[int, set[int]] = defaultdict(set)
        for incident, agency in cursor.fetchall():
            kept_out[incident].add(agency)
    for pk, status, phase, demo, category, name, code, kelurahan, district, kecamatan, approximate in cases:
        spot = Spot(name, Place(code, kelurahan), Place(district, kecamatan), approximate)
        before = {key: one for key, one in had.get(pk, {}).items() if key not in kept_out[pk]}
        yield Case(pk, status, phase, demo, spot, held[pk], before, frozenset(kept_out[pk])), category
