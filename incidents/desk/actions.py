"""What staff does with a case: each request reads the wanted step, workflow.py does it, the page says what happened."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geo.errors import DomainError, Invalid
from geo.models import Agency
from incidents.access import Viewer, assignment_for, incident_for, staff
from incidents.assigning import assign
from incidents.desk.replies import after_step, refused, seen_in, word_in
from incidents.desk.steps import done_words
from incidents.models import Assignment, Entry, Member
from incidents.uploads import read_uploads
from incidents.validate import is_text
from incidents.workflow import ORDER, Step, take_step

PRESSES = {Entry.Kind.ACCEPTED.value, Entry.Kind.STARTED.value}  # by one press, without words
UNKNOWN, MOST_NAME = "?", 120
WITH_PHOTOS = {Entry.Kind.ANSWERED.value, Entry.Kind.RESOLVED.value}


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, answer, resolve or return: POST /meja/kasus/{id}/langkah."""
    try:
        viewer = staff(request, *Member.AT_AGENCY)
        entry = take_step(_read_step(request, viewer, pk))
    except DomainError as error:
        return refused(request, pk, error)
    messages.success(request, done_words(entry, entry.incident))
    return after_step(request, viewer, pk)


def _read_step(request: HttpRequest, viewer: Viewer, pk: int) -> Step:
    kind = request.POST.get("step", "")
    if kind not in ORDER:
        raise Invalid.at("step", _("Please choose what to do."))
    assignment = assignment_for(viewer, pk)
    target, whose = _whose(request) if kind == Entry.Kind.RETURNED else (None, "")
    uploads = read_uploads(request.FILES.getlist("photos")) if kind in WITH_PHOTOS else []
    return Step(
        by=viewer,
        assignment=assignment,
        kind=Entry.Kind(kind),
        text="" if kind in PRESSES else request.POST.get("text", ""),
        pictures=tuple(upload.picture for upload in uploads),
        seen=seen_in(request),
        target=target,
        whose=whose,
    )


def _whose(request: HttpRequest) -> tuple[Agency | None, str]:
    """Whose a returned case is: an agency that is known here, a name, or neither where nobody knows. Raises Invalid."""
    code, name = word_in(request, "whose"), word_in(request, "whose_name")
    if name:
        if len(name) > MOST_NAME or not is_text(name):
            raise Invalid.at("whose_name", _("A name has at most 120 characters."))
        return None, name
    agency = Agency.objects.filter(code=code, active=True).first()
    if agency is None and code != UNKNOWN:
        raise Invalid.at("whose", _("Please say whose it is, or that you do not know."))
    return agency, ""


@require_POST
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """An operator gives the case to an agency: POST /meja/kasus/{id}/disposisi."""
    try:
        viewer = staff(request, Member.Role.OPERATOR)
        incident = incident_for(viewer, pk)
        agency = Agency.objects.filter(code=word_in(request, "agency")).first()
        role = request.POST.get("role", "")
        if agency is None:
            raise Invalid.at("agency", _("Please choose an agency."))
        if role not in Assignment.Role.values:
            raise Invalid.at("role", _("Please choose whether the agency is in charge or supports."))
        assign(incident, agency, Assignment.Role(role), viewer, seen_in(request))
    except DomainError as error:
        return refused(request, pk, error)
    if incident.complaints.exists():
        told = _("Case #%(n)s was given to %(agency)s, which gets an e-mail. The reporter sees it.")
    else:
        told = _("Case #%(n)s was given to %(agency)s, which gets an e-mail.")
    messages.success(request, told % {"n": pk, "agency": agency})
    return after_step(request, viewer, pk)
