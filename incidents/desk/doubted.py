"""Cases that a person must decide after the borders changed, with the kelurahan that may have become theirs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.db.models import Max

from geo.edition_links import successors
from geo.registry import current_locator
from incidents.models import Doubt, Incident, Relocation

SHOWN = 100
PLACELESS = {Doubt.Reason.OUTSIDE, Doubt.Reason.SPLIT, Doubt.Reason.GONE}


@dataclass(frozen=True)
class Doubted:
    """One case; `likely`: codes of the kelurahan that the old one went into, the largest part first."""

    incident: Incident
    reason: str
    placeless: bool  # its place is what has to be decided, not its agency
    likely: list[str]
    seen: int


def doubted_cases() -> list[Doubted]:
    """What the newest relocation left to a person and nobody has decided since, oldest first."""
    run = Relocation.objects.select_related("edition").first()
    if run is None:
        return []
    rows = run.doubts.filter(incident__phase__in=Incident.OPEN, incident__merged_into=None).select_related(
        "incident__category"
    )
    doubts = list(rows.order_by("incident")[:SHOWN])
    newest = dict(
        Incident.objects.filter(pk__in=[one.incident_id for one in doubts])
        .annotate(seen=Max("entries__pk"))
        .values_list("pk", "seen")
    )
    became = cache(lambda edition: successors(edition, run.edition))
    known = current_locator().by_code
    return [
        Doubted(
            one.incident,
            str(Doubt.Reason(one.reason).label),
            one.reason in PLACELESS,
            [
                code
                for code in became(one.incident.edition_id).of(one.incident.kelurahan_code)
                if code in known
            ],
            newest[one.incident_id] or 0,
        )
        for one in doubts
    ]
