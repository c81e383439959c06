"""The reports of months, one row each: what counts are made of. Also those that must stay inside, flagged."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from django.db.models import Q, QuerySet

from incidents.models import Category, Complaint, Incident
from incidents.series import kelurahan_in_force
from opendata.inside import copying as as_
from opendata.inside.lineage import Lineage, lineage
from opendata.inside.reporters import NOBODY, verified
from opendata.weeks import Period

SAID = {"pk": as_.NUMBER, "incident": as_.NUMBER, "received_at": as_.MOMENT, "demo": as_.TRUTH}
CASES = {
    "incident": as_.NUMBER, "category": as_.CODE, "tier": as_.CODE, "confidential": as_.TRUTH,
    "kelurahan_code": as_.CODE, "opened_at": as_.MOMENT,
}  # fmt: skip
AT_ONCE = 10_000
MERGED = Q(incident__merged_into__isnull=False)


def reports_in(first: Period, last: Period, zone: ZoneInfo, key: bytes) -> pd.DataFrame:
    """Every report received in these periods (both included) about a case of an aggregate category, by its number.

    pk, category, tier (the strictest that the case ever had), confidential (of the case, or of any report of it),
    kelurahan_code (of the borders in force), month (`2026-10`, of whole weeks), reporter (a key of a verified contact
    under `key`; empty without one), demo. What was merged counts under the case that stands for it.
    """
    begin, end = first.start(zone), last.end(zone)
    said = Complaint.objects.filter(received_at__gte=begin, received_at__lt=end)
    said = said.filter(Q(incident__category__tier=Category.Tier.AGGREGATE) | MERGED)
    inherited = lineage()
    rows = as_.copied(said.values_list("pk", "incident", "received_at", "demo"), SAID)
    rows["incident"] = _standing(rows["incident"], inherited)
    rows = rows.merge(_cases(said, inherited), on="incident", how="inner").sort_values(
        "pk", ignore_index=True
    )
    people = _people(list(rows["pk"]), key)
    return rows.assign(
        month=months(rows["received_at"], zone),
        reporter=rows["pk"].map(people).fillna(NOBODY).astype("str"),
    ).drop(columns=["incident", "received_at", "opened_at"])


def _people(complaints: list[int], key: bytes) -> pd.Series[str]:
    """The reporter of each complaint with a verified contact. Asked by number: quick whatever the planner believes."""
    some = [complaints[at : at + AT_ONCE] for at in range(0, len(complaints), AT_ONCE)] or [[]]
    found = pd.concat([verified(Complaint.objects.filter(pk__in=pks), key) for pks in some])
    return found.set_index("complaint")["reporter"]


def months(moments: pd.Series[pd.Timestamp], zone: ZoneInfo) -> pd.Series[str]:
    """The month of releases (weeks.Period) of UTC moments: that of the Thursday of their week in the zone."""
    local = pd.DatetimeIndex(moments).tz_convert(zone).tz_localize(None)
    days = local.to_numpy().astype("datetime64[D]").astype(np.int64)
    thursdays = days - (days + 3) % 7 + 3  # 1970-01-01, day 0, was one
    codes, distinct = pd.factorize(thursdays.astype("datetime64[D]").astype("datetime64[M]"))
    return pd.Series(
        np.array([str(month) for month in distinct], dtype=object)[codes], index=moments.index, dtype="str"
    )


def _cases(said: QuerySet[Complaint], inherited: Lineage) -> pd.DataFrame:
    """The cases of these reports that stand for themselves and whose category is of the aggregate tier."""
    roots = set(inherited.roots.values())
    which = Q(pk__in=said.order_by().values("incident")) | Q(pk__in=roots)
    found = Incident.objects.filter(which, category__tier=Category.Tier.AGGREGATE).annotate(
        now_in=kelurahan_in_force()
    )
    columns = ("pk", "category__code", "category__tier", "confidential", "now_in", "opened_at")
    cases = as_.copied(found.values_list(*columns), CASES)
    about = Q(incident__in=said.order_by().values("incident")) | MERGED | Q(incident__in=roots)
    secret = Complaint.objects.filter(about, confidential=True).order_by().values_list("incident").distinct()
    silent = (
        set(_standing(as_.copied(secret, {"incident": as_.NUMBER})["incident"], inherited)) | inherited.silent
    )
    return cases.assign(
        tier=inherited.strictest(cases.rename(columns={"incident": "pk"})),
        confidential=cases["confidential"].to_numpy(dtype=bool) | cases["incident"].isin(silent).to_numpy(),
    )


def _standing(cases: pd.Series[int], inherited: Lineage) -> pd.Series[int]:
    """The case that stands for each."""
    return cases.map(lambda pk: inherited.roots.get(pk, pk)).astype("int64")
