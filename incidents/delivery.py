"""Which notice may leave now. Whoever takes one writes that down first, so a crash costs one repeat at most.

Order: of one case, a recipient gets the earlier message first. Patience: what failed waits, longer each time; a mail
server that is away is asked once in a while, not once for each message. Measure: of one kind of step somebody gets so
many messages in an hour, the others come together in one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from incidents.models import Notice

LEASE = timedelta(minutes=3)  # longer than a mail server may take
AWAY = timedelta(minutes=4)  # less than the sweep's five
BACKOFF = tuple(timedelta(minutes=one) for one in (4, 15, 60, 240, 720))
GIVEN_UP = timedelta(days=7)
MOST_ALIKE, ALIKE_FOR = 10, timedelta(hours=1)
TOGETHER = 5000  # notices in one message
# What a message is made of, by what the notice has: all of it at once would be a join of fifteen tables.
NEEDED = {
    "entry": ("entry__incident__category", "entry__agency"),
    "agency": ("agency",),
    "complaint": ("complaint__reporter",),
    "relocation": ("relocation__edition",),
    "round": ("round",),
    "user": ("user",),
    "follower": ("follower",),
    "push": ("push__complaint", "push__follower"),
}


def waiting(now: datetime) -> QuerySet[Notice]:
    """What is to be sent and may be tried now, oldest first."""
    due = Notice.objects.filter(Q(try_after=None) | Q(try_after__lte=now), sent_at=None, within=None)
    return due.filter(made_at__gt=now - GIVEN_UP).order_by("pk")


def take(pk: int) -> Notice | None:
    """A notice to be sent by whoever took it; None when it is not to be sent now."""
    now = timezone.now()
    with transaction.atomic():
        notice = _locked(pk, now)
        if notice is None or _earlier_waits(notice, now):
            return None
        if notice.tries == 0 and _had_enough(notice, now):
            _hold_back(notice, now)
            return None
        if notice.tries == 0:
            _gather(notice)
        notice.tries += 1
        notice.try_after = now + LEASE
        notice.save(update_fields=["tries", "try_after"])
        return notice


def _locked(pk: int, now: datetime) -> Notice | None:
    """The notice, locked if nobody else is at it, with what its message is made of."""
    locked = waiting(now).select_for_update(skip_locked=True).filter(pk=pk).first()
    if locked is None:
        return None
    needed = [
        path for name, paths in NEEDED.items() if getattr(locked, f"{name}_id") is not None for path in paths
    ]
    return Notice.objects.select_related(*needed).get(pk=pk)


def sent(notice: Notice) -> None:
    """It has left, and what was told with it."""
    Notice.objects.filter(Q(pk=notice.pk) | Q(within=notice)).update(sent_at=timezone.now())


def failed(notice: Notice, *, away: bool) -> None:
    """It was refused, or nobody was there (`away`): when to try again."""
    pause = AWAY if away else BACKOFF[min(notice.tries, len(BACKOFF)) - 1]
    Notice.objects.filter(pk=notice.pk).update(try_after=timezone.now() + pause)


def _same_recipient(notice: Notice) -> QuerySet[Notice]:
    return Notice.objects.filter(
        to=notice.to, agency=notice.agency_id, user=notice.user_id, complaint=notice.complaint_id,
        follower=notice.follower_id, push=notice.push_id,
    )  # fmt: skip


def _earlier_waits(notice: Notice, now: datetime) -> bool:
    if notice.entry is None:
        return False
    earlier = _same_recipient(notice).filter(
        pk__lt=notice.pk, sent_at=None, entry__incident=notice.entry.incident_id, made_at__gt=now - GIVEN_UP
    )
    return earlier.exists()


def _alike(notice: Notice) -> QuerySet[Notice]:
    """What the same agency or person is told about steps of the same kind, of whatever case."""
    assert notice.entry
    return _same_recipient(notice).filter(entry__kind=notice.entry.kind)


def _is_staffs(notice: Notice) -> bool:
    """Agencies and people who work here; an outside agency's message carries a link of its own, so it goes alone."""
    if notice.entry is None or notice.to == Notice.To.OUTSIDE:
        return False
    return notice.agency_id is not None or notice.user_id is not None


def _had_enough(notice: Notice, now: datetime) -> bool:
    if not _is_staffs(notice):
        return False
    lately = _same_recipient(notice).filter(sent_at__gt=now - ALIKE_FOR, within=None)
    if lately.count() < MOST_ALIKE:  # of whatever kind: few, and found by the index alone
        return False
    assert notice.entry
    return lately.filter(entry__kind=notice.entry.kind).count() >= MOST_ALIKE


def _hold_back(notice: Notice, now: datetime) -> None:
    """It waits, and with it all that would be told they have had enough, too: nobody asks for each of them."""
    waits = [notice.pk, *_later_alike(notice)]
    Notice.objects.filter(pk__in=waits).update(try_after=now + AWAY)


def _later_alike(notice: Notice) -> list[int]:
    """What was not tried yet and could be told with this one; what somebody else is at is left out."""
    others = _alike(notice).filter(pk__gt=notice.pk, sent_at=None, within=None, tries=0).order_by("pk")
    locked = others.select_for_update(skip_locked=True, of=("self",))
    return list(locked.values_list("pk", flat=True)[:TOGETHER])


def _gather(notice: Notice) -> None:
    """Where messages were held back, the first that leaves takes the others along; kept, so a repeat says the same."""
    if not _is_staffs(notice) or notice.try_after is None:
        return
    Notice.objects.filter(pk__in=_later_alike(notice)).update(within=notice)
