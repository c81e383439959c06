"""The data steward's page: what a publication would release and hold back, the order, and how it stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from geo.city import city_zone
from geo.errors import DomainError
from incidents.access import data_steward
from opendata import former_words as telling
from opendata.build import forecast
from opendata.definitions import Definition, definition
from opendata.jobs import order
from opendata.periods import Month, Window
from opendata.publish import due_windows
from opendata.runs import latest
from opendata.sources import months_with_reports


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publish_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a period that can be published (GET), order it (POST)."""
    viewer = data_steward(request)
    wanted = definition(slug)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            order(wanted, request.POST.get("period", ""), viewer.user)
        except DomainError as error:
            refusal = error
        else:
            return redirect(request.path)
    context = {**_state(wanted), "choices": _choices(wanted), "refusal": refusal}
    return render(request, "opendata/publish.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_safe
def runs(request: HttpRequest, slug: str) -> HttpResponse:
    """How the orders stand, as a fragment that the page fetches again while one is under way."""
    data_steward(request)
    return render(request, "opendata/runs.html", _state(definition(slug)))


def _state(wanted: Definition) -> dict[str, Any]:
    told = latest(wanted)
    return {"definition": wanted, "runs": told, "moving": any(one.moving for one in told)}


def _choices(wanted: Definition) -> list[dict[str, Any]]:
    """The months that are due, oldest first, and the one that runs, each with its forecast."""
    zone, now = city_zone(), timezone.now()
    windows = due_windows(wanted, zone, now)
    running = Window(Month.of(now, zone), zone, now)
    if running.month in months_with_reports(zone):
        windows.append(running)
    return [
        {
            "window": window,
            "forecast": forecast(wanted, window),
            "closes": telling.moment(window.month.ends(zone)) if window.partial else "",
        }
        for window in windows
    ]
