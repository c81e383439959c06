"""Open problems that somebody may follow instead of reporting them again.

An offer depends on the surroundings and the category only, never on the pin: whoever moves a pin about inside a
catchment (or a kelurahan that has none) learns nothing from it. The list changes with the full hour, so that a report
of one's own changes nothing at once either.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from geo.city import city_zone
from incidents.access import offerable
from incidents.fusion.near import is_small, kelurahan_in, newest_in
from incidents.models import Category, Complaint, Handle, Incident

MOST = 5
HANDLE_LASTS = timedelta(hours=2)
REPEATS_LAST = timedelta(days=7)  # how long a repeated report gets its first answer with the same handles


@dataclass(frozen=True)
class Offer:
    """What is told of an open problem: category, the ISO week in which it began, state, and how to follow it."""

    handle: str
    category: str
    week: str
    status: str


def offers(key: str, category: Category, now: datetime) -> list[Offer]:
    """The open problems of a category in these surroundings (incidents/fusion/near.py), the newest first."""
    found = _open_problems(key, category, now)
    texts = [secrets.token_urlsafe(24) for _one in found]
    return _given(found, texts, now)


def offers_with(complaint: Complaint, key: str, category: Category) -> list[Offer]:
    """The same for the answer to a report; `repeated_offers` gives them again."""
    found = _open_problems(key, category, complaint.received_at)
    texts = [_text(complaint, one.pk) for one in found]
    return _given(found, texts, complaint.received_at, complaint)


def repeated_offers(complaint: Complaint) -> list[Offer]:
    """What was offered in the answer to this report: the same handles in the same words."""
    rows = complaint.handles.select_related("incident__category").order_by("pk")
    return [_offer(_text(complaint, row.incident_id), row.incident, row.status) for row in rows]


def _open_problems(key: str, category: Category, now: datetime) -> Sequence[Incident]:
    if category.tier != Category.Tier.OPEN or not key or is_small(key):
        return []
    found = offerable().filter(
        kelurahan_code=kelurahan_in(key),
        category=category,
        phase__in=Incident.OPEN,
        opened_at__lt=now.replace(minute=0, second=0, microsecond=0),
        location__isnull=False,
    )
    return newest_in(key, found.select_related("category").order_by("-opened_at", "-pk"), MOST)


def _text(complaint: Complaint, incident: int) -> str:
    """A handle that only this report's answer holds; it can be made again, but not without the server's secret."""
    said = f"handle|{complaint.tracking_code}|{incident}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), said, "sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def digest_of(handle: str) -> str:
    return hashlib.sha256(handle.encode(errors="surrogatepass")).hexdigest()


def _given(
    found: Sequence[Incident], texts: Sequence[str], now: datetime, complaint: Complaint | None = None
) -> list[Offer]:
    rows = [
        Handle(
            digest=digest_of(text),
            incident=one,
            complaint=complaint,
            status=one.status,
            expires_at=now + HANDLE_LASTS,
        )
        for one, text in zip(found, texts, strict=True)
    ]
    Handle.objects.bulk_create(rows)
    return [_offer(text, one, one.status) for one, text in zip(found, texts, strict=True)]


def _offer(text: str, incident: Incident, status: str) -> Offer:
    return Offer(text, incident.category.code, week_of(incident.opened_at), status)


def week_of(at: datetime) -> str:
    """The ISO week in the city's zone, such as `2026-W47`."""
    year, week, _day = timezone.localtime(at, city_zone()).isocalendar()
    return f"{year}-W{week:02d}"


def forget_handles() -> int:
    """Delete handles that nobody can use any more; returns how many."""
    now = timezone.now()
    past = Q(complaint=None, expires_at__lt=now) | Q(expires_at__lt=now - REPEATS_LAST)
    deleted, _rows = Handle.objects.filter(past).delete()
    return deleted
