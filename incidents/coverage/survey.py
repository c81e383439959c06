"""The whole city's question: for every category who leads where; and which service areas do nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from geo.locate import Locator, Service
from geo.models import Agency
from geo.registry import current_locator
from incidents.coverage.faces import Ground, ground_of
from incidents.coverage.leads import Coverage, coverage_of
from incidents.models import Category
from incidents.policy import Policy
from incidents.routing import asked, fixed_lead


@dataclass(frozen=True)
class Surveyed:
    """One leaf category: led everywhere by `fixed`, or as its service areas say (`coverage`)."""

    category: Category
    fixed: Agency | None
    coverage: Coverage | None


class Idle(TextChoices):
    NOWHERE = "nowhere", _("it holds nowhere within the borders in force")
    UNKNOWN = "unknown", _("no category in use has this code")
    FIXED = "fixed", _("this category has an agency in charge everywhere, so no service area is asked")


_kept: tuple[Locator, Ground] | None = None


def current_ground() -> tuple[Locator, Ground]:
    """The map in force and its faces, which belong together; cut again when the map changes."""
    global _kept
    locator, kept = current_locator(), _kept
    if kept is None or kept[0] is not locator:
        kept = _kept = (locator, ground_of(locator))
    return kept


def leaves(policy: Policy) -> list[Category]:
    """The categories that can be chosen, in the order of the page for reports."""
    found = [one for one in policy.categories.values() if one.pk not in policy.groups]
    return sorted(found, key=_position)


def _position(category: Category) -> tuple[int, str, int, str]:
    group = category.parent or category
    return (group.position, group.code, category.position, category.code)


def survey(categories: Iterable[Category], ground: Ground) -> list[Surveyed]:
    """Who leads where for each category. Those that come down to the same service areas share one `Coverage`."""
    served = {service.category for face in ground.faces for service in face.services}
    known: dict[tuple[str, ...], Coverage] = {}
    found = []
    for category in categories:
        fixed = fixed_lead(category)
        wanted = tuple(code for code in asked(category) if code in served)
        if fixed is None and wanted not in known:
            known[wanted] = coverage_of(ground, wanted)
        found.append(Surveyed(category, fixed, None if fixed else known[wanted]))
    return found


def idle_services(locator: Locator, ground: Ground, policy: Policy) -> list[tuple[Service, Idle]]:
    """Service areas without any effect, each with the reason."""
    held = {service for face in ground.faces for service in face.services}
    topics = leaves(policy)
    known = {code for topic in topics for code in asked(topic)}
    used = {code for topic in topics if fixed_lead(topic) is None for code in asked(topic)}
    found = []
    for service in locator.services:
        if service not in held:
            found.append((service, Idle.NOWHERE))
        elif service.category not in known:
            found.append((service, Idle.UNKNOWN))
        elif service.category not in used:
            found.append((service, Idle.FIXED))
    return found
