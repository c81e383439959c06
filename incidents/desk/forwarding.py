"""/meja/kasus/{id}/teruskan: an operator passes a case on to an outside agency, and decides what of it goes along."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from geo.errors import DomainError, NotFound
from geo.models import Agency
from incidents.access import Viewer, incident_for, operator
from incidents.desk.casefile import case_file
from incidents.desk.replies import after_step, refused, seen_in, word_in
from incidents.models import Assignment, Entry
from incidents.moves import step_for
from incidents.referrals import Forwarding, forward, send_again

NUMBER = re.compile(r"[0-9]{1,18}")  # fits PostgreSQL's bigint


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; POST forwards the case."""
    viewer = operator(request)
    incident = incident_for(viewer, pk)
    if request.method != "POST":
        step_for(incident, Entry.Kind.FORWARDED, viewer.role)
        return _shown(request, viewer, pk)
    try:
        entry = forward(_read(request, viewer, pk))
    except DomainError as refusal:
        return _shown(request, viewer, pk, refusal)
    told = _("Case #%(n)s was forwarded to %(agency)s, which gets an e-mail with a link.")
    messages.success(request, told % {"n": pk, "agency": entry.agency})
    return HttpResponseRedirect(reverse("desk:case", args=[pk]))


def _read(request: HttpRequest, viewer: Viewer, pk: int) -> Forwarding:
    role = word_in(request, "role")
    return Forwarding(
        incident=incident_for(viewer, pk),
        outsider=Agency.objects.filter(code=word_in(request, "outsider")).first(),
        role=Assignment.Role(role) if role in Assignment.Role.values else Assignment.Role.LEAD,
        by=viewer,
        text=request.POST.get("text", ""),
        complaints=[int(one) for one in request.POST.getlist("reports") if NUMBER.fullmatch(one)],
        photos=bool(request.POST.get("photos")),
        confirmed=bool(request.POST.get("confirmed")),
        external_id=request.POST.get("external_id", ""),
        seen=seen_in(request),
    )


def _shown(request: HttpRequest, viewer: Viewer, pk: int, refusal: DomainError | None = None) -> HttpResponse:
    file = case_file(viewer, pk, timezone.now())
    typed = request.POST  # empty where the form is asked for
    chosen = set(request.POST.getlist("reports")) if refusal else _usual(file.statements)
    context: dict[str, Any] = {
        "case": file.incident,
        "file": file,
        "outsiders": [one for one in file.agencies if one.is_outside],
        "chosen": chosen,
        "outsider": typed.get("outsider") or request.GET.get("kepada", ""),
        "typed": typed,
        "refusal": refusal,
        "photos": any(one.photos for one in file.statements),
        "roles": Assignment.Role.choices,
        "role": typed.get("role") or ("support" if file.incident.is_led else "lead"),
    }
    return render(request, "desk/forward.html", context, status=refusal.status if refusal else 200)


def _usual(statements: Any) -> set[str]:
    """Words of reports that are not confidential go along unless the operator decides otherwise."""
    return {str(one.complaint.pk) for one in statements if not one.complaint.confidential}


@require_POST
def link_again(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A new link for an outside agency that has the case."""
    try:
        viewer = operator(request)
        outsider = Agency.objects.filter(code=code.replace("\x00", "")).first()
        if outsider is None:
            raise NotFound(_("There is no such agency."))
        send_again(incident_for(viewer, pk), outsider, viewer)
    except DomainError as error:
        return refused(request, pk, error)
    messages.success(request, _("%(agency)s gets a new link by e-mail.") % {"agency": outsider})
    return after_step(request, viewer, pk)
