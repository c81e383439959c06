"""Tables of counts as an attacker reads them, and the truth behind them that only the judge knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from opendata.audit.subject import Subject
from opendata.cells import CITY, KECAMATAN, KELURAHAN, REST
from opendata.weeks import Period

COUNTED = ["level", "place_code", "period", "category", "reports"]
CELL = ["level", "place_code", "period", "category"]
PARTS = ["category", "period", "kelurahan_code", "kecamatan_code", "reports", "who", "eligible"]


def counted(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table of counts, numbers as numbers; no rows where a table is of another kind."""
    if not set(COUNTED) <= set(frame.columns):
        return pd.DataFrame({name: [] for name in COUNTED}).astype({"reports": "int64"})
    rows = frame[COUNTED].astype(object).astype(dict.fromkeys(CELL, "str"))
    return rows.assign(reports=pd.to_numeric(rows["reports"]).astype("int64"))


def known_rows(subject: Subject) -> set[object]:
    """The rows of earlier tables, with their numbers: telling them again tells nothing."""
    frames = [counted(one.frame) for one in subject.earlier]
    return {(*row[:4], int(row[4])) for rows in frames for row in rows[[*CELL, "reports"]].to_numpy()}


def parts(subject: Subject) -> pd.DataFrame:
    """What each kelurahan has in truth, published or not (PARTS), of every category and period of the candidate.

    `eligible`: how many reports may be counted there, as the database counts them by another way.
    """
    rows = []
    columns = (
        subject.frame["category"],
        subject.frame["period"],
        subject.truth["parts"],
        subject.truth["eligible"],
    )
    for category, period, known, allowed in zip(*columns, strict=True):
        may = dict(allowed)
        rows += [(category, period, *part, may.get(part[0], 0)) for part in known]
    found = pd.DataFrame.from_records(rows, columns=PARTS)
    return found.astype({"category": "str", "period": "str", "reports": "int64", "eligible": "int64"})


@dataclass(frozen=True)
class Places:
    """The tree of public places: each kelurahan's kecamatan, in one city."""

    above: dict[str, str]

    @classmethod
    def of(cls, subject: Subject, truth: pd.DataFrame) -> Places:
        """From public borders and from all tables; a code of the Ministry begins with that of its kecamatan."""
        frames = [counted(subject.frame), *(counted(one.frame) for one in subject.earlier)]
        named = {place for rows in frames for place in rows.loc[rows["level"] == KELURAHAN, "place_code"]}
        named |= {code for code in subject.areas if code.count(".") == 3}
        above = {code: code.rpartition(".")[0] for code in sorted(named)}
        return cls(above | dict(zip(truth["kelurahan_code"], truth["kecamatan_code"], strict=True)))

    @cached_property
    def kecamatan(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.above.values())))

    def inside(self, level: str, place: str) -> frozenset[str]:
        """The kelurahan of a place."""
        if level == KELURAHAN:
            return frozenset({place})
        if level == KECAMATAN:
            return self._within.get(place, frozenset())
        return frozenset(self.above)

    @cached_property
    def _within(self) -> dict[str, frozenset[str]]:
        return {
            place: frozenset(one for one, within in self.above.items() if within == place)
            for place in self.kecamatan
        }

    def left(self, place: str, shown: Iterable[tuple[str, str]]) -> frozenset[str]:
        """The kelurahan of what is left of a place where these cells are published."""
        level = KECAMATAN if place in self.kecamatan else CITY
        published: set[str] = set()
        for kind, one in shown:
            if kind in (KELURAHAN, KECAMATAN) and kind != level:
                published |= self.inside(kind, one)
        return self.inside(level, place) - published

    def members(self, level: str, place: str, shown: Iterable[tuple[str, str]]) -> frozenset[str]:
        """The kelurahan that a row counts; of a remainder those whose part is not published."""
        return self.left(place, shown) if level == REST else self.inside(level, place)


def atoms(period: str) -> tuple[str, ...]:
    """The months of a period."""
    return tuple(str(month) for month in Period.parse(period).parts())
