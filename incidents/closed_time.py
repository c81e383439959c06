"""What was said while a confidential report was in a case stays covered when it leaves (docs/duplicates.md).

History is never changed: the time is written down, and everybody who shows entries to staff asks here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from geo.models import Agency
from incidents.models import ClosedTime, Entry, Incident, Stay


def remember(incident: Incident, leaving: Iterable[int], now: datetime) -> None:
    """Write down how long the confidential ones of these complaints were here. Call before they leave."""
    secret = incident.complaints.filter(pk__in=leaving, confidential=True).prefetch_related("stays")
    since = [max((stay.until for stay in one.stays.all()), default=one.received_at) for one in secret]
    if since:
        knew = [agency.pk for agency in incident.holders()]
        ClosedTime.objects.create(incident=incident, since=min(since), until=now, agencies=knew)


def closed(prefix: str = "", agency: Agency | None = None) -> Exists:
    """Whether an entry was written in such a time; with an agency: in one from which it knows nothing."""
    at, of = OuterRef(f"{prefix}at"), OuterRef(f"{prefix}incident")
    times = ClosedTime.objects.filter(incident=of, since__lte=at, until__gt=at)
    return Exists(times.exclude(agencies__contains=[agency.pk]) if agency else times)


def is_closed(entry: Entry) -> bool:
    """The same of one entry, for everybody outside the agencies that knew it."""
    return ClosedTime.objects.filter(
        incident=entry.incident_id, since__lte=entry.at, until__gt=entry.at
    ).exists()


def shown_entries(
    incident: Incident, family: Iterable[int], agency: Agency | None, *, everything: bool
) -> QuerySet[Entry]:
    """The entries of a case as staff reads them; what is between one reporter and staff goes with the report.

    `everything` is for operators; an agency does not get what was said in a closed time before it had the case.
    """
    came = list(Stay.objects.filter(complaint__incident=incident).values_list("complaint", flat=True))
    found = Entry.objects.filter(Q(incident__in=family) | Q(complaint__in=came))
    found = found.filter(Q(complaint=None) | Q(complaint__incident=incident))
    return found if everything else found.filter(Q(complaint__isnull=False) | ~closed(agency=agency))
