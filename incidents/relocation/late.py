"""Cases that were committed behind a relocation's back: keys are drawn in order, but not committed in order.

A case that was not there when its batch was read was brought by a transaction that was under way then or came later:
its row names one that is not older than the oldest that was under way when the relocation began (`horizon`).
"""

from __future__ import annotations

import time

from django.db import connection

from incidents.relocation.rows import OPEN

PATIENCE_S = 20.0  # for writers that hold their cases back uncommitted
POLL_S = 0.1

# Those that name the new edition were placed in it, by this relocation or when they came in.
LATE = """
SELECT id FROM incidents_incident
WHERE merged_into_id IS NULL AND phase = ANY(%s) AND id <= %s AND edition_id <> %s
  AND age(xmin) <= age(%s::text::xid8::xid)
ORDER BY id
"""
# Who has written, or may have written, a case that nobody else sees yet.
WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'incidents_incident'::regclass AND mode = 'RowExclusiveLock' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
"""


def oldest_under_way() -> int:
    """The oldest transaction that is under way at this moment, or the next one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def late_cases(edition: int, reached: int, horizon: int) -> list[int]:
    """Open cases up to the key `reached`, not of `edition` (key), that came or changed since `horizon`; sorted."""
    with connection.cursor() as cursor:
        cursor.execute(LATE, [OPEN, reached, edition, horizon])
        return [key for (key,) in cursor.fetchall()]


def let_writers_end() -> None:
    """Wait until whoever is writing cases at this moment has committed or given up; some seconds at the most."""
    until, waited_for = time.monotonic() + PATIENCE_S, _writers()
    while waited_for and time.monotonic() < until:
        time.sleep(POLL_S)
        waited_for &= _writers()


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return {transaction for (transaction,) in cursor.fetchall()}
