"""A mail server that is away for a day, refuses, or dies over a message: nothing is lost, nothing comes twice over."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from incidents.filing import Contact
from incidents.models import Category, Entry, Incident, Notice
from incidents.notify import NotSent, send_overdue, send_pending
from incidents.timeline import Happening, append, reachable
from tests.incidents.made import case
from tests.mailserver import Box, mail_server

K = Entry.Kind
pytestmark = pytest.mark.django_db


@pytest.fixture
def post(settings: Any) -> Iterator[Box]:
    with mail_server() as server:
        to_port(settings, server.server_address[1])
        yield server


def to_port(settings: Any, port: int) -> None:
    options = {"host": "127.0.0.1", "port": port, "timeout": 5}
    settings.MAILERS = {
        "default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
    }


def nobody_there(settings: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        to_port(settings, taken.getsockname()[1])


def reported(categories: dict[str, Category]) -> Incident:
    return case("sampah", contact=Contact("Siti", "siti@example.org", ""))


def step(incident: Incident, kind: Entry.Kind) -> Entry:
    dlh = incident.holders()[0]
    happening = Happening(kind, timezone.now(), public=True, agency=dlh)
    return append(incident, happening, tell_reporters=reachable(incident))


def later(hours: float) -> None:
    """Time passes for what waits."""
    by = timedelta(hours=hours)
    Notice.objects.filter(sent_at=None).update(made_at=F("made_at") - by, try_after=F("try_after") - by)


def to_siti(server: Box) -> list[str]:
    return [str(mail["Message-ID"]) for mail in server.mails if mail["To"] == "siti@example.org"]


def test_nothing_is_lost_in_a_day_without_a_mail_server_and_the_order_is_kept(
    categories: dict[str, Category], settings: Any
) -> None:
    nobody_there(settings)
    incident = reported(categories)
    for kind in (K.ACCEPTED, K.STARTED, K.ANSWERED):
        step(incident, kind)
    for _hour in range(24):
        later(1)
        with pytest.raises(NotSent):
            send_overdue()
    assert not Notice.objects.exclude(sent_at=None).exists()
    # It was asked once an hour, not once for each message.
    assert sum(Notice.objects.values_list("tries", flat=True)) < 40

    with mail_server() as back:
        to_port(settings, back.server_address[1])
        for _round in range(3):
            later(1)
            send_overdue()
        kept = Notice.objects.filter(to="reporter").order_by("pk")
        assert [one.split("@")[0].strip("<") for one in to_siti(back)] == [
            str(one.message_id) for one in kept
        ]
    assert len(kept) == 4
    assert not Notice.objects.filter(sent_at=None).exists()


def test_a_server_that_dies_after_the_message_gets_it_once_more_with_the_same_number(
    categories: dict[str, Category], post: Box
) -> None:
    incident = reported(categories)
    send_overdue()
    post.mails.clear()
    entry = step(incident, K.ACCEPTED)
    post.die = 1
    with pytest.raises(NotSent):
        send_pending(entry.pk)
    assert send_pending(entry.pk) == 0  # not at once
    later(1)
    assert send_overdue() == 1
    later(24)
    assert send_overdue() == 0
    first, again = to_siti(post)
    assert first == again


def test_a_worker_that_dies_over_a_message_costs_one_repeat(
    categories: dict[str, Category], post: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = reported(categories)
    send_overdue()
    post.mails.clear()
    entry = step(incident, K.ACCEPTED)

    def killed(_notice: Notice) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("incidents.delivery.sent", killed)
        with pytest.raises(KeyboardInterrupt):
            send_pending(entry.pk)
    assert send_overdue() == send_pending(entry.pk) == 0  # somebody may still be at it
    later(1)
    assert send_overdue() == 1
    assert send_overdue() == 0
    first, again = to_siti(post)
    assert first == again


def test_one_refused_address_holds_up_its_own_case_only(categories: dict[str, Category], post: Box) -> None:
    post.refuse = {"siti@example.org"}
    incident = reported(categories)
    other = case("sampah", contact=Contact("Budi", "budi@example.org", ""))
    with pytest.raises(NotSent) as told:
        send_overdue()
    assert "example.org" not in str(told.value)
    assert {"budi@example.org", "dlh@contoh.example"} <= {mail["To"] for mail in post.mails}
    send_pending(step(incident, K.ACCEPTED).pk)
    assert to_siti(post) == []
    assert Notice.objects.filter(to="reporter", sent_at=None).count() == 2

    calls = post.calls
    send_overdue()  # at once again: nobody is asked
    assert post.calls == calls
    post.refuse = set()
    for _round in range(2):
        later(20)
        send_overdue()
    assert len(to_siti(post)) == 2
    assert other.pk


def test_who_would_get_too_many_messages_of_one_kind_gets_them_together(
    categories: dict[str, Category], post: Box
) -> None:
    for _report in range(14):
        case("sampah")
    send_overdue()
    assert len(post.mails) == 10
    later(0.2)
    send_overdue()
    assert len(post.mails) == 10

    Notice.objects.exclude(sent_at=None).update(sent_at=F("sent_at") - timedelta(hours=1))
    later(0.2)
    assert send_overdue() == 1
    together = post.mails[-1]
    text = together.get_payload(decode=True).decode()  # type: ignore[union-attr]
    for incident in Incident.objects.order_by("pk")[10:]:
        assert f"/meja/kasus/{incident.pk}" in text
    assert not Notice.objects.filter(sent_at=None).exists()
