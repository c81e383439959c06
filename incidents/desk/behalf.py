"""/meja/baru: an operator files for who called, wrote or came to the counter, as fast as typing; then the next one."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from geo.errors import DomainError, Invalid, NotFound
from geo.registry import current_locator
from incidents.access import Viewer, operator, visible_incidents
from incidents.citizen.destination import Destination, destination_of
from incidents.citizen.topics import groups
from incidents.desk.behalf_form import BY_HAND, BehalfForm, label
from incidents.desk.receipt import receipt_of
from incidents.filing import DESCRIPTION
from incidents.intake import take
from incidents.models import Complaint, Incident
from incidents.uploads import read_uploads, with_uploads
from incidents.validate import faults_of

# Lists that a number may come from, to choose instead of typing.
SYSTEMS = ("SP4N-LAPOR!", "112", "PPID")
MOST_SIMILAR = 5


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """A new form; above it the receipt of the report that was sent just before (`terkirim`)."""
    viewer = operator(request)
    if request.method == "POST":
        return _send(request, viewer)
    kept = request.GET.get("saluran", "")
    form = BehalfForm(initial={"channel": kept, "key": uuid.uuid4()})
    return _shown(request, viewer, form, sent=_sent(request))


@never_cache
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of a report, to be printed: /meja/tanda-terima/{id}."""
    operator(request)
    complaint = filed_by_hand(pk)
    if complaint is None:
        raise NotFound(_("There is no such report."))
    return render(request, "desk/receipt.html", {"receipt": receipt_of(request, complaint)})


@never_cache
@require_safe
def destination(request: HttpRequest) -> HttpResponse:
    """The fragment beside the form: who would get it, and open cases of this topic there. Topic and place only."""
    viewer = operator(request)
    form = BehalfForm(request.GET)
    form.full_clean()
    filing = form.asked_filing(timezone.now())
    context: dict[str, Any] = {}
    try:
        context["destination"] = destination_of(filing.category, filing.lon, filing.lat, filing.kelurahan)
        context["similar"] = similar_cases(viewer, context["destination"])
    except Invalid:
        pass  # not enough is typed yet; the form says so when it is sent
    return render(request, "desk/behalf_destination.html", context)


def similar_cases(viewer: Viewer, going: Destination) -> list[Incident]:
    """Open cases of the same topic in the same kelurahan, the newest first."""
    assert going.placement.kelurahan
    here = visible_incidents(viewer).filter(
        category=going.category, kelurahan_code=going.placement.kelurahan.code, phase__in=Incident.OPEN
    )
    return list(here.order_by("-opened_at")[:MOST_SIMILAR])


def _send(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    form = BehalfForm(request.POST)
    form.full_clean()
    try:
        filing = form.filing_by(viewer.user, timezone.now())
        key = form.cleaned_data.get("key")
        filing = with_uploads(
            filing, read_uploads(request.FILES.getlist("photos")), f"meja:{key}" if key else ""
        )
        if form.errors:
            form.refuse(faults_of(filing, current_locator()))
            raise Invalid(_("Please correct the fields named below."))
        taken = take(filing)
    except DomainError as refused:
        form.refuse(refused.errors)
        if not form.errors:
            form.add_error(None, str(refused.detail))
        return _shown(request, viewer, form, status=refused.status)
    assert taken.complaint is not None
    where = f"{reverse('desk:behalf')}?terkirim={taken.complaint.pk}&saluran={taken.complaint.channel}"
    return HttpResponseRedirect(where, status=303)


def _shown(
    request: HttpRequest, viewer: Viewer, form: BehalfForm, sent: Complaint | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "viewer": viewer,
        "topics": [(label(topic), topic.code) for group in groups() for topic in group.topics],
        "systems": SYSTEMS,
        "least": DESCRIPTION[0],
        "most": DESCRIPTION[1],
        "receipt": receipt_of(request, sent) if sent else None,
    }
    return render(request, "desk/behalf.html", context, status=status)


def _sent(request: HttpRequest) -> Complaint | None:
    """The report that was filed a moment ago, for its receipt."""
    pk = request.GET.get("terkirim", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) <= 18):
        return None
    return filed_by_hand(int(pk))


def filed_by_hand(pk: int) -> Complaint | None:
    """A report that came through the desk; the tracking code of any other is its reporter's alone."""
    by_hand = Complaint.objects.filter(channel__in=BY_HAND).select_related("incident__category")
    return by_hand.filter(pk=pk).first()
