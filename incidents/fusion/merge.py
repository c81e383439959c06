"""Two incidents that are one problem go on as one: the older. Nothing is lost, and all of it can be undone (undo.py).

Reports go over with their codes, privacy, messages and photos; camera events, followers and agencies with them. The
other incident keeps its row and its history, points at the one that goes on, and is in no list, figure or map.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import NotFound
from geo.models import Agency
from incidents.access import Viewer
from incidents.fusion.allowed import check_mergeable, itself
from incidents.models import (
    Assignment,
    CctvEvent,
    Complaint,
    Entry,
    ExcludedAgency,
    Follower,
    Fusion,
    Incident,
    Stay,
)
from incidents.standing import stand_by_assignments
from incidents.timeline import Happening, append, reachable
from incidents.wording import check_seen

Lead, Support = Assignment.Role.LEAD, Assignment.Role.SUPPORT
# The deadlines and what they are counted from (incidents/deadlines/terms.py): they go together, so that a holiday
# that is added later moves them rightly.
CLOCKS = (
    "due_at", "answer_due_at", "verify_due_at", "counted_from", "due_days", "answer_days", "verify_days", "waited_days",
)  # fmt: skip


def merge(
    incident: Incident, other: int, by: Viewer, seen: int | None = None, *, secret: bool = False
) -> Fusion:
    """Merge an incident with the one of this number; the older one goes on.

    `seen` is the newest entry of `incident` that the person had before them; `secret` says that they know that all of
    it becomes confidential. Raises Invalid, NotFound, Conflict.
    """
    if incident.pk == other:
        raise itself()
    with transaction.atomic():
        one, two = locked_pair(incident.pk, other)
        check_seen(one, seen)
        kept, gone = sorted((one, two), key=lambda case: (case.opened_at, case.pk))
        check_mergeable(kept, gone, secret=secret)
        return put_together(kept, gone, by, timezone.now())


def locked_pair(one: int, two: int) -> tuple[Incident, Incident]:
    """Both incidents, locked in one order for everybody. Raises NotFound."""
    rows = Incident.every.select_for_update(of=("self",), no_key=True).select_related("category")
    found = {row.pk: row for row in rows.filter(pk__in=[one, two]).order_by("pk")}
    if len(found) < 2:
        raise NotFound.at("other", _("There is no case with this number."))
    return found[one], found[two]


def put_together(kept: Incident, gone: Incident, by: Viewer, now: datetime) -> Fusion:
    """Move everything of `gone` to `kept`. Both rows must be locked and may be merged."""
    reporters = reachable(gone)
    before = state_of(kept)
    taken_over = _take_over(kept, gone, now)
    moved: dict[str, Any] = {**move_evidence(gone, kept, now), "assignments": taken_over}
    moved["excluded"] = _keep_out(kept, gone, now)
    moved["camera"] = kept.camera_id is None and gone.camera_id is not None
    gone.merged_into, gone.updated_at = kept, now
    gone.save(update_fields=["merged_into", "updated_at"])
    if gone.due_at < kept.due_at:  # what is late stays late
        for clock in CLOCKS:
            setattr(kept, clock, getattr(gone, clock))
    kept.camera_id = kept.camera_id or gone.camera_id  # what it sees next belongs here
    settle(kept, now)
    fusion = Fusion.objects.create(
        kind=Fusion.Kind.MERGE, kept=kept, other=gone, moved=moved, before=before, at=now, by=by.user
    )
    told = {"fusion": fusion.pk, "other": gone.pk, "reports": len(moved["complaints"])}
    new = Agency.objects.filter(pk__in=[one["agency"] for one in taken_over])
    append(kept, Happening(Entry.Kind.MERGED, now, by=by.user, data=told), tell_agencies=new)
    said = Happening(
        Entry.Kind.MERGED, now, public=True, by=by.user, data={"fusion": fusion.pk, "into": kept.pk}
    )
    append(gone, said, tell_reporters=reporters)
    return fusion


def state_of(incident: Incident) -> dict[str, str | int | None]:
    """The clocks of an incident as they can be kept in JSON."""
    found = {clock: getattr(incident, clock) for clock in CLOCKS}
    return {clock: at.isoformat() if isinstance(at, datetime) else at for clock, at in found.items()}


def move_evidence(
    source: Incident, target: Incident, now: datetime, only: dict[str, list[int]] | None = None
) -> dict[str, list[int]]:
    """Move reports, camera events and followers (all, or `only` these keys); returns what went over."""
    models: dict[str, Any] = {"complaints": Complaint, "events": CctvEvent, "followers": Follower}
    moved: dict[str, list[int]] = {}
    for name, model in models.items():
        rows = model.objects.filter(incident=source)
        if only is not None:
            rows = rows.filter(pk__in=only.get(name, ()))
        moved[name] = list(rows.order_by("pk").values_list("pk", flat=True))
    Stay.objects.bulk_create(Stay(complaint_id=pk, incident=source, until=now) for pk in moved["complaints"])
    for name, model in models.items():
        model.objects.filter(pk__in=moved[name]).update(incident=target)
    return moved


def settle(incident: Incident, now: datetime) -> None:
    """What follows from the evidence that an incident has now: its source, privacy and status."""
    complaints = incident.complaints.all()
    said, seen = complaints.exists(), incident.events.exists() or incident.camera_id is not None
    S = Incident.Source
    incident.source = S.BOTH if said and seen else S.CCTV if seen else S.CITIZEN
    incident.confidential = complaints.filter(confidential=True).exists()
    incident.updated_at = now
    incident.save(update_fields=["source", "confidential", "camera", *CLOCKS])
    stand_by_assignments(incident, now)


def _take_over(kept: Incident, gone: Incident, now: datetime) -> list[dict[str, Any]]:
    """Give the agencies of one incident the other one, in the state of work that they had; says what each had there."""
    had = {one.agency_id: one for one in kept.assignments.all()}
    led = kept.is_led
    taken: list[dict[str, Any]] = []
    for theirs in _active(gone.assignments.order_by("role", "pk")):
        mine = had.get(theirs.agency_id)
        if mine and mine.status not in Assignment.GONE:
            continue
        role = Lead if theirs.role == Lead and not led else Support
        led = led or role == Lead
        taken.append(
            {
                "agency": theirs.agency_id,
                "role": role.value,
                "had": {"role": mine.role, "status": mine.status, "why": mine.why} if mine else None,
            }
        )
        given = {"role": role, "status": theirs.status, "why": f"merged:{gone.pk}", "updated_at": now}
        Assignment.objects.update_or_create(
            incident=kept,
            agency_id=theirs.agency_id,
            defaults=given,
            create_defaults={**given, "assigned_at": theirs.assigned_at},
        )
    return taken


def _keep_out(kept: Incident, gone: Incident, now: datetime) -> list[int]:
    """Whoever is kept out of one is kept out of both; returns those who are new."""
    known = set(kept.excluded.values_list("agency_id", flat=True))
    new = [one for one in gone.excluded.all() if one.agency_id not in known]
    ExcludedAgency.objects.bulk_create(
        ExcludedAgency(incident=kept, agency_id=one.agency_id, by_id=one.by_id, at=now) for one in new
    )
    return [one.agency_id for one in new]


def _active(assignments: Iterable[Assignment]) -> list[Assignment]:
    return [one for one in assignments if one.status not in Assignment.GONE]
