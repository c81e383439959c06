"""Where what a release tells comes from: a map of kelurahan and the same as a list."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import shapely
from django.utils.formats import number_format

from opendata import readers
from opendata.catalogue.kinds import KINDS
from opendata.catalogue.pictures import choropleth
from opendata.models import Release, ReleasedArea

PER_PEOPLE = 10_000
BY_RATE = {"reports", "incidents", "counts"}  # what grows with the number of people


@dataclass(frozen=True)
class Line:
    """A kelurahan's line beside the map."""

    name: str
    kecamatan: str
    total: int | None  # None: not told
    rate: float | None


def where(release: Release) -> dict[str, Any]:
    """The map and its lines: per 10,000 people where all are known and it makes sense, else the amounts."""
    areas = readers.areas(release)
    places = readers.places(release)
    absent = None if KINDS[release.dataset.recipe].absent else 0
    counted = {place.code: place.total for place in places}
    by_rate = (
        release.dataset.recipe in BY_RATE and bool(counted) and bool(areas) and all(a.people for a in areas)
    )
    amounts = {area.code: _amount(area, counted.get(area.code, 0), by_rate) for area in areas}
    return {
        **(_drawn(areas, counted, amounts, by_rate, absent) if places else {"map": None}),
        "by_rate": by_rate,
        "people_year": max((area.people_year or 0 for area in areas), default=0),
        "places": _lines(areas, places, amounts if by_rate else {}, absent),
        "places_with_some": sum(total > 0 for total in counted.values()),
        "places_total": len({*counted, *(area.code for area in areas)}),
    }


def _drawn(
    areas: list[ReleasedArea],
    counted: dict[str, int],
    amounts: dict[str, float],
    by_rate: bool,
    absent: int | None,
) -> dict[str, Any]:
    drawn = choropleth([(area.code, shapely.from_wkb(bytes(area.geom.wkb))) for area in areas], amounts)
    if drawn is None:
        return {"map": None}
    names = {area.code: area.name for area in areas}
    return {
        "map": drawn,
        "map_shapes": [(one, names[one.code], counted.get(one.code, absent)) for one in drawn.shapes],
        "map_key": key_of(drawn.breaks, max(amounts.values()), by_rate),
        "map_has_empty": any(not amount for amount in amounts.values()),
    }


def _amount(area: ReleasedArea, total: int, by_rate: bool) -> float:
    return total * PER_PEOPLE / area.people if by_rate and area.people else float(total)


def _lines(
    areas: list[ReleasedArea], places: list[readers.Place], rates: dict[str, float], absent: int | None
) -> list[Line]:
    """Each kelurahan with its amount, the most first; `absent` is that of one that is not named (0, or not told)."""
    lines = [Line(place.name, place.wider, place.total, rates.get(place.code)) for place in places]
    if places:
        told = {place.code for place in places}
        lines += [
            Line(area.name, area.kecamatan, absent, None if absent is None else rates.get(area.code))
            for area in areas
            if area.code not in told
        ]
    return sorted(lines, key=lambda line: (-(line.total or 0), line.total is None, line.name))


def key_of(breaks: list[float], most: float, by_rate: bool) -> list[str]:
    """What each step of colour means: `3–7`, or `1,2–2,5` per 10,000 people."""
    if by_rate:
        edges = [number_format(round(edge, 1), 1) for edge in (*breaks, most)]
        return [f"{low}–{high}" for low, high in pairwise(edges)]
    ends = [int(edge) - 1 for edge in breaks[1:]] + [int(most)]
    return [
        number_format(int(low), force_grouping=True)
        if int(low) == high
        else f"{number_format(int(low), force_grouping=True)}–{number_format(high, force_grouping=True)}"
        for low, high in zip(breaks, ends, strict=True)
    ]
