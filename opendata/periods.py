"""Months and what part of them can be published. The city's zone decides when a day, and so a month, begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from geo.errors import Invalid

WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, written `2026-10`."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `2026-10`. Raises Invalid for anything else, also for years before 2000."""
        match = WRITTEN.fullmatch(text)
        if match is None or int(match[1]) < 2000:
            raise Invalid.at("period", _("“%(text)s” is no period; write it like 2026-10.") % {"text": text})
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Month:
        """The month in which a moment lies in the zone."""
        local = moment.astimezone(zone)
        return cls(local.year, local.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def next(self) -> Month:
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def starts(self, zone: ZoneInfo) -> datetime:
        """Midnight of its first day in the zone."""
        return datetime(self.year, self.month, 1, tzinfo=zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The first moment after it, in the zone."""
        return self.next().starts(zone)

    def has_ended(self, zone: ZoneInfo, now: datetime) -> bool:
        return now >= self.ends(zone)

    def has_begun(self, zone: ZoneInfo, now: datetime) -> bool:
        return now >= self.starts(zone)


@dataclass(frozen=True)
class Window:
    """What a release covers: a whole month, or its part until `now` while it still runs. Start included, end not."""

    month: Month
    zone: ZoneInfo
    now: datetime

    @property
    def partial(self) -> bool:
        return not self.month.has_ended(self.zone, self.now)

    @property
    def start(self) -> datetime:
        return self.month.starts(self.zone)

    @property
    def end(self) -> datetime:
        return self.now if self.partial else self.month.ends(self.zone)

    @property
    def first_day(self) -> date:
        return self.month.first_day

    @property
    def last_day(self) -> date:
        """The last day that is (at least partly) in it."""
        return (self.end.astimezone(self.zone) - timedelta(microseconds=1)).date()
