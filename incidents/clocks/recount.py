"""The calendar has changed: running deadlines are counted again, in the database, batch after batch.

Each case that moves says so in its timeline, before and after. Agencies are told in one message each; reporters once
each, at the pace of the sweep that sends what is overdue, and not at all when the day is taken back before that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from geo.city import city_zone
from incidents.clocks import recount_sql as sql
from incidents.clocks.rounds import alone, current_round, finish, open_round, tally
from incidents.deadlines import Calendar
from incidents.deadlines.calendar import LAST_SECOND
from incidents.deadlines.kept import read_calendar
from incidents.models import Incident, Round

BATCH = 20_000
OPEN = [phase.value for phase in Incident.OPEN]
SETTLED = 5  # passes, until one finds nothing: cases that were on their way in while the first one looked


def recount(batch: int = BATCH) -> Round | None:
    """Count the running deadlines again by the calendar of now; the round that did it, None when nothing moved.

    Raises Busy where another process does it.
    """
    with alone(Round.Kind.RECOUNT):
        for _pass in range(SETTLED):
            if not _pass_over(read_calendar(), batch):
                break
        found = open_round(Round.Kind.RECOUNT)
        if found:
            finish(found)
        return found


def _pass_over(calendar: Calendar, batch: int) -> int:
    """Look at all open cases; returns how many moved."""
    first, days = _reach()
    table, moved, after = _tables(calendar, first, days), 0, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql.NEXT, [OPEN, after, batch])
            until, _count = cursor.fetchone()
        if until is None:
            return moved + _objections(table)
        moved += _batch(table, after, until)
        after = until


def _reach() -> tuple[date, int]:
    """From which day on, and how many working days ahead, running deadlines are counted."""
    with connection.cursor() as cursor:
        cursor.execute(sql.REACH, [OPEN])
        start, days = cursor.fetchone()
    first = (start or timezone.now()).astimezone(city_zone()).date()
    return first - timedelta(days=2), days or 0


Tables = tuple[list[tuple[date, int]], list[tuple[int, Any]]]


def _tables(calendar: Calendar, first: date, days: int) -> Tables:
    """(day, working days up to it) for each day until now, and (n, the deadline that is n working days on)."""
    zone, today = city_zone(), timezone.now().astimezone(city_zone()).date()
    last = calendar.due_on(today + timedelta(days=1), max(days, 1) + 1)
    worked = calendar.working_days(first, last)
    ranks, rank, known = [], 0, set(worked)
    for offset in range((today - first).days + 2):
        day = first + timedelta(days=offset)
        rank += day in known
        ranks.append((day, rank))
    ends = [(n, datetime.combine(day, LAST_SECOND, zone)) for n, day in enumerate(worked, start=1)]
    return ranks, ends


def _fill(cursor: Any, tables: Tables) -> None:
    cursor.execute(sql.CALENDAR)
    named: tuple[tuple[str, Sequence[tuple[Any, ...]]], ...] = (
        ("calendar_rank", tables[0]),
        ("calendar_nth", tables[1]),
    )
    for name, rows in named:
        with cursor.copy(f"COPY {name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _batch(tables: Tables, after: int, until: int) -> int:
    """The cases with keys behind `after` up to `until`, in one transaction."""
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        _fill(cursor, tables)
        given: dict[str, Any] = {"zone": str(city_zone()), "open": OPEN, "after": after, "until": until}
        cursor.execute(sql.COUNTED, given)
        cursor.execute(sql.LOCKED)
        cursor.execute(sql.MOVED)
        rows = cursor.fetchall()
        if not rows:
            return 0
        run = current_round(Round.Kind.RECOUNT, now)
        every = [key for key, _demo, _promised in rows]
        promised = [key for key, _demo, promise in rows if promise]
        cursor.execute(sql.TIMELY, {"moved": every, "now": now})
        cursor.execute(sql.ENTRIES, {"now": now, "round": run.pk, "moved": promised})
        entries = [entry for (entry,) in cursor.fetchall()]
        cursor.execute(sql.TAKEN_BACK, [promised])
        settled = [complaint for (complaint,) in cursor.fetchall()]
        cursor.execute(sql.REPORTERS, {"entries": entries, "settled": settled})
        cursor.execute(sql.HOLDERS, [[key for key, demo, promise in rows if promise and not demo]])
        for agency, count, cases in cursor.fetchall():
            tally(run, f"agency:{agency}", count, [{"n": key} for key in cases])
        run.changed += len(promised)
        run.save(update_fields=["changed", "told"])
        return len(every)


def _objections(tables: Tables) -> int:
    """Until when reporters may object follows the calendar, too; nobody has to be told."""
    with transaction.atomic(), connection.cursor() as cursor:
        _fill(cursor, tables)
        cursor.execute(sql.OBJECTIONS, [str(city_zone())])
        return int(cursor.rowcount)
