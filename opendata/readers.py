"""All that the public reads goes through here, by the database role that can see released tables and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from geo.errors import NotFound
from opendata.models import Dataset, Release, ReleasedArea, ReleasedIncident, Resource
from opendata.released import TABLES, Table

PUBLIC = "public"


@dataclass(frozen=True)
class Place:
    """A kelurahan of a release, in which it lies, and how much it holds."""

    code: str
    name: str
    wider: str
    total: int


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
    """What was released last and stands, of all datasets."""
    return list(_standing().order_by("-released_at", "-starts_on", "-id")[:limit])


def versions(of: Dataset) -> list[Release]:
    """All releases of a dataset, also withdrawn ones, the newest period first; of one period its last revision."""
    return list(Release.objects.using(PUBLIC).filter(dataset=of).select_related("dataset", "withdrawal"))


def standing(of: Dataset) -> list[Release]:
    """Its releases that were not withdrawn, in the same order."""
    return list(_standing().filter(dataset=of))


def release(slug: str, version: str) -> Release:
    """One version of a dataset. Raises NotFound."""
    releases = Release.objects.using(PUBLIC).select_related("dataset", "withdrawal")
    found = releases.filter(dataset__slug=slug, version=version).first()
    if found is None:
        raise NotFound(_("There is no such version of this dataset."))
    return found


def newest(slug: str) -> Release:
    """The newest version of a dataset that was not withdrawn. Raises NotFound."""
    found = newest_standing(dataset(slug))
    if found is None:
        raise NotFound(_("All versions of this dataset were withdrawn."))
    return found


def newest_standing(of: Dataset) -> Release | None:
    """The newest version of a dataset that was not withdrawn, if there is one."""
    return _standing().filter(dataset=of).first()


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


def rows(of: Release) -> QuerySet[Model]:
    """The rows of a release, in the order of its files."""
    table = TABLES[of.dataset.recipe]
    return _rows_of(table, [of]).order_by(*table.order)


def first_rows(of: Release, columns: Sequence[str], limit: int) -> list[tuple[object, ...]]:
    """The first rows with these columns of the files."""
    table = TABLES[of.dataset.recipe]
    return list(rows(of).values_list(*(table.field_of(column) for column in columns))[:limit])


def topics(of: Release) -> list[tuple[str, int]]:
    """What a release is about and how much of each, the most first; empty where its kind has no topics."""
    table = TABLES[of.dataset.recipe]
    if not table.topic:
        return []
    found = _rows_of(table, [of]).filter(**table.only_topics).values_list(table.topic)
    return list(found.annotate(total=_total(table)).order_by("-total", table.topic))


def topic_column(of: Release) -> str:
    """The column of the files in which topics stand; empty where its kind has none."""
    table = TABLES[of.dataset.recipe]
    renamed = {field: column for column, field in table.renamed.items()}
    return renamed.get(table.topic, table.topic)


def places(of: Release) -> list[Place]:
    """The kelurahan of a release that hold something, by code."""
    table = TABLES[of.dataset.recipe]
    if not table.place:
        return []
    name, wider = table.names
    found = _rows_of(table, [of]).filter(**table.only_places).values_list(table.place, name, wider)
    summed = found.annotate(total=_total(table)).order_by(table.place)
    return [Place(code, called, inside, total or 0) for code, called, inside, total in summed]


def weekly(releases: Sequence[Release]) -> dict[str, int]:
    """How much per ISO week over releases of one dataset; weeks that two of them divide are added."""
    table = TABLES[releases[0].dataset.recipe]
    if not table.weekly:
        return {}
    return dict(_rows_of(table, releases).values_list("week").annotate(total=_total(table)).order_by("week"))


def newest_of(recipe: str) -> Release | None:
    """The newest release of a kind that was not withdrawn, of whichever dataset."""
    return _standing().filter(dataset__recipe=recipe).first()


def newest_of_each(recipe: str) -> list[Release]:
    """Of each dataset of a kind the newest release that stands, as far as it tells of the newest period of all."""
    newest = _standing().filter(dataset__recipe=recipe)
    found = list(newest.order_by("dataset", "-starts_on", "-revision", "-id").distinct("dataset"))
    last = max((one.starts_on for one in found), default=None)
    return [one for one in found if one.starts_on == last]


def catchment_totals(releases: Iterable[Release]) -> list[int]:
    """How many problems each catchment of some releases holds that holds any."""
    rows = ReleasedIncident.objects.using(PUBLIC).filter(release__in=[one.pk for one in releases])
    named = rows.exclude(catchment="").order_by().values_list("catchment")
    return [total for _catchment, total in named.annotate(total=Count("pk"))]


def areas(of: Release) -> list[ReleasedArea]:
    """The kelurahan with borders that go with a release, by code: its own, else those of the newest boundaries.

    Empty where the licence of the boundaries lets no shapes out.
    """
    for source in (of, newest_of("areas")):
        villages = ReleasedArea.objects.using(PUBLIC).filter(release=source, level="kelurahan_desa")
        if source and (found := list(villages.order_by("code"))):
            return found
    return []


def _rows_of(table: Table, releases: Iterable[Release]) -> QuerySet[Any]:
    return table.model._default_manager.using(PUBLIC).filter(release__in=[one.pk for one in releases])


def _total(table: Table) -> Sum | Count:
    return Sum(table.amount) if table.amount else Count("pk")


def _standing() -> QuerySet[Release]:
    """Releases that were not withdrawn."""
    return Release.objects.using(PUBLIC).filter(withdrawal=None).select_related("dataset")


def _resources() -> QuerySet[Resource]:
    return Resource.objects.using(PUBLIC).select_related("release__dataset", "release__withdrawal")
