"""The append-only history of an incident, and the outbox that leaves from it.

An entry, its notices and the job that sends them are written in the caller's transaction: all of them or none.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

from geo.models import Agency
from incidents.audience import browsers_of, to_followers
from incidents.jobs import send_notices
from incidents.models import Complaint, Entry, Follower, Incident, Member, Note, Notice, Photo
from incidents.photos import Picture
from incidents.releases import releases_itself


@dataclass(frozen=True)
class Happening:
    """Something that happened, before it is written down."""

    kind: Entry.Kind
    at: datetime
    public: bool = False
    by: User | None = None
    agency: Agency | None = None
    complaint: Complaint | None = None  # between this reporter and staff only
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def append(
    incident: Incident,
    happening: Happening,
    tell_agencies: Iterable[Agency] = (),
    tell_reporters: Iterable[Complaint] = (),
    tell: Iterable[tuple[Notice.To, Agency | None]] = (),
) -> Entry:
    """Write an entry and the notices about it. Call inside the transaction of the change that it tells of.

    `tell`: staff by their role, such as the heads of an agency or the operators.
    """
    entry = entry_of(incident, happening)
    if happening.text:
        entry.note = Note.objects.create(body=happening.text)
    entry.save(force_insert=True)
    if not incident.demo:  # made-up cases trouble nobody
        _tell(entry, tell_agencies, tell_reporters, tell)
    return entry


def entry_of(incident: Incident, happening: Happening) -> Entry:
    """An entry that is not yet written, without words of a person."""
    return Entry(
        incident=incident,
        at=happening.at,
        kind=happening.kind,
        public=happening.public,
        actor=happening.by,
        agency=happening.agency,
        complaint=happening.complaint,
        data=happening.data,
        released_at=happening.at if _goes_out(incident, happening) else None,
    )


def _goes_out(incident: Incident, happening: Happening) -> bool:
    """Whether followers read it at once. What an outside agency says always waits for an operator."""
    outside = happening.agency is not None and happening.agency.is_outside
    return happening.public and not outside and releases_itself(incident, happening.kind)


def _tell(
    entry: Entry,
    agencies: Iterable[Agency],
    reporters: Iterable[Complaint],
    staff: Iterable[tuple[Notice.To, Agency | None]],
) -> None:
    """The outbox: a notice for each, and the job that sends them."""
    reporters = list(reporters)
    # Outside agencies have no desk: what concerns them comes with a link (incidents/links.py).
    here = [a for a in agencies if not a.is_outside]
    notices = [Notice(entry=entry, to=Notice.To.AGENCY, agency=a, message_id=uuid.uuid4()) for a in here]
    notices += [
        Notice(entry=entry, to=Notice.To.REPORTER, complaint=c, message_id=uuid.uuid4()) for c in reporters
    ]
    notices += [
        Notice(entry=entry, to=to, agency=agency, user=user, message_id=uuid.uuid4())
        for to, agency in staff
        for user in staff_to_tell(to, agency)
    ]
    notices += [*browsers_of(entry, reporters), *to_followers(entry)]
    _leave(entry, notices)


def tell_followers(entry: Entry) -> None:
    """Tell who follows the case that an answer was released. Call inside the transaction of the release."""
    _leave(entry, to_followers(entry))


def ask_to_confirm(follower: Follower) -> None:
    """Write to a follower's address once; news goes there only after they confirmed it (incidents/contact.py)."""
    newest = Entry.objects.filter(incident=follower.incident_id).order_by("pk").last()
    if newest:  # the message tells nothing of it; it only belongs to this case
        _leave(
            newest, [Notice(entry=newest, to=Notice.To.FOLLOWER, follower=follower, message_id=uuid.uuid4())]
        )


def _leave(entry: Entry, notices: list[Notice]) -> None:
    if notices:
        Notice.objects.bulk_create(notices)
        send_notices.defer(entry_id=entry.pk)


def reachable(incident: Incident) -> list[Complaint]:
    """The complaints of an incident whose reporters left a way to reach them."""
    having = Q(reporter__isnull=False) | Q(pushes__isnull=False)
    return list(incident.complaints.filter(having).distinct())


def staff_to_tell(to: Notice.To, agency: Agency | None) -> list[User]:
    """The people who have a role: the heads of an agency, the operators, the leadership. Those with an address."""
    roles = {
        Notice.To.HEAD: Member.Role.HEAD,
        Notice.To.OPERATOR: Member.Role.OPERATOR,
        Notice.To.LEADERSHIP: Member.Role.LEADERSHIP,
    }
    having = User.objects.filter(is_active=True, member__role=roles[to], member__agency=agency)
    return list(having.exclude(email="").order_by("pk"))


def attach(entry: Entry, pictures: Sequence[Picture], files: Sequence[str]) -> None:
    """The photos of an entry; `files` are the names under which they are kept."""
    Photo.objects.bulk_create(
        Photo(entry=entry, file=name, sha256=one.sha256, width=one.width, height=one.height)
        for name, one in zip(files, pictures, strict=True)
    )
