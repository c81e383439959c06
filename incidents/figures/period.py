"""Days that are looked at: a preset that moves with today, or days of one's own; all in the city's zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.city import city_zone
from geo.errors import BadRequest, FieldError

DAY = re.compile(r"(19|20|21)\d\d-\d\d-\d\d", re.ASCII)
PRESETS = (7, 30, 90)
USUAL = 30
OWN = "own"
LONGEST = 3 * 366


@dataclass(frozen=True)
class Period:
    """`since` to `until`, both inclusive, in the city's zone; `preset` is the number of days, or 0 for own dates."""

    since: date
    until: date
    preset: int = 0

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def start(self) -> datetime:
        return day_start(self.since)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return day_start(self.until + timedelta(days=1))

    @property
    def as_of(self) -> datetime:
        """When it is looked at: at its end, or now if it has not ended."""
        return min(self.end, timezone.now())

    def before(self) -> Period:
        """The period of the same length that ends the day before this one: what trends compare with."""
        return Period(self.since - timedelta(days=self.days), self.since - timedelta(days=1))


def day_start(day: date) -> datetime:
    """The first moment of a day in the city's zone."""
    return datetime.combine(day, time(), city_zone())


def last_days(days: int) -> Period:
    """The last so many days, today included."""
    today = timezone.now().astimezone(city_zone()).date()
    return Period(today - timedelta(days=days - 1), today, days)


def read_day(query: QueryDict, name: str, errors: list[FieldError]) -> date | None:
    """A day of an address; a fault is added to `errors`."""
    text = query.get(name, "")
    if not text:
        return None
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    errors.append(FieldError(name, _("Expected a day such as 2026-11-20.")))
    return None


def read_period(
    query: QueryDict,
    since: date | None,
    until: date | None,
    presets: Sequence[int] = PRESETS,
    usual: int = USUAL,
) -> Period:
    """The period of an address: `period=` a preset, or `from` and `to` (one of them is enough). Raises BadRequest."""
    chosen = query.get("period", "")
    if chosen and chosen != OWN and chosen not in map(str, presets):
        raise BadRequest.at("period", _("Expected %(days)s or own.") % {"days": ", ".join(map(str, presets))})
    if chosen.isdigit() or not (since or until):
        return last_days(int(chosen) if chosen.isdigit() else usual)
    last = until or max(last_days(1).until, since or date.min)
    period = Period(since or last - timedelta(days=USUAL - 1), last)
    if period.days > LONGEST:
        raise BadRequest.at("from", _("At most three years can be looked at together."))
    return period
