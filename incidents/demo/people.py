"""Demo sign-ins and tokens: only in the embedded cluster with DEMO=1, written to `demo.json` for people and scripts."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User

from geo.models import Agency
from incidents.access import needs_second_factor
from incidents.models import Category, Member, Token
from incidents.tokens import issue

DOMAIN = "demo.example"
SOURCE = "demo"
SECOND = "dua"
CITY_ROLES = (
    Member.Role.OPERATOR,
    Member.Role.LEADERSHIP,
    Member.Role.STEWARD,
    Member.Role.AUDITOR,
    Member.Role.ADMIN,
)


@dataclass(frozen=True)
class Keys:
    """What everybody of the demo signs in with; one secret, so that one scan makes an app know them all."""

    password: str
    totp_secret: str


def write_sign_ins(path: Path) -> int:
    """Make every demo person and write how to sign in; nothing is done when the file is there. Returns how many."""
    if path.is_file():
        return 0
    password = secrets.token_urlsafe(9)
    keys = Keys(make_password(password), generate_totp_secret())
    agencies = _leading_first()
    people = [_person(keys, role, None) for role in CITY_ROLES]
    people.append(_person(keys, Member.Role.OPERATOR, None, SECOND))  # some things take two
    for agency in agencies:
        people += [_person(keys, role, agency) for role in Member.AT_AGENCY]
    shown = _shown(people, agencies[0].code if agencies else "")
    told = {
        "note": "Demo sign-ins of this machine only. Everybody here has the same password and TOTP secret.",
        "sign_ins": [one | {"password": password} for one in shown],
        "more_sign_ins": [one | {"password": password} for one in people if one not in shown],
        "tokens": _tokens(agencies),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as out:
        json.dump(told, out, ensure_ascii=False, indent=2)
    return len(people)


def _leading_first() -> list[Agency]:
    """All agencies, those that lead the most topics first."""
    leads = list(
        Category.objects.filter(lead__isnull=False, active=True).values_list("lead__code", flat=True)
    )
    here = Agency.objects.filter(active=True).exclude(kind=Agency.OUTSIDE)
    return sorted(here, key=lambda a: (-leads.count(a.code), a.code))


def _shown(people: list[dict[str, Any]], first_agency: str) -> list[dict[str, Any]]:
    """The handful that a newcomer needs: the city's roles and one agency's officer and head."""
    return [one for one in people if one["agency"] in {None, first_agency}]


def _person(keys: Keys, role: Member.Role, agency: Agency | None, further: str = "") -> dict[str, Any]:
    """`further` tells a second person of one role from the first."""
    name = ".".join(filter(None, (role.value, agency.code if agency else "", further)))
    email = f"{name}@{DOMAIN}"
    admin = role == Member.Role.ADMIN
    user, _made = User.objects.update_or_create(
        username=email,
        defaults={
            "email": email,
            "password": keys.password,
            "is_staff": admin,
            "is_superuser": admin,
            "is_active": True,
        },
    )
    Member.objects.update_or_create(user=user, defaults={"role": role, "agency": agency})
    needed = needs_second_factor(user)
    Authenticator.objects.filter(user=user).delete()
    if needed:
        TOTP.activate(user, keys.totp_secret)
    return {
        "role": role.value,
        "agency": agency.code if agency else None,
        "email": email,
        "totp_secret": keys.totp_secret if needed else None,
    }


def _tokens(agencies: list[Agency]) -> dict[str, dict[str, str]]:
    wanted = [(Token.Kind.SOURCE, SOURCE), (Token.Kind.USER, f"{Member.Role.STEWARD.value}@{DOMAIN}")]
    if agencies:
        wanted.append((Token.Kind.AGENCY, agencies[0].code))
    return {kind.value: {"for": subject, "token": issue(kind, subject)} for kind, subject in wanted}
