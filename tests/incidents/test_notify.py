"""What leaves the outbox: through the real job worker, after the commit, once for each agency."""

from __future__ import annotations

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from geo.models import Agency
from incidents.filing import Contact
from incidents.models import Category, Entry, Notice
from incidents.notify import NotSent, send_one, send_pending
from tests.incidents.made import TEXT, case, do
from tests.worker import jobs, work  # noqa: F401  (a fixture, used by name)

Categories = dict[str, Category]
Mailbox = list[EmailMessage]
WIB = ZoneInfo("Asia/Jakarta")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("jobs")]


def text_of(mail: EmailMessage) -> str:
    return f"{mail.subject}\n{mail.body}"


def to_agencies(mailbox: Mailbox) -> dict[str, EmailMessage]:
    return {mail.to[0]: mail for mail in mailbox}


def test_each_agency_gets_one_mail_after_the_commit(categories: Categories, mailoutbox: Mailbox) -> None:
    with transaction.atomic():
        flood = case("banjir")
        assert mailoutbox == []
    assert mailoutbox == []  # the request is answered before anything is sent

    work()

    mails = to_agencies(mailoutbox)
    assert set(mails) == {"pupr@contoh.example", "bpbd@contoh.example"}
    assert len(mailoutbox) == 2
    mail = mails["bpbd@contoh.example"]
    assert mail.subject == f"Kasus baru #{flood.pk}: Banjir, Kebonsari"
    assert "Peran Anda: pendukung" in text_of(mail)
    assert re.search(r"Tenggat: \w+, \d+ \w+ \d{4}", text_of(mail))
    assert f"/meja/kasus/{flood.pk}" in text_of(mail)
    assert "Peran Anda: penanggung jawab" in text_of(mails["pupr@contoh.example"])
    assert not Notice.objects.filter(to="agency", sent_at=None).exists()


def test_a_mail_holds_no_words_of_a_report_and_nobodys_name(
    categories: Categories, mailoutbox: Mailbox
) -> None:
    case(contact=Contact("Siti Rahma", "siti@example.org", "081234567890"), address_note="Rumah Bu Siti")
    work()

    mail = to_agencies(mailoutbox)["dlh@contoh.example"]
    for secret in (TEXT, "Siti", "0812", "siti@example.org"):
        assert secret not in text_of(mail)


def test_names_are_written_as_they_are(categories: Categories, mailoutbox: Mailbox) -> None:
    Agency.objects.filter(code="dlh").update(name="Dinas Kebersihan & Pertamanan")
    case()
    work()
    assert "Dinas Kebersihan & Pertamanan" in text_of(mailoutbox[0])


def test_nothing_is_sent_of_what_was_rolled_back(categories: Categories, mailoutbox: Mailbox) -> None:
    with transaction.atomic():
        case()
        transaction.set_rollback(True)

    work()

    assert mailoutbox == []
    assert not ProcrastinateJob.objects.filter(task_name="incidents.send_notices").exists()


def test_a_second_run_sends_nothing_again(categories: Categories, mailoutbox: Mailbox) -> None:
    incident = case()
    work()
    entry = incident.entries.get(kind=Entry.Kind.ASSIGNED)
    assert send_pending(entry.pk) == 0
    assert len(mailoutbox) == 1


def test_a_repeat_after_a_crash_carries_the_same_message_id(
    categories: Categories, mailoutbox: Mailbox
) -> None:
    incident = case()
    notice = Notice.objects.get(to="agency", entry__incident=incident)
    assert send_one(notice.pk)
    Notice.objects.update(
        sent_at=None, try_after=None
    )  # as if the worker had died before marking, and time passed
    work()

    first, again = (mail.extra_headers["Message-ID"] for mail in mailoutbox)
    assert first == again
    assert str(notice.message_id) in first


def test_a_returned_case_is_told_to_those_who_still_have_it(
    categories: Categories, petugas_lain: User, mailoutbox: Mailbox
) -> None:
    flood = case("banjir")
    work()
    mailoutbox.clear()

    do(petugas_lain, flood, Entry.Kind.RETURNED, "Saluran ini milik provinsi.")
    work()

    (mail,) = mailoutbox
    assert mail.to == ["bpbd@contoh.example"]
    assert mail.subject.startswith(f"Kasus #{flood.pk} dikembalikan OPD lain")
    assert "Saluran ini milik provinsi." not in text_of(mail)


def test_an_agency_without_an_address_holds_nobody_up(categories: Categories, mailoutbox: Mailbox) -> None:
    Agency.objects.filter(code="pupr").update(email="")
    case("banjir")
    work()
    assert [mail.to for mail in mailoutbox] == [["bpbd@contoh.example"]]
    assert not Notice.objects.filter(to="agency", sent_at=None).exists()


def test_one_refused_address_does_not_keep_the_others_waiting(
    categories: Categories, mailoutbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = EmailMessage.send

    def refuse(mail: EmailMessage, *args: Any, **options: Any) -> int:
        if mail.to == ["pupr@contoh.example"]:
            raise SMTPRecipientsRefused({"pupr@contoh.example": (550, b"no such box pupr@contoh.example")})
        return send(mail, *args, **options)

    monkeypatch.setattr(EmailMessage, "send", refuse)
    flood = case("banjir")
    entry = flood.entries.get(kind=Entry.Kind.ASSIGNED)

    with pytest.raises(NotSent) as caught:
        send_pending(entry.pk)
    assert [mail.to for mail in mailoutbox] == [["bpbd@contoh.example"]]
    assert "contoh.example" not in str(caught.value)

    monkeypatch.undo()
    assert send_pending(entry.pk) == 0  # not at once
    Notice.objects.update(try_after=None)
    assert send_pending(entry.pk) == 1  # and the next try sends only what is missing
    assert len(mailoutbox) == 2


def test_the_deadline_is_told_in_the_citys_time(categories: Categories, mailoutbox: Mailbox) -> None:
    incident = case(age=timedelta(0))
    work()
    assert f", {incident.due_at.astimezone(WIB).day} " in text_of(mailoutbox[0])
