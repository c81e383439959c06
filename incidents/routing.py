"""Who answers: category × service area → one lead agency and any number of supporting ones. Data, not code."""

from __future__ import annotations

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


def leading_service(category: Category, placement: Placement) -> Service | None:
    """The service area that leads here: of the category itself, else of its parent, else one for all categories.

    Within each, `service_areas` come highest priority first and lower agency code first, so the first one leads.
    """
    parent = category.parent.code if category.parent else None
    for wanted in (category.code, parent, ""):
        for service in placement.service_areas:
            if wanted is not None and service.category == wanted:
                return service
    return None


def route(category: Category, placement: Placement) -> list[Routed]:
    """The agencies that get a case of this category at this place, the lead first.

    Without a lead (nobody answers there for that category) the list holds only supporters, or nothing: the operator
    sees such a case and assigns it.
    """
    routed: list[Routed] = []
    named = category.lead if category.lead and category.lead.active else None
    service = None if named else leading_service(category, placement)
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
