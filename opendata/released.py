"""What a reader has to know of each kind of dataset: its table of released rows, what it counts, and by which places.

Kept apart from the recipes, which make the rows: whoever reads for the public needs nothing of what makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Model

from opendata.models import (
    ReleasedAggregate,
    ReleasedArea,
    ReleasedCamera,
    ReleasedCatchment,
    ReleasedCode,
    ReleasedCount,
    ReleasedIncident,
    ReleasedPerformance,
)

NO_LONGER_MADE = "reports"  # the first dataset: kept for whoever cites it, never continued


@dataclass(frozen=True)
class Table:
    """How to read a kind. Names are fields of the table.

    `renamed`: column of the files → field, where they differ. `amount`: the field that counts; empty: a row is one.
    `place`: the field with the code of a row's kelurahan; `names`: those with its name and with what it lies in.
    `topic`: what the rows are about. `only_places`, `only_topics`: the rows that may be added up by place, by topic.
    """

    model: type[Model]
    order: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    amount: str = ""
    place: str = ""
    names: tuple[str, str] = ("kelurahan", "kecamatan")
    topic: str = ""
    weekly: bool = False
    only_places: Mapping[str, str] = field(default_factory=dict)
    only_topics: Mapping[str, str] = field(default_factory=dict)

    def field_of(self, column: str) -> str:
        """The field in which a column of the files stands."""
        return self.renamed.get(column, column)


TABLES: dict[str, Table] = {
    "reports": Table(
        ReleasedCount,
        ("kelurahan_code", "category", "week"),
        amount="reports",
        place="kelurahan_code",
        topic="category",
        weekly=True,
    ),
    "incidents": Table(
        ReleasedIncident,
        ("row",),
        renamed={"id": "row"},
        place="kelurahan_code",
        topic="category",
        weekly=True,
    ),
    "counts": Table(
        ReleasedAggregate,
        ("level", "place_code", "period", "category"),
        amount="reports",
        place="place_code",
        names=("place", "level"),
        topic="category",
        only_places={"level": "kelurahan"},
        only_topics={"level": "kota"},
    ),
    "cameras": Table(
        ReleasedCamera,
        ("kelurahan_code", "catchment", "week", "klass"),
        renamed={"class": "klass"},
        amount="events",
        place="kelurahan_code",
        topic="klass",
        weekly=True,
    ),
    "performance": Table(ReleasedPerformance, ("agency_code", "period", "tier")),
    "catchments": Table(
        ReleasedCatchment, ("kelurahan_code", "catchment"), amount="households", place="kelurahan_code"
    ),
    "areas": Table(
        ReleasedArea,
        ("level", "code"),
        amount="people",
        place="code",
        names=("name", "kecamatan"),
        only_places={"level": "kelurahan_desa"},
    ),
    "codes": Table(ReleasedCode, ("list", "code")),
}
