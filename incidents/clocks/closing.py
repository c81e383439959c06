"""What ends by silence: nobody objected in time, or the reporter never sent what was asked for."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from geo.errors import DomainError
from incidents.deadlines import given_up_after
from incidents.models import Entry, Incident, Phase
from incidents.moves import SYSTEM, Move, move

MOST = 500  # in one go; the rest follows with the next
SILENCE = {"silence": True}


def close_by_silence(now: datetime | None = None) -> int:
    """Close what was resolved and not objected to; returns how many cases."""
    now = now or timezone.now()
    over = Incident.objects.filter(phase=Phase.RESOLVED, objection_until__lt=now).order_by("objection_until")
    return sum(_ended(one, Entry.Kind.CLOSED, "", now) for one in over[:MOST])


def archive_unanswered(now: datetime | None = None) -> int:
    """Archive what waits for its reporter for longer than the limit; returns how many cases."""
    now = now or timezone.now()
    waiting = Incident.objects.filter(phase=Phase.WAITING, waiting_since__lt=now).select_related("category")
    over = (
        one
        for one in waiting.order_by("waiting_since").iterator()
        if one.waiting_since and given_up_after(one.waiting_since, one.category) < now
    )
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("The reporter was asked for more and did not answer in time.")
    return sum(_ended(one, Entry.Kind.ARCHIVED, reason, now) for one in list(islice(over, MOST)))


def _ended(incident: Incident, action: Entry.Kind, reason: str, now: datetime) -> bool:
    """One case, in a transaction of its own; one that somebody moved a moment ago is left alone."""
    try:
        move(Move(incident, action, SYSTEM, text=reason, data=SILENCE, at=now))
    except DomainError:
        return False
    return True
