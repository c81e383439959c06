"""What a dataset's page tells about one release, gathered from the released tables only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import shapely
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opendata import formats, readers
from opendata.catalogue.files import file_url, saved_as
from opendata.catalogue.pictures import Bar, choropleth, weekly_bars
from opendata.definitions import LICENCE_TITLE, LICENCE_URL
from opendata.models import Release, ReleasedArea, Resource, is_english

PREVIEW_ROWS = 10
TOPICS_SHOWN = 8
PER_PEOPLE = 10_000
MAIN_FILES = {formats.CSV.file, formats.GEOJSON.file}

# What each file is, and what each check of the audit found, in words that a journalist understands.
FILE_WORDS: dict[str, tuple[Promise, Promise]] = {
    "laporan.csv": (gettext_lazy("Table"), gettext_lazy("For spreadsheets, R and Python")),
    "laporan.geojson": (
        gettext_lazy("Map"),
        gettext_lazy("The same rows with the kelurahan’s borders, for GIS"),
    ),
    "kamus.csv": (gettext_lazy("Dictionary"), gettext_lazy("What each column and code means, as a table")),
    "kamus.json": (gettext_lazy("Dictionary"), gettext_lazy("What each column and code means, for programs")),
}
CHECK_WORDS: dict[str, tuple[Promise, Promise]] = {
    "columns": (
        gettext_lazy("Only the columns that are promised"),
        gettext_lazy("The files were read back: they hold the listed columns and no other."),
    ),
    "categories": (
        gettext_lazy("Only problems of public space"),
        gettext_lazy(
            "No row is about health, social aid, violence, abuse of office or another protected topic."
        ),
    ),
    "totals": (
        gettext_lazy("The numbers add up"),
        gettext_lazy(
            "Each file was compared with a second count, made another way: no report too many, none lost."
        ),
    ),
    "places": (
        gettext_lazy("No exact places"),
        gettext_lazy("Every shape in the map file is the border of a whole kelurahan; there are no points."),
    ),
    "traces": (
        gettext_lazy("No trace of a person"),
        gettext_lazy(
            "Every byte was searched for the words, names, contacts, photos, codes and pins of the reports themselves. "
            "None was found."
        ),
    ),
}


@dataclass(frozen=True)
class Place:
    """A kelurahan's line beside the map."""

    name: str
    kecamatan: str
    reports: int
    rate: float | None


@dataclass(frozen=True)
class Download:
    """A file as the page offers it."""

    resource: Resource
    title: Promise | str
    use: Promise | str
    url: str
    newest_url: str
    saved_as: str
    main: bool


def article(request: HttpRequest, release: Release) -> dict[str, Any]:
    """Everything that the page of a dataset shows about one of its releases."""
    dataset = release.dataset
    versions = readers.versions(dataset)
    series = _series(versions, release)
    topics = readers.totals(release, "category", "category_name")
    places = readers.totals(release, "kelurahan_code", "kelurahan", "kecamatan")
    days = (release.ends_on - release.starts_on).days + 1
    return {
        "dataset": dataset,
        "release": release,
        "is_newest": release.pk == versions[0].pk,
        "versions": versions,
        "period": period_words(release),
        "per_day": release.reports / days,
        "topics": [
            (_topic(release, str(code), str(name)), total, _share(total, topics[0][2]))
            for code, name, total in topics[:TOPICS_SHOWN]
        ],
        "topics_more": max(len(topics) - TOPICS_SHOWN, 0),
        "weeks": series,
        "incomplete_weeks": any(not bar.whole for bar in series),
        "places_with_reports": len(places),
        "downloads": downloads(readers.files([release])),
        "preview": list(readers.counts(release)[:PREVIEW_ROWS]),
        "columns": _columns(release),
        "checks": [
            (*CHECK_WORDS[check["check"]], check) for check in release.audit if check["check"] in CHECK_WORDS
        ],
        "licence": {"title": LICENCE_TITLE, "url": LICENCE_URL},
        "citation": citation(request, release),
        "api_url": request.build_absolute_uri(
            f"{reverse('ckan:action', args=['package_show'])}?id={dataset.slug}"
        ),
        **_picture(release, [(str(code), int(str(total))) for code, _name, _kecamatan, total in places]),
    }


def period_words(release: Release) -> str:
    """`Oktober 2026`; for a month that still ran `1–20 November 2026`."""
    if not release.partial:
        return date_format(release.starts_on, "F Y")
    return f"{release.starts_on.day}–{date_format(release.ends_on, 'j F Y')}"


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


