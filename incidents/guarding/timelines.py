"""/meja/riwayat, for the auditor: how cases were handled, without what reporters wrote, showed or are called."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from geo.errors import NotFound
from incidents.access import auditor
from incidents.closed_time import closed
from incidents.desk.history import Told, history
from incidents.flow import current_flow
from incidents.models import Entry, Incident

PAGE = 50
NUMBER_DIGITS = 18
# What offices say and who got the case. A reporter's words (also those that a correction changed), photos and place
# are for those who work it.
SHOWN = {
    Entry.Kind.ANSWERED,
    Entry.Kind.ASSIGNED,
    Entry.Kind.FORWARDED,
    Entry.Kind.INVITED,
    Entry.Kind.RESOLVED,
    Entry.Kind.RETURNED,
}


@never_cache
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """All cases, the newest first; `q` is a case's number."""
    auditor(request)
    q = request.GET.get("q", "").strip().lstrip("#")[:NUMBER_DIGITS]
    found = Incident.objects.select_related("category").order_by("-pk")
    if q:
        found = found.filter(pk=int(q)) if q.isascii() and q.isdigit() else found.none()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [{"case": one, "status": current_flow().name(one.status)} for one in page]
    context = {"page": page, "rows": rows, "q": q, "query": urlencode({"q": q}) + "&"}
    return render(request, "guarding/cases.html", context)


@never_cache
@require_safe
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done in one case, when and by whom. Raises NotFound."""
    auditor(request)
    case = Incident.objects.select_related("category").filter(pk=pk).first()
    if case is None:
        raise NotFound(_("There is no case with this number."))
    context = {
        "case": case,
        "status": current_flow().name(case.status),
        "assignments": case.assignments.select_related("agency").order_by("role", "agency__name"),
        "entries": told(case),
    }
    return render(request, "guarding/timeline.html", context)


def told(case: Incident) -> list[Told]:
    """The entries without photos; with words only where an office wrote them, and none of a confidential case."""
    entries = list(
        case.entries.select_related("agency", "actor", "note")
        .prefetch_related("photos")
        .annotate(closed=closed())
        .order_by("at", "pk")
    )
    return [
        replace(line, photos=[], text=line.text if _is_shown(case, entry) else "")
        for entry, line in zip(entries, history(entries), strict=True)
    ]


def _is_shown(case: Incident, entry: Any) -> bool:
    return not case.confidential and not entry.closed and entry.kind in SHOWN
