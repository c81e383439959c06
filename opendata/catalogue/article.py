"""What a dataset's page tells about one release, gathered from the released tables only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from opendata import readers
from opendata.catalogue.downloads import downloads
from opendata.catalogue.kinds import KINDS
from opendata.catalogue.period_words import period_words, span_words
from opendata.catalogue.pictures import Bar, weekly_bars
from opendata.catalogue.safety import checks, policy_told, utility_told
from opendata.catalogue.where import where
from opendata.licence import LICENCE_TITLE, LICENCE_URL
from opendata.models import Dataset, Release, is_english
from opendata.released import NO_LONGER_MADE

PREVIEW_ROWS = 10
TOPICS_SHOWN = 8


def article(request: HttpRequest, release: Release) -> dict[str, Any]:
    """Everything that the page of a dataset shows about one of its releases."""
    dataset = release.dataset
    every = readers.versions(dataset)
    standing = [one for one in every if not withdrawn(one)]
    series = _series(standing, release)
    columns = _columns(release)
    kind = KINDS[dataset.recipe]
    return {
        "dataset": dataset,
        "release": release,
        "kind": kind,
        "made": [step % _made_with(release) for step in kind.made],
        "is_newest": release.pk == standing[0].pk,
        "no_longer_made": dataset.recipe == NO_LONGER_MADE,
        "versions": [(one, period_words(one)) for one in every],
        "period": period_words(release),
        "span": span_words(release),
        **_topics(release, columns),
        "weeks": series,
        "incomplete_weeks": any(not bar.whole for bar in series),
        "downloads": downloads(readers.files([release])),
        "preview": _preview(release, columns),
        "columns": columns,
        "checks": checks(release),
        "utility": utility_told(release),
        "policy": policy_told(release),
        "licence": {"title": LICENCE_TITLE, "url": LICENCE_URL},
        "citation": citation(request, release),
        "api_url": api_url(request, dataset),
        **where(release),
    }


def api_url(request: HttpRequest, dataset: Dataset) -> str:
    """The call that lists all files of a dataset."""
    return request.build_absolute_uri(f"{reverse('ckan:action', args=['package_show'])}?id={dataset.slug}")


def withdrawn(release: Release) -> bool:
    """Whether only a tombstone is left of it."""
    return hasattr(release, "withdrawal")


def citation(request: HttpRequest, release: Release) -> str:
    """How to cite this very version."""
    url = request.build_absolute_uri(version_url(release))
    return _("%(publisher)s (%(year)s). %(title)s, version %(version)s [data set]. %(url)s (CC BY 4.0)") % {
        "publisher": release.dataset.organization,
        "year": release.released_at.year,
        "title": release.dataset.title,
        "version": release.version,
        "url": url,
    }


def version_url(release: Release) -> str:
    return reverse("catalogue:version", args=[release.dataset.slug, release.version])


def _made_with(release: Release) -> dict[str, Any]:
    """The numbers that the steps of the making name."""
    told = {one.name: one.value for one in policy_told(release)}
    return {"households": told.get("households", ""), "k": told.get("k", "")}


def _topics(release: Release, columns: list[dict[str, Any]]) -> dict[str, Any]:
    """What it is about, the most first, with names in the language of the moment."""
    found = readers.topics(release)
    topic = readers.topic_column(release)
    names = {code: name for column in columns if column["name"] == topic for code, name in column["codes"]}
    most = found[0][1] if found else 1
    return {
        "topics": [
            (names.get(code, code), total, round(100 * total / most, 1))
            for code, total in found[:TOPICS_SHOWN]
        ],
        "topics_more": max(len(found) - TOPICS_SHOWN, 0),
    }


def _series(standing: list[Release], release: Release) -> list[Bar]:
    """The weeks of this release and of the periods without a gap before it."""
    run = [release]
    best = {one.ends_on: one for one in reversed(standing)}  # the last revision of each period
    while before := best.get(run[-1].starts_on - timedelta(days=1)):
        run.append(before)
    here = set(readers.weekly([release]))
    # The last day of a provisional release was still running.
    last = release.ends_on - timedelta(days=1) if release.partial else release.ends_on
    return weekly_bars(readers.weekly(run), here, first=run[-1].starts_on, last=last)


def _columns(release: Release) -> list[dict[str, Any]]:
    """The dictionary in the language of the moment."""
    meaning, name = ("meaning_en", "name_en") if is_english() else ("meaning_id", "name_id")
    return [
        {
            "name": column["name"],
            "type": column["type"],
            "is_number": column["type"] in ("integer", "number"),
            "meaning": column[meaning],
            "codes": [(code["code"], code[name]) for code in column.get("codes", [])],
        }
        for column in release.dictionary["columns"]
    ]


def _preview(release: Release, columns: Sequence[dict[str, Any]]) -> list[list[tuple[object, bool]]]:
    """The first rows: each cell with whether it is a number."""
    rows = readers.first_rows(release, [column["name"] for column in columns], PREVIEW_ROWS)
    return [[(cell, column["is_number"]) for cell, column in zip(row, columns, strict=True)] for row in rows]
