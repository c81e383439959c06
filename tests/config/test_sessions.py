"""Sessions: listed, ended one by one or all, and over when the account changes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from incidents.models import Session
from incidents.sessions import forget_sessions
from tests.conftest import PASSWORD, signed_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    cache.clear()


def enter(user: User, agent: str = FIREFOX, address: str = "203.0.113.77", **extra: Any) -> Client:
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    answer = client.post("/masuk", {"login": user.email, "password": PASSWORD}, **extra)
    assert answer.status_code == 302
    return client


def page(client: Client) -> str:
    return str(client.get("/akun/sesi").content.decode())


def is_in(client: Client) -> bool:
    return bool(client.get("/meja").status_code == 200)


def end_links(text: str) -> list[str]:
    return re.findall(r'action="(/akun/sesi/[0-9a-f]{32}/akhiri)"', text)


def test_one_sees_where_one_is_signed_in_and_not_others(petugas_dlh: User, petugas_lain: User) -> None:
    here, _phone, _other = enter(petugas_dlh), enter(petugas_dlh, PHONE), enter(petugas_lain)

    text = page(here)

    assert "Firefox · Linux" in text
    assert "Chrome · Android" in text
    assert text.count("ini sesi Anda") == 1
    assert text.count('class="row"') == 2


@pytest.mark.parametrize(
    ("address", "shown"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48")],
)
def test_an_address_is_kept_only_shortened(petugas_dlh: User, address: str, shown: str) -> None:
    client = enter(petugas_dlh, address=address)
    assert shown in page(client)
    assert address not in page(client)
    assert address not in str(client.session.items())


def test_behind_our_proxy_the_clients_network_is_shown(petugas_dlh: User, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    client = enter(petugas_dlh, address="10.0.0.1", headers={"X-Forwarded-For": "198.51.100.20"})
    assert "198.51.100.0/24" in page(client)


def test_a_session_that_is_ended_is_out_at_once(petugas_dlh: User) -> None:
    here, phone = enter(petugas_dlh), enter(petugas_dlh, PHONE)
    (link,) = end_links(page(here))

    assert here.post(link)["Location"] == "/akun/sesi"

    assert (is_in(here), is_in(phone)) == (True, False)
    assert here.post(link).status_code == 404


def test_all_others_are_ended_with_one_press(petugas_dlh: User, petugas_lain: User) -> None:
    here, one, two = (enter(petugas_dlh) for _i in range(3))
    stranger = enter(petugas_lain)
    here.post("/akun/sesi/lain/akhiri")
    assert [is_in(client) for client in (here, one, two, stranger)] == [True, False, False, True]


def test_nobody_ends_anothers_session(petugas_dlh: User, petugas_lain: User) -> None:
    mine, stranger = enter(petugas_dlh), enter(petugas_lain)
    _second = enter(petugas_dlh, PHONE)
    (link,) = end_links(page(mine))
    assert stranger.post(link).status_code == 404
    assert len(end_links(page(mine))) == 1


def test_the_list_gives_no_session_away(petugas_dlh: User) -> None:
    client = enter(petugas_dlh)
    enter(petugas_dlh, PHONE)
    text = page(client)
    assert [key for key in Session.objects.values_list("pk", flat=True) if key in text] == []


def test_a_new_password_ends_the_other_sessions(petugas_dlh: User) -> None:
    here, phone = enter(petugas_dlh), enter(petugas_dlh, PHONE)
    new = {"oldpassword": PASSWORD, "password1": "sandi-baru-2026", "password2": "sandi-baru-2026"}
    assert here.post("/akun/password/change/", new).status_code == 302
    assert (is_in(here), is_in(phone)) == (True, False)
    assert page(here).count('class="row"') == 1


def test_only_signed_in_people_have_sessions_to_see(warga: Client) -> None:
    for path in ("/akun/", "/akun/sesi"):
        assert warga.get(path)["Location"] == f"/masuk?next={path}"
    assert warga.post("/akun/sesi/lain/akhiri").status_code == 401


def test_when_it_was_last_used_is_kept_without_putting_its_end_off(petugas_dlh: User) -> None:
    client = enter(petugas_dlh)
    before = Session.objects.get()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert is_in(client)
        after = Session.objects.get()
    assert after.seen_at - before.seen_at >= timedelta(hours=2)
    assert after.expire_date == before.expire_date


def test_sessions_end_after_twelve_hours_and_are_cleared_away(petugas_dlh: User) -> None:
    client = enter(petugas_dlh)
    assert forget_sessions() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1)):
        assert not is_in(client)
        assert forget_sessions() == 1


def account_form(user: User, **changes: object) -> dict[str, object]:
    member = user.member
    return {
        "email": user.email, "first_name": "", "last_name": "", "is_active": "on",
        "member-TOTAL_FORMS": 1, "member-INITIAL_FORMS": 1, "member-MAX_NUM_FORMS": 1, "member-MIN_NUM_FORMS": 0,
        "member-0-id": member.pk, "member-0-user": user.pk,
        "member-0-role": member.role, "member-0-agency": member.agency_id or "", **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "stays"),
    [
        ({"first_name": "Rini"}, True),
        ({"member-0-role": "operator", "member-0-agency": ""}, False),
        ({"is_active": ""}, False),
        ({"is_superuser": "on"}, False),
        ({"member-0-DELETE": "on"}, False),
    ],
)
def test_another_role_or_a_closed_account_signs_out_everywhere(
    petugas_dlh: User, changes: dict[str, object], stays: bool
) -> None:
    client = enter(petugas_dlh)
    admin = signed_in(User.objects.create_superuser("akar", "akar@contoh.example", PASSWORD))
    saved = admin.post(f"/pengelola/auth/user/{petugas_dlh.pk}/change/", account_form(petugas_dlh, **changes))
    assert saved.status_code == 302, saved.context["errors"]
    assert is_in(client) is stays
    assert Session.objects.filter(account=petugas_dlh).exists() is stays


def test_an_administrator_ends_somebodys_sessions(petugas_dlh: User, petugas_lain: User) -> None:
    gone, stays = enter(petugas_dlh), enter(petugas_lain)
    admin = signed_in(User.objects.create_superuser("akar", "akar@contoh.example", PASSWORD))
    admin.post("/pengelola/auth/user/", {"action": "sign_out", "_selected_action": [petugas_dlh.pk]})
    assert (is_in(gone), is_in(stays)) == (False, True)
    assert (
        "Dikeluarkan dari semua peramban"
        in admin.get(f"/pengelola/auth/user/{petugas_dlh.pk}/history/").content.decode()
    )
