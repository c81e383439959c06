"""Outbox → e-mail. At least once: a repeat carries the same Message-ID, so mail programs show it once.

Messages name the case by number, category and kelurahan only; the words of a report never leave by mail.
"""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from geo.city import city_zone
from incidents.models import Notice


class NotSent(Exception):
    """Some notices of an entry could not be sent; the job tries again."""


OVERDUE = timedelta(minutes=3)
MOST_OVERDUE = 500


def send_pending(entry_id: int) -> int:
    """Send the notices of an entry that were not sent yet; returns how many were sent.

    One address that the mail server refuses does not keep the others waiting. Raises NotSent afterwards.
    """
    waiting = (
        Notice.objects.filter(entry_id=entry_id, sent_at=None).order_by("pk").values_list("pk", flat=True)
    )
    sent, failures = 0, []
    for pk in waiting:
        try:
            sent += send_one(pk)
        except (OSError, SMTPException) as failure:
            # The type only: a mail server's answer repeats the address.
            failures.append(f"notice {pk}: {type(failure).__name__}")
    if failures:
        raise NotSent("; ".join(failures))
    return sent


def send_overdue() -> int:
    """Send notices whose own job did not, whatever became of it; returns how many. The first failure ends the round."""
    waiting = Notice.objects.filter(sent_at=None, entry__at__lt=timezone.now() - OVERDUE).order_by("pk")
    return sum(send_one(pk) for pk in list(waiting.values_list("pk", flat=True)[:MOST_OVERDUE]))


def send_one(pk: int) -> bool:
    """Send one notice and mark it. The row is locked meanwhile, so two workers cannot both send it."""
    with transaction.atomic():
        related = ("entry__incident__category", "entry__agency", "agency", "complaint__reporter")
        queue = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related(*related)
        notice = queue.filter(pk=pk, sent_at=None).first()
        if notice is None:
            return False
        address = address_of(notice)
        if address:
            message_for(notice, address).send()
        notice.sent_at = timezone.now()
        notice.save(update_fields=["sent_at"])
        return bool(address)


def address_of(notice: Notice) -> str:
    """Where to send it; empty when the agency or the reporter has no e-mail (any more)."""
    if notice.to == Notice.To.AGENCY:
        return notice.agency.email if notice.agency else ""
    reporter = getattr(notice.complaint, "reporter", None)
    return reporter.email if reporter else ""


def message_for(notice: Notice, address: str) -> EmailMessage:
    context = {
        "notice": notice,
        "entry": notice.entry,
        "incident": notice.entry.incident,
        "complaint": notice.complaint,
        "assignment": notice.entry.incident.assignments.filter(agency=notice.agency_id).first(),
        "site": settings.SITE_URL,
    }
    with translation.override(settings.LANGUAGE_CODE), timezone.override(city_zone()):
        lines = render_to_string(f"mail/{notice.to}.txt", context).strip()
    subject, _, body = lines.partition("\n")
    domain = settings.SITE_URL.split("//", 1)[1].split(":")[0].split("/")[0]
    headers = {"Message-ID": f"<{notice.message_id}@{domain}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject.strip(), body.strip() + "\n", to=[address], headers=headers)
