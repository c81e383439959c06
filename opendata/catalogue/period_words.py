"""A release's time as people say it."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from geo.errors import Invalid
from opendata.models import Release
from opendata.weeks import Period


def period_words(release: Release) -> str:
    """`Oktober 2026`, `Oktober–Desember 2026`; the day without a period; `1–20 November 2026` of a partial one."""
    if release.partial:
        return f"{release.starts_on.day}–{date_format(release.ends_on, 'j F Y')}"
    return period_told(release.period) or date_format(release.ends_on, "j F Y")


def period_told(text: str) -> str:
    """A month or quarter in words; as it is written where it is neither."""
    try:
        period = Period.parse(text)
    except Invalid:
        return text
    first = date(period.year, period.first_month, 1)
    if period.months == 1:
        return date_format(first, "F Y")
    last = date(period.year, period.first_month + period.months - 1, 1)
    return f"{date_format(first, 'F')}–{date_format(last, 'F Y')}"


def span_words(release: Release) -> str:
    """`28 September – 1 November 2026`: the first and the last day in it."""
    first = date_format(
        release.starts_on, "j F" if release.starts_on.year == release.ends_on.year else "j F Y"
    )
    return _("%(first)s to %(last)s") % {"first": first, "last": date_format(release.ends_on, "j F Y")}
