"""Which browser asks, for its own share of what an address may ask: a mark that we signed, so nobody makes one up."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

MARK, SALT = "peramban", "incidents.citizen.shares"
HOURS = 2


def browser_of(request: HttpRequest) -> str:
    """The browser's mark; empty where it has none, an old one or one that is not ours: all these are one browser."""
    return str(request.get_signed_cookie(MARK, default="", salt=SALT, max_age=HOURS * 3600))


def mark_browser(request: HttpRequest, response: HttpResponse) -> None:
    """Give a browser that has no mark a random one, for some hours and for the pages of /lapor only."""
    if browser_of(request):
        return
    response.set_signed_cookie(
        MARK, secrets.token_urlsafe(12), salt=SALT, max_age=HOURS * 3600, path="/lapor", httponly=True,
        samesite="Lax", secure=settings.CSRF_COOKIE_SECURE,
    )  # fmt: skip
