"""A deadline that a step has moved says so in the timeline, before and after."""

from __future__ import annotations

from datetime import datetime

from incidents.models import Entry, Incident, Phase
from incidents.timeline import Happening, append

REOPENS = {Entry.Kind.OBJECTED, Entry.Kind.REOPENED}


def tell_moved_deadline(incident: Incident, was: datetime, action: Entry.Kind, at: datetime) -> None:
    """Write down that the deadline is another one after a step, if it is and the case goes on.

    Nobody is told besides: whoever hears of the step sees it there.
    """
    if incident.due_at == was or incident.phase in (Phase.RESOLVED, Phase.CLOSED, Phase.ARCHIVED):
        return
    why = "reopened" if action in REOPENS else "waited"
    data = {"why": why, "from": was.isoformat(), "to": incident.due_at.isoformat()}
    append(incident, Happening(Entry.Kind.DUE, at, public=True, data=data))
