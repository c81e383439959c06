"""The cases of a period, one row each, with all that decides what becomes of them on their way out."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, F, FloatField, Func, QuerySet

from incidents.models import Complaint, Incident
from incidents.series import kelurahan_in_force
from opendata.columns import coded
from opendata.inside import copying as as_
from opendata.inside.cells import cells
from opendata.inside.lineage import TIERS, Lineage, lineage
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
    said = _said(
        Complaint.objects.filter(incident__opened_at__gte=begin, incident__opened_at__lt=end), inherited
    )
    said = said.reindex(frame["pk"])
    return frame.assign(
        complaints=said["complaints"].fillna(0).to_numpy(dtype=np.int64),
        confidential=frame["confidential"].to_numpy()
        | (said["secret"] == True).to_numpy()  # noqa: E712 (not said is no)
        | frame["pk"].isin(inherited.silent).to_numpy(),
        tier=strictest(frame["pk"], frame["tier"], inherited),
        catchment=cells(frame),
    )


def strictest(pk: pd.Series[int], tier: pd.Series[str], inherited: Lineage) -> pd.Categorical:
    """Each case's tier, or the stricter one that it has inherited. A tier that is not known is closed."""
    closed = len(TIERS) - 1
    own = pd.Categorical(tier, categories=TIERS).codes.astype(np.int64)
    own = np.where(own < 0, closed, own)
    least = pk.map(pd.Series(inherited.tiers, dtype="float64")).fillna(0).to_numpy(dtype=np.int64)
    return coded(np.maximum(own, least), TIERS)


def _said(complaints: QuerySet[Complaint], inherited: Lineage) -> pd.DataFrame:
    """By case: how many complaints, and whether any is confidential; of merged ones under what stands for them."""
    own = _by_case(complaints)
    merged = _by_case(Complaint.objects.filter(incident__merged_into__isnull=False))
    merged = merged.assign(pk=merged["pk"].map(inherited.roots))
    both = pd.concat([own, merged]) if len(merged) else own
    return (
        both.groupby("pk").agg({"complaints": "sum", "secret": "any"}) if len(merged) else own.set_index("pk")
    )


def _by_case(complaints: QuerySet[Complaint]) -> pd.DataFrame:
    counted = complaints.order_by().values("incident").annotate(n=Count("pk"), secret=BoolOr("confidential"))
    columns = {"pk": as_.NUMBER, "complaints": as_.NUMBER, "secret": as_.TRUTH}
    return as_.copied(counted.values_list("incident", "n", "secret"), columns)
