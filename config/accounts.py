"""Sign-in is for staff: accounts are made by an administrator, never by a visitor."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from geo.errors import TooMany
from incidents.access import role_of
from incidents.models import Member
from incidents.ratelimit import client_address, count_request, forgive_requests
from incidents.sessions import note_device

WORKPLACES = {
    Member.Role.HEAD: "/pimpinan/peta",
    Member.Role.LEADERSHIP: "/pimpinan/peta",
    Member.Role.STEWARD: "/data/",
    Member.Role.AUDITOR: "/meja/riwayat",
}
JUST_SIGNED_IN = 300  # seconds


@dataclass(frozen=True)
class Site:
    """What allauth's mails want to know of a site."""

    name: str
    domain: str


class StaffAccounts(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["config.identity.AskForCode"]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in, keeping with the session what its owner will know it by (/akun/sesi)."""
        super().login(request, user)
        note_device(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has signed in this very moment is not asked again before setting up the second factor."""
        request = context.request
        records = get_authentication_records(request, request.user)
        if records and time.time() - records[-1]["at"] < JUST_SIGNED_IN:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where one's work is. Who has no role yet is told so at the desk."""
        role = role_of(request.user)
        if role in {None, Member.Role.ADMIN} and getattr(request.user, "is_superuser", False):
            return reverse("admin:index")
        return WORKPLACES.get(role, reverse("desk:inbox")) if role else reverse("desk:inbox")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails are signed by the site, not by the host name that a request happened to use."""
        site = Site(name="Kentongan", domain=urlsplit(settings.SITE_URL).netloc)
        super().send_mail(template_prefix, email, context | {"current_site": site})

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the site's own address: the request may have come by any name or port that we answer to."""
        uid, _dash, secret = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", args=[uid, secret])

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Beside allauth's own limits, which each process counts for itself: one per account for all of them."""
        super().pre_authenticate(request, **credentials)
        try:
            count_request(_attempts(credentials), request, settings.RATE_LIMIT_SIGN_IN)
        except TooMany:
            raise self.validation_error("too_many_login_attempts") from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Only failures are held against anybody."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            forgive_requests(_attempts(credentials), request, settings.RATE_LIMIT_SIGN_IN)
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same client as for all other limits: behind proxies only those that we trust are believed."""
        return client_address(request)


def _attempts(credentials: dict[str, Any]) -> str:
    """What is counted: tries with one account's name."""
    name = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    return f"sign-in {name}"
