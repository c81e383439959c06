"""Which periods of which datasets wait for their release, and which revisions a closed quarter asks for.

A period is built by itself so many days after its end (policy). A quarter's end also asks for a look at each month of
the four quarters before it: where rows have changed since, a whole revision with new ids takes the month's place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet
from django.db.models.functions import TruncWeek

from geo.city import city_zone
from geo.errors import DomainError
from incidents.models import CctvEvent, Complaint, Incident
from opendata.definitions import in_use
from opendata.models import Build, Definition, Release
from opendata.orders import digest_now
from opendata.overlaps import released_elsewhere
from opendata.policy import in_force
from opendata.recipes.made import Recipe
from opendata.recipes.registry import RECIPES
from opendata.standing import is_interrupted
from opendata.versions import next_revision
from opendata.weeks import Period

QUARTERS_BACK = 4  # as far as revisions reach
# After these it is as due as before; what an audit stopped or a steward discarded waits for the steward.
AGAIN = (Build.State.STALE, Build.State.FAILED)


@dataclass(frozen=True)
class Due:
    """What can be ordered: a dataset, its period (none where it has none), and which revision of it."""

    definition: Definition
    period: Period | None
    revision: int = 0

    @property
    def period_text(self) -> str:
        return str(self.period) if self.period else ""


def due(now: datetime, definitions: Iterable[Definition] | None = None) -> list[Due]:
    """All first releases that are due, of all datasets in use or of some; oldest periods first."""
    zone, wait = city_zone(), in_force()[1].wait_days
    found: list[Due] = []
    for definition in in_use() if definitions is None else definitions:
        recipe = RECIPES.get(definition.recipe)
        if recipe is None:
            continue
        if recipe.rhythm == "change":
            found += _changed(definition)
            continue
        done = set(Release.objects.filter(dataset__slug=definition.slug).values_list("period", flat=True))
        done |= set(_empty(definition).values_list("period", flat=True)) | set(released_elsewhere(definition))
        found += [
            Due(definition, period)
            for period in periods_with_something(definition, recipe, zone)
            if period.has_ended(zone, now, wait) and str(period) not in done
        ]
    return sorted(found, key=lambda one: (one.period_text, one.definition.slug))


def _empty(definition: Definition) -> QuerySet[Build]:
    """Periods that were built and had no row that may leave."""
    return Build.objects.filter(dataset=definition.slug, revision=0, state=Build.State.NOTHING)


def _changed(definition: Definition) -> list[Due]:
    """What has no periods is due when what it shows differs from what was last built of it."""
    try:
        digest = digest_now(definition, "", 0, in_force()[1])
    except DomainError:
        return []  # it cannot be made yet: no boundaries, or no licence to pass them on
    if settled(Build.objects.filter(dataset=definition.slug, input_digest=digest)):
        return []
    return [Due(definition, None, next_revision(definition.slug, ""))]


def settled(builds: QuerySet[Build]) -> list[Build]:
    """Those that leave nothing to be ordered by itself: under way, waiting, or over with a result."""
    return [one for one in builds.exclude(state__in=AGAIN) if not is_interrupted(one)]


def due_revisions(now: datetime) -> list[Due]:
    """The months whose revision is to be tried now: once after each quarter's end, never the quarter that ended."""
    closed, since = _last_quarter(now)
    return [one for definition in in_use() for one in _revisions(definition, closed, since)]


def is_revision_due(definition: Definition, period: str, revision: int, now: datetime) -> bool:
    """Whether this revision is to be tried now, or was tried since the last quarter's end and did not leave."""
    closed, since = _last_quarter(now)
    again = Build.objects.filter(
        dataset=definition.slug, period=period, revision=revision, requested_at__gte=since
    )
    return again.exists() or any(
        (one.period_text, one.revision) == (period, revision) for one in _revisions(definition, closed, since)
    )


def _last_quarter(now: datetime) -> tuple[Period, datetime]:
    """The last quarter that is over, the policy's days of waiting included, and the moment of its end."""
    zone, wait = city_zone(), in_force()[1].wait_days
    closed = Period.month_of(now, zone).quarter
    while not closed.has_ended(zone, now, wait):
        closed = closed.before()
    return closed, closed.end(zone)


def _revisions(definition: Definition, closed: Period, since: datetime) -> Iterator[Due]:
    recipe = RECIPES.get(definition.recipe)
    if recipe is None or not recipe.is_revised:
        return
    oldest = closed
    for _step in range(QUARTERS_BACK):
        oldest = oldest.before()
    reach = {str(part) for quarter in _quarters(oldest, closed) for part in quarter.parts()}
    tried = Build.objects.filter(dataset=definition.slug, revision__gt=0, requested_at__gte=since)
    released = Release.objects.filter(
        dataset__slug=definition.slug, period__in=reach, released_at__lt=since
    ).exclude(period__in={one.period for one in settled(tried)})
    periods = set(released.values_list("period", flat=True)) - set(released_elsewhere(definition))
    for period in sorted(periods):
        yield Due(definition, Period.parse(period), next_revision(definition.slug, period))


def _quarters(first: Period, until: Period) -> Iterator[Period]:
    while first < until:
        yield first
        first = first.next()


def periods_with_something(definition: Definition, recipe: Recipe, zone: ZoneInfo) -> list[Period]:
    """The months or quarters in which something was opened, received or seen that the recipe reads; oldest first."""
    weeks: set[datetime] = set()
    for moments, field in _moments(definition, recipe):
        weeks.update(
            moments.annotate(week=TruncWeek(field, tzinfo=zone))
            .order_by()
            .values_list("week", flat=True)
            .distinct()
        )
    months = {Period.month_of(week, zone) for week in weeks}
    return sorted({month.quarter for month in months} if recipe.rhythm == "quarter" else months)


def _moments(definition: Definition, recipe: Recipe) -> list[tuple[QuerySet[Model], str]]:
    """What of the working tables puts a recipe's rows into weeks."""
    if recipe.name == "cameras":
        return [(CctvEvent.objects.all(), "happened_at")]
    if recipe.name == "counts":
        reports = Complaint.objects.filter(
            incident__category__tier__in=recipe.tiers, incident__confidential=False
        )
        return [(_only(reports, "incident__category__code", definition), "received_at")]
    cases = Incident.objects.filter(category__tier__in=recipe.tiers, confidential=False)
    return [(_only(cases, "category__code", definition), "opened_at")]


def _only(rows: QuerySet, field: str, definition: Definition) -> QuerySet:  # type: ignore[type-arg]
    return rows.filter(**{f"{field}__in": definition.categories}) if definition.categories else rows
