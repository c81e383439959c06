"""Weeks as people say them."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from geo.city import city_zone


def week_in_words(week: str) -> str:
    """The days of an ISO week such as `2026-W47`: `16–22 November`; with the year where it is not this one."""
    year, number = week.split("-W")
    first = date.fromisocalendar(int(year), int(number), 1)
    last = first + timedelta(days=6)
    begins = "j F Y" if first.year != last.year else "j F" if first.month != last.month else "j"
    ends = "j F" if last.year == first.year == timezone.localdate(timezone=city_zone()).year else "j F Y"
    return f"{date_format(first, begins)}–{date_format(last, ends)}"
