"""/lapor: one form. Without scripts it is looked over and then sent; scripts make four steps of it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from geo.errors import DomainError, Invalid
from incidents.citizen.attempt import Attempt, blank_form
from incidents.citizen.destination import degrees, destination_of
from incidents.citizen.shares import mark_browser
from incidents.ratelimit import count_request


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        response = blank_form(request)
        mark_browser(request, response)
        return response
    attempt = Attempt(request)
    try:
        count_request(attempt.kind, request, settings.RATE_LIMIT_COMPLAINTS)
        attempt.read()
        return attempt.send() if attempt.is_final else attempt.look_over()
    except DomainError as refused:
        return attempt.refused(refused)


@require_safe
def destination(request: HttpRequest) -> HttpResponse:
    """The fragment "Akan dikirim ke …" for a category and a place (`lon`, `lat` or `kelurahan`), or what is missing."""
    asked = {name: request.GET.get(name, "") for name in ("category", "lon", "lat", "kelurahan")}
    context: dict[str, object] = {}
    try:
        lon, lat = degrees("lon", asked["lon"]), degrees("lat", asked["lat"])
        about = request.GET.get("about_agency", "")
        context["destination"] = destination_of(asked["category"], lon, lat, asked["kelurahan"], about)
    except Invalid as refused:
        context["errors"] = refused.errors
    response = render(
        request, "citizen/destination.html", context, status=422 if "errors" in context else 200
    )
    response["Cache-Control"] = "no-store"
    return response
