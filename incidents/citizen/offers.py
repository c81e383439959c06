"""/lapor, step 2: "is this reported already?" Open problems near the pin, each to be followed instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from geo.errors import DomainError, Invalid, TooMany
from geo.registry import current_locator
from incidents.citizen.destination import degrees
from incidents.citizen.shares import browser_of
from incidents.citizen.weeks import week_in_words
from incidents.filing import Filing
from incidents.flow import current_flow
from incidents.fusion.following import follow
from incidents.fusion.near import near_key
from incidents.fusion.offers import offers
from incidents.models import Category
from incidents.ratelimit import count_request
from incidents.tracking import keep_private
from incidents.validate import validated


@dataclass(frozen=True)
class Shown:
    """An open problem in words."""

    handle: str
    week: str
    state: str


@dataclass(frozen=True)
class Open:
    """What is offered for a topic at a place."""

    category: Category
    kelurahan: str
    problems: list[Shown]


def open_problems(filing: Filing) -> Open | None:
    """The open problems of the topic around a pin; None without a pin, or where there are none. Raises Invalid."""
    if filing.lon is None or filing.lat is None:
        return None
    category, placement = validated(
        Filing(filing.category, filing.at, filing.lon, filing.lat), current_locator()
    )
    found = offers(near_key(placement, filing.lon, filing.lat), category, filing.at)
    if not found:
        return None
    assert placement.kelurahan
    shown = [Shown(one.handle, week_in_words(one.week), current_flow().name(one.status)) for one in found]
    return Open(category, placement.kelurahan.name, shown)


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """The fragment of open problems for a category and a pin (`lon`, `lat`); empty where nothing is offered."""
    count_request("offers", request, settings.RATE_LIMIT_OFFERS_ADDRESS)
    # Many phones share one address: each browser has its own, smaller share. Without our mark all are one browser.
    count_request(f"offers|{browser_of(request)}", request, settings.RATE_LIMIT_OFFERS)
    asked = {name: request.GET.get(name, "") for name in ("category", "lon", "lat")}
    context: dict[str, Any] = {}
    try:
        lon, lat = degrees("lon", asked["lon"]), degrees("lat", asked["lat"])
        context["open"] = open_problems(Filing(asked["category"], timezone.now(), lon, lat))
    except Invalid:
        context["open"] = None  # what is wrong is said when the report is checked
    response = render(request, "citizen/offers.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def follow_offer(request: HttpRequest) -> HttpResponse:
    """Follow the problem of a handle: POST /lapor/ikuti. What was refused comes back with what was typed."""
    handle, email = request.POST.get("handle", ""), request.POST.get("email", "")
    try:
        count_request("follow", request, settings.RATE_LIMIT_OFFERS)
        code = follow(handle, email).code
    except DomainError as refused:
        again = isinstance(refused, Invalid | TooMany)
        context = {"refused": refused, "handle": handle, "email": email, "retry": again}
        response = render(request, "citizen/follow_refused.html", context, status=refused.status)
        if isinstance(refused, TooMany):
            response["Retry-After"] = str(refused.retry_after)
    else:
        response = HttpResponseRedirect(reverse("citizen:follow", args=[code]) + "?baru=1", status=303)
    keep_private(response)
    return response
