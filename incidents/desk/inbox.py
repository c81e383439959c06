"""The inbox: views, kept filters, the list, and the same cases as points for the map beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, FloatField, Func
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from geo.errors import NotFound
from geo.registry import current_locator
from incidents.access import Viewer, staff, visible_incidents
from incidents.desk.bulk import MOST as MOST_AT_ONCE
from incidents.desk.bulk import bulk_actions
from incidents.desk.case import case_context
from incidents.desk.filters import Filters
from incidents.desk.kept import kept_filters
from incidents.desk.listing import MOST_PAGES, Listing
from incidents.desk.live import newest
from incidents.desk.rows import rows
from incidents.desk.views import MOST_COUNTED, View, sorts_for, views_for
from incidents.desk.worklist import DESK_ROLES, State, state_of, works_for_agency
from incidents.models import Assignment, Category, Complaint, InboxLine, Incident
from incidents.policy import current_policy

MOST_POINTS = 2000
ICONS = {
    View.OPEN: "inbox",
    View.SOON: "hourglass",
    View.WAITING: "message-circle-question-mark",
    View.OUTSIDE: "building-2",
    View.UNLED: "user-x",
    View.RETURNED: "undo-2",
    View.ALL: "archive",
}


@dataclass(frozen=True)
class ViewLink:
    """One entry of the rail; `state` draws its shape, else `icon`. What is over is not counted."""

    label: str | Promise
    url: str
    count: int | None
    more: bool
    current: bool
    state: str
    icon: str


@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The page at /meja; for htmx only the rail and the list. `kasus` opens a case beside them."""
    viewer = staff(request, *DESK_ROLES)
    filters = Filters.read(request.GET, viewer)
    context = inbox_context(request, viewer, filters)
    if request.headers.get("HX-Request"):
        return render(request, "desk/lists.html", context)
    return render(request, "desk/inbox.html", context | _open_case(request, viewer))


def inbox_context(request: HttpRequest, viewer: Viewer, filters: Filters) -> dict[str, Any]:
    """What the templates of the rail and the list need."""
    listing = Listing(viewer, filters, timezone.now())
    page = listing.page(request.GET.get("page", ""))
    address = filters.address
    kept = kept_filters(viewer.user, address)
    return {
        "viewer": viewer,
        "for_agency": works_for_agency(viewer),
        "filters": filters,
        "views": _views(filters, listing.counts(), viewer),
        "kept": kept,
        "kept_current": next((one for one in kept if one.current), None),
        "page": page,
        "most_pages": MOST_PAGES,
        "rows": rows(page.keys, viewer, listing.scope, listing.now),
        "stamp": newest(listing),
        "page_query": f"{address}&" if address else "",
        "address": address,
        "points_url": f"{reverse('desk:points')}?{address}",
        **_choices(listing, viewer),
    }


def _views(filters: Filters, numbers: dict[View, int], viewer: Viewer) -> list[ViewLink]:
    desk = reverse("desk:inbox")
    capped = numbers[View.OPEN] >= MOST_COUNTED
    return [
        ViewLink(
            label=view.label,
            url=f"{desk}?{address}" if (address := filters.for_view(view).address) else desk,
            count=numbers.get(view),
            more=capped and view != View.LATE,
            current=view == filters.view,
            state=view.value if view.value in State.values and view not in ICONS else "",
            icon=ICONS.get(view, ""),
        )
        for view in views_for(viewer)
    ]


def _choices(listing: Listing, viewer: Viewer) -> dict[str, Any]:
    """What the fields of the filter offer; everything here is remembered or was asked for the list already."""
    filters = listing.filters
    return {
        "categories": [topic for topic in listing.topics if topic.active or topic.code == filters.category],
        "villages": sorted(current_locator().villages, key=lambda village: village.place.name),
        "roles": Assignment.Role.choices,
        "sorts": [(sort.value, sort.label) for sort in sorts_for(filters.view)],
        "klasses": Category.Class.choices,
        "channels": Complaint.Channel.choices,
        "sources": Incident.Source.choices,
        "agency_choices": [] if works_for_agency(viewer) else list(current_policy().agencies.values()),
        "bulk_actions": bulk_actions(viewer),
        "bulk_most": MOST_AT_ONCE,
        "places": listing.places,
        "near": listing.near_name,
    }


def _open_case(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    """What the third pane shows; a case that is gone leaves it empty."""
    number = request.GET.get("kasus", "")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return {}
    try:
        return case_context(viewer, int(number))
    except NotFound:
        return {}


@never_cache
@require_safe
def points(request: HttpRequest) -> JsonResponse:
    """The cases of the list as GeoJSON points, all pages; says how many have no point, and if there are too many."""
    viewer = staff(request, *DESK_ROLES)
    listing = Listing(viewer, Filters.read(request.GET, viewer), timezone.now())
    keys = listing.keys(MOST_POINTS + 1)
    features = [_feature(point, listing) for point in _located(keys[:MOST_POINTS], listing)]
    without = min(len(keys), MOST_POINTS) - len(features)
    return JsonResponse(
        {"type": "FeatureCollection", "features": features, "without_point": without,
         "cut_off": len(keys) > MOST_POINTS}
    )  # fmt: skip


class Ordinate(Func):
    """One coordinate of a point as a number: no geometry is built for it."""

    output_field = FloatField()


def _located(keys: list[int], listing: Listing) -> Any:
    """Number, place and moment of lateness, topic, longitude and latitude of the cases that have a point."""
    lines = InboxLine.objects.filter(
        scope=listing.scope, incident_id__in=keys, incident__location__isnull=False,
        incident__in=visible_incidents(listing.viewer).filter(pk__in=keys),
    )  # fmt: skip
    x, y = (Ordinate(F("incident__location"), function=name) for name in ("ST_X", "ST_Y"))
    return lines.values_list("incident_id", "place", "late_at", "category_id", x, y)


def _feature(point: tuple[Any, ...], listing: Listing) -> dict[str, Any]:
    pk, place, late_at, topic, lon, lat = point
    return {
        "type": "Feature",
        "id": pk,
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {
            "id": pk,
            "state": state_of(place, late_at, listing.now),
            "title": listing.topic_names.get(topic, ""),
        },
    }
