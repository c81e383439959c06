"""Which codes of one edition go on as which of another: found from the shapes, kept, and then a person's to correct."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import shapely
from django.db import transaction

from geo.edition_compare import WHOLE, AreaShape, Comparison, compare
from geo.models import Edition, Predecessor, ServiceArea


@dataclass(frozen=True)
class Successors:
    """From one edition to another: `codes` are those of the new one; `links` name successors with their shares."""

    codes: frozenset[str]
    links: dict[str, list[tuple[str, float]]] = field(default_factory=dict)

    def of(self, code: str) -> list[str]:
        """The codes under which an old code goes on, the largest share first; itself where nothing says otherwise."""
        if code in self.links:
            return [successor for successor, _share in self.links[code]]
        return [code] if code in self.codes else []

    def clear(self, code: str) -> str | None:
        """The one code that goes on with the whole of it; None where it was split or is gone."""
        if code not in self.links:
            return code if code in self.codes else None
        successor, share = self.links[code][0]
        return successor if share >= WHOLE and successor in self.codes else None


@dataclass(frozen=True)
class Homeless:
    """A service area whose code an edition does not have; `offer` is the code that clearly goes on with it."""

    area: ServiceArea
    offer: str | None
    followed: bool  # the agency already has one of that category for the offered code


def areas_of(edition: Edition) -> list[AreaShape]:
    """All areas of an edition as `compare` takes them."""
    rows = edition.areas.order_by("code").values_list("code", "name", "level", "geom")
    return [
        AreaShape(code, name, level, shapely.from_wkb(bytes(geom.wkb))) for code, name, level, geom in rows
    ]


def compare_editions(old: Edition, new: Edition) -> Comparison:
    """What differs from one edition to the other."""
    return compare(areas_of(old), areas_of(new))


def link_editions(old: Edition, new: Edition) -> bool:
    """Keep the links from `old` to `new`; False when that was done before and the links are hands off."""
    with transaction.atomic():
        Edition.objects.select_for_update().get(pk=new.pk)  # of two at once the later one finds it done
        if old.pk == new.pk or new.linked_from.filter(pk=old.pk).exists():
            return False
        before, after = areas_of(old), areas_of(new)
        links = compare(before, after).links if before or after else []
        Predecessor.objects.bulk_create(
            Predecessor(
                edition=new,
                code=link.code,
                predecessor_edition=old,
                predecessor_code=link.predecessor,
                share=link.share,
            )
            for link in links
        )
        new.linked_from.add(old)
        return True


def link_to_used(edition: Edition) -> None:
    """Link every edition that is or was in force to this one: cases of any of them may have to be placed in it."""
    for used in Edition.objects.exclude(status=Edition.Status.DRAFT).exclude(pk=edition.pk).order_by("pk"):
        link_editions(used, edition)


def successors(old_id: int, new: Edition) -> Successors:
    """How codes of the edition with key `old_id` go on in `new`, as far as they were linked."""
    codes = frozenset(new.areas.values_list("code", flat=True))
    rows = Predecessor.objects.filter(edition=new, predecessor_edition=old_id)
    links: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for old, code, share in rows.order_by("predecessor_code", "-share", "code").values_list(
        "predecessor_code", "code", "share"
    ):
        links[old].append((code, share))
    return Successors(codes, dict(links))


def homeless_service_areas(edition: Edition, before: Edition | None) -> list[Homeless]:
    """Service areas that name codes which `edition` does not have: there their agencies would not answer any more.

    `before` is the edition in which they have a place (None: nothing can be offered).
    """
    known = set(edition.areas.values_list("code", flat=True))
    rows = ServiceArea.objects.exclude(area_code="").exclude(area_code__in=known).select_related("agency")
    listed = list(rows.order_by("area_code", "agency__code", "category", "pk"))
    offers = successors(before.pk, edition) if before else Successors(frozenset(known))
    there = _answering(listed)
    found = []
    for area in listed:
        offer = offers.clear(area.area_code)
        found.append(Homeless(area, offer, (area.agency_id, area.category, offer) in there))
    return found


def _answering(areas: Iterable[ServiceArea]) -> set[tuple[int, str, str | None]]:
    agencies = {area.agency_id for area in areas}
    rows = ServiceArea.objects.filter(agency__in=agencies).exclude(area_code="")
    return set(rows.values_list("agency_id", "category", "area_code"))


def following(edition: Edition, before: Edition) -> list[ServiceArea]:
    """The service areas, unsaved, by which agencies would answer under the codes that clearly go on with theirs."""
    wanted: dict[tuple[int, str, str], ServiceArea] = {}
    for one in homeless_service_areas(edition, before):
        if one.offer and not one.followed:
            area = one.area
            key = (area.agency_id, area.category, one.offer)
            if key not in wanted or wanted[key].priority < area.priority:
                wanted[key] = ServiceArea(
                    agency=area.agency,
                    category=area.category,
                    name=area.name,
                    area_code=one.offer,
                    priority=area.priority,
                )
    return list(wanted.values())


def follow_successors(edition: Edition, before: Edition) -> list[ServiceArea]:
    """Let agencies answer under the codes that clearly go on with theirs; returns what was added.

    The old rows stay: without their area they have no effect, and they have one again when `before` comes back.
    Call it inside a transaction that counts the map's version up.
    """
    return ServiceArea.objects.bulk_create(following(edition, before))
