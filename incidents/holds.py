"""Which cases a legal hold keeps: the one that it names, and whatever that one was merged into."""

from __future__ import annotations

from datetime import datetime

from incidents.models import Incident, LegalHold


def held_cases() -> set[int]:
    """The numbers of all cases of which nothing may be erased. Holds are few."""
    found = set(LegalHold.objects.values_list("incident_id", flat=True))
    new = found
    while new:
        into = Incident.every.filter(pk__in=new, merged_into__isnull=False)
        new = set(into.values_list("merged_into_id", flat=True)) - found
        found |= new
    return found


def hold_like(source: list[int], target: Incident, since: datetime | None = None) -> None:
    """What leaves these cases is held as they are; `since`: only by a hold that is younger."""
    if LegalHold.objects.filter(incident=target).exists():
        return
    holds = LegalHold.objects.filter(incident__in=source).order_by("at", "pk")
    hold = (holds.filter(at__gte=since) if since else holds).first()
    if hold:
        LegalHold.objects.create(incident=target, reason=hold.reason, by_id=hold.by_id, at=hold.at)
