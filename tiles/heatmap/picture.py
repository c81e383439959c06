"""Figures as shapes: the coloured outline of the city, its legend, the bars of the histogram, and the map's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from incidents.figures.period import Period
from incidents.models import Incident
from tiles.heatmap.classes import Classes, classes_of, rounded
from tiles.heatmap.figures import AreaRow, by_day
from tiles.heatmap.figures import histogram as counts_of
from tiles.heatmap.outline import Shape, outline
from tiles.heatmap.period import Bucket, context_of, cut
from tiles.heatmap.selection import Measure, Selection
from tiles.versions import map_version

BAR_HEIGHT = 40  # the histogram's drawing is so many units high, and ten wide per bar
BAR_WIDTH = 10


@dataclass(frozen=True)
class Coloured:
    """A kelurahan of the drawing; `step` is its colour (0 to 8), None where nothing is or nothing is known."""

    shape: Shape
    row: AreaRow | None
    value: float | None
    step: int | None


@dataclass(frozen=True)
class Choropleth:
    view_box: str
    areas: tuple[Coloured, ...]
    classes: Classes


def value_of(row: AreaRow, measure: Measure) -> float | None:
    return float(row.figures.new) if measure == Measure.COUNT else row.per_thousand


def choropleth(rows: Sequence[AreaRow], measure: Measure) -> Choropleth:
    """The outline with each kelurahan in the colour of its class."""
    decimals = 0 if measure == Measure.COUNT else 1
    values = {row.code: value_of(row, measure) for row in rows}
    classes = classes_of((value for value in values.values() if value), decimals)
    drawing = outline(map_version())
    by_code = {row.code: row for row in rows}
    areas = []
    for shape in drawing.shapes:
        value = values.get(shape.code)
        step = classes.step(value) if value else None
        areas.append(Coloured(shape, by_code.get(shape.code), value, step))
    return Choropleth(drawing.view_box, tuple(areas), classes)


@dataclass(frozen=True)
class Bar:
    """One bar; `x`, `y`, `height` in the drawing's units, `chosen` when it lies in the period."""

    bucket: Bucket
    count: int
    x: int
    y: float
    height: float
    chosen: bool


@dataclass(frozen=True)
class Histogram:
    """`first` and `last` are the positions of the period among the bars."""

    unit: str
    bars: tuple[Bar, ...]
    first: int
    last: int

    @property
    def width(self) -> int:
        return len(self.bars) * BAR_WIDTH

    @property
    def end(self) -> int:
        return len(self.bars) - 1

    @property
    def most(self) -> int:
        return max(bar.count for bar in self.bars)


def histogram(incidents: QuerySet[Incident], period: Period) -> Histogram:
    """New incidents over time, the period among what came before it."""
    span = context_of(period)
    unit, buckets = cut(span)
    counts = counts_of(by_day(incidents, span), buckets)
    most = max(*counts, 1)
    chosen = [b.since <= period.until and b.until >= period.since for b in buckets]
    bars = [
        Bar(bucket, count, i * BAR_WIDTH, BAR_HEIGHT * (1 - count / most), BAR_HEIGHT * count / most, within)
        for i, (bucket, count, within) in enumerate(zip(buckets, counts, chosen, strict=True))
    ]
    first = chosen.index(True)
    return Histogram(unit, tuple(bars), first, first + sum(chosen) - 1)


def map_data(
    selection: Selection, rows: Sequence[AreaRow], picture: Choropleth, hottest: int, opens_cases: bool
) -> dict[str, Any]:
    """What web/static/js/heatmap.js draws from, as plain data. `hottest`: how many cases one place has at most."""
    values = {row.code: value_of(row, selection.measure) for row in rows}
    return {
        "tiles": selection.tile_query,
        "address": selection.page_query,
        "view": selection.view.value,
        "heat": "cctv" if selection.filters.kind == "cctv" else "incidents",
        "hottest": hottest,
        "areas": {
            row.code: {
                "name": row.name,
                "new": row.figures.new,
                "late": row.figures.late,
                "rate": row.per_thousand,
            }
            for row in rows
        },
        "values": {code: rounded(value, picture.classes.decimals) for code, value in values.items() if value},
        "breaks": list(picture.classes.breaks),
        "opensCases": opens_cases,
        "bounds": outline(map_version()).bounds,
    }
