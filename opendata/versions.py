"""What a release is called and which days it covers."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from geo.errors import Invalid
from opendata.models import Release
from opendata.recipes.made import Recipe
from opendata.weeks import Period


def version_of(period: str, revision: int) -> str:
    """`2026-10`, its revisions `2026-10-r1` …; of what has no period `v1`, `v2` …"""
    if not period:
        return f"v{revision + 1}"
    return f"{period}-r{revision}" if revision else period


def period_of(recipe: Recipe, text: str) -> Period | None:
    """The period that a recipe's rhythm asks for. Raises Invalid for another kind, or for one that has none."""
    if recipe.rhythm == "change":
        if text:
            raise Invalid.at("period", _("This dataset has no periods: it is released when it changes."))
        return None
    period = Period.parse(text)
    if (period.months == 3) != (recipe.rhythm == "quarter"):
        like = "2026-Q4" if recipe.rhythm == "quarter" else "2026-10"
        raise Invalid.at("period", _("Periods of this dataset are written like %(like)s.") % {"like": like})
    return period


def refuse_running(period: Period | None, zone: ZoneInfo, now: datetime) -> None:
    """Raises Invalid for a period that has not ended: nothing is made of it, not even to be looked at."""
    if period and not period.has_ended(zone, now):
        message = _("%(period)s has not ended; it can be released from %(ends)s.")
        raise Invalid.at("period", message % {"period": period, "ends": moment(period.end(zone))})


def moment(at: datetime) -> str:
    """`1 Desember 2026, 00.00 WIB`: a local moment with its zone's own abbreviation."""
    return f"{date_format(at, 'j F Y, H.i')} {at.tzname()}"


def days_of(period: Period | None, today: date) -> tuple[date, date]:
    """The first and the last day in it; of what has no period the day on which it is made."""
    return (period.first_day, period.last_day) if period else (today, today)


def next_revision(slug: str, period: str) -> int:
    """The number of the next release of a period: 0 for the first."""
    found = Release.objects.filter(dataset__slug=slug, period=period).aggregate(last=Max("revision"))["last"]
    return 0 if found is None else int(found) + 1
