"""The append-only history of an incident, and the outbox that leaves from it.

An entry, its notices and the job that sends them are written in the caller's transaction: all of them or none.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from geo.models import Agency
from incidents.jobs import send_notices
from incidents.models import Complaint, Entry, Incident, Note, Notice
from incidents.releases import releases_itself


@dataclass(frozen=True)
class Happening:
    """Something that happened, before it is written down."""

    kind: Entry.Kind
    at: datetime
    public: bool = False
    by: User | None = None
    agency: Agency | None = None
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def append(
    incident: Incident,
    happening: Happening,
    tell_agencies: Iterable[Agency] = (),
    tell_reporters: Iterable[Complaint] = (),
) -> Entry:
    """Write an entry and the notices about it. Call inside the transaction of the change that it tells of."""
    note = Note.objects.create(body=happening.text) if happening.text else None
    entry = Entry.objects.create(
        incident=incident,
        at=happening.at,
        kind=happening.kind,
        public=happening.public,
        actor=happening.by,
        agency=happening.agency,
        note=note,
        data=happening.data,
        released_at=happening.at if happening.public and releases_itself(incident, happening.kind) else None,
    )
    if incident.demo:
        return entry  # made-up cases trouble nobody
    notices = [
        Notice(entry=entry, to=Notice.To.AGENCY, agency=a, message_id=uuid.uuid4()) for a in tell_agencies
    ]
    notices += [
        Notice(entry=entry, to=Notice.To.REPORTER, complaint=c, message_id=uuid.uuid4())
        for c in tell_reporters
    ]
    if notices:
        Notice.objects.bulk_create(notices)
        send_notices.defer(entry_id=entry.pk)
    return entry


def reachable(incident: Incident) -> list[Complaint]:
    """The complaints of an incident whose reporters left a way to reach them."""
    return list(incident.complaints.filter(reporter__isnull=False))
