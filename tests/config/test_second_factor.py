"""The second factor: who needs one, how it is set up, asked for, and reset."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from geo.models import Agency
from incidents.models import Member, Session
from tests.conftest import PASSWORD, person, signed_in
from tests.second_factor import SECRET, code, give_app, sign_in

NEEDING = ["operator", "kepala", "pimpinan", "walidata", "auditor", "admin"]
WORK = ["/meja", "/pimpinan/peta", "/data/", "/pengelola/", "/"]


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    cache.clear()


def somebody(role: str, agencies: dict[str, Agency]) -> User:
    at_agency = role in {one.value for one in Member.AT_AGENCY}
    user = person(f"orang_{role}", role, agencies["dlh"] if at_agency else None)
    if role == "admin":
        User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    return user


def text(answer: Any) -> str:
    return str(answer.content.decode())


def set_up(client: Client) -> tuple[str, Any]:
    """Type the new app's first code; gives its secret and the answer."""
    page = text(client.get("/akun/mfa/aktifkan/"))
    (secret,) = re.findall(r'class="secret-key">([A-Z2-7]+)<', page)
    return secret, client.post("/akun/mfa/aktifkan/", {"code": code(secret)})


@pytest.mark.parametrize("role", NEEDING)
def test_who_needs_a_second_factor_reaches_only_its_set_up(agencies: dict[str, Agency], role: str) -> None:
    client = sign_in(somebody(role, agencies))

    for path in WORK:
        assert client.get(path)["Location"].startswith("/akun/mfa/aktifkan/"), path
    assert client.post("/meja/kasus/1/langkah", {"step": "accepted"}).status_code == 403
    assert client.get("/tiles/incidents/14/1/1.mvt").status_code == 403
    assert client.get("/meja", headers={"HX-Request": "true"}).status_code == 403
    for path in ("/akun/", "/akun/sesi", "/akun/mfa/aktifkan/"):
        assert client.get(path).status_code == 200, path


def test_a_superuser_without_a_role_needs_one_too(city: object) -> None:
    akar = User.objects.create_superuser("akar", "akar@contoh.example", PASSWORD)
    assert sign_in(akar).get("/pengelola/")["Location"].startswith("/akun/mfa/aktifkan/")


def test_an_officer_may_do_without(petugas_dlh: User) -> None:
    client = sign_in(petugas_dlh)
    assert client.get("/meja").status_code == 200
    assert "tidak aktif" in text(client.get("/akun/"))


def test_setting_it_up_opens_the_work_at_once_and_gives_spare_codes(operator: User) -> None:
    client = sign_in(operator)

    _secret, answer = set_up(client)

    assert answer["Location"] == "/akun/mfa/cadangan/"
    page = text(client.get("/akun/mfa/cadangan/"))
    assert len(re.findall(r"<li><code>\d{8}</code>", page)) == 10
    assert client.get("/meja").status_code == 200


def test_a_wrong_first_code_switches_nothing_on(operator: User) -> None:
    client = sign_in(operator)
    client.get("/akun/mfa/aktifkan/")
    answer = client.post("/akun/mfa/aktifkan/", {"code": "000000"})
    assert "Kode salah" in text(answer)
    assert not Authenticator.objects.exists()
    assert client.get("/meja").status_code == 302


def test_the_page_shows_the_secret_as_picture_and_text_without_inline_styles(operator: User) -> None:
    page = text(sign_in(operator).get("/akun/mfa/aktifkan/"))
    assert 'src="data:image/svg+xml;base64,' in page
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*src=)", page)


def test_secrets_are_sealed_in_the_database(operator: User) -> None:
    secret, _answer = set_up(sign_in(operator))
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert "gAAAA" in kept


def test_signing_in_asks_for_the_code_and_lets_nobody_past_it(operator: User) -> None:
    give_app(operator)
    client = sign_in(operator)
    assert client.get("/meja")["Location"].startswith("/masuk")

    assert "Kode salah" in text(client.post("/akun/mfa/kode/", {"code": "123 456"}))
    assert client.get("/meja")["Location"].startswith("/masuk")

    answer = client.post("/akun/mfa/kode/", {"code": f"{code()[:3]} {code()[3:]}"})
    assert (answer.status_code, answer["Location"]) == (302, "/meja")
    assert client.get("/meja").status_code == 200


