"""What an attacker tried against the running program, each as a sentence that has to stay true."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory
from django.utils import timezone
from PIL import Image

from config.utf8 import only_utf8
from geo.errors import Invalid
from geo.models import City
from geo.moments import read_moment
from incidents.filing import Filing, Words
from incidents.intake import take
from incidents.models import Camera, Category, CctvEvent, Complaint, Incident, Token
from incidents.photos import read_picture
from incidents.tokens import issue
from tests.conftest import IN_KEBONSARI, PASSWORD, person, signed_in

WORDS = "Lampu jalan di depan masjid padam sejak minggu lalu."


@pytest.fixture
def case(categories: dict[str, Category]) -> Incident:
    lon, lat = IN_KEBONSARI
    words = Words(WORDS, Complaint.Channel.WEB)
    return take(Filing("sampah", timezone.now(), lon, lat, words=words)).incident


def test_a_borrowed_session_cannot_change_how_one_signs_in(petugas_dlh: User) -> None:
    answer = signed_in(petugas_dlh).post("/akun/email/", {"email": "lain@contoh.example", "action_add": ""})

    assert answer.status_code == 404


@pytest.mark.parametrize("htmx", [False, True])
def test_leadership_gets_no_case_file_by_asking_for_a_step(case: Incident, htmx: bool) -> None:
    leader = signed_in(person("pimpinan", "pimpinan"))
    headers = {"HX-Request": "true"} if htmx else {}

    for door in ("langkah", "disposisi"):
        answer = leader.post(f"/meja/kasus/{case.pk}/{door}", {"step": "accepted"}, headers=headers)
        assert answer.status_code == 403
        assert WORDS not in answer.content.decode()


def test_the_reset_link_is_the_sites_own_whatever_host_was_asked(petugas_dlh: User, settings: Any) -> None:
    settings.SITE_URL = "https://lapor.kota.example"
    Client().post("/akun/password/reset/", {"email": petugas_dlh.email}, headers={"Host": "localhost:31337"})

    body = str(mail.outbox[0].body)
    assert "https://lapor.kota.example/akun/password/reset/key/" in body
    assert "31337" not in body + str(mail.outbox[0].subject)


def test_nobody_is_written_to_who_has_no_account(city: City) -> None:
    Client().post("/akun/password/reset/", {"email": "asing@contoh.example"})

    assert mail.outbox == []


def test_guessing_a_password_ends_also_with_the_right_one(petugas_dlh: User, settings: Any) -> None:
    settings.RATE_LIMIT_SIGN_IN = (3, 300)
    for guess in ("salah-1", "salah-2", "salah-3"):
        Client().post("/masuk", {"login": petugas_dlh.email, "password": guess})

    answer = Client().post("/masuk", {"login": petugas_dlh.email, "password": PASSWORD})

    assert answer.status_code == 200
    assert not answer.wsgi_request.user.is_authenticated


def test_guessing_codes_comes_to_an_end_and_shuts_out_nobody_who_has_one(
    case: Incident, settings: Any
) -> None:
    # A whole network of phones may share the guesser's address; 80 random bits are found by no guessing.
    settings.RATE_LIMIT_TRACKING = (2, 600)
    code = case.complaints.get().tracking_code
    guesses = [Client().get(f"/lacak/0000-0000-0000-000{number}").status_code for number in range(3)]

    assert guesses == [404, 404, 429]
    assert Client().get(f"/lacak/{code}").status_code == 200
    assert len(code.replace("-", "")) * 5 == 80


def test_a_small_file_that_unpacks_to_a_gigabyte_is_refused() -> None:
    bomb = io.BytesIO()
    Image.new("L", (7990, 8000)).save(bomb, "PNG")

    with pytest.raises(Invalid):
        read_picture(bomb, bomb.tell())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("charset", ["hex", "unicode_escape"])
@pytest.mark.parametrize(
    "path", ["/api/v1/locate?lon=1&lat=1", "/lacak?kode=%5cud800", "/masuk?next=%5cud800"]
)
def test_a_strange_charset_is_refused(city: City, charset: str, path: str) -> None:
    environ = RequestFactory().get(path, headers={"Host": "localhost"}).environ
    environ["CONTENT_TYPE"] = f"text/plain; charset={charset}"
    told: list[str] = []

    body = b"".join(only_utf8(WSGIHandler())(environ, lambda status, headers: told.append(status)))

    assert told[0].startswith("415")
    assert b"UTF-8" in body


@pytest.mark.django_db(transaction=True)
def test_utf8_said_aloud_is_fine(city: City) -> None:
    environ = RequestFactory().get("/api/v1/locate?lon=1&lat=1", headers={"Host": "localhost"}).environ
    environ["CONTENT_TYPE"] = 'application/json; charset="UTF-8"'
    told: list[str] = []

    list(only_utf8(WSGIHandler())(environ, lambda status, headers: told.append(status)))

    assert told == ["200 OK"]


@pytest.mark.parametrize("offset", ["+16:00", "-16:00", "+23:59"])
def test_an_offset_beyond_the_databases_own_is_still_a_time(offset: str) -> None:
    moment = read_moment(f"2026-11-20T00:00:00{offset}")

    assert moment is not None
    assert moment.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+16:00", "9999-12-31T23:59:59-16:00", "kemarin", "2026-13-01"]
)
def test_what_is_no_time_is_told_as_such(text: str) -> None:
    assert read_moment(text) is None


def test_a_number_longer_than_any_float_rejects_its_own_event_only(camera: Camera) -> None:
    def event(number: int, count: int) -> dict[str, Any]:
        data = {"camera": camera.code, "class": "sampah", "state": "start", "count": count, "confidence": 1}
        return {"specversion": "1.0", "id": f"e{number}", "source": "/uji", "type": "uji", "data": data}

    answer = Client().post(
        "/api/v1/cctv/events",
        json.dumps([event(1, 10**400), event(2, 3)]),
        content_type="application/cloudevents-batch+json",
        headers={"Authorization": f"Bearer {issue(Token.Kind.SOURCE, 'uji')}"},
    )

    assert [result["status"] for result in answer.json()["results"]] == ["rejected", "accepted"]
    assert CctvEvent.objects.count() == 1


def test_a_photo_put_aside_cannot_be_multiplied(categories: dict[str, Category], settings: Any) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(photo, "PNG")
    browser = Client()
    chosen = SimpleUploadedFile("a.png", photo.getvalue(), "image/png")
    page = browser.post("/lapor", {"action": "check", "photos": chosen})
    (token,) = page.context["kept"]
    drafts = settings.MEDIA_ROOT / "drafts"
    assert len(list(drafts.iterdir())) == 1

    browser.post("/lapor", {"action": "check", "kept": [token] * 60})
    browser.post("/lapor", {"action": "check", "kept": [f"{token}{n}" for n in range(60)]})

    assert len(list(drafts.iterdir())) == 1
