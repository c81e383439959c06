"""What happened to a case before it came here: told by another system, written with its own times, told to nobody.

Nobody's rights are asked and no photo is demanded: these steps were taken elsewhere. What is not known stays unsaid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from incidents.flow import current_flow
from incidents.models import Assignment, Entry, Incident, Phase
from incidents.standing import stand
from incidents.timeline import Happening, append

K, A = Entry.Kind, Assignment.Status
IMPORTED = {"imported": True}
# What is written down for the phase in which a case arrives.
STEPS = {
    Phase.WORKING: K.STARTED,
    Phase.RETURNED: K.RETURNED,
    Phase.WAITING: K.ASKED,
    Phase.OUTSIDE: K.FORWARDED,
    Phase.RESOLVED: K.RESOLVED,
    Phase.CLOSED: K.CLOSED,
    Phase.ARCHIVED: K.ARCHIVED,
}


@dataclass(frozen=True)
class Past:
    """Where a case stands (a code of the workflow), when it was first answered and when it ended, as far as known."""

    status: str
    answered_at: datetime | None = None
    closed_at: datetime | None = None


def relate(incident: Incident, past: Past, now: datetime) -> None:
    """Bring a case that has just been taken to where it stands elsewhere.

    Call it inside the transaction that took it. One that was resolved so long ago that nobody can object any more is
    closed by that silence, as it would be here.
    """
    if past.answered_at:
        _answered(incident, past.answered_at)
    phase = current_flow().phase(past.status)
    at = past.closed_at or past.answered_at or incident.opened_at
    if phase == Phase.CLOSED:
        _came_to(incident, current_flow().usual(Phase.RESOLVED), at)
    if past.status != incident.status:
        _came_to(incident, past.status, at)
    if past.closed_at is None:
        _end_unknown(incident)
    elif incident.objection_until and incident.objection_until < now:
        _came_to(incident, current_flow().usual(Phase.CLOSED), incident.objection_until, silence=True)


def _end_unknown(incident: Incident) -> None:
    """An ended case whose day nobody knows: no duration is made of it."""
    if not incident.is_open:
        incident.resolved_at = incident.closed_at = incident.objection_until = None
        incident.save(update_fields=["resolved_at", "closed_at", "objection_until"])


def _answered(incident: Incident, at: datetime) -> None:
    incident.first_answer_at = at
    incident.assignments.filter(status=A.SENT).update(status=A.ACCEPTED, updated_at=at)
    append(incident, Happening(K.ANSWERED, at, public=True, data=IMPORTED))
    stand(incident, current_flow().usual(Phase.WORKING), at)


def _came_to(incident: Incident, status: str, at: datetime, *, silence: bool = False) -> None:
    """One step: the status with its times, what it means for the agencies, and the line in the timeline."""
    phase = current_flow().phase(status)
    states = {Phase.WORKING: A.ACCEPTED, Phase.RETURNED: A.RETURNED, Phase.RESOLVED: A.DONE}
    if phase in states:
        incident.assignments.update(status=states[phase], updated_at=at)
    stand(incident, status, at)
    kind = STEPS.get(phase, K.VERIFIED)
    data = {**IMPORTED, "silence": True} if silence else IMPORTED
    append(incident, Happening(kind, at, public=True, data=data))
