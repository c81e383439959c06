"""Who hears of a step besides agencies and reporters' mailboxes: reporters' browsers, and those who follow the case."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from incidents.access import offerable
from incidents.models import Category, Complaint, Entry, Follower, Incident, Notice, Phase, PushSubscription
from incidents.releases import RELEASABLE, is_open_to_followers

K, To = Entry.Kind, Notice.To
# The steps that followers hear of; answers only when they are released (incidents/releases.py).
FOLLOWED = (
    K.ACCEPTED, K.STARTED, K.RETURNED, K.RESOLVED, K.REOPENED, K.CLOSED, K.ARCHIVED, K.FORWARDED,
)  # fmt: skip


def may_be_followed(incident: Incident) -> bool:
    """Whether people who did not report it may know of it: nothing confidential, and the open tier only."""
    is_open = not incident.confidential and incident.category.tier == Category.Tier.OPEN
    return is_open and offerable().filter(pk=incident.pk).exists()


def is_told_to_followers(entry: Entry) -> bool:
    """Whether followers hear of this entry: a step of the case, its closing by the reporters, a released answer."""
    if not entry.public:
        return False
    if entry.kind == K.CONFIRMED:
        return entry.incident.phase == Phase.CLOSED
    if (
        entry.kind == K.CLOSED and "confirmed" in entry.data
    ):  # for the other reporters: followers have the word itself
        return False
    if entry.complaint_id is not None:
        return False
    return entry.kind in FOLLOWED or (entry.kind in RELEASABLE and is_open_to_followers(entry))


def browsers_of(entry: Entry, reporters: Sequence[Complaint]) -> list[Notice]:
    """A notice for each browser of these reporters."""
    if not reporters or entry.kind == K.RECEIVED:  # nobody subscribes before they have a code
        return []
    found = PushSubscription.objects.filter(complaint__in=reporters).order_by("pk")
    return [
        Notice(entry=entry, to=To.REPORTER, complaint_id=one.complaint_id, push=one, message_id=uuid.uuid4())
        for one in found
    ]


def to_followers(entry: Entry) -> list[Notice]:
    """A notice for each mailbox and browser of those who follow the case, if they may hear of this entry."""
    if not is_told_to_followers(entry) or not may_be_followed(entry.incident):
        return []
    following = Follower.objects.filter(incident=entry.incident_id, ended_at=None).order_by("pk")
    mailboxes = following.filter(verified_at__isnull=False).exclude(email="")
    notices = [
        Notice(entry=entry, to=To.FOLLOWER, follower=one, message_id=uuid.uuid4()) for one in mailboxes
    ]
    browsers = PushSubscription.objects.filter(follower__in=following).order_by("pk")
    return notices + [
        Notice(entry=entry, to=To.FOLLOWER, follower_id=one.follower_id, push=one, message_id=uuid.uuid4())
        for one in browsers
    ]


def follower_address(notice: Notice) -> str:
    """The address of a follower who still follows, of a case that may still be followed."""
    follower, entry = notice.follower, notice.entry
    if follower is None or entry is None or follower.ended_at or not may_be_followed(entry.incident):
        return ""
    return follower.email
