"""Forms of pages that say nothing about where their visitors come from.

A page with `Referrer-Policy: no-referrer` (/lacak/…: its address is a secret) sends its own forms with `Origin: null`,
which Django's CSRF check refuses. `Sec-Fetch-Site`, which no page can forge, tells whether the form was ours; where
a browser does not send it (plain HTTP), the token and the SameSite cookies still have to fit.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OwnFormsMiddleware:
    """Gives a form of our own page its origin back; has to stand before Django's CSRF middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        ours = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        if request.headers.get("Origin") == "null" and ours:
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return self.get_response(request)
