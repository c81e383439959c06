"""Reports counted into a tree of places: kelurahan in kecamatan in the city, for each category of a period.

Pure: frames in, cells out. A set of reporters is an integer whose bits are people: the union is `|`, its size
`bit_count()`. All reports without a verified contact are one reporter, since one person may have sent them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

REPORTS = ["category", "kelurahan_code", "kecamatan_code", "period", "reporter"]
KELURAHAN, KECAMATAN, CITY, REST = "kelurahan", "kecamatan", "kota", "rest"
STEPS = ("kelurahan-month", "kecamatan-month", "city-month", "city-quarter")
# The levels at which a category of a rung is counted, the finest first.
LEVELS: Mapping[str, tuple[str, ...]] = {
    "kelurahan-month": (KELURAHAN, KECAMATAN, CITY),
    "kecamatan-month": (KECAMATAN, CITY),
    "city-month": (CITY,),
    "city-quarter": (CITY,),
}
Key = tuple[str, str]  # category, place


@dataclass(frozen=True)
class Cell:
    """What one category has at one place: reports, who sent them, and how many the busiest verified reporter sent."""

    reports: int
    who: int
    most: int

    @property
    def reporters(self) -> int:
        return self.who.bit_count()


@dataclass(frozen=True)
class Block:
    """A period: its cells that are not empty, and the tree of its places."""

    period: str
    cells: Mapping[Key, Cell]
    parent: Mapping[str, str]
    level: Mapping[str, str]


def blocks(reports: pd.DataFrame, city: str) -> Iterator[Block]:
    """The periods of `reports` (columns REPORTS, a row per report), in order. `reporter` is empty without a contact."""
    if reports.empty:
        return
    keys = ["period", "category", "kecamatan_code", "kelurahan_code", "reporter"]
    coded = reports[keys].astype("category")
    sizes = coded.groupby(keys, observed=True, sort=True).size().reset_index(name="reports")
    names = {key: [str(name) for name in coded[key].cat.categories] for key in keys}
    parent = dict.fromkeys(names["kecamatan_code"], city)
    pairs = reports[["kelurahan_code", "kecamatan_code"]].drop_duplicates()
    parent |= dict(zip(pairs["kelurahan_code"], pairs["kecamatan_code"], strict=True))
    level = {place: KELURAHAN if above != city else KECAMATAN for place, above in parent.items()} | {
        city: CITY
    }
    columns = {key: sizes[key].cat.codes.to_numpy() for key in keys} | {
        "reports": sizes["reports"].to_numpy()
    }
    for at, period in enumerate(names["period"]):
        inside = columns["period"] == at
        yield Block(
            period,
            _cells({key: values[inside] for key, values in columns.items()}, names, city),
            parent,
            level,
        )


def _cells(rows: Mapping[str, Any], names: Mapping[str, list[str]], city: str) -> dict[Key, Cell]:
    """The cells of a period. `rows`: codes into `names` by column, sorted by category, kecamatan, kelurahan."""
    verified = np.array([name != "" for name in names["reporter"]])
    found: dict[Key, Cell] = {}
    for part in _runs(rows["category"], slice(0, len(rows["category"]))):
        category = names["category"][rows["category"][part.start]]
        people, who = np.unique(rows["reporter"][part], return_inverse=True)
        counted = _Counted(who, rows["reports"][part], verified[people], part.start)
        found[category, city] = counted.cell(part)
        for column in ("kecamatan_code", "kelurahan_code"):
            for run in _runs(rows[column], part):
                found[category, names[column][rows[column][run.start]]] = counted.cell(run)
    return found


def _runs(values: npt.NDArray[Any], part: slice) -> Iterator[slice]:
    """The stretches of equal values in a part of a sorted column."""
    ends = [*(np.flatnonzero(np.diff(values[part])) + 1 + part.start), part.stop]
    start = part.start
    for end in ends:
        if end > start:
            yield slice(start, int(end))
        start = int(end)


@dataclass(frozen=True)
class _Counted:
    """The rows of a category, which begin at `offset`: who, how many reports; and who has a verified contact."""

    people: npt.NDArray[np.int64]
    reports: npt.NDArray[np.int64]
    verified: npt.NDArray[np.bool_]
    offset: int

    def cell(self, run: slice) -> Cell:
        at = slice(run.start - self.offset, run.stop - self.offset)
        each = np.bincount(self.people[at], self.reports[at], len(self.verified)).astype(np.int64)
        who = int.from_bytes(np.packbits(each > 0, bitorder="little").tobytes(), "little")
        return Cell(int(each.sum()), who, int((each * self.verified).max(initial=0)))
