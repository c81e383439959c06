"""The catalogue's pages: what there is, and one dataset told like an article."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from incidents.access import role_of
from incidents.models import Member
from opendata import readers
from opendata.catalogue.article import article, period_words
from opendata.catalogue.jsonld import dataset_jsonld
from opendata.definitions import DEFINITIONS
from opendata.models import Release

NEWEST_SHOWN = 5
QUERY_LENGTH = 100


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """/data/: search, the newest releases, and the doors to them."""
    query = request.GET.get("q", "").replace("\x00", "")[:QUERY_LENGTH].strip()
    found = [(dataset, readers.versions(dataset)[0]) for dataset in readers.datasets(query)]
    newest = [(release, period_words(release)) for release in readers.newest_releases(NEWEST_SHOWN)]
    context = {
        "query": query,
        "found": [(dataset, release, period_words(release)) for dataset, release in found],
        "newest": newest,
        "first": newest[0][0] if newest else None,
        "publishable": list(DEFINITIONS.values()) if is_steward(request) else [],
    }
    return render(request, "opendata/index.html", context)


@require_safe
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest release of a dataset."""
    return _page(request, readers.newest(slug))


@require_safe
def version(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """One version of a dataset, at an address that stays."""
    return _page(request, readers.release(slug, version))


def _page(request: HttpRequest, release: Release) -> HttpResponse:
    context = article(request, release)
    context["jsonld"] = dataset_jsonld(request, context)
    context["may_publish"] = is_steward(request) and release.dataset.slug in DEFINITIONS
    return render(request, "opendata/dataset.html", context)


def is_steward(request: HttpRequest) -> bool:
    return role_of(request.user) == Member.Role.STEWARD
