"""Periods that are whole ISO weeks: no week is ever divided between two releases.

A month (or quarter) of releases consists of the ISO weeks whose Thursday lies in it, as ISO 8601 gives weeks to years.
So periods of one kind are disjoint, without a gap, and three months are exactly their quarter. The city's zone decides
when a Monday begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from geo.errors import Invalid

WRITTEN = re.compile(r"(\d{4})-(?:(0[1-9]|1[0-2])|Q([1-4]))", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """A month `2026-10` or a quarter `2026-Q4`, as whole weeks."""

    year: int
    first_month: int
    months: int = 1

    def __str__(self) -> str:
        if self.months == 3:
            return f"{self.year:04d}-Q{(self.first_month + 2) // 3}"
        return f"{self.year:04d}-{self.first_month:02d}"

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2026-10` or `2026-Q4`. Raises Invalid for anything else, also for years before 2000."""
        match = WRITTEN.fullmatch(text)
        if match is None or int(match[1]) < 2000:
            message = _("“%(text)s” is no period; write it like 2026-10 or 2026-Q4.")
            raise Invalid.at("period", message % {"text": text})
        if match[3]:
            return cls(int(match[1]), int(match[3]) * 3 - 2, 3)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def month_of(cls, moment: datetime, zone: ZoneInfo) -> Period:
        """The month of releases to which a moment belongs."""
        local = moment.astimezone(zone).date()
        thursday = local + timedelta(days=3 - local.weekday())
        return cls(thursday.year, thursday.month)

    @property
    def quarter(self) -> Period:
        """The quarter in which it lies (a quarter: itself)."""
        return Period(self.year, (self.first_month - 1) // 3 * 3 + 1, 3)

    def parts(self) -> list[Period]:
        """Its months, in order."""
        return [Period(self.year, self.first_month + n) for n in range(self.months)]

    def next(self) -> Period:
        """The period of the same kind after it."""
        months = self.year * 12 + self.first_month - 1 + self.months
        return Period(months // 12, months % 12 + 1, self.months)

    def before(self) -> Period:
        """The period of the same kind before it."""
        months = self.year * 12 + self.first_month - 1 - self.months
        return Period(months // 12, months % 12 + 1, self.months)

    @property
    def first_day(self) -> date:
        """The Monday with which it begins."""
        return _monday_of_first_thursday(date(self.year, self.first_month, 1))

    @property
    def last_day(self) -> date:
        """The Sunday with which it ends."""
        months = self.year * 12 + self.first_month - 1 + self.months
        after = date(months // 12, months % 12 + 1, 1)
        return _monday_of_first_thursday(after) - timedelta(days=1)

    def start(self, zone: ZoneInfo) -> datetime:
        """The first moment, in the zone."""
        day = self.first_day
        return datetime(day.year, day.month, day.day, tzinfo=zone)

    def end(self, zone: ZoneInfo) -> datetime:
        """The first moment after it, in the zone."""
        day = self.last_day + timedelta(days=1)
        return datetime(day.year, day.month, day.day, tzinfo=zone)

    def has_ended(self, zone: ZoneInfo, now: datetime, wait_days: int = 0) -> bool:
        """Whether it is over, and so many days more."""
        return now >= self.end(zone) + timedelta(days=wait_days)

    @property
    def weeks(self) -> list[str]:
        """Its ISO weeks, e.g. `2026-W44`, in order."""
        mondays = range(self.first_day.toordinal(), self.last_day.toordinal() + 1, 7)
        return [_week(date.fromordinal(monday)) for monday in mondays]


def _monday_of_first_thursday(first: date) -> date:
    thursday = first + timedelta(days=(3 - first.weekday()) % 7)
    return thursday - timedelta(days=3)


def _week(day: date) -> str:
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02d}"
