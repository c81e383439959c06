"""Tokens of programs: shown once, kept as SHA-256 (they carry 256 bits of chance, so no slow hash is needed)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security.base import AuthBase

from geo.errors import Forbidden, Unauthorized
from geo.models import Agency
from incidents.models import Token

USED_PRECISION = timedelta(minutes=1)


def issue(kind: Token.Kind, subject: str, scopes: list[str] | None = None) -> str:
    """Make a token and return its text, which is not kept anywhere."""
    text = "kt_" + secrets.token_urlsafe(32)
    Token.objects.create(kind=kind, subject=subject, scopes=scopes or [], digest=_digest(text))
    return text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def bearer(request: HttpRequest, *kinds: Token.Kind) -> Token:
    """The valid token of one of the kinds that the request carries. Raises Unauthorized."""
    scheme, _sep, text = request.headers.get("Authorization", "").partition(" ")
    token = None
    if scheme.lower() == "bearer" and text:
        token = Token.objects.filter(digest=_digest(text.strip()), revoked_at=None, kind__in=kinds).first()
    if token is None:
        raise Unauthorized(_("This needs a valid token: Authorization: Bearer …"))
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > USED_PRECISION:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


class BearerToken(AuthBase):
    """`auth=BearerToken(kind)` of a call under /api/v1: gives `request.auth`, and is told in the OpenAPI document."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, *kinds: Token.Kind) -> None:
        super().__init__()
        self.kinds = kinds

    def __call__(self, request: HttpRequest) -> Token:
        return bearer(request, *self.kinds)


def agency_of(token: Token) -> Agency:
    """The agency that an agency's token speaks for. Raises Forbidden when it is no longer active."""
    agency = Agency.objects.filter(code=token.subject, active=True).first()
    if agency is None:
        raise Forbidden(_("The agency of this token is not active."))
    return agency
