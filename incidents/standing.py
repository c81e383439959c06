"""Where a case stands: status, phase and the times that go with them, written together and nowhere else."""

from __future__ import annotations

from datetime import datetime

from incidents.deadlines import objection_days, objection_until
from incidents.deadlines.terms import FIELDS as TERMS
from incidents.deadlines.terms import begin_again, resume
from incidents.flow import current_flow
from incidents.models import Assignment, Incident, Phase
from incidents.states import phase_from

DONE = (Phase.RESOLVED, Phase.CLOSED, Phase.ARCHIVED)
FIELDS = (
    "status", "phase", "updated_at", "first_answer_at", "resolved_at", "objection_until", "closed_at", "reopened",
    "objection_days", *TERMS,
)  # fmt: skip


def stand(incident: Incident, status: str, now: datetime) -> None:
    """Give a case a status of the workflow in force, with all that this brings. The row must be locked."""
    place(incident, status, now)
    incident.save(update_fields=FIELDS)


def place(incident: Incident, status: str, now: datetime) -> None:
    """The same without writing it: for who has several steps to write at once."""
    before, after = Phase(incident.phase), current_flow().phase(status)
    incident.status, incident.phase, incident.updated_at = status, after, now
    if before != after:
        _times(incident, before, after, now)


def stand_by_assignments(incident: Incident, now: datetime) -> None:
    """Give a case the status that follows from what its agencies have done. The row must be locked."""
    held = list(incident.assignments.values_list("role", "status"))
    phase = phase_from(Phase(incident.phase), held)
    stand(incident, current_flow().status_for(phase, incident.status), now)


def _times(incident: Incident, before: Phase, after: Phase, now: datetime) -> None:
    if after == Phase.RESOLVED:
        incident.resolved_at = now
        incident.objection_days = objection_days(incident.category)
        incident.objection_until = objection_until(now, incident.category)
    if after in (Phase.CLOSED, Phase.ARCHIVED):
        incident.closed_at, incident.objection_until = now, None
    if before in DONE and after not in DONE:
        begin_again(incident, incident.resolved_at or incident.closed_at, now)
        incident.resolved_at = incident.closed_at = incident.objection_until = None
        incident.reopened += before != Phase.ARCHIVED  # what was never solved is not opened again
    resume(incident, now)
    if after == Phase.WAITING:
        incident.waiting_since = now


def send_again(incident: Incident, now: datetime) -> None:
    """A case that is open again reaches those who had finished it: their assignments begin anew."""
    incident.assignments.filter(status=Assignment.Status.DONE).update(
        status=Assignment.Status.SENT, assigned_at=now, updated_at=now
    )
