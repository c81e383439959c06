"""Everything that one case shows to staff. Who reported it is not among it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from geo.errors import NotFound
from geo.models import Agency
from incidents.access import Viewer, incident_for
from incidents.closed_time import shown_entries
from incidents.corrections import may_correct
from incidents.desk.clocks import Clock, clocks_of
from incidents.desk.corrected import Corrected, corrected_words
from incidents.desk.history import Picture, Told, history, pictures
from incidents.desk.moves_shown import Form, forms_for
from incidents.desk.passed import Passed, passed_on
from incidents.desk.rows import Row, rows
from incidents.desk.steps import Steps, others_at_work, steps_of
from incidents.desk.suggested import Suggestion, suggestion_of
from incidents.desk.tasks import Task, tasks_of
from incidents.desk.worklist import scope_of, works_for_agency
from incidents.fusion.reading import family
from incidents.masking import masked
from incidents.models import Assignment, CctvEvent, Complaint, Entry, Incident, Member
from incidents.moves import possible

MOST_EVENTS = 8
MOST_STATEMENTS = 20
TONES = {
    Assignment.Status.SENT: "baru",
    Assignment.Status.ACCEPTED: "dikerjakan",
    Assignment.Status.WORKING: "dikerjakan",
    Assignment.Status.DONE: "selesai",
    Assignment.Status.RETURNED: "",
    Assignment.Status.RELEASED: "",
}


@dataclass(frozen=True)
class Party:
    """An agency that has (or had) the case."""

    agency: Agency
    role: str | Promise
    status: str | Promise
    tone: str
    why: str
    own: bool
    since: datetime


@dataclass(frozen=True)
class Statement:
    """What one reporter said, without the reporter; numbers and addresses of persons are covered in the texts."""

    complaint: Complaint
    text: str
    address_note: str
    photos: list[Picture]


@dataclass(frozen=True)
class CaseFile:
    """A case as its page shows it. `seen` is the newest entry, so that a step taken on old news is noticed."""

    incident: Incident
    row: Row
    parties: list[Party]
    statements: list[Statement]
    more_statements: int
    events: Sequence[CctvEvent]
    more_events: int
    timeline: list[Told]
    seen: int
    steps: Steps | None
    may_assign: bool
    moves: list[Form]
    tasks: list[Task]
    suggestion: Suggestion | None
    may_correct: bool
    corrected: Corrected
    clocks: list[Clock]
    agencies: list[Agency]  # all that are in use
    outside: list[Passed]
    may_forward: bool


def case_file(viewer: Viewer, pk: int, now: datetime) -> CaseFile:
    """The file of a case. Raises NotFound when it is not the viewer's to see."""
    incident = incident_for(viewer, pk)
    found = rows([pk], viewer, scope_of(viewer), now)
    if not found:  # given to another agency a moment ago
        raise NotFound(_("This case does not exist or is not your agency's."))
    assignments = list(incident.assignments.select_related("agency").order_by("role", "agency__code"))
    operates = viewer.role == Member.Role.OPERATOR
    told = shown_entries(incident, family(incident), viewer.agency, everything=operates).order_by("at", "pk")
    told = told.select_related("agency", "actor", "note", "held_back", "correction__reason")
    entries = list(told.prefetch_related("photos"))
    statements, more_statements = _statements(incident)
    agencies = list(Agency.objects.filter(active=True))
    events = list(incident.events.select_related("camera").order_by("-happened_at")[: MOST_EVENTS + 1])
    return CaseFile(
        incident=incident,
        row=found[0],
        parties=[_party(one, incident, viewer) for one in assignments],
        statements=statements,
        more_statements=more_statements,
        events=events[:MOST_EVENTS],
        more_events=incident.events.count() - MOST_EVENTS if len(events) > MOST_EVENTS else 0,
        timeline=history(entries),
        seen=max((entry.pk for entry in entries if entry.incident_id == pk), default=0),
        steps=_steps(viewer, incident, assignments, reported=bool(statements)),
        may_assign=any(step.action == Entry.Kind.ASSIGNED for step in possible(incident, viewer.role)),
        moves=forms_for(viewer, incident, assignments, agencies, reported=bool(statements)),
        tasks=tasks_of(viewer, incident, assignments),
        suggestion=suggestion_of(incident, entries, assignments, agencies) if operates else None,
        agencies=agencies,
        may_correct=may_correct(viewer, incident),
        corrected=corrected_words(incident),
        clocks=clocks_of(incident, now),
        outside=passed_on(incident, assignments, now) if operates else [],
        may_forward=any(step.action == Entry.Kind.FORWARDED for step in possible(incident, viewer.role)),
    )


def _party(assignment: Assignment, incident: Incident, viewer: Viewer) -> Party:
    status = Assignment.Status(assignment.status)
    return Party(
        agency=assignment.agency,
        role=Assignment.Role(assignment.role).label,
        status=status.label,
        tone=TONES[status],
        why=why_words(assignment.why, incident),
        own=assignment.agency == viewer.agency,
        since=assignment.updated_at,
    )


def why_words(why: str, incident: Incident) -> str:
    """The rule that chose an agency, in words."""
    rule, _colon, subject = why.partition(":")
    if rule == "category":
        return _("by the category “%(name)s”") % {"name": incident.category.name}
    if rule == "service_area":
        return _("by its service area “%(name)s”") % {"name": subject}
    if rule == "invited":
        return _("asked in by the agency in charge")
    if rule in {"merged", "split"}:
        return _("came with case #%(n)s") % {"n": subject}
    return _("chosen by the operator") if rule == "operator" else ""


def _statements(incident: Incident) -> tuple[list[Statement], int]:
    """What was reported first and, of many reports, what last; and how many lie between."""
    every = incident.complaints.prefetch_related("photos").order_by("received_at", "pk")
    complaints = list(every[: MOST_STATEMENTS + 1])
    more = 0
    if len(complaints) > MOST_STATEMENTS:
        newest = list(every.reverse()[: MOST_STATEMENTS - 1])
        more = every.count() - MOST_STATEMENTS
        complaints = [complaints[0], *reversed(newest)]
    found = [
        Statement(
            one,
            masked(one.description),
            masked(one.address_note),
            pictures(one.photos.all(), _("Photo of the report")),
        )
        for one in complaints
    ]
    return found, more


def _steps(
    viewer: Viewer, incident: Incident, assignments: list[Assignment], *, reported: bool
) -> Steps | None:
    if not works_for_agency(viewer):
        return None
    mine = next(one for one in assignments if one.agency == viewer.agency)
    mine.incident = incident
    return steps_of(
        mine, incident, viewer.role, alone=not others_at_work(mine, assignments), reported=reported
    )
