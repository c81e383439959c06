"""Opening a report and letting an agency in again take two operators; keeping one out takes one.
/meja/kasus/{id}/privasi and /meja/privasi."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.errors import DomainError, Invalid
from geo.models import Agency
from incidents.access import Viewer, incident_for, staff
from incidents.models import Complaint, ExcludedAgency, Member, PrivacyRequest
from incidents.visibility import What, ask_to_lower, ask_to_readmit, decide, decide_readmission, exclude

ASK, EXCLUDE, READMIT = "minta", "kecualikan", "izinkan"
GRANT, KEEP = "setuju", "tolak"
LET_IN, LEAVE_OUT = "setuju-masuk", "tolak-masuk"
NUMBER_DIGITS = 18


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """How protected a case is, and what may be asked."""
    viewer = staff(request, Member.Role.OPERATOR)
    incident = incident_for(viewer, pk)
    refusal = None
    if request.method == "POST":
        try:
            messages.success(request, _do(request, viewer, pk))
            return HttpResponseRedirect(reverse("guarding:privacy", args=[pk]))
        except DomainError as refused:
            refusal = refused
    context = {
        "case": incident,
        "reports": [_report(one) for one in incident.complaints.order_by("received_at", "pk")],
        "viewer": viewer,
        "excluded": incident.excluded.select_related("agency", "asked_by").order_by("agency__code"),
        "agencies": Agency.objects.filter(active=True),
        "refusal": refusal,
        "typed": request.POST if refusal else {},
    }
    return render(request, "guarding/privacy.html", context, status=refusal.status if refusal else 200)


def _report(complaint: Complaint) -> dict[str, Any]:
    """A report with what protects it and may therefore be asked away."""
    return {"complaint": complaint, "set": [what for what in What if getattr(complaint, what.value)]}


def _do(request: HttpRequest, viewer: Viewer, pk: int) -> str:
    wanted = request.POST.get("do", "")
    if wanted == ASK:
        number, _colon, word = request.POST.get("what", "").partition(":")
        if word not in What.values or not _is_number(number):
            raise Invalid.at("what", _("Please choose what shall be lowered."))
        ask_to_lower(viewer, pk, int(number), What(word), request.POST.get("reason", ""))
        return _("Asked. Another operator has to agree; until then nothing changes.")
    agency = Agency.objects.filter(code=request.POST.get("agency", "").replace("\x00", "")).first()
    if agency is None:
        raise Invalid.at("agency", _("Please choose an agency."))
    if wanted == EXCLUDE:
        exclude(viewer, pk, agency)
        return _("%(agency)s is kept out: it gets the case by no rule and sees nothing of it.") % {
            "agency": agency
        }
    if wanted == READMIT:
        ask_to_readmit(viewer, pk, agency, request.POST.get("reason", ""))
        return _("Asked. Another operator has to agree; until then nothing changes.")
    if wanted in (LET_IN, LEAVE_OUT):
        decide_readmission(viewer, pk, agency, granted=wanted == LET_IN)
        told = _("%(agency)s may have the case again. Who reported it is told.")
        return (told if wanted == LET_IN else _("%(agency)s stays kept out.")) % {"agency": agency}
    raise Invalid.at("do", _("Please choose what to do."))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS


@never_cache
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What waits for a second person."""
    return _requests(request, staff(request, Member.Role.OPERATOR))


@require_POST
def decided(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person agrees, or not."""
    viewer = staff(request, Member.Role.OPERATOR)
    try:
        word = request.POST.get("do", "")
        if word not in (GRANT, KEEP):
            raise Invalid.at("do", _("Please choose what to do."))
        decide(viewer, pk, granted=word == GRANT)
    except DomainError as refusal:
        return _requests(request, viewer, refusal)
    told = (
        _("Lowered. The reporter is told.")
        if word == GRANT
        else _("Not lowered: the report stays protected.")
    )
    messages.success(request, told)
    return HttpResponseRedirect(reverse("guarding:requests"))


def _requests(request: HttpRequest, viewer: Viewer, refusal: DomainError | None = None) -> HttpResponse:
    waiting = PrivacyRequest.objects.filter(decided_at=None).order_by("asked_at")
    context = {
        "waiting": waiting.select_related("complaint__incident__category", "asked_by"),
        "out": ExcludedAgency.objects.filter(asked_by__isnull=False, incident__merged_into=None)
        .select_related("incident__category", "agency", "asked_by")
        .order_by("pk"),
        "viewer": viewer,
        "refusal": refusal,
    }
    return render(request, "guarding/requests.html", context, status=refusal.status if refusal else 200)
