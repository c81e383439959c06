"""The second factor: a code from an app beside the password. Who can see much has to have one (docs/sign-in.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qrcode
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from qrcode.image.svg import SvgPathFillImage

from config.errors import answer, is_for_pane, is_for_program
from geo.city import current_city
from geo.errors import Forbidden
from incidents.access import needs_second_factor
from incidents.seal import open_text, seal_text
from incidents.sessions import note_seen

# What somebody reaches who is signed in with a password only and needs more.
ALWAYS_OPEN = ("/akun/", "/masuk", "/keluar", "/i18n/", "/healthz", "/readyz")


class SecondFactor(DefaultMFAAdapter):
    """allauth's second factor with its secrets sealed like contacts, and for some roles without an off switch."""

    def encrypt(self, text: str) -> str:
        return seal_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_text(encrypted_text)

    def get_totp_issuer(self) -> str:
        city = current_city()
        return f"Kentongan {city.name}" if city else "Kentongan"

    def build_totp_svg(self, url: str) -> str:
        """Dark on white, also where the page is dark: cameras expect it."""
        return str(qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not needs_second_factor(authenticator.user)


def has_proven(request: HttpRequest, user: User) -> bool:
    """Whether this session was opened, or since confirmed, with a second factor."""
    return any(one.get("method") == "mfa" for one in get_authentication_records(request, user))


def has_second_factor(user: User) -> bool:
    apps = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return bool(apps.exists())


class SecondFactorMiddleware:
    """Keeps those who need a second factor and have not shown it on the pages where they can; notes who is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: Any
    ) -> HttpResponseBase | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or SESSION_KEY not in request.session:
            return None
        note_seen(request.session)
        user = request.user
        if request.path.startswith(ALWAYS_OPEN) or not isinstance(user, User) or has_proven(request, user):
            return None
        return _ask(request, user) if needs_second_factor(user) else None


def _ask(request: HttpRequest, user: User) -> HttpResponseBase:
    """The way to show the second factor, or where there is none yet, to set it up."""
    if is_for_program(request) or is_for_pane(request) or request.method not in {"GET", "HEAD"}:
        return answer(
            request, Forbidden(_("Your role needs two-step verification. Please set it up in your account."))
        )
    page = "mfa_reauthenticate" if has_second_factor(user) else "mfa_activate_totp"
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}")
