"""The catalogue's pages: what there is, and one dataset told like an article."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from incidents.access import role_of
from incidents.models import Member
from opendata import readers
from opendata.catalogue.article import article, withdrawn
from opendata.catalogue.jsonld import dataset_jsonld
from opendata.catalogue.kinds import KINDS
from opendata.catalogue.period_words import period_words
from opendata.catalogue.tombstone import PAGE, tombstone
from opendata.models import Dataset, Release
from opendata.released import NO_LONGER_MADE

NEWEST_SHOWN = 5
QUERY_LENGTH = 100
ORDER = list(KINDS)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """/data/: search, the newest releases, and the doors to them."""
    query = request.GET.get("q", "").replace("\x00", "")[:QUERY_LENGTH].strip()
    newest = [(release, period_words(release)) for release in readers.newest_releases(NEWEST_SHOWN)]
    cards = [_card(dataset) for dataset in readers.datasets(query)]
    context = {
        "query": query,
        "found": sorted(
            cards, key=lambda card: (card["no_longer_made"], ORDER.index(card["dataset"].recipe))
        ),
        "newest": newest,
        "first": newest[0][0] if newest else None,
        "may_publish": is_steward(request),
    }
    return render(request, "opendata/index.html", context)


def _card(dataset: Dataset) -> dict[str, Any]:
    """A dataset in the list: with its newest release, or with nothing but tombstones."""
    release = readers.newest_standing(dataset)
    return {
        "dataset": dataset,
        "release": release,
        "period": period_words(release) if release else "",
        "formats": sorted({file.format for file in readers.files([release])}) if release else [],
        "no_longer_made": dataset.recipe == NO_LONGER_MADE,
    }


@require_safe
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest release of a dataset; the newest tombstone where nothing else is left."""
    found = readers.dataset(slug)
    return _page(request, readers.newest_standing(found) or readers.versions(found)[0])


@require_safe
def version(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """One version of a dataset, at an address that stays, also when the version was withdrawn (410)."""
    return _page(request, readers.release(slug, version))


def _page(request: HttpRequest, release: Release) -> HttpResponse:
    if withdrawn(release):
        return tombstone(request, release, PAGE)
    context = article(request, release)
    context["jsonld"] = dataset_jsonld(request, context)
    context["may_publish"] = is_steward(request)
    return render(request, "opendata/dataset.html", context)


def is_steward(request: HttpRequest) -> bool:
    return role_of(request.user) == Member.Role.STEWARD
