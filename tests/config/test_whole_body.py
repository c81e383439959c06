"""A refusal has to reach who is still sending: over a real line, not the test client's memory."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest
from django.http import HttpResponse
from pytest_django.live_server_helper import LiveServer

from config.whole_body import WholeBodyMiddleware, announced_bytes
from incidents.models import Category, Complaint

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024


def send(
    server: LiveServer, path: str, body: bytes, kind: str = "application/json"
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(server.thread.host, server.thread.port, timeout=60)
    connection.request("POST", path, body, {"Content-Type": kind})
    return connection.getresponse()


@pytest.mark.parametrize(
    ("kind", "status"),
    [("application/json", 413), ("multipart/form-data; boundary=x", 413), ("text/plain", 415)],
)
def test_a_program_that_sends_too_much_reads_why(
    live_server: LiveServer, categories: dict[str, Category], kind: str, status: int
) -> None:
    text = "x" * (10 * MEGABYTE)
    body = json.dumps({"category": "sampah", "description": text})
    if "boundary" in kind:
        body = f'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\n{text}\r\n--x--\r\n'
    answer = send(live_server, "/api/v1/complaints", body.encode(), kind)

    assert answer.status == status
    assert answer.getheader("Content-Type", "").startswith("application/problem+json")
    assert not Complaint.objects.exists()


def test_too_many_requests_are_told_before_the_photos_are_read(
    live_server: LiveServer, categories: dict[str, Category], settings: Any
) -> None:
    settings.RATE_LIMIT_COMPLAINTS = (0, 600)
    answer = send(live_server, "/api/v1/complaints", b"x" * (5 * MEGABYTE), "multipart/form-data; boundary=x")

    assert answer.status == 429


@pytest.mark.parametrize("path", ["/lapor", "/api/v1/complaints", "/api/v1/cctv/events"])
def test_what_is_beyond_every_limit_is_not_even_looked_at(
    live_server: LiveServer, categories: dict[str, Category], settings: Any, path: str
) -> None:
    settings.UPLOAD_MAX_BYTES = MEGABYTE
    answer = send(live_server, path, b"x" * (2 * MEGABYTE), "multipart/form-data; boundary=x")

    assert answer.status == 413


def test_what_nobody_read_is_taken_off_the_line(rf: Any) -> None:
    request = rf.post("/", b"x" * (3 * MEGABYTE), content_type="text/plain")
    answer = WholeBodyMiddleware(lambda _request: HttpResponse("refused", status=429))(request)

    assert answer.status_code == 429
    assert request.read() == b""


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("", 0), ("-1", 0), ("١٢", 0), ("1e9", 0)])
def test_only_a_plain_number_announces_a_body(rf: Any, text: str, number: int) -> None:
    request = rf.get("/")
    request.META["CONTENT_LENGTH"] = text

    assert announced_bytes(request) == number
