"""Signing in through the city's identity provider, against a real one on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from config.env import EnvError, identity_provider
from incidents.models import Session
from tests.config.provider import CLIENT, SECRET, Provider, running
from tests.conftest import PASSWORD, person, signed_in
from tests.second_factor import code, give_app

DOOR = "/akun/oidc/kota/masuk/?process=login"


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    cache.clear()
    with running() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = identity_provider("SSO Kota", provider.url, CLIENT, SECRET)
        settings.OIDC_TRUST_MFA = False
        yield provider


def claims(user: User, **changes: Any) -> dict[str, Any]:
    return {"sub": f"orang-{user.pk}", "email": user.email, "email_verified": True, "name": "Siti"} | changes


def come(client: Client, door: str = DOOR) -> Any:
    """Through the provider and back; gives our answer to the return."""
    leaving = client.get(door)
    assert leaving.status_code == 302, leaving.content
    there = httpx.get(leaving["Location"], trust_env=False)
    back = urlsplit(there.headers["Location"])
    assert back.path == "/akun/oidc/kota/kembali/"
    return client.get(f"{back.path}?{back.query}")


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_who_has_an_account_is_let_in_and_lands_at_work(provider: Provider, petugas_dlh: User) -> None:
    provider.person = claims(petugas_dlh, email=petugas_dlh.email.upper())
    client = Client()

    answer = come(client)

    assert (answer.status_code, answer["Location"]) == (302, "/meja")
    assert client.get("/meja").status_code == 200
    assert petugas_dlh.check_password(PASSWORD)
    assert SocialAccount.objects.get().extra_data == {}
    assert is_in(client)
    assert Session.objects.filter(account=petugas_dlh).count() == 1


def test_the_sign_in_page_offers_the_door_and_keeps_where_one_wanted_to_go(
    provider: Provider, petugas_dlh: User
) -> None:
    provider.person = claims(petugas_dlh)
    page = Client().get("/masuk?next=/meja/kasus/7").content.decode()
    assert "Masuk dengan SSO Kota" in page
    assert come(Client(), f"{DOOR}&next=/meja/kasus/7")["Location"] == "/meja/kasus/7"
    assert come(Client(), f"{DOOR}&next=https://jahat.example/")["Location"] == "/meja"


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "tidak-ada@contoh.example"},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email": ""},
    ],
)
def test_who_has_none_gets_none(provider: Provider, petugas_dlh: User, changes: dict[str, Any]) -> None:
    provider.person = claims(petugas_dlh, **changes)
    client = Client()
    answer = come(client)
    assert answer.status_code == 403
    assert "Akun dibuat oleh pengelola" in answer.content.decode()
    assert not is_in(client)
    assert User.objects.count() == 1


def test_a_closed_account_stays_closed(provider: Provider, petugas_dlh: User) -> None:
    User.objects.update(is_active=False)
    provider.person = claims(petugas_dlh)
    assert come(Client()).status_code == 403


def test_an_address_that_passes_to_somebody_else_does_not_take_the_account_along(
    provider: Provider, petugas_dlh: User
) -> None:
    provider.person = claims(petugas_dlh)
    assert come(Client()).status_code == 302
    provider.person = claims(petugas_dlh, sub="orang-baru")
    assert "milik orang lain" in come(Client()).content.decode()

    admin = signed_in(User.objects.create_superuser("akar", "akar@contoh.example", PASSWORD))
    admin.post("/pengelola/auth/user/", {"action": "untie", "_selected_action": [petugas_dlh.pk]})
    assert come(Client()).status_code == 302


def test_one_person_does_not_get_a_second_account_by_another_address(
    provider: Provider, petugas_dlh: User, petugas_lain: User
) -> None:
    provider.person = claims(petugas_dlh)
    assert come(Client()).status_code == 302
    provider.person = claims(petugas_lain, sub=f"orang-{petugas_dlh.pk}")
    assert come(Client()).status_code == 403


def test_a_borrowed_session_cannot_tie_another_person_to_the_account(
    provider: Provider, petugas_dlh: User
) -> None:
    provider.person = claims(petugas_dlh)
    client = signed_in(petugas_dlh)
    assert come(client, "/akun/oidc/kota/masuk/?process=connect").status_code == 403
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    ("trusted", "factors", "asked"),
    [(False, ["pwd", "mfa"], True), (True, ["pwd"], True), (True, ["pwd", "mfa"], False)],
)
def test_our_code_is_asked_for_unless_the_providers_counts(
    provider: Provider, operator: User, settings: Any, trusted: bool, factors: list[str], asked: bool
) -> None:
    settings.OIDC_TRUST_MFA = trusted
    provider.person, provider.factors = claims(give_app(operator)), factors
    client = Client()

    assert come(client)["Location"] == ("/akun/mfa/kode/" if asked else "/meja")
    if asked:
        assert not is_in(client)
        assert client.post("/akun/mfa/kode/", {"code": code()})["Location"] == "/meja"
    assert client.get("/meja").status_code == 200


def test_who_needs_a_second_factor_and_has_none_sets_it_up_here(provider: Provider, operator: User) -> None:
    provider.person = claims(operator)
    client = Client()
    come(client)
    assert client.get("/meja")["Location"].startswith("/akun/mfa/aktifkan/")


def test_an_answer_that_was_meant_for_another_service_is_refused(
    provider: Provider, petugas_dlh: User
) -> None:
    provider.person, provider.audience = claims(petugas_dlh), "layanan-lain"
    answer = come(Client())
    assert answer.status_code == 403
    assert "tidak berhasil" in answer.content.decode()


def test_two_answers_about_two_people_are_refused(provider: Provider, petugas_dlh: User) -> None:
    provider.person, provider.userinfo_subject = claims(petugas_dlh), "orang-lain"
    assert come(Client()).status_code == 403


@pytest.mark.parametrize("query", ["", "?error=access_denied&state=x", "?code=palsu&state=palsu"])
def test_a_return_that_nobody_asked_for_is_refused(provider: Provider, city: object, query: str) -> None:
    answer = Client().get(f"/akun/oidc/kota/kembali/{query}")
    assert answer.status_code == 403
    assert "tidak berhasil" in answer.content.decode()


def test_a_return_in_another_browser_is_refused(provider: Provider, petugas_dlh: User) -> None:
    provider.person = claims(petugas_dlh)
    there = httpx.get(Client().get(DOOR)["Location"], trust_env=False)
    back = urlsplit(there.headers["Location"])
    assert Client().get(f"{back.path}?{back.query}").status_code == 403


def test_a_provider_that_is_away_is_said_to_be(settings: Any, city: object) -> None:
    with running() as gone:
        settings.SOCIALACCOUNT_PROVIDERS = identity_provider("SSO", gone.url, CLIENT, SECRET)
    answer = Client().get(DOOR)
    assert answer.status_code == 503
    assert "pakai kata sandi" in answer.content.decode()


def test_without_a_provider_there_is_no_door(city: object) -> None:
    assert Client().get(DOOR).status_code == 404
    assert "Masuk dengan" not in Client().get("/masuk").content.decode()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (("https://sso.example", "", ""), "OIDC_CLIENT_ID is not set"),
        (("", "kita", ""), "OIDC_SERVER_URL is not set"),
        (("https://sso.example", "kita", ""), "OIDC_CLIENT_SECRET is not set"),
        (("http://sso.example", "kita", "x"), "expected https:"),
    ],
)
def test_half_a_provider_stops_the_start(given: tuple[str, str, str], why: str) -> None:
    with pytest.raises(EnvError, match=why):
        identity_provider("SSO", *given)


def test_people_without_a_role_are_let_in_and_told(provider: Provider, city: object) -> None:
    user = User.objects.create_user("baru", "baru@contoh.example", PASSWORD)
    provider.person = claims(user)
    client = Client()
    come(client)
    assert client.get("/meja").status_code == 403


def test_two_accounts_with_one_address_are_nobodys(provider: Provider, petugas_dlh: User) -> None:
    other = person("kembar", "operator")
    User.objects.filter(pk=other.pk).update(email=petugas_dlh.email.upper())
    provider.person = claims(petugas_dlh)
    assert come(Client()).status_code == 403
