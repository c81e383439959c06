"""The days around a period, cut into the bars of the histogram."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from incidents.figures.period import PRESETS, Period, last_days

NEAR = 180  # days ago
# Spans of at most so many days are cut into days, into weeks; longer ones into months.
BY_DAY, BY_WEEK = 120, 731


@dataclass(frozen=True)
class Bucket:
    """A bar of the histogram: its days, both inclusive."""

    since: date
    until: date


def context_of(period: Period) -> Period:
    """The days that the histogram shows around a period: the period before it, at least 90 days, and what came after.

    It ends today while the period is near, so that its end can be moved on again; else as many days after as it has.
    """
    today = last_days(1).until
    near = (today - period.until).days <= NEAR
    until = max(period.until, today) if near else period.until + timedelta(days=period.days)
    return Period(min(period.before().since, until - timedelta(days=max(PRESETS) - 1)), until)


def cut(span: Period) -> tuple[str, list[Bucket]]:
    """A span in days, ISO weeks or months, and which of them; the first and the last bucket may be cut short."""
    unit = "day" if span.days <= BY_DAY else "week" if span.days <= BY_WEEK else "month"
    buckets, start = [], span.since
    while start <= span.until:
        end = min(_last_of(unit, start), span.until)
        buckets.append(Bucket(start, end))
        start = end + timedelta(days=1)
    return unit, buckets


def _last_of(unit: str, day: date) -> date:
    """The last day of the day, week or month in which `day` lies."""
    if unit == "day":
        return day
    if unit == "week":
        return day + timedelta(days=6 - day.weekday())
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
