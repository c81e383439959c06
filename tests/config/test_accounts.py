"""Signing in: where one lands, how often one may be wrong, and that nobody signs up."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from geo.models import Agency
from incidents.models import Member
from tests.conftest import PASSWORD, person


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post("/masuk", {"login": email, "password": password}, **extra)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("operator", "/meja"),
        ("petugas", "/meja"),
        ("kepala", "/pimpinan/peta"),
        ("pimpinan", "/pimpinan/peta"),
        ("walidata", "/data/"),
        ("auditor", "/meja/riwayat"),
    ],
)
def test_everybody_lands_where_their_work_is(agencies: dict[str, Agency], role: str, place: str) -> None:
    at_agency = role in {kind.value for kind in Member.AT_AGENCY}
    person("orang", role, agencies["dlh"] if at_agency else None)
    answer = sign_in(Client(), "orang@contoh.example")
    assert (answer.status_code, answer["Location"]) == (302, place)


def test_one_lands_where_one_wanted_to_go_and_nowhere_else(petugas_dlh: User) -> None:
    answer = Client().post("/masuk?next=/meja/kasus/7", {"login": petugas_dlh.email, "password": PASSWORD})
    assert answer["Location"] == "/meja/kasus/7"
    answer = Client().post(
        "/masuk?next=https://jahat.example/", {"login": petugas_dlh.email, "password": PASSWORD}
    )
    assert answer["Location"] == "/meja"


def test_who_has_no_role_is_told_whom_to_ask(city: object) -> None:
    User.objects.create_user("baru", "baru@contoh.example", PASSWORD)
    answer = sign_in(Client(), "baru@contoh.example", follow=True)
    assert answer.status_code == 403
    assert "Mohon hubungi pengelola" in answer.content.decode()


def test_a_superuser_lands_in_the_administration(city: object) -> None:
    User.objects.create_superuser("akar", "akar@contoh.example", PASSWORD)
    assert sign_in(Client(), "akar@contoh.example")["Location"] == "/pengelola/"


def test_a_wrong_password_is_told_without_saying_what_was_wrong(petugas_dlh: User) -> None:
    known = sign_in(Client(), petugas_dlh.email, "salah-semua").content.decode()
    unknown = sign_in(Client(), "tidak-ada@contoh.example", "salah-semua").content.decode()
    for page in (known, unknown):
        assert "tidak benar" in page


def test_too_many_wrong_passwords_are_stopped_and_told_in_indonesian(petugas_dlh: User) -> None:
    client = Client()
    for _i in range(5):
        sign_in(client, petugas_dlh.email, "salah-semua")

    page = sign_in(client, petugas_dlh.email).content.decode()  # even the right one

    assert "Terlalu banyak percobaan masuk yang gagal" in page
    assert client.get("/meja").status_code == 302


def test_signing_in_rightly_is_held_against_nobody(petugas_dlh: User) -> None:
    for _i in range(8):
        assert sign_in(Client(), petugas_dlh.email).status_code == 302
    for _i in range(3):
        sign_in(Client(), petugas_dlh.email, "salah-semua")

    assert sign_in(Client(), petugas_dlh.email).status_code == 302


def test_attempts_are_counted_by_the_client_behind_our_proxy(petugas_dlh: User, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    proxy = {"REMOTE_ADDR": "10.0.0.1"}
    for i in range(10):
        sign_in(
            Client(), f"orang{i}@contoh.example", "salah", headers={"X-Forwarded-For": "203.0.113.9"}, **proxy
        )

    blocked = sign_in(Client(), petugas_dlh.email, headers={"X-Forwarded-For": "203.0.113.9"}, **proxy)
    free = sign_in(Client(), petugas_dlh.email, headers={"X-Forwarded-For": "203.0.113.10"}, **proxy)

    assert blocked.status_code == 200
    assert free.status_code == 302


def test_nobody_signs_up(city: object) -> None:
    page = Client().get("/akun/signup/")
    assert "<input" not in page.content.decode().split("<main", 1)[1].split("</main", 1)[0]
    Client().post(
        "/akun/signup/", {"email": "aku@contoh.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not User.objects.filter(email="aku@contoh.example").exists()


def test_signing_out_takes_a_press_not_a_link(petugas_dlh: User) -> None:
    client = Client()
    client.force_login(petugas_dlh)
    client.get("/keluar")
    assert client.get("/meja").status_code == 200
    client.post("/keluar")
    assert client.get("/meja").status_code == 302
