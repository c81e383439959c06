"""Days off of a city from a CSV file: local holidays, cuti bersama decreed late, and days that are worked after all."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from geo.changes import Changes, upsert
from geo.csvfile import Row, demand, demand_unique, read_csv
from incidents.clocks.jobs import order_recount
from incidents.deadlines import forget_deadlines
from incidents.models import DayOff

COLUMNS = ("date", "name")
OPTIONAL = ("working",)
NAME = 120
YEARS = (2000, 2100)


def load_days_off(path: Path) -> Changes:
    """Make the days of each year that the file names what the file says; other years stay.

    Call it inside a transaction. Raises FileRefused with all rows that are wrong.
    """
    rows = read_csv(path, COLUMNS, OPTIONAL)
    demand(rows, (), _values)
    demand_unique(rows, "date")
    wanted = [_values(row) for row in rows]
    changes = upsert(DayOff, ("date",), wanted)
    years, days = {one["date"].year for one in wanted}, {one["date"] for one in wanted}
    gone = DayOff.objects.filter(date__year__in=years).exclude(date__in=days)
    changes.removed = [one.isoformat() for one in gone.order_by("date").values_list("date", flat=True)]
    gone.delete()
    forget_deadlines()
    if changes:
        order_recount()
    return changes


def _values(row: Row) -> dict[str, Any]:
    word = row.cells["working"]
    if word not in {"yes", "no", ""}:
        raise row.refused(_("must be one of %(values)s") % {"values": "yes, no"}, "working")
    return {"date": _day(row), "name": row.text("name", NAME), "working": word == "yes"}


def _day(row: Row) -> date:
    cell = row.cells["date"]
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        raise row.refused(
            _("“%(cell)s” is no day (as in 2026-12-28)") % {"cell": cell[:40]}, "date"
        ) from None
    if cell != day.isoformat():
        raise row.refused(_("“%(cell)s” is no day (as in 2026-12-28)") % {"cell": cell[:40]}, "date")
    first, last = YEARS
    if not first <= day.year <= last:
        raise row.refused(_("must be between %(low)s and %(high)s") % {"low": first, "high": last}, "date")
    return day
