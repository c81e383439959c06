"""How agencies in charge answered and solved in a quarter: a row per case, by the house's own definitions.

First answer, solved, late and opened again are those of incidents/figures/measures.py, so that what is released and
what the leadership reads are the same figures, here without confidential and closed cases.
"""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from django.db.models import (
    BooleanField,
    Case,
    F,
    FilteredRelation,
    FloatField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Extract

from incidents.figures import measures as m
from incidents.figures.period import Period as Days
from incidents.models import Assignment, Complaint, Incident
from opendata.inside import copying as as_
from opendata.inside.cases import said_of
from opendata.inside.lineage import lineage
from opendata.inside.reporters import NOBODY, verified
from opendata.weeks import Period

COLUMNS = {
    "case": as_.NUMBER, "agency_code": as_.CODE, "agency": as_.CODE, "category": as_.CODE, "opened_at": as_.MOMENT,
    "tier": as_.CODE, "confidential": as_.TRUTH,
    "demo": as_.TRUTH, "opened": as_.TRUTH, "answer_days": as_.REAL, "solved_days": as_.REAL, "unsolved": as_.TRUTH,
    "late": as_.TRUTH, "ended": as_.TRUTH, "reopened": as_.TRUTH,
}  # fmt: skip
DAY = timedelta(days=1).total_seconds()


def steps_in(quarter: Period) -> pd.DataFrame:
    """A row per case that a figure of the quarter counts, with the agency in charge, by case; also those that must
    stay inside: `COLUMNS`. answer_days, solved_days: NaN where the step was not taken in the quarter."""
    days = Days(quarter.first_day, quarter.last_day)
    in_charge = Q(assignments__role=Assignment.Role.LEAD) & ~Q(assignments__status__in=Assignment.GONE)
    ended = m.ever_solved(days)
    rows = (
        _concerned(days)
        .annotate(charge=FilteredRelation("assignments", condition=in_charge))
        .filter(charge__agency__isnull=False)
        .annotate(
            code=F("charge__agency__code"),
            name=F("charge__agency__name"),
            opened=_whether(m.opened(days)),
            answer_took=_days(m.first_answered(days), m.ANSWER_TOOK),
            solve_took=_days(m.solved(days), m.TOOK),
            unsolved=_whether(m.unsolved(days)),
            late=_whether(m.late(days)),
            ended=_whether(ended),
            again=_whether(ended & Q(reopened__gt=0)),
        )
    )
    values = (
        "pk", "code", "name", "category__code", "opened_at", "category__tier", "confidential", "demo",
        "opened", "answer_took", "solve_took",
        "unsolved", "late", "ended", "again",
    )  # fmt: skip
    frame = as_.copied(rows.values_list(*values), COLUMNS).sort_values("case", ignore_index=True)
    inherited = lineage()
    said = said_of(frame["case"], _complaints(days), inherited)
    return frame.assign(
        tier=inherited.strictest(frame.rename(columns={"case": "pk"})),
        confidential=frame["confidential"].to_numpy() | said["secret"].to_numpy(),
        complaints=said["complaints"].to_numpy(),
    )


def voices_of(steps: pd.DataFrame, quarter: Period, key: bytes) -> pd.DataFrame:
    """Who reported each case: case, reporter, each pair once; all without a verified contact are one reporter.

    A case that only cameras saw has none. Raises Conflict when contacts cannot be opened.
    """
    days, roots = Days(quarter.first_day, quarter.last_day), lineage().roots
    merged = Complaint.objects.filter(incident__merged_into__isnull=False)
    known = verified(_complaints(days) | merged, key)
    known = known.assign(case=known["incident"].map(lambda pk: roots.get(pk, pk)))
    named = steps["case"].map(known.groupby("case").size()).fillna(0).astype("int64")
    unknown = steps.loc[steps["complaints"] > named, ["case"]].assign(reporter=NOBODY)
    return pd.concat([known[["case", "reporter"]], unknown], ignore_index=True).drop_duplicates()


def _concerned(days: Days) -> QuerySet[Incident]:
    """The cases that some figure of these days counts."""
    return Incident.objects.filter(_counts(days))


def _complaints(days: Days) -> QuerySet[Complaint]:
    return Complaint.objects.filter(incident__in=_concerned(days).values("pk"))


def _counts(days: Days) -> Q:
    return m.opened(days) | m.solved(days) | m.first_answered(days) | m.unsolved(days)


def _whether(condition: Q) -> Combinable:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _days(condition: Q, took: Combinable) -> Combinable:
    """How many days it took, where the condition holds."""
    seconds = Cast(Extract(took, "epoch"), FloatField())
    return Case(When(condition, then=seconds / DAY), output_field=FloatField())
