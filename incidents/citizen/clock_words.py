"""What time and corrections did to a report, in words for who follows it: never an exact place, never a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.models import Entry


def moved_deadline(entry: Entry) -> str:
    """That the promise is another day now, and why."""
    reasons = {
        "calendar": _("Days off have changed: to be resolved by {day}, before by {was}"),
        "waited": _("Waiting for your answer is added: to be resolved by {day}, before by {was}"),
        "reopened": _("Opened again: to be resolved by {day}"),
    }
    text = reasons.get(entry.data.get("why", ""), _("To be resolved by {day}, before by {was}"))
    return text.format(day=_day(entry.data["to"]), was=_day(entry.data["from"]))


def put_right(entry: Entry, named: Callable[[list[dict[str, str]]], str]) -> str:
    """What was put right: the kelurahan, the topic, who has it now. `named` words a list of agencies."""
    data = entry.data
    before, now = (data[side]["kelurahan"]["name"] for side in ("from", "to"))
    parts = []
    if before != now:
        parts.append(
            _("The place was put right: it is in {now}, not in {before}").format(now=now, before=before)
        )
    elif data.get("pin"):
        parts.append(_("The place was put right within {now}").format(now=now))
    if "category" in data:
        language = "name_en" if (get_language() or "id").startswith("en") else "name_id"
        parts.append(_("The topic was put right: {topic}").format(topic=data["category"]["to"][language]))
    if "agencies" in data and (data.get("got") or data.get("lost")):
        parts.append(_("sent to {agencies}").format(agencies=named(data["agencies"])))
    return "; ".join(parts) or _("The report was put right")


def _day(text: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(text)), "j F Y")
