"""What happened to a case before it came here: told by another system, written with its own times, told to nobody.

Nobody's rights are asked and no photo is demanded: these steps were taken elsewhere. What is not known stays unsaid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geo.locate import Placement
from incidents.filing import Filing
from incidents.flow import current_flow
from incidents.intake import assignments_of, complaint_of, incident_of, received, reporter_of
from incidents.models import Assignment, Category, Complaint, Entry, Incident, Phase, Reporter
from incidents.routing import route
from incidents.standing import place
from incidents.timeline import Happening, entry_of

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


@dataclass(frozen=True)
class Bygone:
    """A report as another system had it, checked and placed by the one door's rules."""

    filing: Filing
    category: Category
    placement: Placement
    past: Past


@dataclass
class _Telling:
    """One case with its steps, all of it made before anything is written: lists are long."""

    incident: Incident
    complaint: Complaint
    given: list[Assignment]
    steps: list[Happening]

    def step(self, kind: Entry.Kind, status: str, at: datetime, *, silence: bool = False) -> None:
        place(self.incident, status, at)
        state = STATES.get(Phase(self.incident.phase))
        if state:
            for one in self.given:
                one.status, one.updated_at = state, at
        data = {**IMPORTED, "silence": True} if silence else IMPORTED
        self.steps.append(Happening(kind, at, public=True, data=data))


def take_past(bygones: Sequence[Bygone], now: datetime) -> list[Complaint]:
    """Write cases of another system with their own times. Nobody is told. Call it inside a transaction.

    One that was resolved so long ago that nobody can object any more is closed by that silence, as it would be here.
    """
    told = [_told(one, now) for one in bygones]
    Incident.objects.bulk_create(one.incident for one in told)
    Complaint.objects.bulk_create(one.complaint for one in told)
    Reporter.objects.bulk_create(
        reporter_of(one.complaint, bygone.filing.words.contact)
        for one, bygone in zip(told, bygones, strict=True)
        if bygone.filing.words and bygone.filing.words.contact
    )
    Assignment.objects.bulk_create(given for one in told for given in one.given)
    Entry.objects.bulk_create(entry_of(one.incident, step) for one in told for step in one.steps)
    return [one.complaint for one in told]


def _told(bygone: Bygone, now: datetime) -> _Telling:
    filing, past, flow = bygone.filing, bygone.past, current_flow()
    assert filing.words
    incident = incident_of(filing, bygone.category, bygone.placement)
    given, assigned = assignments_of(incident, route(bygone.category, bygone.placement))
    steps = [received(incident, filing), *([assigned] if given else [])]
    telling = _Telling(incident, complaint_of(incident, filing, filing.words), given, steps)
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
    return telling
