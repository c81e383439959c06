"""Outbox → e-mail. At least once: a repeat carries the same Message-ID, so mail programs show it once.

Messages name the case by number, category and kelurahan only; the words of a report never leave by mail.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from geo.city import city_zone
from incidents import delivery
from incidents.access import kept_out
from incidents.audience import follower_address
from incidents.contact import proof_path
from incidents.deadlines import silent_until
from incidents.models import Category, Entry, Incident, Notice, ReferralLink, Timed
from incidents.push import send_push

log = logging.getLogger("kentongan.incidents")


class NotSent(Exception):
    """Some notices of an entry could not be sent; the job tries again."""


# What agencies hear of a case that they have already: in the words for staff, not as a new case.
SAID = (
    Entry.Kind.SUPPLIED, Entry.Kind.MESSAGE, Entry.Kind.OBJECTED, Entry.Kind.REOPENED, Entry.Kind.OUTSIDE,
    Entry.Kind.ARCHIVED, Entry.Kind.RELEASED,
)  # fmt: skip
GONE = (SMTPServerDisconnected, SMTPConnectError, SMTPHeloError, SMTPAuthenticationError)
CLOSING = 421  # "service not available, closing transmission channel"
OVERDUE = timedelta(minutes=3)
MOST_OVERDUE, PAGE = 500, 100
MOST_LISTED = 100  # cases in one message


def send_pending(entry_id: int) -> int:
    """Send the notices of an entry that were not sent yet; returns how many were sent.

    One address that the mail server refuses does not keep the others waiting. Raises NotSent afterwards.
    """
    return _send_all(Notice.objects.filter(entry_id=entry_id))


def send_relocation(run_id: int) -> int:
    """Send what a relocation has to tell and was not sent yet, as `send_pending` does."""
    return _send_all(Notice.objects.filter(relocation_id=run_id))


def send_told(round_id: int) -> int:
    """Send what a round of the clock has to tell and was not sent yet, as `send_pending` does."""
    return _send_all(Notice.objects.filter(round_id=round_id))


@dataclass
class Sweep:
    """A walk through the outbox: what was sent, what was not, and whether a server that is away ended it."""

    sent: int = 0
    failures: list[str] = field(default_factory=list)
    away: bool = False

    def send(self, pks: Iterable[int]) -> None:
        """Send these as far as they may leave now. Whatever is wrong with one of them holds no other up."""
        for pk in pks:
            try:
                self.sent += send_one(pk)
            except Exception as failure:
                # The type only: a mail server's answer repeats the address, an error may hold somebody's words.
                self.failures.append(f"notice {pk}: {type(failure).__name__}")
                log.warning("notice %s was not sent: %s", pk, type(failure).__name__)
                self.away = is_away(failure)
            if self.away:
                return

    def result(self) -> int:
        """How many were sent. Raises NotSent when some were not."""
        if self.failures:
            raise NotSent("; ".join(self.failures))
        return self.sent


def _send_all(notices: QuerySet[Notice]) -> int:
    sweep = Sweep()
    sweep.send(notices.filter(sent_at=None).order_by("pk").values_list("pk", flat=True))
    return sweep.result()


def send_overdue() -> int:
    """Send what its own job did not, whatever became of it, in the order in which it happened; returns how many.

    Raises NotSent when some could not be sent; they wait for the next time.
    """
    now = timezone.now()
    since = now - OVERDUE
    old = (
        Q(entry__at__lt=since, try_after=None)
        | Q(entry__isnull=False, made_at__lt=since, try_after=None)
        | Q(relocation__finished_at__lt=since)
        | Q(round__finished_at__lt=since)
        | Q(entry__isnull=False, try_after__lte=now)
    )
    sweep, last = Sweep(), 0
    # Those that may not leave yet do not count: they would keep what comes after them waiting for ever.
    while not sweep.away and sweep.sent + len(sweep.failures) < MOST_OVERDUE:
        due = delivery.waiting(timezone.now()).filter(old, pk__gt=last)
        page = list(due.values_list("pk", flat=True)[:PAGE])
        if not page:
            break
        sweep.send(page)
        last = page[-1]
    return sweep.result()


def send_one(pk: int) -> bool:
    """Send one notice, if it may leave now, and mark it. Raises whatever kept it from leaving; then it waits."""
    notice = delivery.take(pk)
    if notice is None:
        return False
    try:
        left = send_push(notice) if notice.push else _mail(notice)
    except Exception as failure:
        delivery.failed(notice, away=is_away(failure))
        raise
    delivery.sent(notice)
    ReferralLink.objects.filter(notice=notice).update(sealed="")  # from now on only its hash is here
    return left


def is_away(failure: Exception) -> bool:
    """Whether the mail server or the database is not there (any more): whatever comes next would fare no better."""
    if isinstance(failure, OperationalError | InterfaceError):
        return True
    if not isinstance(failure, OSError):
        return False
    if not isinstance(failure, SMTPException):
        return True
    closing = isinstance(failure, SMTPResponseException) and failure.smtp_code == CLOSING
    return closing or isinstance(failure, GONE)


def _mail(notice: Notice) -> bool:
    address = address_of(notice)
    told = entries_told(notice)
    if not address or (notice.entry and not told):
        return False
    message_for(notice, address, told).send()
    return True


def entries_told(notice: Notice) -> list[Entry]:
    """What its message tells of: its own entry and those told with it, without what the agency must not know of."""
    every = [notice, *notice.others.select_related("entry__incident__category")] if notice.entry else []
    return [one.entry for one in every if one.entry and not _is_kept_out(notice, one.entry.incident)]


def _is_kept_out(notice: Notice, incident: Incident) -> bool:
    return notice.agency is not None and notice.agency.pk in kept_out(incident)


def _token(notice: Notice) -> str:
    """The token of the link that a notice to an outside agency carries; empty when a newer one has replaced it."""
    link = ReferralLink.objects.filter(notice=notice, replaced_at=None).first()
    return link.sealed if link else ""


def address_of(notice: Notice) -> str:
    """Where to send it; empty when the agency or the reporter has no e-mail (any more), or left."""
    if notice.user:
        return notice.user.email if notice.user.is_active else ""
    if notice.to == Notice.To.OUTSIDE:
        return notice.agency.email if notice.agency and _token(notice) else ""
    if notice.to == Notice.To.AGENCY:
        # A relocation may have given cases to an outside agency: it cannot open the desk's pages.
        return notice.agency.email if notice.agency and not notice.agency.is_outside else ""
    if notice.to == Notice.To.FOLLOWER:
        return follower_address(notice)
    reporter = getattr(notice.complaint, "reporter", None)
    return reporter.email if reporter else ""


def message_for(notice: Notice, address: str, told: Sequence[Entry]) -> EmailMessage:
    if notice.entry and list(told) != [notice.entry]:
        template, context = _together(told)
    elif notice.round:
        template, context = _round(notice)
    else:
        template, context = _relocation(notice) if notice.relocation else _step(notice)
    with translation.override(settings.LANGUAGE_CODE), timezone.override(city_zone()):
        lines = render_to_string(template, context | {"notice": notice, "site": settings.SITE_URL}).strip()
    subject, _, body = lines.partition("\n")
    domain = settings.SITE_URL.split("//", 1)[1].split(":")[0].split("/")[0]
    headers = {"Message-ID": f"<{notice.message_id}@{domain}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject.strip(), body.strip() + "\n", to=[address], headers=headers)


def _step(notice: Notice) -> tuple[str, dict[str, Any]]:
    """The message about one entry of a timeline."""
    entry = notice.entry
    assert entry
    incident = entry.incident
    context = {
        "entry": entry,
        "incident": incident,
        "complaint": notice.complaint,
        "token": _token(notice) if notice.to == Notice.To.OUTSIDE else "",
        "secret": incident.confidential or incident.category.tier == Category.Tier.CLOSED,
        "follower": notice.follower,
        "proof": proof_path(notice),
        "silent_until": silent_until(incident),
        "assignment": incident.assignments.filter(agency=notice.agency_id).first(),
    }
    to_staff = notice.user or (notice.to == Notice.To.AGENCY and entry.kind in SAID)
    return ("mail/staff.txt" if to_staff else f"mail/{notice.to}.txt"), context


def _together(entries: Sequence[Entry]) -> tuple[str, dict[str, Any]]:
    """The message about many steps of one kind at once."""
    cases = list({entry.incident_id: entry.incident for entry in entries}.values())
    shown = cases[:MOST_LISTED]
    more = len(cases) - len(shown)
    return "mail/together.txt", {"entry": entries[0], "cases": shown, "count": len(cases), "more": more}


def _relocation(notice: Notice) -> tuple[str, dict[str, Any]]:
    """The message about all that new borders changed for an agency."""
    assert notice.relocation
    assert notice.agency
    told = notice.relocation.agencies.get(notice.agency.code, {})
    return "mail/relocation.txt", {"told": told, "edition": notice.relocation.edition}


def _round(notice: Notice) -> tuple[str, dict[str, Any]]:
    """The message about all that a round of the clock has to tell somebody; numbers and steps, nothing of a case."""
    assert notice.round
    to = notice.to if notice.agency is None else f"{notice.to}:{notice.agency.pk}"
    told = notice.round.told.get(to, {"count": 0, "cases": []})
    steps = dict(Timed.choices)
    cases = [
        one | {"step": steps.get(one.get("step")), "due": _moment(one.get("due"))} for one in told["cases"]
    ]
    late = sum(bool(one.get("late")) for one in cases)
    return f"mail/{notice.round.kind}.txt", {"told": told, "cases": cases, "late": late}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(city_zone()) if text else None
