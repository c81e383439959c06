"""Taking apart what was put together: undo a merge or a split, or split reports off an incident."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from geo.errors import Conflict, Invalid, NotFound
from geo.registry import current_locator, edition_id
from incidents.access import Viewer
from incidents.closed_time import remember
from incidents.fusion.allowed import check_mergeable
from incidents.fusion.merge import locked_pair, move_evidence, put_together, settle, state_of
from incidents.fusion.reading import family
from incidents.holds import hold_like
from incidents.models import Apart, Assignment, Complaint, Entry, ExcludedAgency, Fusion, Incident
from incidents.timeline import Happening, append, reachable
from incidents.wording import check_seen


def split(incident: Incident, reports: Sequence[int], by: Viewer, seen: int | None = None) -> Fusion:
    """Make an incident of its own of these reports; agencies, deadlines and status go with them.

    Raises Invalid (none chosen, not of this incident, nothing would stay), Conflict.
    """
    with transaction.atomic():
        kept = (
            Incident.objects.select_for_update(of=("self",), no_key=True)
            .select_related("category")
            .filter(pk=incident.pk)
            .first()
        )
        if kept is None:
            raise Conflict(_("This case was merged meanwhile. Please reload it."))
        check_seen(kept, seen)
        if not kept.is_open:
            raise Conflict(_("This case is no longer open."))
        chosen = list(kept.complaints.filter(pk__in=reports).order_by("received_at", "pk"))
        if not chosen or len(chosen) < len(set(reports)):
            raise Invalid.at("reports", _("Please choose the reports that are about another problem."))
        if len(chosen) == kept.complaints.count() and not kept.events.exists():
            raise Invalid.at("reports", _("At least one report has to stay."))
        now = timezone.now()
        new = _own_incident(kept, chosen, now)
        return _split_off(kept, new, chosen, by, now)


def _own_incident(kept: Incident, chosen: Sequence[Complaint], now: datetime) -> Incident:
    """A new incident like the one that it comes from, at the pin of its first report."""
    new = copy(kept)
    new.pk, new._state.adding = None, True
    new.camera, new.opened_at, new.updated_at = None, chosen[0].received_at, now
    if chosen[0].location:
        _place(new, chosen[0].location.x, chosen[0].location.y)
    new.save(force_insert=True)
    out = list(kept.excluded.all())  # whoever set it: nobody knows here which report it was about
    ExcludedAgency.objects.bulk_create(
        ExcludedAgency(incident=new, agency_id=one.agency_id, by_id=one.by_id, at=one.at) for one in out
    )
    Assignment.objects.bulk_create(
        Assignment(
            incident=new,
            agency_id=one.agency_id,
            role=one.role,
            status=one.status,
            why=f"split:{kept.pk}",
            assigned_at=one.assigned_at,
            updated_at=now,
        )
        for one in kept.assignments.exclude(status__in=Assignment.GONE)
        if one.agency_id not in {row.agency_id for row in out}
    )
    hold_like(family(kept), new)
    return new


def _place(incident: Incident, lon: float, lat: float) -> None:
    placement = current_locator().locate(lon, lat)
    if not placement.inside:  # new borders leave it open; it stays with the others until a person decides
        return
    assert placement.kelurahan
    assert placement.kecamatan
    incident.location = type(incident.location)(lon, lat, srid=4326) if incident.location else None
    incident.edition_id = edition_id(placement.edition)
    incident.kelurahan_code, incident.kelurahan = placement.kelurahan.code, placement.kelurahan.name
    incident.kecamatan_code, incident.kecamatan = placement.kecamatan.code, placement.kecamatan.name
    incident.approximate = placement.approximate


def _split_off(
    kept: Incident, new: Incident, chosen: Sequence[Complaint], by: Viewer, now: datetime
) -> Fusion:
    before = state_of(kept)
    remember(kept, [one.pk for one in chosen], now)
    moved = move_evidence(kept, new, now, {"complaints": [one.pk for one in chosen]})
    for one in (kept, new):
        settle(one, now)
    fusion = Fusion.objects.create(
        kind=Fusion.Kind.SPLIT, kept=kept, other=new, moved=moved, before=before, at=now, by=by.user
    )
    told = {"fusion": fusion.pk, "other": new.pk, "reports": len(chosen)}
    append(kept, Happening(Entry.Kind.SPLIT, now, by=by.user, data=told))
    said = Happening(
        Entry.Kind.SPLIT, now, public=True, by=by.user, data={"fusion": fusion.pk, "from": kept.pk}
    )
    append(new, said, tell_agencies=new.holders(), tell_reporters=reachable(new))
    return fusion


def undo(incident: Incident, fusion: int, by: Viewer, *, secret: bool = False) -> Fusion:
    """Undo a merge or a split of this incident. What came since stays where it is.

    Raises NotFound, Conflict (undone already, or one of the two was merged elsewhere meanwhile).
    """
    with transaction.atomic():
        done = Fusion.objects.select_for_update().filter(pk=fusion, kept=incident).first()
        if done is None:
            raise NotFound(_("There is nothing to undo here."))
        kept, other = locked_pair(done.kept_id, done.other_id)
        if done.undone_at is not None:
            raise Conflict(_("This was undone already."))
        now = timezone.now()
        done.undone_at, done.undone_by = now, by.user
        done.save(update_fields=["undone_at", "undone_by"])
        if done.kind == Fusion.Kind.SPLIT:
            check_mergeable(kept, other, secret=secret)
            put_together(kept, other, by, now)
        else:
            _take_apart(done, kept, other, by, now)
        return done


def _take_apart(done: Fusion, kept: Incident, other: Incident, by: Viewer, now: datetime) -> None:
    if other.merged_into_id != kept.pk or kept.merged_into_id:
        raise Conflict(_("One of the two was merged elsewhere meanwhile. Please undo that first."))
    other.merged_into = None
    other.save(update_fields=["merged_into"])
    remember(kept, done.moved["complaints"], now)
    move_evidence(kept, other, now, done.moved)
    _give_back(done.moved["assignments"], kept, other, now)
    hold_like([kept.pk], other, since=done.at)  # what came before the merge stays with its own case
    kept.excluded.filter(agency__in=done.moved["excluded"], at__lte=done.at).delete()
    _keep_out_of_both(done, kept, other, by, now)
    if done.moved["camera"] and kept.camera_id == other.camera_id:
        kept.camera = None
    _set_clocks_back(done.before, kept, other)
    for one in (kept, other):
        settle(one, now)
    told: dict[str, Any] = {"fusion": done.pk, "undone": True}
    append(kept, Happening(Entry.Kind.SPLIT, now, by=by.user, data={**told, "other": other.pk}))
    said = Happening(Entry.Kind.SPLIT, now, public=True, by=by.user, data={**told, "from": kept.pk})
    append(other, said, tell_agencies=other.holders(), tell_reporters=reachable(other))


def _keep_out_of_both(done: Fusion, kept: Incident, other: Incident, by: Viewer, now: datetime) -> None:
    """Whoever was kept out of the common case since the merge gets neither of the two.

    Which of the reports is about it nobody can tell here; an operator may ask to let it in again where it is not.
    """
    known = set(other.excluded.values_list("agency_id", flat=True))
    since = kept.excluded.filter(at__gt=done.at).exclude(agency__in=known).select_related("agency")
    for one in since.order_by("pk"):
        ExcludedAgency.objects.create(incident=other, agency=one.agency, by_id=one.by_id, at=one.at)
        told = {"excluded": [{"code": one.agency.code, "name": one.agency.name}]}
        append(other, Happening(Entry.Kind.PRIVACY, now, by=by.user, data=told))
    for case in (kept, other):
        about = case.excluded.values("agency")
        held = case.assignments.filter(agency__in=about).exclude(status__in=Assignment.GONE)
        held.update(status=Assignment.Status.RELEASED, updated_at=now)


def _give_back(taken: Sequence[dict[str, Any]], kept: Incident, other: Incident, now: datetime) -> None:
    """Agencies that came with the other incident leave with it, as far as they have got meanwhile."""
    for one in taken:
        row = kept.assignments.filter(agency=one["agency"]).first()
        if row is None:
            continue
        other.assignments.filter(agency=one["agency"]).update(status=row.status, updated_at=now)
        if row.role != one["role"]:  # given another role here since: it stays
            continue
        if one["had"] is None:
            row.delete()
        else:
            kept.assignments.filter(pk=row.pk).update(**one["had"], updated_at=now)


def _set_clocks_back(before: dict[str, str | int | None], kept: Incident, other: Incident) -> None:
    """Clocks that came with the other incident leave with it, unless somebody has set them since."""
    if state_of(kept) != state_of(other):
        return
    for clock, was in before.items():
        setattr(kept, clock, parse_datetime(was) if isinstance(was, str) else was)


def not_the_same(incident: Incident, other: int, by: Viewer) -> None:
    """Two problems, says the operator: they are not suggested to each other again. Raises Invalid, NotFound."""
    if not Incident.objects.filter(pk=other).exclude(pk=incident.pk).exists():
        raise NotFound.at("other", _("There is no case with this number."))
    first, second = sorted((incident.pk, other))
    Apart.objects.get_or_create(
        first_id=first, second_id=second, defaults={"by": by.user, "at": timezone.now()}
    )
