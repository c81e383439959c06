"""Days off and limits, kept per process for a short while: each report needs them, and they change once a month."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from incidents.deadlines.calendar import Calendar, calendar_with
from incidents.models.deadline import DayOff, Limit

KEEP_SECONDS = 2.0


@dataclass(frozen=True)
class Kept:
    at: float
    calendar: Calendar
    limits: dict[tuple[str, str], int]


_kept: Kept | None = None


def _current() -> Kept:
    global _kept
    kept = _kept
    if kept is None or time.monotonic() - kept.at > KEEP_SECONDS:
        kept = _kept = Kept(time.monotonic(), read_calendar(), _read_limits())
    return kept


def forget_deadlines() -> None:
    """Read them again at the next call."""
    global _kept
    _kept = None


def read_calendar() -> Calendar:
    """The calendar as the database has it at this moment."""
    return calendar_with(dict(DayOff.objects.values_list("date", "working")))


def _read_limits() -> dict[tuple[str, str], int]:
    rows = Limit.objects.values_list("klass", "step", "days")
    return {(klass, step): days for klass, step, days in rows}


def current_calendar() -> Calendar:
    """The calendar, at most `KEEP_SECONDS` old."""
    return _current().calendar


def kept_limits() -> dict[tuple[str, str], int]:
    """(class, step) → days, at most `KEEP_SECONDS` old."""
    return _current().limits


def is_working_day(day: date) -> bool:
    return current_calendar().is_working(day)


def due_after(start: datetime, working_days: int, zone: ZoneInfo) -> datetime:
    """The last second of the n-th working day after the day of `start`; see `Calendar.due_after`."""
    return current_calendar().due_after(start, working_days, zone)
