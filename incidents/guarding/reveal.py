"""/meja/kasus/{id}/ungkap: one look at what is covered, asked for with a reason, shown once, kept by no cache."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from geo.errors import DomainError, Invalid
from incidents.access import incident_for, staff
from incidents.desk.worklist import DESK_ROLES
from incidents.models import Complaint
from incidents.reveal import may_identify, reveal_identity, reveal_words

WORDS, PERSON = "kata", "pelapor-"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; after POST what was asked for, once."""
    viewer = staff(request, *DESK_ROLES)
    incident = incident_for(viewer, pk)
    complaints = incident.complaints.select_related("reporter").order_by("received_at", "pk")
    context: dict[str, Any] = {
        "case": incident,
        "reporters": [
            {
                "value": f"{PERSON}{one.pk}",
                "number": number,
                "left": hasattr(one, "reporter"),
                "allowed": may_identify(viewer, one),
            }
            for number, one in enumerate(complaints, 1)
        ],
        "chosen": request.POST.get("what") or request.GET.get("apa", WORDS),
        "reason": request.POST.get("reason", ""),
    }
    if request.method != "POST":
        return render(request, "guarding/reveal.html", context)
    try:
        wanted, reason = request.POST.get("what", ""), request.POST.get("reason", "")
        if wanted == WORDS:
            context["words"] = reveal_words(viewer, pk, reason)
        else:
            context["reporter"] = reveal_identity(viewer, pk, _number(wanted, complaints), reason)
    except DomainError as refusal:
        context["refusal"] = refusal
    refused = context.get("refusal")
    response = render(request, "guarding/reveal.html", context, status=refused.status if refused else 200)
    response["Cache-Control"] = "no-store"
    return response


def _number(wanted: str, complaints: Any) -> int:
    """The complaint that a choice of the form names."""
    known: dict[str, Complaint] = {f"{PERSON}{one.pk}": one for one in complaints}
    if wanted not in known:
        raise Invalid.at("what", _("Please choose what you need to see."))
    return known[wanted].pk
