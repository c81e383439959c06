"""Pictures of a release, drawn as numbers that templates turn into SVG: bars of weeks, a map of kelurahan.

No script and no style attribute is needed; colours come from classes, so they follow light and dark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

STEPS = 5
WIDTH = 1000.0  # of a map's own units
FRAME = 6
WEEKS_SHOWN = 26


@dataclass(frozen=True)
class Bar:
    """One week: its reports, its height in percent of the highest, whether this release tells (part of) it."""

    week: str
    monday: date
    reports: int
    height: float
    current: bool
    whole: bool

    @property
    def rest(self) -> float:
        """What is free above the bar, in percent."""
        return round(100 - self.height, 1)


def weekly_bars(reports: dict[str, int], here: set[str], first: date, last: date) -> list[Bar]:
    """Bars of the newest weeks of a series that runs from `first` to `last`; weeks without reports are bars of 0.

    A week is whole when the series holds all its seven days. `here` are the weeks of the release that is looked at.
    """
    if not reports:
        return []
    mondays = [monday_of(min(reports))]
    while mondays[-1] < monday_of(max(reports)):
        mondays.append(mondays[-1] + timedelta(days=7))
    highest = max(reports.values())
    bars = []
    for monday in mondays[-WEEKS_SHOWN:]:
        week = f"{monday.isocalendar().year}-W{monday.isocalendar().week:02d}"
        amount = reports.get(week, 0)
        whole = first <= monday and monday + timedelta(days=6) <= last
        bars.append(Bar(week, monday, amount, round(100 * amount / highest, 1), week in here, whole))
    return bars


def monday_of(week: str) -> date:
    """The first day of `2026-W47`."""
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)


@dataclass(frozen=True)
class Shape:
    """A kelurahan on the map: its outline as an SVG path, its step of colour (None: no report)."""

    code: str
    path: str
    step: int | None


@dataclass(frozen=True)
class Map:
    """Shapes in a box of `width` × `height` units, and the smallest amount of each step."""

    width: int
    height: int
    shapes: list[Shape]
    breaks: list[float]

    @property
    def view_box(self) -> str:
        """The box with room for the outlines' own width."""
        return f"{-FRAME} {-FRAME} {self.width + 2 * FRAME} {self.height + 2 * FRAME}"


def choropleth(outlines: Sequence[tuple[str, BaseGeometry]], amounts: dict[str, float]) -> Map | None:
    """A map of outlines (EPSG:4326) coloured by amount in up to five steps of about as many kelurahan each."""
    if not outlines:
        return None
    west, south, east, north = shapely.total_bounds(
        np.array([shape for _code, shape in outlines], dtype=object)
    )
    squeeze = math.cos(math.radians((south + north) / 2))  # a degree of longitude is that much shorter
    scale = WIDTH / ((east - west) * squeeze)
    origin = np.array([west, north])
    stretch = np.array([scale * squeeze, -scale])
    breaks = steps_of([amount for amount in amounts.values() if amount > 0])
    shapes = []
    for code, outline in outlines:
        plane = shapely.transform(outline, lambda xy: (xy - origin) * stretch)
        amount = amounts.get(code, 0)
        step = sum(amount >= least for least in breaks) - 1 if amount > 0 else None
        shapes.append(Shape(code, _path(plane), step))
    return Map(int(WIDTH), math.ceil((north - south) * scale), shapes, breaks)


def steps_of(amounts: Sequence[float]) -> list[float]:
    """The smallest amount of each step; fewer steps where amounts repeat."""
    ordered = sorted(amounts)
    starts = [ordered[len(ordered) * step // STEPS] for step in range(STEPS)] if ordered else []
    return sorted(set(starts))


def _path(shape: BaseGeometry) -> str:
    """The outline with one decimal, simplified to a unit: what is smaller cannot be seen."""
    simple = shapely.simplify(shape, 1.0)
    rings = [ring for part in shapely.get_parts(simple) for ring in (part.exterior, *part.interiors)]
    return "".join(f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in ring.coords[:-1])}Z" for ring in rings)
