"""What is kept covered is opened one look at a time: by those who may, with a reason, and written down first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import Forbidden, Invalid, NotFound
from incidents.access import Viewer, incident_for, photo_for
from incidents.closed_time import shown_entries
from incidents.models import AccessLog, Complaint, Incident, Member, Note, Photo, Reporter
from incidents.validate import is_text

REASON = (10, 500)
What = AccessLog.What


@dataclass(frozen=True)
class Words:
    """The texts of a case as they were written: of each report, and of the timeline."""

    complaints: list[Complaint]
    notes: list[Note]


def may_identify(viewer: Viewer, complaint: Complaint) -> bool:
    """Operators may; the handling agency only where the reporter asked for neither anonymity nor confidence."""
    if viewer.role == Member.Role.OPERATOR:
        return True
    return viewer.role in Member.AT_AGENCY and not complaint.anonymous and not complaint.confidential


def reveal_identity(viewer: Viewer, incident_pk: int, complaint_pk: int, reason: str) -> Reporter:
    """Who reported. Raises NotFound (not theirs to see, or nothing was left), Forbidden, Invalid (no reason)."""
    incident = incident_for(viewer, incident_pk)
    complaint = incident.complaints.select_related("reporter").filter(pk=complaint_pk).first()
    reporter: Reporter | None = getattr(complaint, "reporter", None)
    if complaint is None or reporter is None:
        raise NotFound(_("This reporter left no contact, or it was erased."))
    if not may_identify(viewer, complaint):
        raise Forbidden(_("This reporter asked to stay hidden, from your agency too."))
    _log(viewer, incident, What.IDENTITY, complaint.pk, reason)
    return reporter


def reveal_words(viewer: Viewer, incident_pk: int, reason: str) -> Words:
    """The texts of a case without masking. Raises NotFound, Forbidden, Invalid."""
    incident = incident_for(viewer, incident_pk)
    if viewer.role != Member.Role.OPERATOR and viewer.role not in Member.AT_AGENCY:
        raise Forbidden(_("Your account has no access to this page."))
    _log(viewer, incident, What.WORDS, incident.pk, reason)
    operates = viewer.role == Member.Role.OPERATOR
    shown = shown_entries(incident, [incident.pk], viewer.agency, everything=operates)
    notes = Note.objects.filter(pk__in=shown.values("note")).order_by("pk")
    return Words(list(incident.complaints.order_by("received_at", "pk")), list(notes))


def reveal_original(viewer: Viewer, photo_pk: int, reason: str) -> Photo:
    """A photo whose original lies apart: only for operators. Raises NotFound, Forbidden, Invalid."""
    photo = photo_for(viewer, photo_pk)
    if viewer.role != Member.Role.OPERATOR:
        raise Forbidden(_("The original of a covered photo is for operators only."))
    if not photo.original:
        raise NotFound(_("Nothing of this photo is covered."))
    owner = photo.complaint or photo.entry
    assert owner is not None
    _log(viewer, owner.incident, What.ORIGINAL, photo.pk, reason)
    return photo


def _log(viewer: Viewer, incident: Incident, what: AccessLog.What, subject: int, reason: str) -> None:
    """Write the look down before anything is shown."""
    least, most = REASON
    said = " ".join(reason.split())
    if not least <= len(said) <= most or not is_text(said):
        raise Invalid.at("reason", _("Please write in 10 to 500 characters why you need to see this."))
    with transaction.atomic():
        AccessLog.objects.create(
            at=timezone.now(), user=viewer.user, role=viewer.role, agency=viewer.agency,
            case=incident.pk, what=what, subject=subject, reason=said,
        )  # fmt: skip
