"""What an outside agency sees of a case: what the operator passed on, its own answers, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from geo.around import around
from incidents.flow import current_flow
from incidents.links import LINK_DAYS
from incidents.masking import masked
from incidents.models import Complaint, Entry, Photo, Referral, ReferralLink
from incidents.referrals import ANSWERS, OUTSIDER

LANDMARKS = 3


@dataclass(frozen=True)
class Said:
    """The words of one report, with numbers and addresses of persons covered. Nobody's name is here."""

    text: str
    address_note: str
    occurred_at: datetime | None
    photos: list[str]


def photos_of(referral: Referral) -> QuerySet[Photo]:
    """The photos that a link may open: those passed on, and those of the outside agency's own answers."""
    own = Q(entry__incident=referral.incident_id, entry__agency=referral.outsider_id)
    passed = Q(complaint__in=referral.complaints.all(), complaint__incident=referral.incident_id)
    return Photo.objects.filter(own | passed if referral.photos else own)


def case_shown(link: ReferralLink, token: str) -> dict[str, Any]:
    """The context of the page."""
    referral = link.referral
    incident = referral.incident
    kinds = {step.action for step in current_flow().actions(incident.status, OUTSIDER)}
    context: dict[str, Any] = {
        "link": link,
        "referral": referral,
        "case": incident,
        "words": _operators_words(referral),
        "reports": [_said(one, referral, token) for one in _reports(referral)],
        "own": _own_answers(referral, token),
        "kinds": [(kind.value, label) for kind, label in _choices() if kind in kinds and kind in ANSWERS],
        "days": LINK_DAYS,
    }
    if incident.location and not referral.withdrawn_at:
        context["around"] = around(incident.location.x, incident.location.y, LANDMARKS)
    return context


def _choices() -> list[tuple[Entry.Kind, str]]:
    return [
        (Entry.Kind.OUTSIDE, _("We are working on it")),
        (Entry.Kind.RESOLVED, _("It is done")),
        (Entry.Kind.RETURNED, _("This is not ours")),
    ]


def _operators_words(referral: Referral) -> str:
    """What the operator wrote to this agency; empty where routing did it, or they were taken back."""
    note = referral.entry.note if referral.entry and not referral.withdrawn_at else None
    return masked(note.body) if note and not note.erased_at else ""


def _reports(referral: Referral) -> list[Complaint]:
    passed = referral.complaints.filter(incident=referral.incident_id).prefetch_related("photos")
    return list(passed.order_by("received_at", "pk"))


def _said(complaint: Complaint, referral: Referral, token: str) -> Said:
    photos = list(complaint.photos.all()) if referral.photos else []
    addresses = [reverse("outside:photo", args=[token, photo.pk]) for photo in photos]
    return Said(
        masked(complaint.description), masked(complaint.address_note), complaint.occurred_at, addresses
    )


def _own_answers(referral: Referral, token: str) -> list[dict[str, Any]]:
    """The entries of components/timeline.html."""
    entries = Entry.objects.filter(
        incident=referral.incident_id, agency=referral.outsider_id, kind__in=ANSWERS
    )
    titles = dict(_choices())
    return [
        {
            "title": titles[Entry.Kind(one.kind)],
            "at": one.at,
            "text": masked(one.note.body) if one.note and not one.note.erased_at else "",
            "icon": "message-square-text",
            "photos": [
                {"url": reverse("outside:photo", args=[token, photo.pk]), "alt": _("Your photo")}
                for photo in one.photos.all()
            ],
        }
        for one in entries.filter(public=True).select_related("note").prefetch_related("photos")
    ]
