"""Anonymous and confidential: the reporter sets them and they stick; opening a report takes two persons and is told.

And agencies that a report is about: they are kept out of the case, whoever would give it to them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Forbidden, Invalid, NotFound
from geo.models import Agency
from incidents.access import Viewer, incident_for, locked_incident
from incidents.models import (
    Assignment,
    Complaint,
    Entry,
    ExcludedAgency,
    Incident,
    Member,
    Notice,
    PrivacyRequest,
    Reporter,
)
from incidents.standing import stand_by_assignments
from incidents.timeline import Happening, append, reachable
from incidents.validate import is_text

What = PrivacyRequest.What
REASON = (10, 500)


def raise_privacy(complaint: Complaint, wanted: set[What], at: datetime | None = None) -> set[What]:
    """The reporter asks for more protection: it holds from now on. Gives what was new; what was set stays set."""
    now = at or timezone.now()
    with transaction.atomic():
        incident, kept = _locked(complaint)
        raised = {what for what in wanted if not getattr(kept, what.value)}
        if not raised:
            return raised
        for what in raised:
            setattr(kept, what.value, True)
        kept.save(update_fields=["anonymous", "confidential"])
        count_confidential(incident)
        told: dict[str, Any] = {"raised": sorted(what.value for what in raised)}
        if What.CONFIDENTIAL in raised and (back := _withdraw(incident, now)):
            told["withdrawn"] = [{"code": one.code, "name": one.name} for one in back]
        happening = Happening(Entry.Kind.PRIVACY, now, public=True, complaint=kept, data=told)
        append(
            incident,
            happening,
            tell_agencies=incident.holders() if What.CONFIDENTIAL in raised else (),
            tell=[(Notice.To.OPERATOR, None)] if "withdrawn" in told else (),
        )
    return raised


def _withdraw(incident: Incident, now: datetime) -> list[Agency]:
    """What was passed on outside is shown no more, until an operator forwards it anew. Gives who had it."""
    passed = list(incident.referrals.filter(withdrawn_at=None).select_related("outsider"))
    for referral in passed:
        referral.complaints.clear()
        referral.photos, referral.withdrawn_at = False, now
        referral.save(update_fields=["photos", "withdrawn_at"])
    return [referral.outsider for referral in passed]


def ask_to_lower(
    viewer: Viewer, incident_pk: int, complaint_pk: int, what: What, reason: str
) -> PrivacyRequest:
    """An operator asks that a report be anonymous or confidential no longer; another one decides.

    Raises Forbidden, NotFound, Conflict (it is not set, or asked already), Invalid (no reason).
    """
    said = _reason(viewer, reason)
    with transaction.atomic():
        incident, complaint = _locked(_complaint(viewer, incident_pk, complaint_pk))
        if not getattr(complaint, what.value):
            raise Conflict(_("This report is not protected like that."))
        if complaint.privacy_requests.filter(what=what, decided_at=None).exists():
            raise Conflict(_("Somebody has asked this already; another operator decides."))
        now = timezone.now()
        asked = PrivacyRequest.objects.create(
            complaint=complaint, what=what, reason=said, asked_by=viewer.user, asked_at=now
        )
        append(incident, Happening(Entry.Kind.PRIVACY, now, by=viewer.user, data={"asked": [what.value]}))
        return asked


def decide(viewer: Viewer, pk: int, *, granted: bool) -> PrivacyRequest:
    """The second person: lower it, and the reporter is told; or leave it as it is.

    Raises Forbidden (no operator, or the one who asked), NotFound, Conflict (decided already).
    """
    _operates(viewer)
    with transaction.atomic():
        found = PrivacyRequest.objects.select_related("complaint").filter(pk=pk).first()
        if found is None:
            raise NotFound(_("There is no such request."))
        incident, complaint = _locked(found.complaint)
        asked = PrivacyRequest.objects.select_for_update().get(pk=pk)
        if asked.decided_at is not None:
            raise Conflict(_("This request is decided already."))
        if asked.asked_by_id == viewer.user.pk:
            raise Forbidden(_("Who asked cannot decide: it takes a second person."))
        now = timezone.now()
        asked.decided_by, asked.decided_at, asked.granted = viewer.user, now, granted
        asked.save(update_fields=["decided_by", "decided_at", "granted"])
        if granted:
            setattr(complaint, asked.what, False)
            complaint.save(update_fields=["anonymous", "confidential"])
            count_confidential(incident)
        told = {"lowered" if granted else "kept": [asked.what]}
        happening = Happening(
            Entry.Kind.PRIVACY, now, public=granted, by=viewer.user, complaint=complaint, data=told
        )
        has_contact = Reporter.objects.filter(complaint=complaint).exists()
        append(incident, happening, tell_reporters=[complaint] if granted and has_contact else ())
        return asked


def exclude(viewer: Viewer, incident_pk: int, agency: Agency) -> None:
    """Keep an agency that a report is about out of a case. Raises Forbidden, NotFound, Conflict (is out already)."""
    _operates(viewer)
    with transaction.atomic():
        incident = locked_incident(incident_for(viewer, incident_pk).pk)
        now = timezone.now()
        made = ExcludedAgency.objects.get_or_create(
            incident=incident, agency=agency, defaults={"by": viewer.user, "at": now}
        )[1]
        if not made:
            raise Conflict(_("This agency is kept out already."))
        held = incident.assignments.filter(agency=agency).exclude(status__in=Assignment.GONE)
        if held.update(status=Assignment.Status.RELEASED, updated_at=now):
            stand_by_assignments(incident, now)
        told = {"excluded": [{"code": agency.code, "name": agency.name}]}
        append(incident, Happening(Entry.Kind.PRIVACY, now, by=viewer.user, data=told))


def ask_to_readmit(viewer: Viewer, incident_pk: int, agency: Agency, reason: str) -> None:
    """An operator asks that an agency may have the case again, whoever kept it out; another one decides.

    Raises Forbidden, NotFound (it is not kept out), Conflict (asked already), Invalid (no reason).
    """
    said = _reason(viewer, reason)
    with transaction.atomic():
        incident, kept_out = _kept_out(viewer, incident_pk, agency)
        if kept_out.asked_by_id is not None:
            raise Conflict(_("Somebody has asked this already; another operator decides."))
        kept_out.asked_by, kept_out.reason = viewer.user, said
        kept_out.save(update_fields=["asked_by", "reason"])
        _append_about(incident, viewer, "readmission", agency)


def decide_readmission(viewer: Viewer, incident_pk: int, agency: Agency, *, granted: bool) -> None:
    """The second person: the agency may have the case again, and who reported it is told; or it stays kept out.

    Raises Forbidden (no operator, or the one who asked), NotFound, Conflict (nobody asks it).
    """
    _operates(viewer)
    with transaction.atomic():
        incident, kept_out = _kept_out(viewer, incident_pk, agency)
        if kept_out.asked_by_id is None:
            raise Conflict(_("This request is decided already."))
        if kept_out.asked_by_id == viewer.user.pk:
            raise Forbidden(_("Who asked cannot decide: it takes a second person."))
        if granted:
            kept_out.delete()
        else:
            kept_out.asked_by, kept_out.reason = None, ""
            kept_out.save(update_fields=["asked_by", "reason"])
        _append_about(incident, viewer, "readmitted" if granted else "kept_out", agency, public=granted)


def _kept_out(viewer: Viewer, incident_pk: int, agency: Agency) -> tuple[Incident, ExcludedAgency]:
    incident = locked_incident(incident_for(viewer, incident_pk).pk)
    found = incident.excluded.filter(agency=agency).first()
    if found is None:
        raise NotFound(_("This agency is not kept out."))
    return incident, found


def _append_about(
    incident: Incident, viewer: Viewer, change: str, agency: Agency, *, public: bool = False
) -> None:
    told = {change: [{"code": agency.code, "name": agency.name}]}
    happening = Happening(Entry.Kind.PRIVACY, timezone.now(), public=public, by=viewer.user, data=told)
    append(incident, happening, tell_reporters=reachable(incident) if public else ())


def count_confidential(incident: Incident) -> None:
    """A case is confidential as long as one of its reports is. The row must be locked."""
    incident.confidential = incident.complaints.filter(confidential=True).exists()
    incident.save(update_fields=["confidential"])


def _locked(complaint: Complaint) -> tuple[Incident, Complaint]:
    """The incident first, as every step does, then its complaint."""
    incident = locked_incident(complaint.incident_id)
    return incident, Complaint.objects.select_for_update().get(pk=complaint.pk)


def _complaint(viewer: Viewer, incident_pk: int, complaint_pk: int) -> Complaint:
    complaint = incident_for(viewer, incident_pk).complaints.filter(pk=complaint_pk).first()
    if complaint is None:
        raise NotFound(_("There is no such report in this case."))
    return complaint


def _operates(viewer: Viewer) -> None:
    if viewer.role != Member.Role.OPERATOR:
        raise Forbidden(_("Only operators can do this."))


def _reason(viewer: Viewer, reason: str) -> str:
    _operates(viewer)
    least, most = REASON
    said = reason.strip()
    if not least <= len(said) <= most or not is_text(said):
        raise Invalid.at("reason", _("Please write your reason in 10 to 500 characters."))
    return said
