"""All that the public reads goes through here, by the database role that can see released tables and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from geo.errors import NotFound
from opendata.models import Dataset, Release, ReleasedArea, ReleasedCount, Resource

PUBLIC = "public"


def datasets(query: str = "") -> list[Dataset]:
    """Datasets that have all words of the query in their title, text or tags; by name."""
    found = Dataset.objects.using(PUBLIC).filter(releases__isnull=False).distinct().order_by("slug")
    for word in query.split():
        fields = ("slug", "title_id", "title_en", "notes_id", "notes_en", "tags")
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        found = found.filter(anywhere)
    return list(found)


def dataset(slug: str) -> Dataset:
    """One dataset. Raises NotFound, also for one that was never released."""
    found = Dataset.objects.using(PUBLIC).filter(slug=slug, releases__isnull=False).first()
    if found is None:
        raise NotFound(_("There is no dataset of this name."))
    return found


def newest_releases(limit: int) -> list[Release]:
    """What was released last, of all datasets."""
    releases = (
        Release.objects.using(PUBLIC).select_related("dataset").order_by("-released_at", "-starts_on", "-id")
    )
    return list(releases[:limit])


def versions(of: Dataset) -> list[Release]:
    """All releases of a dataset, the newest period first; of one period the final before the provisional ones."""
    return list(Release.objects.using(PUBLIC).filter(dataset=of).select_related("dataset"))


def release(slug: str, version: str) -> Release:
    """One version of a dataset. Raises NotFound."""
    releases = Release.objects.using(PUBLIC).select_related("dataset")
    found = releases.filter(dataset__slug=slug, version=version).first()
    if found is None:
        raise NotFound(_("There is no such version of this dataset."))
    return found


def newest(slug: str) -> Release:
    """The newest version of a dataset. Raises NotFound."""
    return versions(dataset(slug))[0]


def files(releases: Iterable[Release]) -> list[Resource]:
    """The files of releases, release by release in the order of the releases, each in its own order."""
    order = {one.pk: place for place, one in enumerate(releases)}
    found = Resource.objects.using(PUBLIC).filter(release__in=order).select_related("release__dataset")
    return sorted(found, key=lambda one: (order[one.release_id], one.position))


def file(slug: str, version: str, name: str) -> Resource:
    """One file of a version. Raises NotFound."""
    found = _resources().filter(release__dataset__slug=slug, release__version=version, file=name).first()
    if found is None:
        raise NotFound(_("There is no such file in this version."))
    return found


def file_by_id(uuid: str) -> Resource | None:
    """One file by the id that programs know it by."""
    return _resources().filter(uuid=uuid).first()


def counts(of: Release) -> QuerySet[ReleasedCount]:
    """The rows of a release, in the order of its files."""
    rows = ReleasedCount.objects.using(PUBLIC).filter(release=of)
    return rows.order_by("kelurahan_code", "category", "week")


def totals(of: Release, *fields: str) -> list[tuple[object, ...]]:
    """Reports summed by some fields, the most first: (field …, reports)."""
    rows = ReleasedCount.objects.using(PUBLIC).filter(release=of).values_list(*fields)
    return list(rows.annotate(total=Sum("reports")).order_by("-total", *fields))


def weekly(releases: Iterable[Release]) -> dict[str, int]:
    """Reports per ISO week over releases of different periods: the halves of a split week are added."""
    rows = ReleasedCount.objects.using(PUBLIC).filter(release__in=[one.pk for one in releases])
    return dict(rows.values_list("week").annotate(total=Sum("reports")).order_by("week"))


def areas(of: Release) -> list[ReleasedArea]:
    """The kelurahan of a release with their borders, by code."""
    return list(ReleasedArea.objects.using(PUBLIC).filter(release=of).order_by("code"))


def _resources() -> QuerySet[Resource]:
    return Resource.objects.using(PUBLIC).select_related("release__dataset")
