"""What time and corrections did to a case, in words for those who work here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.masking import masked
from incidents.models import Assignment, Doubt, Entry, ReminderRule, Timed

STEPS = dict(Timed.choices)
WHO = dict(ReminderRule.Who.choices)


def said_by_clock(entry: Entry) -> str:
    """The text of an entry that the clock, the calendar or a correction wrote; empty for others."""
    words = {
        Entry.Kind.DUE: _due,
        Entry.Kind.REMINDED: _reminded,
        Entry.Kind.ESCALATED: _reminded,
        Entry.Kind.CORRECTED: _corrected,
        Entry.Kind.CLOSED: _closed,
    }.get(Entry.Kind(entry.kind))
    return words(entry) if words else ""


def day_of(text: str) -> str:
    """`24 November 2026`, in the city's zone."""
    return date_format(timezone.localtime(datetime.fromisoformat(text)), "j F Y")


def _due(entry: Entry) -> str:
    reasons = {
        "calendar": _("days off were added or taken back"),
        "waited": _("the clock stood still while the reporter was asked"),
        "reopened": _("the case was opened again"),
    }
    moved = f"{day_of(entry.data['from'])} → {day_of(entry.data['to'])}"
    return f"{moved}\n{capfirst(reasons.get(entry.data.get('why', ''), ''))}".strip()


def _reminded(entry: Entry) -> str:
    step, day = STEPS.get(entry.data["step"], ""), day_of(entry.data["due"])
    told = ", ".join(str(WHO.get(one, one)) for one in entry.data["to"])
    words = _("{step}: due {day}") if entry.kind == Entry.Kind.REMINDED else _("{step}: was due {day}")
    return f"{capfirst(words.format(step=step, day=day))}\n{capfirst(_('told: {whom}').format(whom=told))}"


def _closed(entry: Entry) -> str:
    if entry.data.get("confirmed"):
        return _("Those who reported it say that it is solved.")
    return _("By itself: nobody objected in time.") if entry.data.get("silence") else ""


def _corrected(entry: Entry) -> str:
    """Before → after, line by line, and why."""
    data = entry.data
    lines = [_arrow(*(_place(data[side]) for side in ("from", "to")))]
    if "category" in data:
        lines.append(_arrow(*(category_name(data["category"][side]) for side in ("from", "to"))))
    if "agencies" in data:
        lines.append(_arrow(_leads(data["agencies_before"]), _leads(data["agencies"])))
    if "due" in data:
        lines.append(_("Deadline") + ": " + _arrow(*(day_of(data["due"][side]) for side in ("from", "to"))))
    put_right = (
        (data["pin"], _("the pin")),
        (data["words"], _("the text")),
        (data["address"], _("the note on the place")),
    )
    changed = ", ".join(word for is_so, word in put_right if is_so)
    lines.append(capfirst(_("put right: {parts}").format(parts=changed)) if changed else "")
    if "doubt" in data:
        lines.append(capfirst(str(dict(Doubt.Reason.choices)[data["doubt"]])))
    correction = getattr(entry, "correction", None)
    if correction and correction.reason:
        lines.append(_("Why: {reason}").format(reason=masked(correction.reason.body)))
    return "\n".join(filter(None, lines))


def _arrow(before: str, after: str) -> str:
    return f"{before or '–'} → {after or '–'}" if before != after else ""


def _place(spot: dict[str, Any]) -> str:
    return f"{spot['kelurahan']['name']}, {spot['kecamatan']['name']}"


def category_name(named: dict[str, str]) -> str:
    """The name of a category as the timeline keeps it, in the language of the moment."""
    return named["name_en" if (get_language() or "id").startswith("en") else "name_id"]


def _leads(agencies: list[dict[str, str]]) -> str:
    having = (one for one in agencies if one.get("status") not in Assignment.GONE)
    return ", ".join(one["name"] for one in having if one["role"] == Assignment.Role.LEAD)