def test_an_officer_who_has_one_is_asked_too(petugas_dlh: User) -> None:
    give_app(petugas_dlh)
    assert sign_in(petugas_dlh).get("/meja")["Location"].startswith("/masuk")
    assert sign_in(petugas_dlh, secret=SECRET).get("/meja").status_code == 200


def test_a_code_counts_once_in_every_process(operator: User) -> None:
    give_app(operator)
    seen = code()
    first, second = sign_in(operator), sign_in(operator)
    assert first.post("/akun/mfa/kode/", {"code": seen}).status_code == 302
    cache.clear()  # another process remembers nothing of this one
    assert "Kode salah" in text(second.post("/akun/mfa/kode/", {"code": seen}))


def test_a_spare_code_counts_once(operator: User) -> None:
    client = sign_in(operator)
    set_up(client)
    spare = re.findall(r"<code>(\d{8})</code>", text(client.get("/akun/mfa/cadangan/")))[0]
    assert sign_in(operator).post("/akun/mfa/kode/", {"code": spare}).status_code == 302
    assert "Kode salah" in text(sign_in(operator).post("/akun/mfa/kode/", {"code": spare}))


def test_too_many_wrong_codes_are_stopped_from_wherever_they_come(operator: User) -> None:
    give_app(operator)
    for number in range(5):
        client = sign_in(operator)
        cache.clear()
        client.post("/akun/mfa/kode/", {"code": f"00000{number}"}, REMOTE_ADDR=f"203.0.113.{number}")
    client = sign_in(operator)
    cache.clear()

    answer = client.post("/akun/mfa/kode/", {"code": code()}, REMOTE_ADDR="203.0.113.99")

    assert "Terlalu banyak percobaan" in text(answer)
    assert client.get("/meja").status_code == 302


def test_a_session_from_before_is_asked_for_the_code(operator: User) -> None:
    client = sign_in(operator)
    give_app(operator)  # set up in another browser meanwhile
    assert client.get("/meja")["Location"].startswith("/akun/mfa/konfirmasi/")
    answer = client.post("/akun/mfa/konfirmasi/", {"code": code(), "next": "/meja"})
    assert (answer.status_code, answer["Location"]) == (302, "/meja")
    assert client.get("/meja").status_code == 200


@pytest.mark.parametrize(("role", "left"), [("operator", 2), ("petugas", 0)])
def test_only_who_need_not_have_it_can_switch_it_off(
    agencies: dict[str, Agency], role: str, left: int
) -> None:
    client = sign_in(somebody(role, agencies))
    set_up(client)
    client.post("/akun/mfa/matikan/")
    assert Authenticator.objects.count() == left


def test_a_borrowed_session_cannot_read_the_spare_codes(operator: User) -> None:
    client = sign_in(operator)
    set_up(client)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = 0
    session.save()
    for path in ("/akun/mfa/cadangan/", "/akun/mfa/cadangan/unduh/", "/akun/mfa/matikan/"):
        assert "/akun/" in client.get(path)["Location"], path


def test_an_administrator_resets_it_and_that_is_logged(operator: User) -> None:
    from_before = sign_in(give_app(operator), secret=SECRET)
    akar = User.objects.create_superuser("akar", "akar@contoh.example", PASSWORD)
    admin = signed_in(akar)
    chosen = {"action": "reset_second_factor", "_selected_action": [operator.pk]}

    admin.post("/pengelola/auth/user/", chosen)

    assert not Authenticator.objects.filter(user=operator).exists()
    assert from_before.get("/meja").status_code == 302
    assert not Session.objects.filter(account=operator).exists()
    history = text(admin.get(f"/pengelola/auth/user/{operator.pk}/history/"))
    assert "Verifikasi dua langkah diatur ulang" in history
