"""From single reports to counts that name nobody: pure frames in, frames out. No database, no HTTP.

Two questions are answered apart: what may be counted (`held_back`), and how it is counted (`counts`).
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pandas as pd

KEYS = ["kelurahan_code", "category", "week"]
COLUMNS = [
    "kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan",
    "category", "category_name", "urusan", "week", "reports",
]  # fmt: skip


def held_back(reports: pd.DataFrame) -> pd.Series[str]:
    """Why each report is not counted: `confidential`, `closed`, `aggregate`; empty for one that is.

    `reports` has incident, tier and confidential. One confidential report silences its whole incident: otherwise the
    others would tell what it was about. A tier that is not known counts as closed.
    """
    silent = reports["confidential"].groupby(reports["incident"]).transform("any").astype(bool)
    tier = reports["tier"]
    reason = tier.where(tier.isin(["open", "aggregate"]), "closed").where(tier != "open", "")
    return reason.mask(silent, "confidential").astype(str)


def iso_week(received_at: pd.Series[pd.Timestamp], zone: ZoneInfo) -> pd.Series[str]:
    """The ISO week (`2026-W53`) of UTC moments in the city's zone. The year is the week's, not the calendar's."""
    parts = received_at.dt.tz_convert(zone).dt.isocalendar()
    return parts["year"].astype(str) + "-W" + parts["week"].astype(str).str.zfill(2)


def counts(
    reports: pd.DataFrame, areas: pd.DataFrame, categories: pd.DataFrame, zone: ZoneInfo
) -> pd.DataFrame:
    """Reports per kelurahan, category and ISO week, as `COLUMNS`, sorted by `KEYS`.

    `reports`: incident, category, tier, confidential, kelurahan_code, received_at (UTC).
    `areas`: kelurahan_code (once), kelurahan, kecamatan_code, kecamatan. `categories`: category (once),
    category_name, urusan. Names come from these lists only, so that a renamed place is one row, not two. The sum of
    `reports` equals the number of reports that are not held back.
    """
    kept = reports.loc[held_back(reports) == "", ["kelurahan_code", "category", "received_at"]]
    weekly = kept.assign(week=iso_week(kept["received_at"], zone)) if len(kept) else kept.assign(week="")
    cells = weekly.groupby(KEYS, sort=True, observed=True).size().rename("reports").reset_index()
    named = cells.merge(areas, on="kelurahan_code", how="left", validate="many_to_one").merge(
        categories[["category", "category_name", "urusan"]], on="category", how="left", validate="many_to_one"
    )
    return named[COLUMNS].sort_values(KEYS, ignore_index=True).astype({"reports": "int64"})
