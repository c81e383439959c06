"""Whether anything changed since a page was shown: one short look at an index, answered by 304 when nothing did."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from geo.errors import NotFound
from incidents.access import incident_for, staff
from incidents.desk.filters import Filters
from incidents.desk.listing import Listing
from incidents.desk.worklist import DESK_ROLES

LATEST = 20  # a transaction that ends late has an older stamp than what is newest


def newest(listing: Listing) -> str:
    """A short text that is another one as soon as any line of its scope is; also from one day to the next."""
    lines = listing.lines.order_by("-stamped_at")
    latest = list(lines.values_list("incident_id", "stamped_at")[:LATEST])
    said = f"{listing.scope} {timezone.localdate()} {latest}"
    return hashlib.sha256(said.encode()).hexdigest()[:20]


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """GET /meja/kabar?{filter}&kasus=… → {"lists": stamp, "seen": newest entry of the open case}; 304 if unchanged."""
    viewer = staff(request, *DESK_ROLES)
    listing = Listing(viewer, Filters.read(request.GET, viewer), timezone.now())
    number = request.GET.get("kasus", "")
    said = {"lists": newest(listing), "seen": 0}
    if number.isascii() and number.isdigit() and len(number) <= 18:
        try:
            latest = (
                incident_for(viewer, int(number)).entries.order_by("-pk").values_list("pk", flat=True).first()
            )
        except NotFound:
            latest = -1  # the case has left the agency
        said["seen"] = latest or 0
    tag = f'"{said["lists"]}-{said["seen"]}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = JsonResponse(said)
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    return response
