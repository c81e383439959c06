"""Who may do what next with a case: the allowed steps as data, each step one function.

The incident's row is locked first, so two officers who act at the same moment get an order, not a lost update.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Invalid
from geo.models import Agency
from incidents.access import Viewer, moved_on
from incidents.models import Assignment, Complaint, Entry, Incident, Photo
from incidents.photos import Picture, drop_file, keep_file
from incidents.states import status_from
from incidents.timeline import Happening, append, reachable

A = Assignment.Status
TEXT = (5, 4000)

# From which states of the agency's assignment a step is possible.
ALLOWED: dict[Entry.Kind, frozenset[Assignment.Status]] = {
    Entry.Kind.ACCEPTED: frozenset({A.SENT}),
    Entry.Kind.RETURNED: frozenset({A.SENT, A.ACCEPTED}),
    Entry.Kind.ANSWERED: frozenset({A.SENT, A.ACCEPTED, A.DONE}),
    Entry.Kind.RESOLVED: frozenset({A.SENT, A.ACCEPTED}),
}


@dataclass(frozen=True)
class Step:
    """Somebody's next step on their agency's assignment."""

    by: Viewer
    assignment: Assignment
    kind: Entry.Kind
    text: str = ""
    pictures: tuple[Picture, ...] = ()
    at: datetime | None = None  # when it was done, if not now (history)
    seen: int | None = None  # the newest entry that the person had before them


def allowed_steps(assignment: Assignment) -> list[Entry.Kind]:
    """The steps that are possible now, most likely first."""
    incident_open = assignment.incident.is_open
    return [
        k
        for k, states in ALLOWED.items()
        if A(assignment.status) in states and (incident_open or k == Entry.Kind.ANSWERED)
    ]


def take_step(step: Step) -> Entry:
    """Do the step, write it down, tell whom it concerns. Raises Conflict (too late), Invalid (text, photo missing)."""
    _check_words(step)
    files = [keep_file(picture) for picture in step.pictures]
    try:
        with transaction.atomic():
            return _do(step, files)
    except OperationalError:
        raise  # the connection broke, perhaps after the commit: the files may belong to the step
    except BaseException:
        for name in files:
            drop_file(name)
        raise


def _check_words(step: Step) -> None:
    least, most = TEXT
    if step.kind == Entry.Kind.ACCEPTED:
        return
    if not least <= len(step.text.strip()) <= most:
        raise Invalid.at("text", _("Please write 5 to 4000 characters."))
    if "\x00" in step.text:
        raise Invalid.at("text", _("This holds characters that are no text."))
    if step.kind == Entry.Kind.RESOLVED and not step.pictures:
        raise Invalid.at("photos", _("Please add a photo of the finished work."))


def _do(step: Step, files: list[str]) -> Entry:
    incident = Incident.objects.select_for_update().get(pk=step.assignment.incident_id)
    assignment = Assignment.objects.select_related("agency").filter(pk=step.assignment.pk).first()
    if assignment is None:  # new borders gave the case to another agency meanwhile
        raise moved_on()
    assignment.incident = incident
    if step.kind not in allowed_steps(assignment):
        raise moved_on()
    _check_seen(incident, step.seen)
    now = step.at or timezone.now()
    _move(assignment, step.kind, now)
    entry = append(
        incident,
        Happening(
            step.kind, now, public=True, by=step.by.user, agency=assignment.agency, text=step.text.strip()
        ),
        tell_agencies=_others(incident, assignment) if step.kind == Entry.Kind.RETURNED else (),
        tell_reporters=reachable(incident),
    )
    Photo.objects.bulk_create(
        Photo(entry=entry, file=name, sha256=picture.sha256, width=picture.width, height=picture.height)
        for name, picture in zip(files, step.pictures, strict=True)
    )
    return entry


def _check_seen(incident: Incident, seen: int | None) -> None:
    """Nobody acts on old news: `seen` is the newest entry that the person had before them."""
    if seen is not None and incident.entries.filter(pk__gt=seen).exists():
        raise Conflict(_("Something new happened to this case. Please read it first, then send again."))


def _move(assignment: Assignment, kind: Entry.Kind, now: datetime) -> None:
    """The new states of the assignment and of its incident after a step."""
    moved = {
        Entry.Kind.ACCEPTED: A.ACCEPTED,
        Entry.Kind.RETURNED: A.RETURNED,
        Entry.Kind.RESOLVED: A.DONE,
    }.get(kind)
    if kind == Entry.Kind.ANSWERED and assignment.status == A.SENT:
        moved = A.ACCEPTED
    if moved:
        assignment.status = moved
    assignment.updated_at = now
    assignment.save(update_fields=["status", "updated_at"])
    incident = assignment.incident
    incident.status = status_of(incident)
    incident.updated_at = now
    if kind == Entry.Kind.ANSWERED:
        incident.first_answer_at = incident.first_answer_at or now
    if incident.status == Incident.Status.RESOLVED and incident.resolved_at is None:
        incident.resolved_at = now
    incident.save(update_fields=["status", "updated_at", "first_answer_at", "resolved_at"])


def status_of(incident: Incident) -> Incident.Status:
    """What the assignments make of an incident."""
    held = [(one.role, one.status) for one in incident.assignments.all()]
    return status_from(Incident.Status(incident.status), held)


def _others(incident: Incident, assignment: Assignment) -> Sequence[Agency]:
    held = incident.assignments.exclude(pk=assignment.pk).exclude(status=A.RETURNED).select_related("agency")
    return [other.agency for other in held]


def assign(
    incident: Incident, agency: Agency, role: Assignment.Role, by: Viewer, seen: int | None = None
) -> Entry:
    """Give an incident to an agency by hand (operators). An agency that returned it may get it again.

    `seen` is the newest entry that the operator had before them, None where nobody looked. Raises Conflict: something
    newer happened, the incident is no longer open, the agency has it in this role, or nobody would be in charge.
    """
    now = timezone.now()
    with transaction.atomic():
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        _check_seen(incident, seen)
        _check_assignable(incident, agency, role)
        if role == Assignment.Role.LEAD:
            incident.assignments.filter(role=role).exclude(agency=agency).update(
                role=Assignment.Role.SUPPORT, updated_at=now
            )
        given = {"role": role, "status": A.SENT, "why": "operator", "assigned_at": now, "updated_at": now}
        Assignment.objects.update_or_create(incident=incident, agency=agency, defaults=given)
        incident.status, incident.updated_at = status_of(incident), now
        incident.save(update_fields=["status", "updated_at"])
        told = {"agencies": [{"code": agency.code, "name": agency.name, "role": role.value}]}
        happening = Happening(Entry.Kind.ASSIGNED, now, public=True, by=by.user, agency=agency, data=told)
        return append(incident, happening, tell_agencies=[agency], tell_reporters=reachable(incident))


def _check_assignable(incident: Incident, agency: Agency, role: Assignment.Role) -> None:
    if not incident.is_open:
        raise Conflict(_("This case is no longer open."))
    if not agency.active:
        raise Invalid.at("agency", _("This agency no longer takes cases."))
    held = incident.assignments.filter(agency=agency).exclude(status=A.RETURNED).first()
    if held is None:
        return
    if held.role == role:
        raise Conflict(_("This agency already has the case in this role."))
    if held.role == Assignment.Role.LEAD:
        raise Conflict(_("This agency is in charge. Put another one in charge first, then it supports."))


def public_entries(complaint: Complaint) -> list[Entry]:
    """What a reporter may see of the timeline, oldest first."""
    entries = (
        complaint.incident.entries.filter(public=True)
        .select_related("agency", "note", "held_back")
        .prefetch_related("photos")
    )
    return list(entries)
