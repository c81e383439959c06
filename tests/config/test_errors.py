"""One answer to every error: problem+json for programs, a page for people, in the language that each asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from geo.models import City
from tests.conftest import signed_in

BOOK = "a " * 600_000


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json; charset=utf-8"
    said: dict[str, Any] = json.loads(response.content)
    assert set(said) == {"type", "title", "status", "detail", "errors"}
    assert said["status"] == status
    return said


def page(response: Any, status: int) -> str:
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    return str(response.content.decode())


@pytest.mark.parametrize(
    "path", ["/api/v1/tidak-ada", "/tiles/tidak-ada/1/1/1.mvt", "/api/v1/complaints/AAAA-BBBB-CCCC-DDDD"]
)
def test_a_program_gets_a_problem_for_what_is_not_there(warga: Client, path: str) -> None:
    assert problem(warga.get(path), 404)["type"] == "urn:kentongan:problem:not-found"


def test_a_person_gets_a_page_for_what_is_not_there(warga: Client) -> None:
    assert "Tidak ditemukan" in page(warga.get("/tidak-ada"), 404)


@pytest.mark.parametrize("path", ["/api/v1/locate", "/api/v1/categories", "/tiles/areas.json"])
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(warga: Client, path: str) -> None:
    response = warga.put(path)

    assert problem(response, 405)["title"] == "Alamat ini tidak melayani permintaan itu"
    assert "GET" in response["Allow"]


@pytest.mark.django_db(databases=["default", "public"])
def test_programs_ask_for_english_and_pages_switch(warga: Client) -> None:
    english = warga.get("/api/v1/locate", headers={"Accept-Language": "en"})
    assert english["Content-Language"] == "en"
    assert problem(english, 400)["errors"][0] == {"field": "lon", "message": "This field is needed."}
    assert problem(warga.get("/api/v1/locate"), 400)["errors"][0]["message"] == "Isian ini wajib diisi."

    assert '<html lang="id"' in page(warga.get("/", headers={"Accept-Language": "en"}), 200)
    warga.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert '<html lang="en"' in page(warga.get("/"), 200)


def test_a_book_in_a_form_is_too_large_and_the_person_told_what_to_do(warga: Client) -> None:
    assert "tulisan Anda masih ada di sana" in page(warga.post("/lapor", {"description": BOOK}), 413)


def test_without_a_token_a_program_is_told_how_to_bring_one(warga: Client) -> None:
    response = warga.get("/api/v1/incidents")

    assert "Authorization: Bearer" in (problem(response, 401)["detail"] or "")
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_stranger_is_sent_to_sign_in_and_the_wrong_role_told_so(warga: Client, walidata: User) -> None:
    assert warga.get("/meja")["Location"] == "/masuk?next=/meja"
    assert "tidak berhak" in page(signed_in(walidata).get("/meja"), 403)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_sign_in(city: City, warga: Client, path: str) -> None:
    assert warga.get(path).status_code in {200, 503}
    assert warga.get(path)["Content-Type"] == "application/json"


def test_a_program_may_ask_for_the_head_alone(city: City, warga: Client) -> None:
    whole = warga.get("/api/v1/locate", {"lon": "112.91", "lat": "-7.67"})
    head = warga.head("/api/v1/locate", {"lon": "112.91", "lat": "-7.67"})

    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(whole.content))
    assert warga.head("/api/v1/locate").status_code == 400


def test_only_our_own_proxy_may_say_that_it_was_https(city: City, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = ["10.1.0.0/16"]
    warga = Client(headers={"X-Forwarded-Proto": "https"})

    assert warga.get("/healthz", REMOTE_ADDR="10.1.2.3").wsgi_request.is_secure()
    assert not warga.get("/healthz", REMOTE_ADDR="203.0.113.9").wsgi_request.is_secure()
