"""What a recipe is given and what it gives: frames in, frames out. The same for every kind of dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from django.db.models import Model
from shapely.geometry.base import BaseGeometry

from opendata.anonymise import TOLD
from opendata.columns import written
from opendata.policy import Numbers
from opendata.weeks import Period


@dataclass(frozen=True)
class Column:
    """One column that may leave the house: its type (text, integer, number) and its meaning in both languages.

    `codes` names the list of codes (recipes/codes.py) that can stand in it; empty for free values.
    """

    name: str
    type: str
    meaning_id: str
    meaning_en: str
    codes: str = ""


@dataclass(frozen=True)
class Order:
    """What is to be made. `key` is 256 bits for this build only; whoever ends the build forgets it."""

    slug: str
    period: Period | None  # none for what is released when it changes
    revision: int
    numbers: Numbers
    zone: ZoneInfo
    key: bytes = field(repr=False)
    categories: tuple[str, ...] = ()  # only these; empty: all of the recipe's tier


@dataclass(frozen=True)
class Made:
    """A table that could leave, beside what only the audit may know about it.

    `frame`: exactly the recipe's columns, in the order of the files. `truth`: row by row the same index, columns of the
    audit's own (e.g. `incident`, `home` = nearest household, `reporters`); of cameras every event of the period, also
    those held back. It never leaves the process.
    `place`: which column of `frame` names each row's shape; `place_else`: which one does where that is empty (a row
    without a catchment is drawn by its kelurahan); `places` puts both together. `shapes`: EPSG:4326 (Multi)Polygons by
    the values of both.
    `silenced`: the rows that confidential cases would have been, with the columns of `frame`; of a revision, for the
    audit only, which bets on them. `held`: reason → how many were held back, for the steward only. `utility`: what
    coarsening cost, for everybody.
    """

    frame: pd.DataFrame
    truth: pd.DataFrame
    place: str = ""
    place_else: str = ""
    shapes: Mapping[str, BaseGeometry] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    silenced: pd.DataFrame | None = None
    utility: Mapping[str, Any] = field(default_factory=dict)
    counted: int = 0  # what the rows count in all: incidents, reports, events
    edition: str = ""
    approximate: bool = False
    demo: bool = False
    input_digest: str = ""

    @property
    def places(self) -> pd.Series[str]:
        """The name of each row's shape, a key of `shapes` where there is one; empty for a row that has none."""
        if not self.place:
            return pd.Series("", index=self.frame.index, dtype="str")
        named = written(self.frame[self.place])
        return named.where(named != "", written(self.frame[self.place_else])) if self.place_else else named


@dataclass(frozen=True)
class Recipe:
    """A kind of dataset. `rhythm`: month, quarter, or change (released when what it shows has changed).

    `digest` tells anew, much cheaper than `make`, what `Made.input_digest` is now: whether a candidate that waits may
    still leave. None where building anew is as cheap. It holds what decides who is in a release, where and under which
    topic (a report that became confidential, a pin, category or border that moved); outcomes are left out, since they
    change every hour and wait for the quarterly revision.
    """

    name: str
    rhythm: str
    tier: str  # of the categories it reads: open, aggregate, or empty
    columns: tuple[Column, ...]
    rows: type[Model]  # the released table
    fields: Mapping[
        str, str
    ]  # column of the files → field of the table, where they differ (id → row, class → klass)
    make: Callable[[Order], Made]
    digest: Callable[[Order], str] | None = None
    # Made-up reports through the same functions, for the attacks of the audit (opendata/audit/subject.py).
    simulate: Callable[[Order, pd.DataFrame], pd.DataFrame] | None = None
    # What a build fixes for good before it looks at its snapshot; it stays, also when nothing comes of the build.
    prepare: Callable[[Order], object] | None = None

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers of which it may tell: its own, or all of which anything is told."""
        return (self.tier,) if self.tier else TOLD

    @property
    def is_revised(self) -> bool:
        """Whether a quarter's end may bring a new version of a period: of rows only, since outcomes change.

        Tables of numbers are published once: who is behind a difference of two numbers is not known any more.
        """
        return self.rhythm == "month" and "id" in self.column_names

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)
