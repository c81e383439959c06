"""Staff writes to those who reported a case: a question that the case waits for, or a message; to one or to all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geo.errors import DomainError, Invalid
from incidents.access import Viewer, desk_worker, incident_for
from incidents.desk.case import case_context
from incidents.desk.talk_offer import TALK
from incidents.models import Complaint, Entry, Incident
from incidents.moves import Actor, Move, move
from incidents.uploads import read_uploads

K = Entry.Kind


@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask or write: POST /meja/kasus/{id}/pesan."""
    viewer = desk_worker(request)
    try:
        incident = incident_for(viewer, pk)
        entry = move(_read(request, viewer, incident))
    except DomainError as refused:
        return _refused(request, viewer, pk, refused)
    messages.success(request, _done(entry, pk))
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("desk:case", args=[pk]))
    response = render(request, "desk/pane.html", case_context(viewer, pk))
    response["HX-Trigger"] = "cases-changed"
    return response


def _read(request: HttpRequest, viewer: Viewer, incident: Incident) -> Move:
    kind, seen = request.POST.get("kind", ""), request.POST.get("seen", "")
    if kind not in TALK:
        raise Invalid.at("kind", _("Please choose what to do."))
    uploads = read_uploads(request.FILES.getlist("photos"))
    news_matters = kind == K.ASKED and seen.isascii() and seen.isdigit() and len(seen) <= 18
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        raise Invalid.at("text", _("Please write 5 to 4000 characters."))
    return Move(
        incident, K(kind), Actor.of(viewer), text, tuple(one.picture for one in uploads),
        complaint=_complaint(request.POST.get("to", ""), incident), seen=int(seen) if news_matters else None,
    )  # fmt: skip


def _complaint(chosen: str, incident: Incident) -> Complaint | None:
    """The report whose reporter is meant; None for all of them. Raises Invalid for another case's."""
    if not chosen:
        return None
    known = chosen.isascii() and chosen.isdigit() and len(chosen) <= 18
    found = incident.complaints.filter(pk=int(chosen)).first() if known else None
    if found is None:
        raise Invalid.at("to", _("Please choose who it is for."))
    return found


def _done(entry: Entry, pk: int) -> str:
    if entry.kind == K.ASKED:
        said = _("The question about case #%(n)s is sent. The case waits for the answer.")
    else:
        said = _("The message about case #%(n)s is sent.")
    return said % {"n": pk}


def _refused(request: HttpRequest, viewer: Viewer, pk: int, refused: DomainError) -> HttpResponse:
    """The refusal beside what was typed."""
    context: dict[str, Any] = {"talk_refusal": refused, "talk_typed": request.POST}
    if request.headers.get("HX-Request"):
        context |= case_context(viewer, pk)
        response = render(request, "desk/talk_refused.html", context, status=refused.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#talk-refusal", "innerHTML"
        return response
    context |= case_context(viewer, pk)
    return render(request, "desk/case.html", context, status=refused.status)
