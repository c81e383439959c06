"""The figures beside the map, counted by the database from what the viewer may see.

What new, late, solved and their median mean is defined in incidents/figures/measures.py. Besides, `per_thousand` are
the new incidents per 1,000 people of the kelurahan, by the newest known population. The page says it in words
(heatmap/definitions.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, Count, Max, QuerySet
from django.db.models.functions import TruncDate

from geo.city import city_zone
from geo.models import Area, Edition
from geo.people import people_in_force
from incidents.figures import measures as m
from incidents.figures.period import Period
from incidents.models import Category, Incident
from incidents.series import kelurahan_in_force
from tiles.filters import Filters
from tiles.heatmap.period import Bucket
from tiles.layers import heat_points
from tiles.scope import Scope


@dataclass(frozen=True)
class Figures:
    """Numbers of one period; `median_days` is None when nothing was solved in it."""

    new: int = 0
    late: int = 0
    solved: int = 0
    median_days: float | None = None


@dataclass(frozen=True)
class AreaRow:
    """One kelurahan: its figures and, where its population is known, new ones per 1,000 people."""

    code: str
    name: str
    district: str
    figures: Figures
    people: int | None

    @property
    def per_thousand(self) -> float | None:
        return 1000 * self.figures.new / self.people if self.people else None


@dataclass(frozen=True)
class CategoryRow:
    code: str
    name: str
    figures: Figures


def measures(period: Period) -> dict[str, Aggregate]:
    """The aggregates behind `Figures`, for a queryset that is not yet cut to a period."""
    solved = m.solved(period)
    return {
        "new": Count("pk", filter=m.opened(period)),
        "late": Count("pk", filter=m.late(period)),
        "solved": Count("pk", filter=solved),
        "median": m.Percentile(m.TOOK, filter=solved),
    }


def _figures(row: Mapping[str, Any]) -> Figures:
    median = row["median"]
    days = median.total_seconds() / 86400 if median is not None else None
    return Figures(row["new"], row["late"], row["solved"], days)


def totals(incidents: QuerySet[Incident], period: Period) -> Figures:
    return _figures(incidents.aggregate(**measures(period)))


def by_area(incidents: QuerySet[Incident], period: Period) -> list[AreaRow]:
    """Every kelurahan of the active edition and those of earlier ones that have figures, in alphabetical order.

    What happened under earlier borders counts under the code that goes on with the old one (incidents/series.py).
    """
    named = {"name": Max("kelurahan"), "district": Max("kecamatan")}
    found = _counted(incidents.annotate(now_in=kelurahan_in_force()), "now_in", period, **named)
    people = latest_people()
    rows = []
    for code, name, district in villages():
        figures = _figures(found.pop(code)) if code in found else Figures()
        rows.append(AreaRow(code, name, district, figures, people.get(code)))
    for code, row in found.items():
        rows.append(AreaRow(code, row["name"], row["district"], _figures(row), people.get(code)))
    return sorted(rows, key=lambda row: (row.name, row.code))


def _counted(
    incidents: QuerySet[Incident], key: str, period: Period, **more: Aggregate
) -> dict[Any, dict[str, Any]]:
    """The measures by the values of a column, where any of them is more than nothing."""
    rows: Iterable[Any] = incidents.order_by().values(key).annotate(**measures(period), **more)
    return {row[key]: row for row in rows if row["new"] or row["late"] or row["solved"]}


def villages() -> list[tuple[str, str, str]]:
    """Code, name and kecamatan of each kelurahan of the active edition."""
    rows = Area.objects.filter(edition__status=Edition.Status.ACTIVE).values_list(
        "code", "name", "level", "parent_code"
    )
    names = {code: name for code, name, _level, _parent in rows}
    return [
        (code, name, names.get(parent, ""))
        for code, name, level, parent in rows
        if level == Area.Level.VILLAGE
    ]


def latest_people() -> dict[str, int]:
    """People per area, of the newest year that is known for it."""
    return {code: people for code, (people, _year) in people_in_force().items()}


def by_category(incidents: QuerySet[Incident], period: Period) -> list[CategoryRow]:
    """The categories that have figures, in the order in which citizens see them."""
    found = _counted(incidents, "category", period)
    categories = Category.objects.filter(pk__in=found).select_related("parent")
    ordered = sorted(
        categories, key=lambda c: (c.parent.position if c.parent else c.position, c.position, c.code)
    )
    return [CategoryRow(one.code, one.name, _figures(found[one.pk])) for one in ordered]


def by_day(incidents: QuerySet[Incident], span: Period) -> dict[date, int]:
    """New incidents per day of the city's zone; days without any are left out."""
    days = incidents.filter(m.opened(span)).order_by()
    counted = days.values(day=TruncDate("opened_at", tzinfo=city_zone())).annotate(n=Count("pk"))
    return {row["day"]: row["n"] for row in counted}


def histogram(per_day: Mapping[date, int], buckets: list[Bucket]) -> list[int]:
    """How many fall into each bucket."""
    counts = []
    for bucket in buckets:
        days = (bucket.until - bucket.since).days + 1
        counts.append(sum(per_day.get(bucket.since + timedelta(days=i), 0) for i in range(days)))
    return counts


def sightings(scope: Scope, filters: Filters) -> int:
    """Camera events of the period."""
    return filters.events(scope.events).count()


HOTTEST = """
SELECT max(n) FROM (
    SELECT count(*) AS n FROM ({source}) seen WHERE point IS NOT NULL
    GROUP BY floor(ST_X(point) / %s), floor(ST_Y(point) / %s)
) places
"""
PLACE_M = 400.0  # about as wide as one case warms the map of a whole city


def hottest(scope: Scope, filters: Filters) -> int:
    """How many cases (or sightings) the place with the most of them has: the heat's last colour; 0 for none."""
    try:
        source, given = heat_points(scope, filters)
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(HOTTEST.format(source=source), [*given, PLACE_M, PLACE_M])
        return cursor.fetchone()[0] or 0
