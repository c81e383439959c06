"""Tokens of programs: shown once, kept as SHA-256 (they carry 256 bits of chance, so no slow hash is needed)."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security.base import AuthBase

from geo.errors import Forbidden, Invalid, Unauthorized
from geo.models import Agency
from incidents.models import Token

USED_PRECISION = timedelta(minutes=1)
SOURCE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}", re.ASCII)
UNKNOWN = {
    Token.Kind.AGENCY: _("There is no active agency with this code."),
    Token.Kind.USER: _("There is no active user with this e-mail address."),
    Token.Kind.SOURCE: _("A source's name has letters, digits and . _ : / - only, at most 200."),
}


def issue(kind: Token.Kind, subject: str, scopes: list[str] | None = None) -> str:
    """Make a token and return its text, which is not kept anywhere."""
    return give_text(Token(kind=kind, subject=subject, scopes=scopes or []))


def give_text(token: Token) -> str:
    """Save a new token under a fresh secret and return its text."""
    text = "kt_" + secrets.token_urlsafe(32)
    token.digest = _digest(text)
    token.save(force_insert=True)
    return text


def known_subject(kind: Token.Kind, subject: str) -> str:
    """The subject as a token of this kind keeps it: an agency's code, a source's name, a user's e-mail.

    Raises Invalid when there is no such active agency or user.
    """
    subject = subject.strip()
    if kind == Token.Kind.AGENCY:
        known = Agency.objects.filter(code=subject, active=True).values_list("code", flat=True).first()
    elif kind == Token.Kind.USER:
        found = User.objects.filter(email__iexact=subject, is_active=True) if subject else User.objects.none()
        known = found.values_list("email", flat=True).first()
    else:
        known = subject if SOURCE_NAME.fullmatch(subject) else None
    if known is None:
        raise Invalid.at("subject", UNKNOWN[kind])
    return known


def revoke(tokens: QuerySet[Token]) -> int:
    """End tokens now; those that had ended keep their time. Returns how many ended."""
    return tokens.filter(revoked_at=None).update(revoked_at=timezone.now())


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
