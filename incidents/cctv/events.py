"""What a camera saw → a row, and perhaps a case. Whatever the video system's protocol, it becomes a Sighting first.

Only the fields named here are kept: licence plates, names of faces and pictures in a payload are dropped on arrival.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from geo.registry import current_locator
from incidents.cctv.rules import apply_rules
from incidents.models import Camera, CctvEvent, CctvMessage

OLDEST = timedelta(days=366)
CLOCK_SKEW = timedelta(minutes=5)
State = CctvEvent.State
UPDATED = ("happened_at", "ended_at", "state", "confidence", "count", "severity", "zone")


@dataclass(frozen=True)
class Sighting:
    """One message of a video system about one event. `subject` is the same over start, update and end."""

    id: str
    source: str
    subject: str
    camera: str
    klass: str
    state: str
    time: datetime
    confidence: float | None = None
    count: int | None = None
    severity: str = ""
    zone: str = ""
    detector: dict[str, Any] = field(default_factory=dict)
    demo: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one message; `error` says what to do about a rejected one, `field` where it is."""

    id: str
    status: str
    error: str | None = None
    field: str | None = None


def rejected(id: str, field: str, error: str) -> Outcome:
    return Outcome(id, "rejected", error, field)


def take_sightings(sender: str, sightings: Sequence[Sighting], now: datetime) -> list[Outcome]:
    """Keep the sightings of one sender, in order, and open cases where a rule says so; all in one transaction.

    A message whose (source, id) was taken before is a duplicate; an unknown camera or a time in the future is rejected.
    """
    cameras = {c.code: c for c in Camera.objects.filter(code__in={s.camera for s in sightings}, active=True)}
    places = _places(list(cameras.values()))
    faults = [_fault(one, cameras, places, now) for one in sightings]
    good = [one for one, fault in zip(sightings, faults, strict=True) if fault is None]
    with transaction.atomic():
        _lock(sender, sorted({cameras[one.camera].pk for one in good}))
        fresh = _unseen(sender, good, now)
        apply_rules(_keep_all(sender, fresh, cameras, places, now), now)
    kept = {id(one) for one in fresh}
    return [
        fault or Outcome(one.id, "accepted" if id(one) in kept else "duplicate")
        for one, fault in zip(sightings, faults, strict=True)
    ]


def _places(cameras: list[Camera]) -> dict[str, str]:
    """The kelurahan in which each camera stands; cameras outside the active edition are left out."""
    placed = current_locator().locate_many([c.location.x for c in cameras], [c.location.y for c in cameras])
    villages = current_locator().villages
    return {c.code: villages[i].place.code for c, i in zip(cameras, placed.village, strict=True) if i >= 0}


def _fault(
    one: Sighting, cameras: dict[str, Camera], places: dict[str, str], now: datetime
) -> Outcome | None:
    if one.camera not in cameras:
        return rejected(one.id, "data.camera", _("This camera is not in the registry."))
    if one.camera not in places:
        return rejected(one.id, "data.camera", _("This camera stands outside the city's borders."))
    if one.time > now + CLOCK_SKEW:
        return rejected(
            one.id, "time", _("This event lies in the future; please check the clock of the sender.")
        )
    if one.time < now - OLDEST:
        return rejected(one.id, "time", _("This event is more than a year old."))
    return None


def _lock(sender: str, cameras: list[int]) -> None:
    """One writer per sender and per camera at a time, in a fixed order: two batches at once can neither write the same
    id twice, nor open two cases, nor deadlock.
    """
    name = int(hashlib.sha256(sender.encode()).hexdigest()[:15], 16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])
        for pk in cameras:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [0x6B74, pk])


def _unseen(sender: str, sightings: list[Sighting], now: datetime) -> list[Sighting]:
    """Those whose (source, id) is new, also among themselves; their ids are remembered."""
    wanted: dict[tuple[str, str], Sighting] = {}
    for one in sightings:
        wanted.setdefault((one.source, one.id), one)
    ids = {one.id for one in wanted.values()}
    seen = set(CctvMessage.objects.filter(sender=sender, event_id__in=ids).values_list("source", "event_id"))
    fresh = [one for key, one in wanted.items() if key not in seen]
    messages = [
        CctvMessage(sender=sender, source=one.source, event_id=one.id, received_at=now) for one in fresh
    ]
    CctvMessage.objects.bulk_create(messages)
    return fresh


def _keep_all(
    sender: str, fresh: list[Sighting], cameras: dict[str, Camera], places: dict[str, str], now: datetime
) -> list[CctvEvent]:
    """Write or bring up to date one row per event; returns those that belong to no case yet."""
    subjects = {one.subject for one in fresh}
    known = {
        (row.source, row.subject): row
        for row in CctvEvent.objects.filter(sender=sender, subject__in=subjects).select_related("camera")
    }
    made: list[CctvEvent] = []
    changed: dict[int, CctvEvent] = {}
    for one in fresh:
        row = known.get((one.source, one.subject))
        if row is None:
            row = known[one.source, one.subject] = _row(
                sender, one, cameras[one.camera], places[one.camera], now
            )
            made.append(row)
        else:
            _update(row, one)
            if row.pk:
                changed[row.pk] = row
    CctvEvent.objects.bulk_create(made)
    CctvEvent.objects.bulk_update(changed.values(), UPDATED)
    return [row for row in [*made, *changed.values()] if row.incident_id is None]


def _row(sender: str, one: Sighting, camera: Camera, kelurahan: str, now: datetime) -> CctvEvent:
    return CctvEvent(
        sender=sender,
        source=one.source,
        subject=one.subject,
        camera=camera,
        klass=one.klass,
        state=one.state,
        confidence=one.confidence,
        count=one.count,
        severity=one.severity,
        zone=one.zone,
        detector=one.detector,
        location=camera.location,
        kelurahan_code=kelurahan,
        happened_at=one.time,
        ended_at=one.time if one.state == State.END else None,
        received_at=now,
        demo=one.demo,
    )


def _update(row: CctvEvent, one: Sighting) -> None:
    """Messages may overtake each other: the earliest time is the beginning, and what has ended stays ended."""
    row.happened_at = min(row.happened_at, one.time)
    ends = [row.ended_at, one.time if one.state == State.END else None]
    row.ended_at = max((end for end in ends if end is not None), default=None)
    if row.ended_at:
        row.state = State.END
    elif one.state != State.START:
        row.state = State.UPDATE
    row.confidence = max((c for c in (row.confidence, one.confidence) if c is not None), default=None)
    row.count = max((c for c in (row.count, one.count) if c is not None), default=None)
    row.severity, row.zone = one.severity or row.severity, one.zone or row.zone
