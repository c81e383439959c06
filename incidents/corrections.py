"""A case put right: its pin, its category, its words. Place, agencies and deadlines follow, with before and after.

What routing makes of the new place is decided by the same rule as for new borders (incidents/relocation/decide.py): an
agency that a person put in charge stays, what an agency has done is kept. The reporter's own words stay as written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Forbidden, Invalid
from geo.locate import Place, Placement
from geo.models import Agency
from geo.registry import current_locator, edition_id
from incidents.access import Viewer, kept_out, locked_incident, moved_on
from incidents.clocks.late import mark_late
from incidents.deadlines.terms import FIELDS as TERMS
from incidents.deadlines.terms import set_terms
from incidents.filing import ADDRESS_NOTE, DESCRIPTION, Filing
from incidents.flow import current_flow
from incidents.models import Assignment, Category, Correction, Doubt, Entry, Incident, Member, Note
from incidents.relocation.decide import Case, Change, Held, Spot, decide
from incidents.relocation.entries import agencies_told
from incidents.relocation.write import write_assignments
from incidents.routing import Routed, route
from incidents.standing import stand
from incidents.timeline import Happening, append, reachable
from incidents.validate import chosen_category, is_text, placement_of
from incidents.wording import check_needs, check_seen

PLACE = ("location", "edition", "kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan", "approximate")


@dataclass(frozen=True)
class Where:
    """A place as a person gives it: a point, or a kelurahan where nobody knows the point."""

    lon: float | None = None
    lat: float | None = None
    kelurahan: str = ""


@dataclass(frozen=True)
class Wanted:
    """What is to be put right, and why; None for what stays. `seen`: the newest entry that the person had in view."""

    incident: Incident
    by: Viewer
    reason: str
    where: Where | None = None
    category: str | None = None
    words: str | None = None
    address: str | None = None
    seen: int | None = None


def may_correct(viewer: Viewer, incident: Incident) -> bool:
    """Whether the workflow lets this person put the case right now: operators, and the agency in charge."""
    step = current_flow().transition(Entry.Kind.CORRECTED, incident.status, viewer.role)
    return step is not None and (viewer.role not in Member.AT_AGENCY or incident.is_led_by(viewer.agency))


def correct(wanted: Wanted) -> Entry:
    """Put a case right, all of it or nothing; tells the agencies that have, get or lose it, and the reporters.

    Raises Conflict (the case has moved on), Forbidden, Invalid (outside the city, unknown category, nothing changed).
    """
    now = timezone.now()
    with transaction.atomic():
        incident = locked_incident(wanted.incident.pk)
        _check(incident, wanted)
        before = _Before.of(incident)
        placement, category = _aim(incident, wanted)
        _check_tier(incident, category, wanted.by)
        change = _change(incident, placement, category, now)
        mark_late(now, [incident.pk])  # what was missed stays so, whatever its deadline is from now on
        _write(incident, wanted, placement, category, change, now)
        entry = _tell(incident, wanted, before, change, now)
        Doubt.objects.filter(incident=incident).delete()
        return entry


def _check(incident: Incident, wanted: Wanted) -> None:
    step = current_flow().step(Entry.Kind.CORRECTED, incident.status)
    if step is None:
        raise moved_on()
    if not may_correct(wanted.by, incident):
        raise Forbidden(_("Only operators and the agency in charge can put a case right."))
    check_needs(step, wanted.reason, (), None)
    for name, value, (least, most) in (
        ("words", wanted.words, DESCRIPTION),
        ("address", wanted.address, (0, ADDRESS_NOTE)),
    ):
        if value is not None and not is_text(value):
            raise Invalid.at(name, _("This holds characters that are no text."))
        if value is not None and not least <= len(value.strip()) <= most:
            raise Invalid.at(
                name, _("Please write {least} to {most} characters.").format(least=least, most=most)
            )
    check_seen(incident, wanted.seen)


def _aim(incident: Incident, wanted: Wanted) -> tuple[Placement | None, Category]:
    """Where it belongs and what it is from now on; no placement where the place stays as it is."""
    category = incident.category
    where, code = wanted.where, wanted.category or category.code
    recategorised = code != category.code
    if not (where or recategorised or wanted.words is not None or wanted.address is not None):
        raise Invalid.at("place", _("Nothing was changed."))
    if not where and not recategorised:
        return None, category
    there = where or _where(incident)
    filing = Filing(code, incident.opened_at, there.lon, there.lat, there.kelurahan)
    return placement_of(filing, current_locator()), chosen_category(code) if recategorised else category


def _check_tier(incident: Incident, category: Category, by: Viewer) -> None:
    """A topic of which more is published is the operator's to choose, and not while a report of it is confidential."""
    tiers = Category.Tier
    if tiers(category.tier).strictness >= tiers(incident.category.tier).strictness:
        return
    if by.role != Member.Role.OPERATOR:
        raise Forbidden(
            _("More is published of this topic than of its own. Please ask an operator to choose it.")
        )
    if incident.complaints.filter(confidential=True).exists():
        raise Conflict(
            _("A report of this case is confidential, so its topic cannot become one that is published more.")
        )


def _where(incident: Incident) -> Where:
    if incident.location:
        return Where(incident.location.x, incident.location.y)
    return Where(kelurahan=incident.kelurahan_code)


@dataclass(frozen=True)
class _Before:
    """What a case was, as far as it may change."""

    spot: dict[str, Any]
    category: Category
    point: Point | None
    due: datetime
    held: list[Held]

    @classmethod
    def of(cls, incident: Incident) -> _Before:
        return cls(
            _spot(incident).as_json(), incident.category, incident.location, incident.due_at, _held(incident)
        )


