"""The cases of a period, one row each, with all that decides what becomes of them on their way out."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pandas as pd
from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, F, FloatField, Func, QuerySet

from incidents.models import Complaint, Incident
from incidents.series import kelurahan_in_force
from opendata.inside import copying as as_
from opendata.inside.cells import cells
from opendata.inside.lineage import Lineage, lineage
from opendata.weeks import Period

COLUMNS = {
    "pk": as_.NUMBER, "category": as_.CODE, "tier": as_.CODE, "confidential": as_.TRUTH, "kelurahan_code": as_.CODE,
    "lon": as_.REAL, "lat": as_.REAL, "opened_at": as_.MOMENT, "resolved_at": as_.MOMENT, "phase": as_.CODE,
    "source": as_.CODE, "demo": as_.TRUTH, "approximate": as_.TRUTH,
}  # fmt: skip


class Ordinate(Func):
    """A coordinate of a point: `ST_X` or `ST_Y`; null without one."""

    output_field = FloatField()


def cases_in(period: Period, zone: ZoneInfo) -> pd.DataFrame:
    """Every case opened in the period that stands for itself, by its number; also those that must stay inside.

    `COLUMNS`, and complaints (how many, also of what was merged into it) and catchment ("" without one). confidential:
    the case or any report of it is, or was in what was merged into it. tier: the strictest it ever stood under.
    kelurahan_code: the code in force that goes on with the one under which it happened. lon, lat: NaN without.
    """
    begin, end = period.start(zone), period.end(zone)
    rows = Incident.objects.filter(opened_at__gte=begin, opened_at__lt=end).annotate(
        now_in=kelurahan_in_force(),
        lon=Ordinate(F("location"), function="ST_X"),
        lat=Ordinate(F("location"), function="ST_Y"),
    )
    frame = as_.copied(
        rows.values_list(
            "pk", "category__code", "category__tier", "confidential", "now_in", "lon", "lat", "opened_at",
            "resolved_at", "phase", "source", "demo", "approximate",
        ),
        COLUMNS,
    )  # fmt: skip
    frame = frame.sort_values("pk", ignore_index=True)
    inherited = lineage()
    opened = Complaint.objects.filter(incident__opened_at__gte=begin, incident__opened_at__lt=end)
    said = said_of(frame["pk"], opened, inherited)
    return frame.assign(
        complaints=said["complaints"].to_numpy(),
        confidential=frame["confidential"].to_numpy() | said["secret"].to_numpy(),
        tier=inherited.strictest(frame),
        catchment=cells(frame),
    )


def said_of(cases: pd.Series[int], complaints: QuerySet[Complaint], inherited: Lineage) -> pd.DataFrame:
    """For each case: complaints (how many), secret (whether any is confidential, or was in what was merged into it).

    `complaints`: at least all of these cases' own; those of merged ones are added here.
    """
    said = _by_case(complaints.filter(incident__merged_into=None)).set_index("pk").reindex(cases)
    merged = _by_case(Complaint.objects.filter(incident__merged_into__isnull=False))
    merged = merged.assign(pk=merged["pk"].map(inherited.roots).astype("int64"))
    added = merged.groupby("pk").agg({"complaints": "sum", "secret": "any"}).reindex(cases)
    silent = cases.isin(inherited.silent).to_numpy()
    return pd.DataFrame(
        {
            "complaints": (said["complaints"].fillna(0) + added["complaints"].fillna(0)).astype("int64"),
            "secret": said["secret"].eq(True).to_numpy() | added["secret"].eq(True).to_numpy() | silent,
        },
        index=said.index,
    )


def _by_case(complaints: QuerySet[Complaint]) -> pd.DataFrame:
    counted = complaints.order_by().values("incident").annotate(n=Count("pk"), secret=BoolOr("confidential"))
    columns = {"pk": as_.NUMBER, "complaints": as_.NUMBER, "secret": as_.TRUTH}
    return as_.copied(counted.values_list("incident", "n", "secret"), columns)
