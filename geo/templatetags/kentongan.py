"""What every template needs: icons, times as people say them, Indonesian numbers, coordinates for scripts."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

register = template.Library()

ICON_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ICON_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
STATE_ICONS = {
    "baru": "circle-dot",
    "dikerjakan": "square-play",
    "selesai": "circle-check-big",
    "terlambat": "triangle-alert",
}


class UnknownIcon(LookupError):
    """The name is not one of Lucide's; a programming error, so it fails loudly."""


@cache
def icon_body(name: str) -> SafeString:
    """The shapes inside one of Lucide's SVG files, read once per process."""
    path = Path(settings.BASE_DIR) / "node_modules" / "lucide-static" / "icons" / f"{name}.svg"
    found = (
        ICON_BODY.search(path.read_text(encoding="utf-8"))
        if ICON_NAME.fullmatch(name) and path.is_file()
        else None
    )
    if found is None:
        raise UnknownIcon(name)
    # Safe: a file of the pinned package, whose name was checked; nothing of it comes from a visitor.
    return mark_safe(re.sub(r"\s*\n\s*", "", found[1]))  # noqa: S308


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """One Lucide icon, inlined so that it takes the text's colour and size.

    Decoration by default (hidden from screen readers); `label` makes it an image with a name.
    """
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>{}</svg>',
        classes,
        meaning,
        icon_body(name),
    )


@register.simple_tag
def state_icon(state: str) -> SafeString:
    """The shape of one of the four states (baru, dikerjakan, selesai, terlambat); a plain circle for any other."""
    return icon(STATE_ICONS.get(state, "circle-minus"))


# Seconds in the unit, then the words for the past and for the future.
UNITS = [
    (
        86400,
        ngettext_lazy("%(n)d day ago", "%(n)d days ago", "n"),
        ngettext_lazy("in %(n)d day", "in %(n)d days", "n"),
    ),
    (
        3600,
        ngettext_lazy("%(n)d hour ago", "%(n)d hours ago", "n"),
        ngettext_lazy("in %(n)d hour", "in %(n)d hours", "n"),
    ),
    (
        60,
        ngettext_lazy("%(n)d minute ago", "%(n)d minutes ago", "n"),
        ngettext_lazy("in %(n)d minute", "in %(n)d minutes", "n"),
    ),
]
LONG_AGO = 30 * 86400


def relative(moment: dt.datetime, now: dt.datetime) -> str:
    """How long ago (or until) a moment is, in words; beyond thirty days the date itself."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) >= LONG_AGO:
        return formats.date_format(timezone.localtime(moment), "j F Y")
    for size, past, future in UNITS:
        if abs(seconds) >= size:
            return (past if seconds > 0 else future) % {"n": int(abs(seconds) // size)}
    return _("just now") if seconds >= 0 else _("in a moment")


def full_date(moment: dt.datetime) -> str:
    """The moment in the city's zone, written out: Selasa, 24 November 2026, 14.05."""
    return formats.date_format(timezone.localtime(moment), _("l, j F Y, H:i"))


@register.filter
def ago(moment: dt.datetime | None) -> str:
    """`2 jam lalu` in a <time> that carries the full date; an empty text for no time."""
    if moment is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>',
        moment.isoformat(timespec="seconds"),
        full_date(moment),
        relative(moment, timezone.now()),
    )


@register.filter
def fulldate(moment: dt.datetime | dt.date | None) -> str:
    """The written-out date (with the time, for a datetime) in a <time>; an empty text for none."""
    if moment is None:
        return ""
    text = full_date(moment) if isinstance(moment, dt.datetime) else formats.date_format(moment, "l, j F Y")
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.filter
def number(value: float | None, decimals: int | None = None) -> str:
    """12345.6 → 12.345,6 in Bahasa Indonesia, 12,345.6 in English; a dash for no value."""
    if value is None:
        return "–"
    if decimals is not None:
        value = round(value, decimals)  # number_format cuts off
    return formats.number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)


@register.filter
def lonlat(point: object) -> str:
    """`112.907500,-7.645300` (WGS 84) for scripts: always with decimal points, whatever the page's language."""
    return f"{point.x:.6f},{point.y:.6f}" if isinstance(point, Point) else ""


@register.filter
def metres(value: float) -> str:
    """A distance in metres as people say it: 350 m (to tens), 1,2 km in the page's language."""
    if value < 995:
        return _("%(n)s m") % {"n": number(max(10, round(value / 10) * 10))}
    return _("%(n)s km") % {"n": number(round(value / 1000, 1), 1)}


@register.filter
def compass(bearing: int) -> str:
    """One of the eight directions in words, from degrees clockwise from north."""
    names = (
        _("north"), _("north-east"), _("east"), _("south-east"), _("south"), _("south-west"), _("west"), _("north-west")
    )  # fmt: skip
    return names[round(bearing / 45) % 8]
