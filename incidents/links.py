"""Links for agencies without an account: random, kept as a hash, for a while, while the agency has the case."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import F
from django.utils import timezone

from incidents.jobs import send_notices
from incidents.models import Assignment, Entry, Incident, Notice, Referral, ReferralLink

LINK_DAYS = 30
A = Assignment.Status


class Standing(StrEnum):
    """Whether a link opens its case, or why not (any more)."""

    OPEN = "open"
    EXPIRED = "expired"
    REPLACED = "replaced"
    ANSWERED = "answered"
    GIVEN_BACK = "given_back"
    WITHDRAWN = "withdrawn"
    OVER = "over"


def send_link(referral: Referral, entry: Entry, now: datetime) -> ReferralLink | None:
    """Make a new link and send it with the notice of an entry; earlier ones open nothing from now on.

    None for made-up cases: they trouble nobody.
    """
    referral.links.filter(replaced_at=None).update(replaced_at=now)
    if referral.incident.demo:
        return None
    notice = Notice.objects.create(
        entry=entry, to=Notice.To.OUTSIDE, agency=referral.outsider, message_id=uuid.uuid4()
    )
    token = secrets.token_urlsafe(32)
    link = ReferralLink.objects.create(
        referral=referral, notice=notice, digest=digest_of(token), sealed=token, made_at=now,
        expires_at=now + timedelta(days=LINK_DAYS),
    )  # fmt: skip
    send_notices.defer(entry_id=entry.pk)
    return link


def tell_outsiders(incident: Incident, entry: Entry) -> None:
    """Outside agencies that have the case hear of something by a fresh link: they have no desk to look at."""
    having = incident.assignments.exclude(status__in=Assignment.GONE).values("agency")
    for referral in incident.referrals.filter(outsider__in=having).select_related("incident", "outsider"):
        send_link(referral, entry, timezone.now())


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(token: str) -> ReferralLink | None:
    """The link of a token, whether it opens anything or not."""
    known = ReferralLink.objects.select_related("referral__incident__category", "referral__outsider")
    return known.filter(digest=digest_of(token)).first()


def standing(link: ReferralLink, now: datetime) -> Standing:
    """What a link is worth at this moment."""
    if link.replaced_at:
        return Standing.REPLACED
    state = referral_standing(link.referral)
    if state == Standing.OPEN and link.expires_at <= now:
        return Standing.EXPIRED
    return state


def referral_standing(referral: Referral) -> Standing:
    """Whether the outside agency has the case."""
    incident = referral.incident
    held = incident.assignments.filter(agency=referral.outsider_id).values_list("status", flat=True).first()
    if held is None or held == A.RELEASED:
        return Standing.WITHDRAWN
    if held == A.RETURNED:
        return Standing.GIVEN_BACK
    if held == A.DONE:
        return Standing.ANSWERED
    return Standing.OPEN if incident.is_open and incident.merged_into_id is None else Standing.OVER


def count_use(link: ReferralLink, now: datetime) -> None:
    ReferralLink.objects.filter(pk=link.pk).update(uses=F("uses") + 1, last_used_at=now)


def newest_links(referrals: Iterable[Referral]) -> dict[int, ReferralLink]:
    """The newest link of each referral, by the referral's key."""
    links = ReferralLink.objects.filter(referral__in=list(referrals)).order_by("pk")
    return {link.referral_id: link for link in links}
