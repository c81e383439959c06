"""The sweep through the outbox: one bad notice, or many that wait, keep nobody else waiting."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import delivery, notify
from incidents.filing import Contact
from incidents.models import Category, Notice
from incidents.notify import NotSent, send_overdue
from tests.incidents.made import case

Categories = dict[str, Category]
Mailbox = list[EmailMessage]
pytestmark = pytest.mark.django_db


def test_one_bad_notice_waits_longer_each_time_and_the_others_go_on(
    categories: Categories,
    mailoutbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad = Notice.objects.get(entry__incident=case(), to="agency")
    case()
    real = notify.message_for

    def breaks(notice: Notice, *rest: object) -> EmailMessage:
        if notice.pk == bad.pk:
            raise ValueError("the words of Siti, siti@example.org")
        return real(notice, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(notify, "message_for", breaks)
    with caplog.at_level(logging.WARNING), pytest.raises(NotSent) as told:
        send_overdue()

    assert len(mailoutbox) == 1
    bad.refresh_from_db()
    assert (bad.sent_at, bad.tries) == (None, 1)
    assert bad.try_after
    assert bad.try_after > timezone.now() + timedelta(minutes=3)
    assert f"notice {bad.pk} was not sent: ValueError" in caplog.text
    assert "Siti" not in caplog.text + str(told.value)
    assert "example.org" not in caplog.text + str(told.value)
    assert send_overdue() == 0  # not at once

    Notice.objects.filter(pk=bad.pk).update(try_after=timezone.now())
    with pytest.raises(NotSent):
        send_overdue()
    assert Notice.objects.get(pk=bad.pk, try_after__gt=timezone.now() + timedelta(minutes=14)).tries == 2


def test_many_held_back_messages_of_one_agency_starve_no_other(
    categories: Categories, mailoutbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "MOST_OVERDUE", 12)
    monkeypatch.setattr(notify, "PAGE", 4)
    for _report in range(26):
        case("sampah")
    send_overdue()
    assert len(mailoutbox) == delivery.MOST_ALIKE
    waiting = Notice.objects.filter(sent_at=None)
    assert waiting.count() == waiting.filter(try_after__gt=timezone.now()).count() == 16  # all told at once
    waiting.update(try_after=None, made_at=F("made_at") - timedelta(hours=1))
    mailoutbox.clear()

    case("sampah", contact=Contact("Budi", "budi@example.org", ""))
    assert send_overdue() == 1
    assert [mail.to for mail in mailoutbox] == [["budi@example.org"]]


def test_a_notice_is_locked_alone_and_only_what_it_needs_is_read(categories: Categories) -> None:
    pk = Notice.objects.get(entry__incident=case(), to="agency").pk
    with CaptureQueriesContext(connection) as asked:
        notice = delivery.take(pk)
    assert notice
    locking = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    assert [sql.count("JOIN") for sql in locking] == [0]
    assert max(one["sql"].count("JOIN") for one in asked) <= 5
    with CaptureQueriesContext(connection) as again:
        assert notice.entry
        assert notice.agency
        assert (notice.entry.incident.category.code, notice.agency.code) == ("sampah", "dlh")
    assert len(again) == 0


def test_what_an_agency_got_lately_is_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'incidents_notice_lately'")
        (made,) = cursor.fetchone()
    assert made.endswith("(agency_id, user_id, sent_at) WHERE (within_id IS NULL)")
