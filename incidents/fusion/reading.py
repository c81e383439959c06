"""What a reporter reads of a case that others reported, too: from their own report on, wherever it went.

Whoever reports what is there already must not learn from the answer that it is: until something happens to the case,
their report stands as a new one would.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects

from geo.city import city_zone
from geo.registry import current_locator
from incidents.deadlines import current_limits, due_after
from incidents.flow import current_flow
from incidents.models import Assignment, Complaint, Entry, Incident, Phase
from incidents.routing import route


def joined(complaint: Complaint) -> bool:
    """Whether it joined an open case when it came."""
    return complaint.location is not None


def stands_as_new(complaint: Complaint) -> bool:
    """Whether it joined an open case to which nothing has happened since."""
    if not joined(complaint):
        return False
    # Their own words are nothing that happened: else a message would be a way to ask.
    return not readable(complaint).exclude(complaint=complaint, actor=None, agency=None).exists()


def as_told(complaint: Complaint) -> Incident:
    """The incident with state and promise as this reporter is told them: to be shown, never to be saved."""
    incident = complaint.incident
    if not stands_as_new(complaint):
        return incident
    shown = copy(incident)
    shown.status, shown.phase, shown.due_at = (
        current_flow().usual(Phase.NEW),
        Phase.NEW,
        promise_of(complaint),
    )
    shown.first_answer_at = shown.resolved_at = None
    return shown


def parties_of(complaint: Complaint) -> list[Assignment]:
    """The agencies as this reporter is told them, the lead first; those that gave the case back included."""
    if stands_as_new(complaint):
        return _as_new(complaint)
    held = complaint.incident.assignments.select_related("agency")
    return list(held.order_by("role", "assigned_at", "pk"))


def promise_of(complaint: Complaint) -> datetime:
    """Until when the answer to this report promised a solution."""
    if not joined(complaint):
        return complaint.incident.due_at
    days = current_limits().completion(complaint.incident.category)
    return due_after(complaint.received_at, days, city_zone())


def told_agencies(parties: list[Assignment]) -> list[dict[str, Any]]:
    """Agencies as the timeline keeps them."""
    return [{"code": one.agency.code, "name": one.agency.name, "role": one.role} for one in parties]


def first_told(complaint: Complaint) -> list[dict[str, Any]]:
    """The agencies that the answer to this report named."""
    if joined(complaint):
        return told_agencies(_as_new(complaint))
    # Not what an operator did since.
    first = complaint.incident.entries.filter(kind=Entry.Kind.ASSIGNED, actor=None)
    told = first.values_list("data", flat=True).first()
    return told["agencies"] if told else []


def _as_new(complaint: Complaint) -> list[Assignment]:
    """The agencies that a new case there would go to: not kept, only shown."""
    assert complaint.location
    placement = current_locator().locate(complaint.location.x, complaint.location.y)
    at = complaint.received_at
    incident = complaint.incident
    return [
        Assignment(incident=incident, agency=one.agency, role=one.role, assigned_at=at, updated_at=at)
        for one in (route(incident.category, placement) if placement.inside else ())
    ]


def story_entries(complaint: Complaint) -> list[Entry]:
    """The entries that this reporter may read, oldest first; what joined a case begins with its own receipt."""
    entries = list(readable(complaint).select_related("agency", "note", "held_back").order_by("at", "pk"))
    own = {one.pk for one in entries if one.complaint_id == complaint.pk}
    # What others are told of a word of theirs; they have the word itself.
    entries = [
        one for one in entries if own.isdisjoint({one.data.get("objection"), one.data.get("confirmed")})
    ]
    if joined(complaint):
        entries = [*_receipt(complaint), *entries]
    prefetch_related_objects(entries, "photos")
    return entries


def _receipt(complaint: Complaint) -> list[Entry]:
    """What the timeline of a case of its own would begin with; made here, since one case has one beginning."""
    at, incident = complaint.received_at, complaint.incident
    told = {"agencies": told_agencies(_as_new(complaint))}
    source = {"source": Incident.Source.CITIZEN.value}
    K = Entry.Kind
    return [
        Entry(pk=0, incident=incident, at=at, kind=kind, public=True, data=data)
        for kind, data in ((K.RECEIVED, source), (K.ASSIGNED, told))
        if data.get("agencies", True)
    ]


def readable(complaint: Complaint) -> QuerySet[Entry]:
    """The public entries of all places where this report was, each for the time that it was there."""
    shown = Q()
    for incident, since, until in _stays(complaint):
        here = Q(incident=incident, at__gte=since)
        shown |= here & Q(at__lte=until) if until else here
    own = Q(complaint=None) | Q(complaint=complaint)
    return Entry.objects.filter(shown & own, public=True)


def _stays(complaint: Complaint) -> Iterator[tuple[int, datetime, datetime | None]]:
    since = complaint.received_at
    for stay in complaint.stays.all():
        yield stay.incident_id, since, stay.until
        since = stay.until
    yield complaint.incident_id, since, None


def family(incident: Incident) -> list[int]:
    """The incident and everything that was merged into it, however often: whose history its own page tells."""
    found, new = [incident.pk], [incident.pk]
    while new:
        new = list(Incident.every.filter(merged_into__in=new).values_list("pk", flat=True))
        found += new
    return found
