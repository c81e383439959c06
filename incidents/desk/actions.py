"""What staff does with a case: each request reads the wanted step, workflow.py does it, the page says what happened."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geo.errors import DomainError, Invalid, NotFound
from geo.models import Agency
from incidents.access import Viewer, assignment_for, incident_for, staff
from incidents.assigning import assign
from incidents.desk.case import case_context
from incidents.desk.steps import done_words
from incidents.desk.worklist import DESK_ROLES
from incidents.models import Assignment, Entry, Member
from incidents.uploads import read_uploads
from incidents.workflow import ORDER, Step, take_step

PRESSES = {Entry.Kind.ACCEPTED.value, Entry.Kind.STARTED.value}  # by one press, without words
WITH_PHOTOS = {Entry.Kind.ANSWERED.value, Entry.Kind.RESOLVED.value}


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, answer, resolve or return: POST /meja/kasus/{id}/langkah."""
    try:
        viewer = staff(request, *Member.AT_AGENCY)
        entry = take_step(_read_step(request, viewer, pk))
    except DomainError as error:
        return _refused(request, pk, error)
    messages.success(request, done_words(entry, entry.incident))
    return _after(request, viewer, pk)


def _read_step(request: HttpRequest, viewer: Viewer, pk: int) -> Step:
    kind = request.POST.get("step", "")
    if kind not in ORDER:
        raise Invalid.at("step", _("Please choose what to do."))
    assignment = assignment_for(viewer, pk)
    uploads = read_uploads(request.FILES.getlist("photos")) if kind in WITH_PHOTOS else []
    return Step(
        by=viewer,
        assignment=assignment,
        kind=Entry.Kind(kind),
        text="" if kind in PRESSES else request.POST.get("text", ""),
        pictures=tuple(upload.picture for upload in uploads),
        seen=_seen(request),
    )


def _seen(request: HttpRequest) -> int | None:
    """The newest entry that the page showed; None when the form does not say (accepting needs no news)."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= 18 else None


@require_POST
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """An operator gives the case to an agency: POST /meja/kasus/{id}/disposisi."""
    try:
        viewer = staff(request, Member.Role.OPERATOR)
        incident = incident_for(viewer, pk)
        agency = Agency.objects.filter(code=request.POST.get("agency", "").replace("\x00", "")).first()
        role = request.POST.get("role", "")
        if agency is None:
            raise Invalid.at("agency", _("Please choose an agency."))
        if role not in Assignment.Role.values:
            raise Invalid.at("role", _("Please choose whether the agency is in charge or supports."))
        assign(incident, agency, Assignment.Role(role), viewer, _seen(request))
    except DomainError as error:
        return _refused(request, pk, error)
    if incident.complaints.exists():
        told = _("Case #%(n)s was given to %(agency)s, which gets an e-mail. The reporter sees it.")
    else:
        told = _("Case #%(n)s was given to %(agency)s, which gets an e-mail.")
    messages.success(request, told % {"n": pk, "agency": agency})
    return _after(request, viewer, pk)


def _after(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Where one is after a step: the case again, or the inbox when it has left the agency."""
    if not request.headers.get("HX-Request"):
        try:
            incident_for(viewer, pk)
        except NotFound:
            return HttpResponseRedirect(reverse("desk:inbox"))
        return HttpResponseRedirect(reverse("desk:case", args=[pk]))
    try:
        response = render(request, "desk/pane.html", case_context(viewer, pk))
    except NotFound:
        response = render(request, "desk/left.html")
    # The rail and the list load themselves again when they hear this.
    response["HX-Trigger"] = "cases-changed"
    return response


def _refused(request: HttpRequest, pk: int, error: DomainError) -> HttpResponse:
    """The refusal beside what was typed; nothing of it is lost."""
    context: dict[str, Any] = {"refusal": error, "typed": request.POST}
    if request.headers.get("HX-Request"):
        context |= _case_again(request, pk)
        context |= _since(request, context)
        response = render(request, "desk/refusal.html", context, status=error.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#refusal", "innerHTML"
        return response
    viewer = staff(request, *DESK_ROLES)
    try:
        context |= case_context(viewer, pk)
    except NotFound:  # it has left the agency meanwhile: the words are the person's, the case is not any more
        return render(request, "desk/gone.html", context, status=error.status)
    return render(request, "desk/case.html", context | _since(request, context), status=error.status)


def _since(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What happened after the page was shown that the step was taken from: the answer to “what did I miss?”."""
    seen = _seen(request)
    if seen is None or "file" not in context:
        return {}
    return {"missed": [told for told in context["file"].timeline if told.pk > seen]}


def _case_again(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The case as it is now, for what was refused because it had moved on; nothing when it is no longer theirs."""
    try:
        return case_context(staff(request, *DESK_ROLES), pk)
    except DomainError:
        return {}
