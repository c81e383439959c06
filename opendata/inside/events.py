"""What cameras saw in a period, one row per event, placed by the borders in force."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from django.db.models import BooleanField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from geo.registry import current_locator
from incidents.models import CctvEvent, Complaint
from opendata.columns import coded
from opendata.inside import copying as as_
from opendata.inside.cases import Ordinate
from opendata.inside.cells import cells
from opendata.inside.lineage import lineage
from opendata.weeks import Period

COLUMNS = {
    "pk": as_.NUMBER, "incident": as_.NUMBER, "class": as_.CODE, "category": as_.CODE, "tier": as_.CODE,
    "confidential": as_.TRUTH, "kelurahan_code": as_.CODE, "lon": as_.REAL, "lat": as_.REAL, "opened_at": as_.MOMENT,
    "happened_at": as_.MOMENT, "demo": as_.TRUTH,
}  # fmt: skip


def events_in(period: Period, zone: ZoneInfo) -> pd.DataFrame:
    """Every event that began in the period, by its number; also those that must stay inside.

    `COLUMNS` (incident 0 without one), and catchment ("" without one). tier and confidential are those of the case that
    an event belongs to (open and false without one), the strictest it ever had. kelurahan_code is that of the borders
    in force at the event's place; the one that the event knows, where they have none there.
    """
    secret = Q(incident__confidential=True) | Exists(
        Complaint.objects.filter(incident=OuterRef("incident"), confidential=True)
    )
    rows = CctvEvent.objects.filter(
        happened_at__gte=period.start(zone), happened_at__lt=period.end(zone)
    ).annotate(
        case=Coalesce(F("incident"), 0),
        tier=Coalesce(F("incident__category__tier"), Value("open")),
        secret=Coalesce(secret, False, output_field=BooleanField()),
        lon=Ordinate(F("location"), function="ST_X"),
        lat=Ordinate(F("location"), function="ST_Y"),
    )
    values = (
        "pk", "case", "klass", "incident__category__code", "tier", "secret", "kelurahan_code", "lon", "lat",
        "incident__opened_at", "happened_at", "demo",
    )  # fmt: skip
    frame = as_.copied(rows.values_list(*values), COLUMNS).sort_values("pk", ignore_index=True)
    inherited = lineage()
    frame["incident"] = frame["incident"].map(lambda pk: inherited.roots.get(pk, pk)).astype("int64")
    frame = frame.assign(
        tier=inherited.strictest(frame.drop(columns="pk").rename(columns={"incident": "pk"})),
        confidential=frame["confidential"].to_numpy() | frame["incident"].isin(inherited.silent).to_numpy(),
        kelurahan_code=_in_force(frame),
    )
    return frame.assign(catchment=cells(frame))


def _in_force(events: pd.DataFrame) -> pd.Categorical:
    """The kelurahan in which each event lies today."""
    locator = current_locator()
    village = locator.locate_many(events["lon"].to_numpy(), events["lat"].to_numpy()).village
    known = events["kelurahan_code"].cat.categories
    today = [one.place.code for one in locator.villages]
    names = sorted({*known, *today})
    place = {name: at for at, name in enumerate(names)}
    now = np.array([*(place[code] for code in today), -1])[village]
    then = np.array([*(place[code] for code in known), -1])[events["kelurahan_code"].cat.codes.to_numpy()]
    return coded(np.where(now >= 0, now, then), names)
