"""Who would get a report and until when, before it is sent: the same routing that the one door uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from geo.city import city_zone
from geo.locate import Placement
from geo.registry import current_locator
from incidents.api_body import DECIMAL
from incidents.deadlines import current_limits, due_after
from incidents.filing import Filing
from incidents.models import Assignment, Category
from incidents.routing import Routed, route
from incidents.validate import validated


@dataclass(frozen=True)
class Destination:
    """Where a report would go; without a `lead` the city's operator decides."""

    category: Category
    placement: Placement
    lead: Routed | None
    support: list[Routed]
    answer_by: datetime
    resolve_by: datetime


def destination_of(
    category: str, lon: float | None = None, lat: float | None = None, kelurahan: str = "", about: str = ""
) -> Destination:
    """Where a report of this category at this place would go; not to the agency that it is about (its code).

    Raises Invalid (category, place).
    """
    now = timezone.now()
    chosen, placement = validated(Filing(category, now, lon, lat, kelurahan), current_locator())
    routed = [one for one in route(chosen, placement) if one.agency.code != about]
    lead = next((one for one in routed if one.role == Assignment.Role.LEAD), None)
    limits, zone = current_limits(), city_zone()
    return Destination(
        category=chosen,
        placement=placement,
        lead=lead,
        support=[one for one in routed if one is not lead],
        answer_by=due_after(now, limits.answer(chosen), zone),
        resolve_by=due_after(now, limits.completion(chosen), zone),
    )


def degrees(name: str, text: str) -> float | None:
    """A coordinate of the query; None when it was not given. Raises Invalid."""
    if not text:
        return None
    return float(text) if DECIMAL.fullmatch(text) else float("nan")
