"""Working days: no weekends, no national holidays, no cuti bersama, and what the city says otherwise.

Pure: a calendar is made once and never changes. Questions are answered by counting, not by walking over days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from holidays.constants import GOVERNMENT, PUBLIC

LAST_SECOND = time(23, 59, 59)
SPAN_YEARS = 3  # made at once around the day that is asked for
FIRST_YEAR, LAST_YEAR = 1970, 2200
MOST_A_YEAR = 150  # fewer working days than any year has: how far ahead a calendar has to be made


@lru_cache(maxsize=64)
def national_days_off(year: int) -> Mapping[date, str]:
    """National holidays and cuti bersama of a year with their names, from the `holidays` library."""
    return dict(holidays.country_holidays("ID", years=year, categories=(PUBLIC, GOVERNMENT)).items())


class Calendar:
    """Which days are worked. `own`: what the city says of single days, True where they are worked."""

    def __init__(self, own: Mapping[date, bool]) -> None:
        self.own = dict(own)
        # First and last year that are known, and their working days: replaced as one, since threads share it.
        self._known: tuple[int, int, list[int]] = (0, -1, [])

    def is_working(self, day: date) -> bool:
        said = self.own.get(day)
        if said is not None:
            return said
        return day.weekday() < 5 and day not in national_days_off(day.year)

    def due_on(self, day: date, working_days: int) -> date:
        """The n-th working day after `day`; with none, the day itself if it is worked, else the next that is."""
        worked = self._worked_around(day, working_days)
        start = day.toordinal()
        at = bisect_right(worked, start) + working_days - 1 if working_days else bisect_left(worked, start)
        return date.fromordinal(worked[at])

    def due_after(self, start: datetime, working_days: int, zone: ZoneInfo) -> datetime:
        """The last second of the n-th working day after the day of `start`, in the city's zone.

        Zero days means the end of the same day if it is a working day, else of the next one.
        """
        return datetime.combine(self.due_on(start.astimezone(zone).date(), working_days), LAST_SECOND, zone)

    def missed_since(self, moment: datetime, working_days: int, zone: ZoneInfo) -> datetime:
        """The last deadline (exclusive) of which `moment` is n working days behind or more."""
        day = moment.astimezone(zone).date()
        while working_days:
            day -= timedelta(days=1)
            working_days -= self.is_working(day)
        return datetime.combine(day, time(), zone)

    def between(self, after: date, until: date) -> int:
        """How many working days lie behind `after`, up to and with `until`; none where that is earlier."""
        if until <= after:
            return 0
        worked = self._worked_around(after, (until - after).days)
        return bisect_right(worked, until.toordinal()) - bisect_right(worked, after.toordinal())

    def working_days(self, first: date, last: date) -> list[date]:
        """All of them from `first` to `last`."""
        worked = self._worked_around(first, (last - first).days)
        low, high = bisect_left(worked, first.toordinal()), bisect_right(worked, last.toordinal())
        return [date.fromordinal(one) for one in worked[low:high]]

    def _worked_around(self, day: date, ahead: int) -> list[int]:
        """The working days (ordinals) of all years that matter, sorted."""
        first, last = day.year - 1, day.year + SPAN_YEARS + ahead // MOST_A_YEAR
        known_from, known_to, worked = self._known
        if known_from <= day.year - 1 <= last <= known_to:
            return worked
        if worked:
            first, last = min(first, known_from), max(last, known_to)
        first, last = max(FIRST_YEAR, first), min(LAST_YEAR, last)
        begin, end = date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal()
        worked = [one for one in range(begin, end + 1) if self.is_working(date.fromordinal(one))]
        self._known = (first, last, worked)
        return worked


@lru_cache(maxsize=8)
def _made(own: frozenset[tuple[date, bool]]) -> Calendar:
    return Calendar(dict(own))


def calendar_with(own: Mapping[date, bool]) -> Calendar:
    """The calendar with these days of the city's own; made once for the same days."""
    return _made(frozenset(own.items()))
