"""No two datasets of one recipe tell of the same topics at the same time: whoever holds both would subtract them.

Neither while both are in use, nor in what was released: a dataset that follows a retired one starts with the first
period that no release of its kind covers. Withdrawn releases count, since copies of them remain. What has no periods
(borders, catchments, codes) tells of no case and may be told again.
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from geo.errors import Conflict
from opendata.models import Dataset, Definition, Release


def share_topics(one: Collection[str], other: Collection[str]) -> bool:
    """Whether a topic is in both; an empty list stands for all of the recipe's tier."""
    return not one or not other or bool(set(one) & set(other))


def twin_in_use(mine: Definition, categories: Collection[str]) -> Definition | None:
    """Another dataset in use of the same kind that shares a category with these (none: all of them)."""
    others = Definition.objects.filter(recipe=mine.recipe, active=True).exclude(pk=mine.pk)
    return next((other for other in others if share_topics(categories, other.categories)), None)


def released_elsewhere(mine: Definition) -> dict[str, Dataset]:
    """The periods that releases of other datasets of its kind cover with a topic of its own, and whose they are."""
    named = dict(Definition.objects.filter(recipe=mine.recipe).values_list("slug", "categories"))
    others = Release.objects.filter(dataset__recipe=mine.recipe).exclude(period="")
    return {
        release.period: release.dataset
        for release in others.exclude(dataset__slug=mine.slug).select_related("dataset")
        if share_topics(mine.categories, _topics(release, named.get(release.dataset.slug)))
    }


def refuse_twice(mine: Definition, period: str) -> None:
    """Raises Conflict, naming the other dataset, where its release covers this period already."""
    other = released_elsewhere(mine).get(period) if period else None
    if other is not None:
        raise Conflict(
            _(
                "“%(title)s” (%(slug)s) has released %(period)s about the same topics already. Whoever holds both "
                "could subtract them: this dataset starts with the first period that no release of its kind covers."
            )
            % {"title": other.title, "slug": other.slug, "period": period}
        )


def _topics(release: Release, defined: list[str] | None) -> set[str]:
    """What it tells of: the topics in its rows and those of its dataset today. Empty: maybe all."""
    columns = release.dictionary.get("columns", ())
    told = {code["code"] for one in columns if one["name"] == "category" for code in one.get("codes", ())}
    return told if defined is None else told | set(defined) if defined else set()
