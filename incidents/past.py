"""What happened to a case before it came here: told by another system, written with its own times, told to nobody.

Nobody's rights are asked and no photo is demanded: these steps were taken elsewhere. What is not known stays unsaid.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from incidents.flow import current_flow
from incidents.models import Assignment, Entry, Incident, Phase
from incidents.standing import FIELDS, place
from incidents.timeline import Happening, append_past

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
# What that means for the agencies that have it.
STATES = {Phase.WORKING: A.ACCEPTED, Phase.RETURNED: A.RETURNED, Phase.RESOLVED: A.DONE}


@dataclass(frozen=True)
class Past:
    """Where a case stands (a code of the workflow), when it was first answered and when it ended, as far as known."""

    status: str
    answered_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass
class _Telling:
    """The steps of one case, gathered and written at once: lists are long."""

    incident: Incident
    steps: list[Happening] = field(default_factory=list)
    held: tuple[str, datetime] | None = None

    def step(self, kind: Entry.Kind, status: str, at: datetime, *, silence: bool = False) -> None:
        place(self.incident, status, at)
        state = STATES.get(Phase(self.incident.phase))
        self.held = (state, at) if state else self.held
        data = {**IMPORTED, "silence": True} if silence else IMPORTED
        self.steps.append(Happening(kind, at, public=True, data=data))

    def write(self) -> None:
        if self.steps:
            append_past(self.incident, self.steps)
            self.incident.save(update_fields=FIELDS)
        if self.held:
            state, at = self.held
            self.incident.assignments.update(status=state, updated_at=at)


def relate(incident: Incident, past: Past, now: datetime) -> None:
    """Bring a case that has just been taken to where it stands elsewhere.

    Call it inside the transaction that took it. One that was resolved so long ago that nobody can object any more is
    closed by that silence, as it would be here.
    """
    flow, telling = current_flow(), _Telling(incident)
    if past.answered_at:
        incident.first_answer_at = past.answered_at
        telling.step(K.ANSWERED, flow.usual(Phase.WORKING), past.answered_at)
    phase = flow.phase(past.status)
    at = past.closed_at or past.answered_at or incident.opened_at
    if phase == Phase.CLOSED:
        telling.step(K.RESOLVED, flow.usual(Phase.RESOLVED), at)
    if past.status != incident.status:
        telling.step(STEPS.get(phase, K.VERIFIED), past.status, at)
    if past.closed_at is None and not incident.is_open:
        # The day is not known: no duration is made of it.
        incident.resolved_at = incident.closed_at = incident.objection_until = None
    elif incident.objection_until and incident.objection_until < now:
        telling.step(K.CLOSED, flow.usual(Phase.CLOSED), incident.objection_until, silence=True)
    telling.write()
