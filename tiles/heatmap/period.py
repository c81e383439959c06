"""Days that are looked at: a preset that moves with today, or days of one's own; and the buckets of the histogram."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.city import city_zone
from geo.errors import BadRequest
from tiles.filters import Filters

PRESETS = (7, 30, 90)
USUAL = 30
OWN = "own"
LONGEST = 3 * 366
NEAR = 180  # days ago
# Spans of at most so many days are cut into days, into weeks; longer ones into months.
BY_DAY, BY_WEEK = 120, 731


@dataclass(frozen=True)
class Period:
    """`since` to `until`, both inclusive, in the city's zone; `preset` is the number of days, or 0 for own dates."""

    since: date
    until: date
    preset: int = 0

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def before(self) -> Period:
        """The period of the same length that ends the day before this one: what trends compare with."""
        return Period(self.since - timedelta(days=self.days), self.since - timedelta(days=1))


def last_days(days: int) -> Period:
    """The last so many days, today included."""
    today = timezone.now().astimezone(city_zone()).date()
    return Period(today - timedelta(days=days - 1), today, days)


def read_period(query: QueryDict, filters: Filters) -> Period:
    """The period of an address: `period=7|30|90`, or `from` and `to` (one of them is enough). Raises BadRequest."""
    chosen = query.get("period", "")
    if chosen and chosen != OWN and chosen not in map(str, PRESETS):
        raise BadRequest.at("period", _("Expected 7, 30, 90 or own."))
    if chosen.isdigit() or not (filters.since or filters.until):
        return last_days(int(chosen) if chosen.isdigit() else USUAL)
    until = filters.until or max(last_days(1).until, filters.since or date.min)
    period = Period(filters.since or until - timedelta(days=USUAL - 1), until)
    if period.days > LONGEST:
        raise BadRequest.at("from", _("At most three years can be looked at together."))
    return period


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
