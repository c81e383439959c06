"""News in the browser: a real push service gets it, only the browser can read it, and nobody is led astray."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from py_vapid import Vapid

from incidents import push
from incidents.models import Category, Complaint, Entry, Incident, Notice, PushSubscription
from incidents.notify import NotSent, send_pending
from incidents.push import PushFailed, addresses_of, is_public
from tests.incidents.made import ANSWER, TEXT, case, do
from tests.pushservice import Service, push_service

K = Entry.Kind
pytestmark = pytest.mark.django_db


@dataclass
class Browser:
    """What a browser keeps for itself: its key and its secret."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"0123456789abcdef"

    def says(self, endpoint: str) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"do": "on", "endpoint": endpoint, "p256dh": _text(point), "auth": _text(self.secret)}

    def reads(self, body: bytes) -> dict[str, str]:
        opened = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        read: dict[str, str] = json.loads(opened)
        return read


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.fixture(autouse=True)
def key(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_push_keys")
    settings.PUSH_KEY = capsys.readouterr().out.strip().removeprefix("PUSH_KEY=")


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The push service of a name that only this test knows; its address is local, so the check is stepped aside."""
    with push_service(tmp_path) as (running, trusted):
        monkeypatch.setattr(push, "tls", lambda: trusted)
        monkeypatch.setattr(push, "addresses_of", lambda host, port: ["127.0.0.1"])
        yield running


@pytest.fixture
def complaint(categories: dict[str, Category]) -> Complaint:
    return case("sampah").complaints.get()


def switch(client: Client, complaint: Complaint, said: dict[str, str]) -> int:
    return client.post(f"/lacak/{complaint.tracking_code}/kabar", said).status_code


def test_only_the_browser_reads_the_news_and_it_names_nobody(
    warga: Client, complaint: Complaint, petugas_dlh: User, service: Service
) -> None:
    browser = Browser()
    assert switch(warga, complaint, browser.says(service.endpoint)) == 204
    send_pending(do(petugas_dlh, complaint.incident, K.ANSWERED).pk)

    ((path, headers, body),) = service.got
    assert path == "/kirim/abc"
    assert headers["Content-Encoding"] == "aes128gcm"
    signed = headers["Authorization"].removeprefix("vapid t=").split(",")[0]
    assert json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "=="))["aud"] in service.endpoint
    assert browser.reads(body) == {
        "title": "Ada kabar tentang laporan Anda",
        "body": "Sampah menumpuk",
        "url": f"/lacak/{complaint.tracking_code}",
    }
    assert complaint.tracking_code.encode() not in body
    assert all(secret not in str(browser.reads(body)) for secret in (TEXT, ANSWER, "Kebonsari"))


def test_news_of_a_protected_report_names_no_topic(
    warga: Client, categories: dict[str, Category], service: Service
) -> None:
    complaint = case("pungli").complaints.get()
    browser = Browser()
    switch(warga, complaint, browser.says(service.endpoint))
    dinas = complaint.incident.holders()[0]
    Entry.objects.filter(incident=complaint.incident_id)
    entry = Entry.objects.create(
        incident=complaint.incident, at=complaint.received_at, kind=K.ACCEPTED, public=True, agency=dinas
    )
    kept = PushSubscription.objects.get()
    notice = Notice(entry=entry, to="reporter", complaint=complaint, push=kept)
    assert push.payload_of(notice) == {
        "title": "Ada kabar tentang laporan Anda", "body": "", "url": f"/lacak/{complaint.tracking_code}",
    }  # fmt: skip


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    warga: Client, complaint: Complaint, petugas_dlh: User, service: Service, status: int
) -> None:
    switch(warga, complaint, Browser().says(service.endpoint))
    service.answer = status
    send_pending(do(petugas_dlh, complaint.incident, K.ACCEPTED).pk)
    assert not PushSubscription.objects.exists()


def test_a_busy_service_is_asked_again_later_and_holds_no_mail_up(
    warga: Client, complaint: Complaint, petugas_dlh: User, service: Service, mailoutbox: list[Any]
) -> None:
    switch(warga, complaint, Browser().says(service.endpoint))
    service.answer = 503
    entry = do(petugas_dlh, complaint.incident, K.ACCEPTED)
    with pytest.raises(NotSent) as told:
        send_pending(entry.pk)
    assert "push.example" not in str(told.value)
    service.answer = 201
    send_pending(entry.pk)
    assert len(service.got) == 1
    Notice.objects.update(try_after=None)
    send_pending(entry.pk)
    assert len(service.got) == 2


def test_subscriptions_are_sealed_in_the_database(
    warga: Client, complaint: Complaint, service: Service
) -> None:
    said = Browser().says(service.endpoint)
    switch(warga, complaint, said)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM incidents_pushsubscription p")
        (row,) = cursor.fetchone()
    assert "push.example" not in row
    assert said["p256dh"] not in row


def test_the_same_browser_is_kept_once_and_can_leave(warga: Client, complaint: Complaint) -> None:
    said = Browser().says("https://push.example/a")
    for _time in range(2):
        assert switch(warga, complaint, said) == 204
    assert PushSubscription.objects.count() == 1
    assert switch(warga, complaint, said | {"do": "off"}) == 204
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/a", "https://127.0.0.1/a", "https://[::1]/a", "https://localhost/a", "https://2130706433/a",
        "https://user:pass@push.example/a", "https://push.example:99999/a", "https://push.example/a b", "file:///etc",
        "https://push.example/" + "a" * 1000, "https://päsh.example/a", "",
    ],
)  # fmt: skip
def test_what_is_no_push_service_is_refused(warga: Client, complaint: Complaint, endpoint: str) -> None:
    assert switch(warga, complaint, Browser().says(endpoint)) == 422
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("wrong", [{"auth": "x"}, {"p256dh": "AAAA"}, {"p256dh": "ä"}, {"do": "?"}])
def test_keys_that_are_none_are_refused(warga: Client, complaint: Complaint, wrong: dict[str, str]) -> None:
    assert switch(warga, complaint, Browser().says("https://push.example/a") | wrong) == 422


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "0.0.0.0",
    ],
)
def test_a_name_that_leads_into_our_own_network_is_not_called(address: str) -> None:
    assert not is_public(address)
    assert is_public("93.184.215.14")
    with pytest.raises(PushFailed):
        addresses_of("localhost", 443)


def test_where_one_address_does_not_answer_the_next_is_tried(
    warga: Client, complaint: Complaint, petugas_dlh: User, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch(warga, complaint, Browser().says(service.endpoint))
    monkeypatch.setattr(push, "addresses_of", lambda host, port: ["::1", "127.0.0.2", "127.0.0.1"])
    send_pending(do(petugas_dlh, complaint.incident, K.ACCEPTED).pk)
    assert len(service.got) == 1


def test_a_certificate_of_another_name_is_not_trusted(
    warga: Client, complaint: Complaint, petugas_dlh: User, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch(warga, complaint, Browser().says(service.endpoint))
    monkeypatch.setattr(push, "tls", ssl.create_default_context)
    with pytest.raises(NotSent):
        send_pending(do(petugas_dlh, complaint.incident, K.ACCEPTED).pk)
    assert service.got == []


def test_without_a_key_there_is_no_button_and_nothing_is_kept(
    warga: Client, complaint: Complaint, settings: Any
) -> None:
    page = f"/lacak/{complaint.tracking_code}"
    assert "Kabar di perangkat ini" in warga.get(page).content.decode()
    settings.PUSH_KEY = ""
    assert "Kabar di perangkat ini" not in warga.get(page).content.decode()
    assert switch(warga, complaint, Browser().says("https://push.example/a")) == 404


def test_the_worker_lies_at_the_root(warga: Client, complaint: Complaint) -> None:
    response = warga.get("/sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert b"showNotification" in response.content
    assert Incident.objects.count() == 1


def test_the_key_can_sign(settings: Any) -> None:
    assert Vapid.from_string(settings.PUSH_KEY).sign(
        {"aud": "https://a.example", "sub": "mailto:a@b.example"}
    )