def _spot(incident: Incident) -> Spot:
    return Spot(
        incident.edition.name,
        Place(incident.kelurahan_code, incident.kelurahan),
        Place(incident.kecamatan_code, incident.kecamatan),
        incident.approximate,
    )


def _held(incident: Incident) -> list[Held]:
    columns = ("pk", "agency_id", "role", "status", "why", "assigned_at")
    return [Held(*row) for row in incident.assignments.order_by("pk").values_list(*columns)]


def _change(incident: Incident, placement: Placement | None, category: Category, now: datetime) -> Change:
    """Who has the case from now on."""
    case = Case(incident.pk, incident.status, incident.phase, incident.demo, _spot(incident), _held(incident))
    if placement is None:
        return Change(case, case.spot, case.status, case.phase, case.held)
    assert placement.kelurahan
    assert placement.kecamatan
    spot = Spot(placement.edition, placement.kelurahan, placement.kecamatan, placement.approximate)
    out = kept_out(incident)
    routed = [one for one in route(category, placement) if one.agency.pk not in out]
    change = decide(case, spot, routed, now)
    return _with_support(change, routed, now) if category != incident.category else change


def _with_support(change: Change, routed: Sequence[Routed], now: datetime) -> Change:
    """The supporting agencies of the new category; those of the old one go, unless they have begun to work."""
    wanted = {one.agency.pk: one for one in routed if one.role == Assignment.Role.SUPPORT}
    held, gone = [], list(change.gone)
    for one in change.held:
        by_rule = one.role == Assignment.Role.SUPPORT and one.why.startswith("category:")
        if by_rule and one.agency not in wanted and one.status == Assignment.Status.SENT:
            gone.append(one)
        else:
            held.append(one)
    having = {one.agency for one in held}
    held += [
        Held(None, key, Assignment.Role.SUPPORT.value, Assignment.Status.SENT.value, one.why, now)
        for key, one in wanted.items()
        if key not in having
    ]
    return replace(change, held=held, gone=gone)


def _write(
    incident: Incident,
    wanted: Wanted,
    placement: Placement | None,
    category: Category,
    change: Change,
    now: datetime,
) -> None:
    if placement:
        _write_place(incident, wanted.where, placement)
    if change.rerouted:
        with connection.cursor() as cursor:
            write_assignments(cursor, [change], now)
    fields = [*PLACE, "category", "updated_at"]
    if category != incident.category:
        incident.category = category
        if incident.counted_from:
            set_terms(incident, category, incident.counted_from)
            fields += TERMS
    incident.updated_at = now
    incident.save(update_fields=fields)
    if change.phase != incident.phase:
        stand(incident, change.status, now)


def _write_place(incident: Incident, where: Where | None, placement: Placement) -> None:
    assert placement.kelurahan
    assert placement.kecamatan
    if where:
        pointed = where.lon is not None and where.lat is not None
        incident.location = Point(where.lon, where.lat, srid=4326) if pointed else None
    incident.edition_id = edition_id(placement.edition)
    incident.kelurahan_code, incident.kelurahan = placement.kelurahan.code, placement.kelurahan.name
    incident.kecamatan_code, incident.kecamatan = placement.kecamatan.code, placement.kecamatan.name
    incident.approximate = placement.approximate


def _tell(incident: Incident, wanted: Wanted, before: _Before, change: Change, now: datetime) -> Entry:
    """The entry with before and after, what may have to be erased beside it, and the notices."""
    agencies = {one.pk: one for one in Agency.objects.filter(assignments__incident=incident)}
    agencies |= {one.pk: one for one in Agency.objects.filter(pk__in=[one.agency for one in change.gone])}
    had, has = (_having(held) for held in (before.held, change.held))
    data = _data(incident, wanted, before, change)
    if change.rerouted:
        data |= agencies_told(change, agencies)
    data["got"] = [agencies[key].code for key in has if key not in had]
    data["lost"] = [agencies[key].code for key in had if key not in has]
    by = wanted.by
    entry = append(
        incident,
        Happening(Entry.Kind.CORRECTED, now, public=True, by=by.user, agency=by.agency, data=data),
        tell_agencies=[agencies[key] for key in {**has, **had} if agencies[key] != by.agency],
        tell_reporters=reachable(incident),
    )
    Correction.objects.create(
        entry=entry,
        incident=incident,
        before=before.point if wanted.where else None,
        after=incident.location if wanted.where else None,
        reason=Note.objects.create(body=wanted.reason.strip()),
        words=_note(wanted.words),
        address=_note(wanted.address),
    )
    return entry


def _note(text: str | None) -> Note | None:
    return None if text is None else Note.objects.create(body=text.strip())


def _having(held: Sequence[Held]) -> dict[int, None]:
    return {one.agency: None for one in held if one.status not in Assignment.GONE}


def _data(incident: Incident, wanted: Wanted, before: _Before, change: Change) -> dict[str, Any]:
    data: dict[str, Any] = {
        "from": before.spot,
        "to": _spot(incident).as_json(),
        "pin": bool(wanted.where) and before.point != incident.location,
        "words": wanted.words is not None,
        "address": wanted.address is not None,
    }
    if before.category != incident.category:
        data["category"] = {side: {"code": one.code, "name_id": one.name_id, "name_en": one.name_en}
                            for side, one in (("from", before.category), ("to", incident.category))}  # fmt: skip
    if before.due != incident.due_at:
        data["due"] = {"from": before.due.isoformat(), "to": incident.due_at.isoformat()}
    if change.doubt:
        data["doubt"] = change.doubt.value
    return data
