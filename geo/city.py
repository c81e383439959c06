"""The city row, kept per process for a short while: every page asks for it, and it changes once a year."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

from geo.models import City

KEEP_SECONDS = 2.0
_kept: tuple[float, City | None] = (0.0, None)


def current_city() -> City | None:
    """The city, or None before one is loaded. At most `KEEP_SECONDS` old."""
    global _kept
    read_at, city = _kept
    if city is None or time.monotonic() - read_at > KEEP_SECONDS:
        city = City.objects.first()
        _kept = (time.monotonic(), city)
    return city


def forget_city() -> None:
    """Read the row again at the next call (a loader has just changed it)."""
    global _kept
    _kept = (0.0, None)


def city_zone() -> ZoneInfo:
    """The time zone in which the city lives; Jakarta's before a city is loaded."""
    city = current_city()
    return ZoneInfo(city.zone if city else "Asia/Jakarta")
