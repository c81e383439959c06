"""/cari: places by name as a page of links, for people without scripts; and what lies around a pin, as a fragment."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.around import around
from geo.errors import BadRequest
from geo.models import Area
from geo.query import demand_decimals, demand_once
from geo.registry import current_locator
from geo.search import Hit, search

MOST_HITS = 12


@dataclass(frozen=True)
class Found:
    """A hit as the page shows it: a link into the form, or for a kecamatan a link for each of its kelurahan."""

    hit: Hit
    address: str
    below: list[Found]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The places that `q` may mean, each a link that puts it into the form."""
    demand_once(request)
    typed = request.GET.get("q", "")
    hits = [hit for hit in search(typed, MOST_HITS) if hit.type != Area.Level.CITY]
    # An agency whose seat is not known is told only where nothing else answers to the name.
    hits = [hit for hit in hits if hit.lon is not None] or hits
    found = [_found(hit) for hit in hits]
    return render(request, "citizen/find.html", {"typed": typed, "found": found})


@require_safe
def surroundings(request: HttpRequest) -> HttpResponse:
    """The fragment with plus code and landmarks of a point (`lon`, `lat`). Raises BadRequest."""
    demand_once(request)
    demand_decimals(request, "lon", "lat")
    point = point_of(request)
    if point is None:
        raise BadRequest.at("lon", _("This is no position on the globe."))
    return render(request, "components/around.html", {"around": around(*point)})


def point_of(request: HttpRequest) -> tuple[float, float] | None:
    """The point (lon, lat) of the query; None when it has none, or one off the globe."""
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
    except ValueError:
        return None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _found(hit: Hit) -> Found:
    if hit.type == Area.Level.VILLAGE:
        return Found(hit, f"/lapor?kelurahan={hit.code}", [])
    if hit.type == Area.Level.DISTRICT:
        return Found(hit, "", _kelurahan_of(hit.code))
    return Found(hit, f"/lapor?lon={hit.lon:.6f}&lat={hit.lat:.6f}" if hit.lon is not None else "", [])


def _kelurahan_of(kecamatan: str) -> list[Found]:
    inside = [one for one in current_locator().villages if one.district.code == kecamatan]
    hits = [
        Hit(Area.Level.VILLAGE, one.place.code, one.place.name, "", None, None, one.place, one.district, "")
        for one in sorted(inside, key=lambda one: one.place.name)
    ]
    return [_found(hit) for hit in hits]
