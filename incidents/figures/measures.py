"""What is counted, defined once for every page: heads' map, tables of figures, files to take home.

| figure | definition |
| --- | --- |
| new | cases that were opened in the period |
| open | cases that were not solved at the end of the period (now, if it has not ended), whenever opened |
| late | those of them whose deadline had passed |
| answered, time to first answer | cases whose first answer fell into the period; from opening to that answer |
| solved, time to solve | cases that were solved in the period; from opening to solution |
| reopened | of the cases opened in the period that were ever solved: the share that was opened again |

Times are calendar time, as the reporter waits; deadlines count working days. The median is what half of the cases took
at most, the 90th percentile what nine of ten did. Archived cases count as new, never as open, late or solved. A case
that was merged into another one is that other one.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, DurationField, ExpressionWrapper, F, Q

from incidents.figures.period import Period
from incidents.models import Incident, Phase

TOOK = ExpressionWrapper(F("resolved_at") - F("opened_at"), DurationField())
ANSWER_TOOK = ExpressionWrapper(F("first_answer_at") - F("opened_at"), DurationField())
KEPT = ~Q(phase=Phase.ARCHIVED)


class Percentile(Aggregate):
    """So much of the values is at most this one: `at` between 0 and 1, between two values in proportion."""

    template = "percentile_cont(%(at)s) WITHIN GROUP (ORDER BY %(expressions)s)%(filter)s"
    output_field = DurationField()

    def __init__(self, expression: Any, at: float = 0.5, **extra: Any) -> None:
        super().__init__(expression, at=float(at), **extra)


def opened(period: Period) -> Q:
    return Q(opened_at__gte=period.start, opened_at__lt=period.end)


def unsolved(period: Period) -> Q:
    """Not solved when the period is looked at, whenever opened."""
    as_of = period.as_of
    return KEPT & Q(opened_at__lt=as_of) & (Q(phase__in=Incident.OPEN) | Q(resolved_at__gte=as_of))


def late(period: Period) -> Q:
    """Unsolved past the deadline. While a case waits for its reporter the clock stands still."""
    waits = Q(waiting_since__isnull=False, due_at__gte=F("waiting_since"))
    return unsolved(period) & Q(due_at__lt=period.as_of) & ~waits


def solved(period: Period) -> Q:
    return KEPT & Q(resolved_at__gte=period.start, resolved_at__lt=period.end)


def first_answered(period: Period) -> Q:
    return Q(first_answer_at__gte=period.start, first_answer_at__lt=period.end)


def ever_solved(period: Period) -> Q:
    """Opened in the period and solved at least once, though it may be open again."""
    return opened(period) & KEPT & (Q(resolved_at__isnull=False) | Q(reopened__gt=0))
