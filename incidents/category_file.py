"""Categories of a city from its CSV file: the tree, tiers, deadlines and who answers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from geo.changes import Changes
from geo.csvfile import Row, demand_unique, read_csv
from geo.models import Agency
from incidents.models import Category

COLUMNS = ("code", "parent", "name_id", "name_en", "urusan", "tier", "class", "sla_days", "lead", "support")
OPTIONAL = ("emergency", "auto_release")
CODE = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)


def load_categories(path: Path) -> Changes:
    """Make the tree what the file says, in its order; categories that it no longer names become inactive.

    Cases keep pointing to inactive ones. Call it inside a transaction. Raises FileRefused with row and column.
    """
    rows = read_csv(path, COLUMNS, OPTIONAL)
    demand_unique(rows, "code")
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    groups = [row for row in rows if not row.cells["parent"]]
    changes = Changes()
    for wanted in (groups, [row for row in rows if row.cells["parent"]]):
        parents = {category.code: category for category in Category.objects.filter(parent=None)}
        for row in wanted:
            _load(row, rows.index(row), parents, agencies, changes)
    gone = Category.objects.filter(active=True).exclude(code__in=[row.cells["code"] for row in rows])
    changes.removed = sorted(gone.values_list("code", flat=True))
    gone.update(active=False)
    return changes


def _load(
    row: Row, position: int, parents: dict[str, Category], agencies: dict[str, Agency], changes: Changes
) -> None:
    values = _values(row, position, parents, agencies)
    support = [_agency(row, "support", code, agencies) for code in row.cells["support"].split()]
    category = Category.objects.filter(code=row.cells["code"]).first()
    if category is None:
        category = Category.objects.create(**values)
        changes.added.append(category.code)
    elif _differs(category, values, support):
        Category.objects.filter(pk=category.pk).update(**values)
        changes.changed.append(category.code)
    else:
        changes.same += 1
        return
    category.support.set(support)


def _differs(category: Category, values: dict[str, Any], support: list[Agency]) -> bool:
    same = all(getattr(category, name) == value for name, value in values.items())
    return not same or set(category.support.all()) != set(support)


def _values(
    row: Row, position: int, parents: dict[str, Category], agencies: dict[str, Agency]
) -> dict[str, Any]:
    code = row.text("code", 60)
    if not CODE.fullmatch(code):
        raise row.refused(_("a code has small letters, digits and dashes only"), "code")
    parent = row.cells["parent"]
    if parent and parent not in parents:
        raise row.refused(_("“%(code)s” is no group of this file") % {"code": parent}, "parent")
    lead = row.cells["lead"]
    return {
        "code": code,
        "parent": parents[parent] if parent else None,
        "name_id": row.text("name_id", 120),
        "name_en": row.text("name_en", 120),
        "urusan": row.text("urusan", 10, needed=False),
        "tier": _choice(row, "tier", Category.Tier.values),
        "klass": _choice(row, "class", Category.Class.values),
        "sla_days": row.whole("sla_days", 0, 365) if row.cells["sla_days"] else None,
        "lead": _agency(row, "lead", lead, agencies) if lead else None,
        "emergency": _choice(row, "emergency", ["yes", "no", ""]) == "yes",
        "auto_release": _choice(row, "auto_release", ["yes", "no", ""]) == "yes",
        "position": position,
        "active": True,
    }


def _choice(row: Row, column: str, values: list[str]) -> str:
    if row.cells[column] not in values:
        raise row.refused(_("must be one of %(values)s") % {"values": ", ".join(values)}, column)
    return row.cells[column]


def _agency(row: Row, column: str, code: str, agencies: dict[str, Agency]) -> Agency:
    if code not in agencies:
        raise row.refused(_("there is no agency “%(code)s”; load agencies first") % {"code": code}, column)
    return agencies[code]
