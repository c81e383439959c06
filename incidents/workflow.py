"""An agency's steps on its assignment: accept, begin, answer, finish, return. Which are possible is data (flow.py).

The incident's row is locked first, so two officers who act at the same moment get an order, not a lost update.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from geo.models import Agency
from incidents.access import Viewer, locked_incident, moved_on
from incidents.flow import current_flow
from incidents.models import Assignment, Entry, Incident, Notice, Transition
from incidents.photos import Picture, kept_files
from incidents.standing import stand_by_assignments
from incidents.timeline import Happening, append, attach, reachable
from incidents.wording import check_needs, check_seen

A = Assignment.Status
K = Entry.Kind
ORDER = (K.ACCEPTED, K.STARTED, K.RETURNED, K.ANSWERED, K.RESOLVED)


@dataclass(frozen=True)
class Step:
    """Somebody's next step on their agency's assignment. `target`: whose task it is, where it is not theirs."""

    by: Viewer
    assignment: Assignment
    kind: Entry.Kind
    text: str = ""
    pictures: tuple[Picture, ...] = ()
    at: datetime | None = None  # when it was done, if not now (history)
    seen: int | None = None  # the newest entry that the person had before them
    target: Agency | None = None
    whose: str = ""  # the same in words, where it is nobody that is known here


def transition_of(assignment: Assignment, kind: Entry.Kind, role: str = "") -> Transition | None:
    """The step of the workflow in force that this would be, if it is possible now (and this role may take it)."""
    if not assignment.incident.is_open and kind != K.ANSWERED:
        return None
    found = current_flow().step(kind, assignment.status, Transition.Level.ASSIGNMENT)
    return found if found and (not role or role in found.roles) else None


def allowed_steps(assignment: Assignment, role: str = "") -> list[Entry.Kind]:
    """The steps that are possible now."""
    return [kind for kind in ORDER if transition_of(assignment, kind, role)]


def take_step(step: Step) -> Entry:
    """Do the step, write it down, tell whom it concerns. Raises Conflict (too late), Invalid (text, photo missing)."""
    _check_words(step)
    with kept_files(step.pictures) as files, transaction.atomic():
        return _do(step, files)


def _check_words(step: Step) -> None:
    """What is missing is said before anything else: also a step that is too late loses none of its words."""
    needs = transition_of(step.assignment, step.kind) or _usual(step.kind)
    if needs:
        check_needs(needs, step.text, step.pictures, step.target)


def _usual(kind: Entry.Kind) -> Transition | None:
    """The step as it is taken from an accepted assignment, to know what it needs."""
    return current_flow().step(kind, A.ACCEPTED, Transition.Level.ASSIGNMENT)


def _do(step: Step, files: list[str]) -> Entry:
    incident = locked_incident(step.assignment.incident_id)
    assignment = Assignment.objects.select_related("agency").filter(pk=step.assignment.pk).first()
    if assignment is None:  # new borders gave the case to another agency meanwhile
        raise moved_on()
    assignment.incident = incident
    taken = transition_of(assignment, step.kind, step.by.role)
    if taken is None:
        raise moved_on()
    check_seen(incident, step.seen)
    now = step.at or timezone.now()
    _move(assignment, step.kind, taken.target, now)
    returned = step.kind == K.RETURNED
    entry = append(
        incident,
        Happening(
            step.kind, now, public=True, by=step.by.user, agency=assignment.agency, text=step.text.strip(),
            data=_suggested(step),
        ),
        tell_agencies=_others(incident, assignment) if returned else (),
        tell_reporters=reachable(incident),
        tell=[(Notice.To.OPERATOR, None)] if returned and (_suggested(step) or not incident.is_led) else (),
    )  # fmt: skip
    attach(entry, step.pictures, files)
    return entry


def _suggested(step: Step) -> dict[str, Any]:
    """Whose task it is, as who returns it says."""
    if step.target:
        return {"suggested": {"code": step.target.code, "name": step.target.name}}
    return {"suggested": {"name": step.whose}} if step.whose else {}


def _move(assignment: Assignment, kind: Entry.Kind, target: str, now: datetime) -> None:
    """The new states of the assignment and of its incident after a step."""
    assignment.status = target or assignment.status
    assignment.updated_at = now
    assignment.save(update_fields=["status", "updated_at"])
    incident = assignment.incident
    if kind in (K.ANSWERED, K.RESOLVED):  # who says that it is done has answered
        incident.first_answer_at = incident.first_answer_at or now
    stand_by_assignments(incident, now)


def _others(incident: Incident, assignment: Assignment) -> Sequence[Agency]:
    held = incident.assignments.exclude(pk=assignment.pk).exclude(status__in=Assignment.GONE)
    return [other.agency for other in held.select_related("agency")]
