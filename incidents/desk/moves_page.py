"""POST /meja/kasus/{id}/tindakan/{step}: steps of the case itself, by the forms of desk/moves_shown.py."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geo.errors import DomainError, Invalid, NotFound
from geo.models import Agency
from incidents.access import Viewer, incident_for, staff
from incidents.assigning import invite, release
from incidents.desk.replies import after_step, move_refused, seen_in, word_in
from incidents.desk.worklist import DESK_ROLES
from incidents.models import Entry, Incident
from incidents.moves import Actor, Move, move, step_for
from incidents.reasons import archive_words
from incidents.uploads import read_uploads

K = Entry.Kind


@require_POST
def take(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take the step; the page says what happened, or why not, with all that was typed."""
    try:
        viewer = staff(request, *DESK_ROLES)
        if action not in TAKEN:
            raise NotFound(_("There is no such step."))
        incident = incident_for(viewer, pk)
        step_for(incident, action, viewer.role)
        TAKEN[action](request, viewer, incident)
    except DomainError as error:
        return move_refused(request, pk, action, error)
    messages.success(request, _done(K(action)) % {"n": pk})
    return after_step(request, viewer, pk)


def _move(request: HttpRequest, viewer: Viewer, incident: Incident, kind: Entry.Kind, **more: object) -> None:
    pictures = tuple(upload.picture for upload in read_uploads(request.FILES.getlist("photos")))
    wanted = {"text": request.POST.get("text", ""), "seen": seen_in(request), "pictures": pictures} | more
    move(Move(incident, kind, Actor.of(viewer), **wanted))  # type: ignore[arg-type]  # names as in Move


def _verify(request: HttpRequest, viewer: Viewer, incident: Incident) -> None:
    _move(request, viewer, incident, K.VERIFIED)


def _reopen(request: HttpRequest, viewer: Viewer, incident: Incident) -> None:
    _move(request, viewer, incident, K.REOPENED)


def _close(request: HttpRequest, viewer: Viewer, incident: Incident) -> None:
    _move(request, viewer, incident, K.CLOSED)


def _archive(request: HttpRequest, viewer: Viewer, incident: Incident) -> None:
    reason = word_in(request, "reason")
    text = archive_words(reason, request.POST.get("text", ""))
    _move(request, viewer, incident, K.ARCHIVED, text=text, data={"reason": reason})


def _release(request: HttpRequest, viewer: Viewer, incident: Incident) -> None:
    release(incident, _agency(request), viewer, request.POST.get("text", ""), seen_in(request))


def _invite(request: HttpRequest, viewer: Viewer, incident: Incident) -> None:
    invite(incident, _agency(request), viewer, request.POST.get("text", ""), seen_in(request))


def _agency(request: HttpRequest) -> Agency:
    agency = Agency.objects.filter(code=word_in(request, "agency")).first()
    if agency is None:
        raise Invalid.at("agency", _("Please choose an agency."))
    return agency


TAKEN: dict[str, Callable[[HttpRequest, Viewer, Incident], None]] = {
    K.VERIFIED: _verify,
    K.REOPENED: _reopen,
    K.CLOSED: _close,
    K.ARCHIVED: _archive,
    K.RELEASED: _release,
    K.INVITED: _invite,
}


def _done(kind: Entry.Kind) -> str:
    words = {
        K.VERIFIED: _("Case #%(n)s is verified."),
        K.REOPENED: _("Case #%(n)s is open again. The agencies that had finished have it back."),
        K.CLOSED: _("Case #%(n)s is closed."),
        K.ARCHIVED: _("Case #%(n)s is archived."),
        K.RELEASED: _("The agency is released from case #%(n)s."),
        K.INVITED: _("The agency was asked in to case #%(n)s and gets an e-mail."),
    }
    return words[kind]
