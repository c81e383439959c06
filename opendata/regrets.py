"""Cases that are in a release and would not be any more.

A reporter asked for confidence afterwards, a topic was corrected to a protected one or became protected itself, a
confidential report joined or came from another case, or words were erased. No link leads from a row to its case, so
this is asked of the cases: those of the release's period that must be silent now and were not when it was built, by
the time of the change. It is for the steward: to withdraw, or to leave, knowing that copies of what was public remain
wherever they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo.city import city_zone
from incidents.models import Complaint, Entry, FormerTier, Incident, Stay
from opendata.inside.lineage import once_secret
from opendata.models import Build, Release
from opendata.recipes.made import Recipe
from opendata.recipes.registry import RECIPES
from opendata.weeks import Period

WHAT_REMAINS = _(
    "Withdrawing removes the files and rows here and leaves a note with the reason. What others have downloaded stays "
    "where it is; nobody can call it back."
)
SINGLE = ("incidents", "counts", "performance")  # recipes whose rows tell of cases


@dataclass(frozen=True)
class Regret:
    """A release with cases that would be silent today (`silenced`), and with reports erased since (`erased`)."""

    release: Release
    silenced: int
    erased: int

    @property
    def remains(self) -> str | Promise:
        """What withdrawing does and does not do."""
        return WHAT_REMAINS


def regrets(releases: Iterable[Release] | None = None) -> list[Regret]:
    """The releases that hold such cases, the newest first; those that were withdrawn are settled."""
    if releases is None:
        releases = Release.objects.filter(withdrawal=None, dataset__recipe__in=SINGLE).select_related(
            "dataset"
        )
    found = []
    for release in releases:
        recipe = RECIPES.get(release.dataset.recipe)
        if recipe is None or recipe.name not in SINGLE or not release.period:
            continue
        cases = _cases(release.period, recipe)
        since = told_from(release)
        silenced = _silenced_since(cases, recipe, since).count()
        erased = cases.filter(_erased_since(since)).count()
        if silenced or erased:
            found.append(Regret(release, silenced, erased))
    return found


def told_from(release: Release) -> datetime:
    """When its rows were read, or a little before: what changed since is not in them, whenever they left.

    Releases of which no build is kept are as old as they are out.
    """
    started = Build.objects.filter(release=release).values_list("started_at", flat=True).first()
    return started or release.released_at


def regretted_since(period: str, recipe: Recipe, since: datetime) -> int:
    """How many cases of a period must not be told any more, and might be until `since`."""
    return _silenced_since(_cases(period, recipe), recipe, since).count()


def _cases(period: str, recipe: Recipe) -> QuerySet[Incident]:
    """The cases of a period, by the moment that the recipe goes by; those merged into others, too."""
    zone, asked = city_zone(), Period.parse(period)
    start, end = asked.start(zone), asked.end(zone)
    if recipe.name == "counts":
        received = Complaint.objects.filter(
            incident=OuterRef("pk"), received_at__gte=start, received_at__lt=end
        )
        return Incident.every.filter(Exists(received))
    return Incident.every.filter(opened_at__gte=start, opened_at__lt=end)


def _silenced_since(cases: QuerySet[Incident], recipe: Recipe, since: datetime) -> QuerySet[Incident]:
    """Those that are silent now, changed after `since`, and were not silent before."""
    secret = Complaint.objects.filter(incident=OuterRef("pk"), confidential=True)
    told = recipe.tiers
    former = FormerTier.objects.filter(category=OuterRef("category"))
    strict = former.exclude(tier__in=told).filter(until__gt=OuterRef("opened_at"))
    lowered, left = once_secret()
    once = Q(pk__in=lowered) | Q(pk__in=left)
    silent = once | Q(confidential=True) | Exists(secret) | ~Q(category__tier__in=told) | Exists(strict)
    later = Entry.objects.filter(incident=OuterRef("pk"), at__gt=since)
    corrected = Exists(later.filter(kind=Entry.Kind.CORRECTED, data__has_key="category"))
    then = (
        former.filter(until__gt=since).order_by("until", "id").values("tier")[:1]
    )  # its tier at that moment
    changed = (
        Exists(later.filter(kind=Entry.Kind.PRIVACY, data__raised__contains="confidential"))
        | corrected
        | Exists(later.filter(kind=Entry.Kind.MERGED))
        | Exists(secret.filter(received_at__gt=since))
        | Q(pk__in=left.filter(since__gt=since))
        | Exists(former.filter(until__gt=since))
    )
    protected = ~Q(tier_then__in=told) | Exists(strict.filter(until__lte=since))
    before = Exists(_secret_at(since)) | (protected & ~corrected)
    cases = cases.annotate(tier_then=Coalesce(Subquery(then), F("category__tier")))
    return cases.filter(silent).filter(changed).exclude(before)


def _secret_at(since: datetime) -> QuerySet[Complaint]:
    """The case's reports of today that were confidential at that moment and in this very case."""
    raised = Entry.objects.filter(
        complaint=OuterRef("pk"), kind=Entry.Kind.PRIVACY, at__gt=since, data__raised__contains="confidential"
    )
    stays = Stay.objects.filter(complaint=OuterRef("pk"), until__gt=since).order_by("until", "id")
    was_in = Coalesce(
        Subquery(stays.values("incident_id")[:1]), F("incident_id"), output_field=BigIntegerField()
    )
    secret = Complaint.objects.annotate(was_in=was_in).filter(confidential=True, received_at__lte=since)
    return secret.filter(~Exists(raised), incident=OuterRef("pk"), was_in=OuterRef("pk"))


def _erased_since(since: datetime) -> Exists:
    later = Entry.objects.filter(incident=OuterRef("pk"), at__gt=since, kind=Entry.Kind.PRIVACY)
    return Exists(later.filter(data__has_key="erased"))
