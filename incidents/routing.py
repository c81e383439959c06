"""Who answers: category × service area → one lead agency and any number of supporting ones. Data, not code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.locate import Placement, Service
from geo.models import Agency
from incidents.models import Assignment, Category
from incidents.policy import current_policy


@dataclass(frozen=True)
class Routed:
    """One agency that gets the case, in which role and by which rule."""

    agency: Agency
    role: Assignment.Role
    why: str


def fixed_lead(category: Category) -> Agency | None:
    """The agency in use that leads a category wherever it happens; without one the place decides."""
    return category.lead if category.lead and category.lead.active else None


def asked(category: Category) -> tuple[str, ...]:
    """Whose service areas are asked, one after the other: its own, its parent's, those for all categories."""
    parent = (category.parent.code,) if category.parent else ()
    return (category.code, *parent, "")


def leading_service(wanted: Sequence[str], services: Sequence[Service]) -> Service | None:
    """The service area that leads: of the first of the categories `wanted` (see `asked`) that has one here.

    `services` are those that hold at the place, highest priority first and lower agency code first, as placements have
    them: within a category the first one leads.
    """
    for code in wanted:
        for service in services:
            if service.category == code:
                return service
    return None


def route(category: Category, placement: Placement) -> list[Routed]:
    """The agencies that get a case of this category at this place, the lead first.

    Without a lead (nobody answers there for that category) the list holds only supporters, or nothing: the operator
    sees such a case and assigns it.
    """
    routed: list[Routed] = []
    named = fixed_lead(category)
    service = None if named else leading_service(asked(category), placement.service_areas)
    lead = named or (current_policy().agencies.get(service.agency) if service else None)
    if lead:
        why = (
            f"category:{category.code}"
            if service is None
            else f"service_area:{service.name or service.agency}"
        )
        routed.append(Routed(lead, Assignment.Role.LEAD, why[:200]))
    for agency in category.support.all():
        if agency.active and agency != lead:
            routed.append(Routed(agency, Assignment.Role.SUPPORT, f"category:{category.code}"))
    return routed
