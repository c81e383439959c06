"""How a figure compares with the period before: a direction and words, never a colour that judges."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

ICONS = {1: "trending-up", -1: "trending-down", 0: "move-right"}


@dataclass(frozen=True)
class Trend:
    """`icon` points where it goes; `short` is for the eye, `words` for everybody."""

    icon: str
    short: str
    words: str


def trend_of_count(now: int, before: int) -> Trend:
    change = now - before
    sign = (change > 0) - (change < 0)
    short = (
        f"{'+' if sign > 0 else '−'}{number_format(abs(change), force_grouping=True)}" if sign else _("same")
    )
    if sign > 0:
        words = ngettext("%(n)d more than before", "%(n)d more than before", change) % {"n": change}
    elif sign < 0:
        words = ngettext("%(n)d fewer than before", "%(n)d fewer than before", -change) % {"n": -change}
    else:
        words = _("as many as before")
    return Trend(ICONS[sign], short, words)


def trend_of_days(now: float | None, before: float | None) -> Trend | None:
    """None when there is nothing to compare."""
    if now is None or before is None:
        return None
    change = round(now, 1) - round(before, 1)  # as the page shows them
    if round(change, 1) == 0:
        return Trend(ICONS[0], _("same"), _("as long as before"))
    days = number_format(abs(change), decimal_pos=1)
    if change > 0:
        return Trend(ICONS[1], f"+{days}", _("%(days)s days longer than before") % {"days": days})
    return Trend(ICONS[-1], f"−{days}", _("%(days)s days faster than before") % {"days": days})
