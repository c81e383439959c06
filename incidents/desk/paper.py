"""Paper: one case, or the list, as a page without the desk around it; nothing that the screen would not show."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from incidents.access import staff
from incidents.desk.case import case_context
from incidents.desk.filters import Filters
from incidents.desk.listing import Listing
from incidents.desk.rows import rows
from incidents.desk.worklist import DESK_ROLES, works_for_agency

MOST = 500


@never_cache
@require_safe
def print_case(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /meja/kasus/{id}/cetak."""
    viewer = staff(request, *DESK_ROLES)
    return render(request, "desk/print_case.html", case_context(viewer, pk) | {"printed_at": timezone.now()})


@never_cache
@require_safe
def print_list(request: HttpRequest) -> HttpResponse:
    """GET /meja/cetak?{filter}: the list as a table, up to `MOST` cases."""
    viewer = staff(request, *DESK_ROLES)
    listing = Listing(viewer, Filters.read(request.GET, viewer), timezone.now())
    keys = listing.keys(MOST + 1)
    context = {
        "viewer": viewer,
        "for_agency": works_for_agency(viewer),
        "filters": listing.filters,
        "rows": rows(keys[:MOST], viewer, listing.scope, listing.now),
        "cut": len(keys) > MOST,
        "most": MOST,
        "printed_at": listing.now,
    }
    return render(request, "desk/print_list.html", context)
