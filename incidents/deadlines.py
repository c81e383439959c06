"""Working days of the city: no weekends, no national holidays, no cuti bersama."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from holidays.constants import GOVERNMENT, PUBLIC


@lru_cache(maxsize=16)
def days_off(year: int) -> frozenset[date]:
    """National holidays and cuti bersama of a year, from the `holidays` library."""
    return frozenset(holidays.country_holidays("ID", years=year, categories=(PUBLIC, GOVERNMENT)))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in days_off(day.year)


def due_after(start: datetime, working_days: int, zone: ZoneInfo) -> datetime:
    """The last second of the n-th working day after the day of `start`, in the city's zone.

    Zero days means the end of the same day if it is a working day, else of the next one.
    """
    day = start.astimezone(zone).date()
    left = working_days
    while left > 0 or not is_working_day(day):
        day += timedelta(days=1)
        if is_working_day(day):
            left -= 1
            if left <= 0:
                break
    return datetime.combine(day, time(23, 59, 59), zone)
