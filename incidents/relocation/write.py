"""The changes of a batch, written by COPY in the caller's transaction: cases, assignments, timeline, doubts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from incidents.models import Doubt, Entry, Relocation
from incidents.relocation.decide import Change, Held
from incidents.relocation.entries import moved_entry
from incidents.relocation.places import Placer

TEMPORARY = """
CREATE TEMPORARY TABLE IF NOT EXISTS relocated (
    id bigint, kelurahan_code text, kelurahan text, kecamatan_code text, kecamatan text, approximate boolean,
    status text, phase text
) ON COMMIT DELETE ROWS;
DELETE FROM relocated;
"""
CASES = """
UPDATE incidents_incident i
SET edition_id = %s, kelurahan_code = r.kelurahan_code, kelurahan = r.kelurahan, kecamatan_code = r.kecamatan_code,
    kecamatan = r.kecamatan, approximate = r.approximate, status = r.status, phase = r.phase, updated_at = %s
FROM relocated r WHERE r.id = i.id
"""
CHANGED = """
UPDATE incidents_assignment a
SET role = n.role, status = n.status, why = n.why, assigned_at = n.assigned_at, updated_at = %s
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[]) n(id, role, status, why, assigned_at)
WHERE n.id = a.id
"""
NEW = "COPY incidents_assignment (incident_id, agency_id, role, status, why, assigned_at, updated_at) FROM STDIN"
ENTRIES = "COPY incidents_entry (incident_id, at, kind, public, data) FROM STDIN"
# Said once for each edition and reason, however often the pass is repeated.
DOUBTED = """
INSERT INTO incidents_entry (incident_id, at, kind, public, data)
SELECT d.id, %(now)s, 'doubted', false,
       jsonb_build_object('relocation', %(run)s::bigint, 'edition', %(edition)s::text, 'reason', d.reason)
FROM unnest(%(keys)s::bigint[], %(reasons)s::text[]) d(id, reason)
WHERE NOT EXISTS (
    SELECT FROM incidents_entry e
    WHERE e.incident_id = d.id AND e.kind = 'doubted' AND e.data ->> 'edition' = %(edition)s
      AND e.data ->> 'reason' = d.reason
)
"""


def write_changes(run: Relocation, placer: Placer, changes: Sequence[Change], now: datetime) -> None:
    """Write what becomes of cases that `next_batch` has locked."""
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.execute(TEMPORARY)
        _copy(cursor, "COPY relocated FROM STDIN", map(_case, changes))
        cursor.execute(CASES, [placer.edition.pk, now])
        write_assignments(cursor, [one for one in changes if one.rerouted], now)
        told = (
            (one.case.pk, now, Entry.Kind.MOVED.value, True, json.dumps(moved_entry(one, run.pk, placer.agencies)))
            for one in changes
            if one.moved or one.rerouted
        )  # fmt: skip
        _copy(cursor, ENTRIES, told)


def write_doubts(run: Relocation, doubts: dict[int, Doubt.Reason], edition: str, now: datetime) -> None:
    """List the cases that a person must decide, and say so in their timelines."""
    if not doubts:
        return
    Doubt.objects.bulk_create(
        (Doubt(relocation=run, incident_id=key, reason=reason) for key, reason in doubts.items()),
        ignore_conflicts=True,
    )
    reasons = [reason.value for reason in doubts.values()]
    given: dict[str, Any] = {
        "now": now,
        "run": run.pk,
        "edition": edition,
        "keys": list(doubts),
        "reasons": reasons,
    }
    with connection.cursor() as cursor:
        cursor.execute(DOUBTED, given)


def _case(change: Change) -> tuple[Any, ...]:
    spot = change.spot
    places = (spot.village.code, spot.village.name, spot.district.code, spot.district.name)
    return (change.case.pk, *places, spot.approximate, change.status, change.phase)


def write_assignments(cursor: Any, changes: Sequence[Change], now: datetime) -> None:
    """Who has these cases from now on; inside the transaction that locked them."""
    ended = [one.pk for change in changes for one in change.gone]
    if ended:
        cursor.execute("DELETE FROM incidents_assignment WHERE id = ANY(%s)", [ended])
    before = {one.pk: one for change in changes for one in change.case.held}
    changed = [one for change in changes for one in change.held if one.pk and one != before[one.pk]]
    if changed:
        columns = [list(column) for column in zip(*map(_assigned, changed), strict=True)]
        cursor.execute(CHANGED, [now, [one.pk for one in changed], *columns])
    new = (
        (change.case.pk, one.agency, *_assigned(one), now)
        for change in changes
        for one in change.held
        if one.pk is None
    )
    _copy(cursor, NEW, new)


def _assigned(one: Held) -> tuple[str, str, str, datetime]:
    return (str(one.role), str(one.status), one.why, one.assigned_at)


def _copy(cursor: Any, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
