"""From working tables to what may leave: pure frames in, frames out, whole columns at a time. No database, no HTTP.

Each row of a result depends on nothing but its own case (or its own cell), so parts of a period made apart and put
together are the same as all of it made at once. Nothing is jittered, no point goes through: places are catchments or
kelurahan, times are ISO weeks, durations and numbers are bands (bands.py), ids last for one release (ids.py).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from opendata.bands import CASES, banded, outcomes, to_five, to_half
from opendata.columns import categorical, coded, iso_weeks, looked_up
from opendata.ids import as_text, order_of, row_ids
from opendata.policy import Numbers

TOLD = ("open", "aggregate")  # tiers of which something is told
TIERS = (*TOLD, "closed")
PLACE = ["kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan"]
INCIDENT = ["id", "category", "urusan", *PLACE, "catchment", "week", "outcome", "source", "reports"]
CAMERA = [*PLACE, "catchment", "week", "class", "events"]
PERFORMANCE = [
    "agency_code", "agency", "period", "tier", "cases", "answer_days_median", "answer_days_p90",
    "solved_days_median", "solved_days_p90", "late_percent", "reopened_percent",
]  # fmt: skip
SLOW = 0.9


def reasons(
    rows: pd.DataFrame,
    areas: pd.DataFrame,
    tiers: tuple[str, ...] = ("open",),
    thin: Collection[str] = (),
) -> pd.Series[str]:
    """Why each row stays inside: `confidential`, `closed`, `aggregate`, `place`; empty for one that may leave.

    `rows` has confidential, tier and kelurahan_code. Tiers that are not named in `tiers` stay inside, and one that is
    not known counts as closed. `place`: a kelurahan that no list knows; or a row without a catchment in one of `thin`,
    those with fewer known households than a catchment takes, where the kelurahan would say too much.
    """
    tier = rows["tier"].astype("category")
    strict = tier.where(tier.isin(TIERS), None)
    kept = rows["confidential"].to_numpy(dtype=bool)
    told = strict.isin(tiers).to_numpy()
    nowhere = ~rows["kelurahan_code"].isin(areas["kelurahan_code"]).to_numpy()
    if thin:
        few = rows["kelurahan_code"].isin(list(thin)).to_numpy() & (rows["catchment"] == "").to_numpy()
        nowhere = nowhere | few
    choices = [kept, (strict == "aggregate").to_numpy() & ~told, ~told, nowhere]
    codes = np.select(choices, [1, 2, 3, 4], default=0)
    names = ["", "confidential", "aggregate", "closed", "place"]
    return pd.Series(coded(codes, names), index=rows.index)


def open_rows(
    cases: pd.DataFrame,
    areas: pd.DataFrame,
    categories: pd.DataFrame,
    key: bytes,
    numbers: Numbers,
    zone: ZoneInfo,
    thin: Collection[str] = (),
) -> pd.DataFrame:
    """One row per incident of the open tier, as `INCIDENT`, sorted by id; the index is that of `cases`.

    `cases`: pk (int64), category, tier, confidential, kelurahan_code, catchment ("" without), opened_at and resolved_at
    (UTC, NaT), phase, source, complaints (how many). `areas`: kelurahan_code (once) and the other columns of `PLACE`.
    `categories`: category (once), urusan; a case of another category stays inside. `key`: 16 to 64 bytes, of this
    release only. `thin`: see `reasons()`. Names come from these lists only, so that a renamed place is one place.
    """
    known = cases["category"].isin(categories["category"])
    kept = cases[(reasons(cases, areas, thin=thin) == "") & known]
    ids = row_ids(kept["pk"].to_numpy(dtype=np.int64), key)
    order = order_of(ids)
    kept = kept.iloc[order]
    category = categorical(kept["category"])
    made = pd.DataFrame(
        {
            "id": as_text(ids[order]).set_axis(kept.index),
            "category": category,
            "urusan": looked_up(category, categories.set_index("category")["urusan"]),
            **_named(kept["kelurahan_code"], areas),
            "catchment": categorical(kept["catchment"]),
            "week": iso_weeks(kept["opened_at"], zone),
            "outcome": outcomes(
                kept["phase"], kept["opened_at"], kept["resolved_at"], numbers.outcome_days
            ).remove_unused_categories(),
            "source": categorical(kept["source"]),
            "reports": banded(kept["complaints"], numbers.report_bands, "0").remove_unused_categories(),
        },
        index=kept.index,
    )
    return made[INCIDENT]


def camera_counts(
    events: pd.DataFrame,
    areas: pd.DataFrame,
    numbers: Numbers,
    zone: ZoneInfo,
    thin: Collection[str] = (),
) -> pd.DataFrame:
    """Events by catchment (the kelurahan where there is none), ISO week and class, as `CAMERA`, sorted by these.

    `events`: class, kelurahan_code, catchment, tier, confidential (of the case that it belongs to; open and false
    without one), happened_at (UTC). `thin`: see `reasons()`. Cells of fewer than k events are left out; there are no
    totals to subtract from.
    """
    kept = events[reasons(events, areas, TOLD, thin) == ""]
    cells = pd.DataFrame(
        {
            "kelurahan_code": categorical(kept["kelurahan_code"]),
            "catchment": categorical(kept["catchment"]),
            "week": iso_weeks(kept["happened_at"], zone),
            "class": categorical(kept["class"]),
        }
    )
    counted = (
        cells.groupby(list(cells.columns), observed=True, sort=True).size().rename("events").reset_index()
    )
    counted = counted[counted["events"] >= numbers.k].reset_index(drop=True)
    for name in cells.columns:
        counted[name] = categorical(counted[name])
    named = counted.assign(**_named(counted["kelurahan_code"], areas))
    return named[CAMERA].astype({"events": "int64"})


def performance(steps: pd.DataFrame, reporters: pd.DataFrame, numbers: Numbers, period: str) -> pd.DataFrame:
    """How each agency answered and solved in a period, as `PERFORMANCE`, by its code and the tier of the topics.

    `steps`: a row per case and its agency in charge: agency_code, agency, case, category, opened (in the period),
    answer_days and solved_days (NaN: not in the period), unsolved (at its end), late (of those), ended (of the opened:
    ever solved), reopened (of those), tier, confidential. `reporters`: case, reporter (one key for all without a
    verified contact). A figure has a value, and an agency a row, from k cases on; of the aggregate tier a figure counts
    only topics with at least k cases of k distinct reporters. No figure is of both tiers (docs/adr/0023).
    """
    told = steps[steps["tier"].isin(TOLD) & ~steps["confidential"].to_numpy(dtype=bool)]
    told = told.astype({"agency_code": "str", "tier": "str", "category": "str"})
    groups = told.groupby(["agency_code", "tier"], sort=True)
    rows = [_agency(key, cases, reporters, numbers, period) for key, cases in groups]
    made = pd.DataFrame([row for row in rows if row["cases"]], columns=PERFORMANCE)
    days = {name: "float64" for name in PERFORMANCE if "_days_" in name}
    shares = {name: "Int64" for name in PERFORMANCE if name.endswith("_percent")}
    return made.astype({**dict.fromkeys(PERFORMANCE, "str"), **days, **shares})


def _agency(
    key: Any, cases: pd.DataFrame, reporters: pd.DataFrame, numbers: Numbers, period: str
) -> dict[str, object]:
    code, tier = key

    def enough(which: pd.Series[bool]) -> pd.DataFrame:
        """Those cases, or none where they are too few."""
        of = cases[which.to_numpy(dtype=bool)]
        of = of if tier == "open" else _crowds(of, reporters, numbers.k)
        return of if len(of) >= numbers.k else of.iloc[:0]

    answered, solved = enough(cases["answer_days"].notna()), enough(cases["solved_days"].notna())
    unsolved, ended = enough(cases["unsolved"]), enough(cases["ended"])
    days = [
        float(to_half(column.quantile(at))) if len(column) else None
        for column in (answered["answer_days"], solved["solved_days"])
        for at in (0.5, SLOW)
    ]
    shares = [
        float(to_five(column.astype(float).mean())) if len(column) else None
        for column in (unsolved["late"], ended["reopened"])
    ]
    cases_band = banded([len(enough(cases["opened"]))], CASES)[0]
    return dict(
        zip(
            PERFORMANCE,
            [code, cases["agency"].iloc[0], period, tier, cases_band, *days, *shares],
            strict=True,
        )
    )


def _crowds(cases: pd.DataFrame, reporters: pd.DataFrame, k: int) -> pd.DataFrame:
    """The cases of topics that have at least k of them, by at least k distinct reporters."""
    topics = cases.groupby("category")["case"].nunique()
    people = cases[["category", "case"]].merge(reporters, on="case").groupby("category")["reporter"].nunique()
    crowded = set(topics.index[topics >= k]) & set(people.index[people >= k])
    return cases[cases["category"].isin(crowded)]


def _named(kelurahan: pd.Series[str], areas: pd.DataFrame) -> dict[str, pd.Series[str]]:
    """The four columns of a place by its kelurahan's code."""
    code = categorical(kelurahan)
    lists = areas.set_index("kelurahan_code")
    return {PLACE[0]: code, **{name: looked_up(code, lists[name]) for name in PLACE[1:]}}
