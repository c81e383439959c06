"""What is answered in place of a withdrawn release: 410 Gone, with the reason, as a page or as problem+json."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from opendata import readers
from opendata.catalogue.article import citation
from opendata.catalogue.period_words import period_words
from opendata.models import Release

PAGE = "text/html"
PROBLEM = "application/problem+json"


def tombstone(request: HttpRequest, release: Release, preferred: str) -> HttpResponse:
    """The answer in the kind that is asked for; `preferred` (PAGE or PROBLEM) where anything will do."""
    kinds = sorted((PAGE, PROBLEM, "application/json"), key=lambda kind: kind != preferred)
    wanted = request.get_preferred_type(kinds)
    response = _page(request, release) if wanted == PAGE else _problem(release)
    patch_vary_headers(response, ["Accept"])
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _page(request: HttpRequest, release: Release) -> HttpResponse:
    """For people: its name, checksums, the reason, and where the newest version is."""
    context = {
        "dataset": release.dataset,
        "release": release,
        "period": period_words(release),
        "files": readers.files([release]),
        "newest": readers.newest_standing(release.dataset),
        "citation": citation(request, release),
    }
    return render(request, "opendata/withdrawn.html", context, status=410)


def _problem(release: Release) -> HttpResponse:
    """For programs (RFC 9457)."""
    body = {
        "type": "urn:kentongan:problem:withdrawn",
        "title": _("This version was withdrawn"),
        "status": 410,
        "detail": release.withdrawal.reason,
        "errors": None,
        "dataset": release.dataset.slug,
        "version": release.version,
        "withdrawn_at": release.withdrawal.withdrawn_at.isoformat(),
    }
    content = json.dumps(body, ensure_ascii=False)
    return HttpResponse(content, status=410, content_type=f"{PROBLEM}; charset=utf-8")
