"""What following successors would leave undecided: agencies of equal priority for one category at one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import Q

from geo.edition_links import following
from geo.models import Agency, Area, Edition, ServiceArea

INTERIORS_MEET = "T********"  # a common border is no overlap


@dataclass(frozen=True)
class Tie:
    """Two agencies of the same priority for a category ("" for all) where `code` lies; `leads` has the lower code."""

    code: str
    category: str
    priority: int
    leads: Agency
    other: Agency


def ties_by_following(edition: Edition, before: Edition) -> list[Tie]:
    """The overlaps of equal priority that `follow_successors` would create, by code and category; none twice."""
    new = [area for area in following(edition, before) if area.agency.active]
    if not new:
        return []
    areas = list(edition.areas.all())
    codes = {area.code for area in areas}
    there = ServiceArea.objects.filter(Q(area_code__in=codes) | Q(area_code=""), agency__active=True)
    ground = _Ground(areas)
    found = {
        Tie(one.area_code, one.category, one.priority, *_in_order(one.agency, other.agency))
        for one, other in _rivals(new, list(there.select_related("agency")))
        if ground.overlap(one, other)
    }
    return sorted(found, key=lambda tie: (tie.code, tie.category, tie.leads.code, tie.other.code))


def _rivals(new: list[ServiceArea], there: list[ServiceArea]) -> Iterator[tuple[ServiceArea, ServiceArea]]:
    """Pairs with one that is new, of one category and priority but not of one agency."""
    for i, one in enumerate(new):
        for other in (*new[:i], *there):
            same = (one.category, one.priority) == (other.category, other.priority)
            if same and one.agency_id != other.agency_id:
                yield one, other


def _in_order(a: Agency, b: Agency) -> tuple[Agency, Agency]:
    return (a, b) if a.code < b.code else (b, a)


class _Ground:
    """Where service areas lie in an edition."""

    def __init__(self, areas: list[Area]) -> None:
        self._parents = {area.code: area.parent_code for area in areas}
        self._shapes = {area.code: area.geom for area in areas}

    def overlap(self, one: ServiceArea, other: ServiceArea) -> bool:
        """Do they share ground? `one` names a code of the edition."""
        if other.area_code:
            return other.area_code in self._above(one.area_code) or one.area_code in self._above(
                other.area_code
            )
        if other.geom is None:
            return True  # the whole city
        ours, theirs = _shape(self._shapes[one.area_code]), _shape(other.geom)
        return bool(shapely.relate_pattern(ours, theirs, INTERIORS_MEET))

    def _above(self, code: str) -> set[str]:
        """The area with this code and all that it lies in."""
        found: set[str] = set()
        while code and code not in found:
            found.add(code)
            code = self._parents.get(code, "")
        return found


def _shape(geom: Any) -> Any:
    return shapely.from_wkb(bytes(geom.wkb))
