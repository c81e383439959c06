"""The figures by agency, category and kelurahan, counted by the database; a row for each that has any.

Rows stand in the order of the city's own lists or of the alphabet and in no other: kelurahan are not ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Aggregate, Count, FilteredRelation, Max, Q, QuerySet
from django.utils.translation import gettext as _

from geo.models import Agency
from incidents.figures import measures as m
from incidents.figures.period import Period
from incidents.models import Assignment, Category, Incident
from incidents.series import kelurahan_in_force

FEW = 5  # of fewer cases a median says nothing, and could be one person's case
SLOW = 0.9


@dataclass(frozen=True)
class Times:
    """How long it took: of so many cases, half at most `median`, nine of ten at most `slow`; in days."""

    cases: int
    median: float | None
    slow: float | None

    @property
    def few(self) -> bool:
        """Too few to say anything, but not none."""
        return 0 < self.cases < FEW


@dataclass(frozen=True)
class Figures:
    """The figures of one row. `reopened`: how many of `ended`, the cases of the period that were ever solved."""

    new: int
    open: int
    late: int
    answer: Times
    solution: Times
    ended: int
    reopened: int

    @property
    def reopened_percent(self) -> float | None:
        return 100 * self.reopened / self.ended if self.ended >= FEW else None

    @property
    def few_ended(self) -> bool:
        return 0 < self.ended < FEW


@dataclass(frozen=True)
class Row:
    """`within` is the kecamatan of a kelurahan or the group of a category, else empty."""

    code: str
    name: str
    within: str
    figures: Figures


def total(cases: QuerySet[Incident], period: Period) -> Figures:
    return _figures(_concerned(cases, period).aggregate(**_measures(period)))


def by_agency(cases: QuerySet[Incident], period: Period) -> list[Row]:
    """By the agency in charge, in alphabetical order; what nobody is in charge of comes last."""
    leads = Q(assignments__role=Assignment.Role.LEAD) & ~Q(assignments__status__in=Assignment.GONE)
    in_charge = cases.annotate(charge=FilteredRelation("assignments", condition=leads))
    found = _counted(in_charge, "charge__agency", period)
    agencies = Agency.objects.filter(pk__in=[key for key in found if key is not None])
    rows = [Row(one.code, one.name, "", _figures(found[one.pk])) for one in agencies]
    rows.sort(key=lambda row: (row.name.casefold(), row.code))
    if None in found:
        rows.append(Row("", _("No agency in charge"), "", _figures(found[None])))
    return rows


def by_category(cases: QuerySet[Incident], period: Period) -> list[Row]:
    """By category, in the order in which citizens see them."""
    found = _counted(cases, "category", period)
    categories = list(Category.objects.filter(pk__in=found).select_related("parent"))
    categories.sort(key=lambda c: (c.parent.position if c.parent else c.position, c.position, c.code))
    return [
        Row(one.code, one.name, one.parent.name if one.parent else "", _figures(found[one.pk]))
        for one in categories
    ]


def by_kelurahan(cases: QuerySet[Incident], period: Period) -> list[Row]:
    """By kelurahan of the borders in force, in alphabetical order and in no other."""
    named = {"name": Max("kelurahan"), "within": Max("kecamatan")}
    found = _counted(cases.annotate(now_in=kelurahan_in_force()), "now_in", period, **named)
    rows = [Row(code, row["name"], row["within"], _figures(row)) for code, row in found.items()]
    return sorted(rows, key=lambda row: (row.name.casefold(), row.code))


def _concerned(cases: QuerySet[Incident], period: Period) -> QuerySet[Incident]:
    """The cases that can count at all: each of these has its index, the others are never read."""
    return cases.filter(
        m.opened(period)
        | Q(resolved_at__gte=period.start)
        | m.first_answered(period)
        | Q(phase__in=Incident.OPEN)
    ).order_by()


def _measures(period: Period) -> dict[str, Aggregate]:
    answered, solved, ended = m.first_answered(period), m.solved(period), m.ever_solved(period)
    return {
        "new": Count("pk", filter=m.opened(period)),
        "open": Count("pk", filter=m.unsolved(period)),
        "late": Count("pk", filter=m.late(period)),
        "answered": Count("pk", filter=answered),
        "answer_median": m.Percentile(m.ANSWER_TOOK, filter=answered),
        "answer_slow": m.Percentile(m.ANSWER_TOOK, SLOW, filter=answered),
        "solved": Count("pk", filter=solved),
        "solve_median": m.Percentile(m.TOOK, filter=solved),
        "solve_slow": m.Percentile(m.TOOK, SLOW, filter=solved),
        "ended": Count("pk", filter=ended),
        "again": Count("pk", filter=ended & Q(reopened__gt=0)),
    }


def _counted(
    cases: QuerySet[Incident], key: str, period: Period, **more: Aggregate
) -> dict[Any, dict[str, Any]]:
    rows: Iterable[Any] = _concerned(cases, period).values(key).annotate(**_measures(period), **more)
    counts = ("new", "open", "late", "answered", "solved", "ended")
    return {row[key]: row for row in rows if any(row[name] for name in counts)}


def _figures(row: Mapping[str, Any]) -> Figures:
    return Figures(
        new=row["new"],
        open=row["open"],
        late=row["late"],
        answer=_times(row["answered"], row["answer_median"], row["answer_slow"]),
        solution=_times(row["solved"], row["solve_median"], row["solve_slow"]),
        ended=row["ended"],
        reopened=row["again"],
    )


def _times(cases: int, median: timedelta | None, slow: timedelta | None) -> Times:
    if cases < FEW or median is None or slow is None:
        return Times(cases, None, None)
    return Times(cases, median.total_seconds() / 86400, slow.total_seconds() / 86400)
