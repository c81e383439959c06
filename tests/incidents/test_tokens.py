"""Tokens of programs: made once, kept as a hash, revoked at once."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from geo.errors import Forbidden, Unauthorized
from geo.models import Agency
from incidents.models import Token
from incidents.tokens import agency_of, bearer, issue, revoke

Agencies = dict[str, Agency]


def carrying(value: str) -> Token:
    request = RequestFactory().get("/", headers={"Authorization": value})
    return bearer(request, Token.Kind.AGENCY)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("issue_token", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_command_prints_the_token_and_nothing_else(agencies: Agencies) -> None:
    text = run("--kind", "agency", "--for", "dlh", "--scope", "baca", "--scope", "tulis").strip()

    token = carrying(f"Bearer {text}")
    assert (token.kind, token.subject, token.scopes) == ("agency", "dlh", ["baca", "tulis"])
    assert text.startswith("kt_")
    assert len(text) > 40


def test_only_a_hash_is_kept(agencies: Agencies) -> None:
    text = issue(Token.Kind.AGENCY, "dlh")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM incidents_token t")
        (kept,) = cursor.fetchone()
    assert text not in kept
    assert hashlib.sha256(text.encode()).hexdigest() in kept


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("agency", "tidak-ada"),
        ("agency", "tutup"),
        ("agency", ""),
        ("user", "siapa@contoh.example"),
        ("user", "keluar@contoh.example"),
        ("user", ""),
        ("source", ""),
        ("source", "dua kata"),
        ("source", "x" * 201),
    ],
)
def test_nobody_gets_a_token_for_what_is_not_there(agencies: Agencies, kind: str, subject: str) -> None:
    Agency.objects.create(code="tutup", name="Sudah tutup", kind="dinas", active=False)
    User.objects.create_user("keluar", "keluar@contoh.example", is_active=False)
    with pytest.raises(CommandError):
        run("--kind", kind, "--for", subject)
    assert not Token.objects.exists()


def test_a_users_token_keeps_the_address_as_the_account_has_it(walidata: User) -> None:
    run("--kind", "user", "--for", "WALIDATA@contoh.example")
    assert Token.objects.get().subject == "walidata@contoh.example"


def test_a_source_needs_only_a_name(db: None) -> None:
    run("--kind", "source", "--for", "urn:frigate:pos-1")
    assert Token.objects.get().subject == "urn:frigate:pos-1"


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Bearer kt_salah", "Basic {token}", "{token}", "Token {token}"]
)
def test_anything_but_a_valid_bearer_is_turned_away(agencies: Agencies, value: str) -> None:
    text = issue(Token.Kind.AGENCY, "dlh")
    with pytest.raises(Unauthorized):
        carrying(value.format(token=text))


def test_a_token_of_another_kind_is_turned_away(agencies: Agencies) -> None:
    with pytest.raises(Unauthorized):
        carrying(f"Bearer {issue(Token.Kind.SOURCE, 'dlh')}")


def test_a_revoked_token_ends_at_once_and_keeps_when(agencies: Agencies, client: Client) -> None:
    header = {"Authorization": f"Bearer {issue(Token.Kind.AGENCY, 'dlh')}"}
    assert client.get("/api/v1/incidents", headers=header).status_code == 200

    assert revoke(Token.objects.all()) == 1
    assert client.get("/api/v1/incidents", headers=header).status_code == 401
    ended = Token.objects.get().revoked_at
    assert revoke(Token.objects.all()) == 0
    assert Token.objects.get().revoked_at == ended


def test_the_last_use_is_kept_to_the_minute(agencies: Agencies) -> None:
    text = issue(Token.Kind.AGENCY, "dlh")
    carrying(f"Bearer {text}")
    first = Token.objects.get().last_used_at
    assert first is not None
    carrying(f"Bearer {text}")
    assert Token.objects.get().last_used_at == first

    Token.objects.update(last_used_at=timezone.now() - timedelta(minutes=5))
    carrying(f"Bearer {text}")
    used = Token.objects.get().last_used_at
    assert used is not None
    assert used >= first


def test_the_token_of_a_closed_agency_opens_nothing(agencies: Agencies, client: Client) -> None:
    text = issue(Token.Kind.AGENCY, "dlh")
    Agency.objects.filter(code="dlh").update(active=False)
    with pytest.raises(Forbidden):
        agency_of(carrying(f"Bearer {text}"))
    assert client.get("/api/v1/incidents", headers={"Authorization": f"Bearer {text}"}).status_code == 403