def downloads(resources: list[Resource]) -> list[Download]:
    """Files as they are offered, with their permanent address and the one that follows the newest version."""
    return [
        Download(
            resource=resource,
            title=FILE_WORDS.get(resource.file, (resource.file, ""))[0],
            use=FILE_WORDS.get(resource.file, ("", ""))[1],
            url=file_url(resource),
            newest_url=reverse("catalogue:newest_file", args=[resource.release.dataset.slug, resource.file]),
            saved_as=saved_as(resource),
            main=resource.file in MAIN_FILES,
        )
        for resource in resources
    ]


def _topic(release: Release, code: str, name: str) -> str:
    """A category's name in the language of the moment; the release's own dictionary has the English ones."""
    if not is_english():
        return name
    names = {
        one["code"]: one["name_en"]
        for column in release.dictionary["columns"]
        for one in column.get("codes", [])
    }
    return str(names.get(code, name))


def _share(part: object, whole: object) -> float:
    return round(100 * int(str(part)) / int(str(whole)), 1)


def _series(versions: list[Release], release: Release) -> list[Bar]:
    """The weeks of this release and of the months without a gap before it."""
    run = [release]
    best = {one.starts_on: one for one in reversed(versions)}  # the final one, where there is one
    while (before := (run[-1].starts_on - timedelta(days=1)).replace(day=1)) in best:
        run.append(best[before])
    here = set(readers.weekly([release]))
    return weekly_bars(readers.weekly(run), here, first=run[-1].starts_on, last=_end(release))


def _end(release: Release) -> date:
    """The last day that is told in full: the last day of a provisional release was still running."""
    return release.ends_on - timedelta(days=1) if release.partial else release.ends_on


def _columns(release: Release) -> list[dict[str, Any]]:
    """The dictionary in the language of the moment."""
    meaning, name = ("meaning_en", "name_en") if is_english() else ("meaning_id", "name_id")
    return [
        {
            "name": column["name"],
            "type": column["type"],
            "meaning": column[meaning],
            "codes": [(code["code"], code[name]) for code in column.get("codes", [])],
        }
        for column in release.dictionary["columns"]
    ]


def _picture(release: Release, totals: list[tuple[str, int]]) -> dict[str, Any]:
    """The map and its lines: by reports per 10,000 people where all are known, else by reports."""
    areas = readers.areas(release)
    counted = dict(totals)
    by_rate = bool(areas) and all(area.people for area in areas)
    amounts = {area.code: _amount(area, counted.get(area.code, 0), by_rate) for area in areas}
    outlines = [(area.code, shapely.from_wkb(bytes(area.geom.wkb))) for area in areas]
    drawn = choropleth(outlines, amounts)
    names = {area.code: area.name for area in areas}
    return {
        "map": drawn,
        "map_shapes": [(one, names[one.code], counted.get(one.code, 0)) for one in drawn.shapes]
        if drawn
        else [],
        "map_key": _key(drawn.breaks, max(amounts.values()), by_rate) if drawn else [],
        "map_has_empty": any(not amount for amount in amounts.values()),
        "by_rate": by_rate,
        "people_year": max((area.people_year or 0 for area in areas), default=0),
        "places": _places(areas, counted, amounts if by_rate else {}),
        "places_total": len(areas),
    }


def _amount(area: ReleasedArea, reports: int, by_rate: bool) -> float:
    return reports * PER_PEOPLE / area.people if by_rate and area.people else float(reports)


def _places(areas: list[ReleasedArea], counted: dict[str, int], rates: dict[str, float]) -> list[Place]:
    places = [
        Place(area.name, area.kecamatan, counted.get(area.code, 0), rates.get(area.code)) for area in areas
    ]
    return sorted(places, key=lambda place: (-place.reports, place.name))


def _key(breaks: list[float], most: float, by_rate: bool) -> list[str]:
    """What each step of colour means: `3–7` reports, or `1,2–2,5` per 10,000 people."""
    if by_rate:
        edges = [number_format(edge, 1) for edge in (*breaks, most)]
        return [f"{low}–{high}" for low, high in pairwise(edges)]
    ends = [int(edge) - 1 for edge in breaks[1:]] + [int(most)]
    return [
        str(int(low)) if int(low) == high else f"{number_format(int(low))}–{number_format(high)}"
        for low, high in zip(breaks, ends, strict=True)
    ]
