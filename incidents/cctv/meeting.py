"""Cameras and citizens see the same problem: events join a citizen's case near by, and an old case is told again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Greatest

from incidents.fusion.nearest import Search, nearest
from incidents.models import CctvEvent, Entry, Incident, Rule
from incidents.timeline import Happening, append

S = Incident.Source


def citizens_case(rule: Rule, event: CctvEvent) -> Incident | None:
    """The open case of the rule's category near the camera; it is the camera's case, too, from then on."""
    search = _search(rule, event)
    found = nearest(search) if search else None
    case = _locked(found) if found else None
    if case is None:
        return None
    case.source = S.BOTH if case.complaints.exists() else S.CCTV
    case.camera = case.camera or event.camera
    case.save(update_fields=["source", "camera"])
    _tell(case, event)
    return case


def lock_in_order(own: Iterable[int], unmet: Iterable[tuple[Rule, CctvEvent]]) -> None:
    """Lock the cases that a batch may write to, ascending as everybody does who locks several: the cameras' own
    and those of citizens that they may meet. A batch of one case locks it when it comes to it."""
    searches = [search for rule, event in unmet if (search := _search(rule, event))]
    may_write = {*own, *(found for search in searches if (found := nearest(search)))}
    if len(may_write) > 1:
        rows = Incident.objects.select_for_update(no_key=True).filter(pk__in=may_write).order_by("pk")
        list(rows.values_list("pk", flat=True))


def _locked(pk: int) -> Incident | None:
    """The case, locked, if it may still be joined: it may have been closed, hidden or merged since it was found."""
    rows = Incident.objects.select_for_update(no_key=True)
    return rows.filter(pk=pk, phase__in=Incident.OPEN, confidential=False).first()


def _search(rule: Rule, event: CctvEvent) -> Search | None:
    if not rule.join_metres:
        return None
    spot, category = event.camera.location, rule.category
    return Search(
        category=category.pk,
        lon=spot.x,
        lat=spot.y,
        metres=rule.join_metres,
        kelurahan=event.kelurahan_code,
        since=event.happened_at - timedelta(days=category.join_days),
        demo=event.demo,
    )


def tell_again(rule: Rule, case: Incident, event: CctvEvent) -> None:
    """Events join an open case silently, but not for ever: after the rule's hours its agencies hear that it goes on."""
    since = event.happened_at - timedelta(hours=rule.remind_hours)
    told = (Entry.Kind.RECEIVED, Entry.Kind.EVIDENCE)
    if case.entries.filter(kind__in=told, at__gt=since).exists():
        return
    _tell(case, event)


def _tell(case: Incident, event: CctvEvent) -> None:
    happening = Happening(Entry.Kind.EVIDENCE, event.happened_at, data={"camera": event.camera.name})
    append(case, happening, tell_agencies=case.holders())
    Incident.objects.filter(pk=case.pk).update(updated_at=Greatest(F("updated_at"), event.happened_at))
