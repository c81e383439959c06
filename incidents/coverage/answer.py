"""Who gets a category at one place, and why each: the words behind the routing of a report."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from geo.locate import Placement, Service
from incidents.coverage.leads import rivals
from incidents.models import Assignment, Category
from incidents.routing import Routed, asked, fixed_lead, leading_service, route


class Source(TextChoices):
    """Whose service areas were asked when one was found."""

    FIXED = "fixed"  # none: the category names its lead
    OWN = "own"
    GROUP = "group"
    ALL = "all"
    NONE = "none"


class Standing(TextChoices):
    """What a service area that holds at the place has to do with the answer."""

    LEADS = "leads", _("leads here")
    TIE = "tie", _("has the same priority; the lower agency code goes first")
    LOWER = "lower", _("goes behind the one that leads")
    LATER = "later", _("would be asked only if the ones before it had nothing")
    OTHER = "other", _("is for another category")
    UNASKED = "unasked", _("is not asked: the category names its lead")


@dataclass(frozen=True)
class Holding:
    """A service area that holds at the place, with the name of its agency and what came of it."""

    service: Service
    standing: Standing


@dataclass(frozen=True)
class Answer:
    """`by` is the service area through which `lead` leads; `rivals` those of other agencies that it went before."""

    category: Category
    placement: Placement
    lead: Routed | None
    support: list[Routed]
    source: Source
    by: Service | None
    rivals: list[Service]
    holding: list[Holding]

    @property
    def tied(self) -> bool:
        """Decided by the lower agency code alone."""
        return self.by is not None and any(one.priority == self.by.priority for one in self.rivals)


def who_answers(category: Category, placement: Placement) -> Answer:
    """Who gets a report of this category at this place."""
    routed = route(category, placement)
    fixed = fixed_lead(category)
    wanted = asked(category)
    by = None if fixed else leading_service(wanted, placement.service_areas)
    return Answer(
        category=category,
        placement=placement,
        lead=next((one for one in routed if one.role == Assignment.Role.LEAD), None),
        support=[one for one in routed if one.role != Assignment.Role.LEAD],
        source=Source.FIXED if fixed else _source(category, by),
        by=by,
        rivals=rivals(by, placement.service_areas) if by else [],
        holding=[
            Holding(one, Standing.UNASKED if fixed else _standing(one, by, wanted))
            for one in placement.service_areas
        ],
    )


def _source(category: Category, by: Service | None) -> Source:
    if by is None:
        return Source.NONE
    if not by.category:
        return Source.ALL
    return Source.OWN if by.category == category.code else Source.GROUP


def _standing(service: Service, by: Service | None, wanted: tuple[str, ...]) -> Standing:
    if service is by:
        return Standing.LEADS
    if by is None or service.category not in wanted:
        return Standing.OTHER
    if service.category != by.category:
        return Standing.LATER
    equal = service.priority == by.priority and service.agency != by.agency
    return Standing.TIE if equal else Standing.LOWER
