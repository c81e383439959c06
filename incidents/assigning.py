"""Who has a case: given by the operator, asked in by the agency in charge, released when no longer needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Forbidden, Invalid
from geo.models import Agency
from incidents.access import Viewer, kept_out, locked_incident, moved_on
from incidents.clocks.moved import tell_moved_deadline
from incidents.flow import current_flow
from incidents.models import Assignment, Entry, Incident, Member, Transition
from incidents.moves import change
from incidents.timeline import Happening, append, reachable
from incidents.wording import check_needs, check_seen

A, Lead, Support = Assignment.Status, Assignment.Role.LEAD, Assignment.Role.SUPPORT


def assign(
    incident: Incident,
    agency: Agency,
    role: Assignment.Role,
    by: Viewer,
    seen: int | None = None,
    text: str = "",
) -> Entry:
    """Give an incident to an agency by hand (operators). An agency that returned it may get it again.

    `seen` is the newest entry that the operator had before them, None where nobody looked. Raises Conflict: something
    newer happened, the workflow does not allow it now, the agency has it in this role, or nobody would be in charge.
    """
    with transaction.atomic():
        incident, taken = _begin(incident, Entry.Kind.ASSIGNED, by, agency, text, seen)
        _check_assignable(incident, agency, role)
        now = timezone.now()
        if role == Lead:
            incident.assignments.filter(role=Lead).exclude(agency=agency).update(role=Support, updated_at=now)
        _give(incident, agency, role, "operator", now)
        change(incident, taken.target, now)
        return _told(incident, Entry.Kind.ASSIGNED, by, agency, role, text, now)


def invite(incident: Incident, agency: Agency, by: Viewer, text: str, seen: int | None = None) -> Entry:
    """The agency in charge asks another one in, to support. Raises Conflict, Forbidden (not in charge), Invalid."""
    with transaction.atomic():
        incident, taken = _begin(incident, Entry.Kind.INVITED, by, agency, text, seen)
        if not incident.is_led_by(by.agency):
            raise Forbidden(_("Only the agency in charge can ask another one in."))
        _check_assignable(incident, agency, Support)
        now = timezone.now()
        _give(incident, agency, Support, f"invited:{by.agency.code if by.agency else ''}", now)
        change(incident, taken.target, now)
        return _told(incident, Entry.Kind.INVITED, by, agency, Support, text, now)


def release(incident: Incident, agency: Agency, by: Viewer, text: str, seen: int | None = None) -> Entry:
    """Let an agency go that is no longer needed: operators any, the agency in charge its supporters.

    Raises Conflict, Forbidden, Invalid.
    """
    with transaction.atomic():
        incident, taken = _begin(incident, Entry.Kind.RELEASED, by, agency, text, seen)
        held = incident.assignments.filter(agency=agency).exclude(status__in=Assignment.GONE).first()
        if held is None:
            raise Conflict(_("This agency does not have the case (any more)."))
        if by.role in Member.AT_AGENCY and not (incident.is_led_by(by.agency) and held.role == Support):
            raise Forbidden(_("Only the agency in charge can release a supporting agency."))
        now = timezone.now()
        held.status, held.updated_at = A.RELEASED, now
        held.save(update_fields=["status", "updated_at"])
        due = incident.due_at
        change(incident, taken.target, now)
        tell_moved_deadline(incident, due, Entry.Kind.RELEASED, now)
        happening = Happening(
            Entry.Kind.RELEASED, now, public=False, by=by.user, agency=agency, text=text.strip(), data=_by(by)
        )
        return append(incident, happening, tell_agencies=[agency])


def _begin(
    incident: Incident, action: Entry.Kind, by: Viewer, agency: Agency, text: str, seen: int | None
) -> tuple[Incident, Transition]:
    """The locked case and the step of the workflow, if it is possible now and this person's to take."""
    incident = locked_incident(incident.pk)
    step = current_flow().step(action, incident.status)
    if step is None:
        raise moved_on() if incident.is_open else Conflict(_("This case is no longer open."))
    if by.role not in step.roles:
        raise Forbidden(_("This step is not yours to take."))
    check_needs(step, text, (), agency)
    check_seen(incident, seen)
    return incident, step


def _give(incident: Incident, agency: Agency, role: Assignment.Role, why: str, now: datetime) -> None:
    given = {"role": role, "status": A.SENT, "why": why, "assigned_at": now, "updated_at": now}
    Assignment.objects.update_or_create(incident=incident, agency=agency, defaults=given)


def _told(
    incident: Incident, kind: Entry.Kind, by: Viewer, agency: Agency, role: Assignment.Role, text: str,
    now: datetime,
) -> Entry:  # fmt: skip
    data: Mapping[str, Any] = {"agencies": [{"code": agency.code, "name": agency.name, "role": role.value}]}
    given = dict(data) | _by(by)
    happening = Happening(kind, now, public=True, by=by.user, agency=agency, data=given, text=text.strip())
    return append(incident, happening, tell_agencies=[agency], tell_reporters=reachable(incident))


def _by(by: Viewer) -> dict[str, Any]:
    """The agency that acts, where one does: the entry's own agency is the one that comes or goes."""
    return {"by": {"code": by.agency.code, "name": by.agency.name}} if by.agency else {}


def _check_assignable(incident: Incident, agency: Agency, role: Assignment.Role) -> None:
    if agency.is_outside:
        raise Invalid.at("agency", _("This is no agency of the city's: an operator forwards the case to it."))
    if agency.pk in kept_out(incident):
        raise Conflict(_("This agency is kept out of the case: a report is about it."))
    held = incident.assignments.filter(agency=agency).exclude(status__in=Assignment.GONE).first()
    if held is None:
        return
    if held.role == role:
        raise Conflict(_("This agency already has the case in this role."))
    if held.role == Lead:
        raise Conflict(_("This agency is in charge. Put another one in charge first, then it supports."))
