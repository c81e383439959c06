"""A later count of a period beside the one that everybody has: only differences that are crowds themselves. Pure.

Who holds both tables subtracts them. So a count that differs by 1 to k-1 stays as it was, totals are the sums of what
is shown, and the cells are those of the first table: none comes, none goes alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from opendata.cells import CITY, REST, Block, Cell, blocks
from opendata.policy import Numbers
from opendata.suppress import ORDER, Row, is_enough, parts_of, tables, together

EMPTY = Cell(0, 0, 0)
Counts = dict[tuple[str, str], int]  # by level and place


class NoCrowd(Exception):
    """A count would be new, and of too few to be told."""


def revise(
    earlier: pd.DataFrame, reports: pd.DataFrame, above: Mapping[str, str], numbers: Numbers, city: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table that may replace `earlier` (both suppress.COLUMNS), and suppress.TRUTH. Empty: none may.

    `above`: the place in which each kelurahan and kecamatan lies. A category with a new count that is no crowd (others
    became confidential) is left out; a period in which a place would then no longer hide the category is left out.
    """
    now = {block.period: block for block in blocks(reports, city)}
    made: list[Row] = []
    for period, rows in earlier.groupby("period", sort=True):
        block = now.get(str(period), Block(str(period), {}, above, {}))
        made += _period(rows, Block(block.period, block.cells, above, block.level), numbers)
    return tables(made)


def _period(rows: pd.DataFrame, block: Block, numbers: Numbers) -> list[Row]:
    made: list[Row] = []
    whole = parts_of(block, set(rows["category"]))
    for category, of in rows.groupby("category", sort=True):
        old = dict(zip(zip(of["level"], of["place_code"], strict=True), of["reports"], strict=True))
        revision = _Revision(str(category), old, block, numbers)
        try:
            counts = revision.counts()
        except NoCrowd:
            continue
        for kind, place in sorted(counts, key=lambda one: (ORDER[one[0]], one[1])):
            reporters = (revision.left(place) if kind == REST else revision.cell(place)).reporters
            parts = whole[str(category)] if kind == CITY else ()
            made.append((kind, place, block.period, str(category), counts[kind, place], reporters, parts))
    return made if _is_diverse(made, numbers) else []


def _is_diverse(rows: list[Row], numbers: Numbers) -> bool:
    at: dict[str, list[int]] = defaultdict(list)
    for kind, place, _period, _category, reports, *_truth in rows:
        if kind != REST:
            at[place].append(reports)
    return all(
        len(counts) >= numbers.categories and max(counts) <= numbers.share * sum(counts)
        for counts in at.values()
    )


@dataclass(frozen=True)
class _Revision:
    """A category of a period: what was told (`old`, by level and place) and what is known now."""

    category: str
    old: Mapping[tuple[str, str], int]
    block: Block
    numbers: Numbers

    def counts(self) -> Counts:
        """What may be told now, the totals as the sums of their parts. Raises NoCrowd."""
        told: Counts = {}
        levels = {place: kind for kind, place in self.old if kind != REST}
        below: dict[str, list[str]] = defaultdict(list)
        for place in levels:
            below[self.block.parent.get(place, "")].append(place)
        for place in sorted(levels, key=lambda one: -ORDER[levels[one]]):  # the parts first
            if place not in below:
                told[levels[place], place] = self._one(self.old[levels[place], place], self.cell(place))
                continue
            rest = self._one(self.old.get((REST, place), 0), self.left(place))
            if rest:
                told[REST, place] = rest
            whole = rest + sum(told[levels[part], part] for part in below[place])
            if 0 < abs(whole - self.old[levels[place], place]) < self.numbers.k:
                raise NoCrowd  # one part grew by as many as another one shrank, but for a few
            told[levels[place], place] = whole
        return told

    def cell(self, place: str) -> Cell:
        return self.block.cells.get((self.category, place), EMPTY)

    def left(self, place: str) -> Cell:
        """What the parts of a place have that were not told. A single one is nobody's crowd."""
        hidden = [
            cell
            for (category, part), cell in self.block.cells.items()
            if category == self.category and self.block.parent.get(part) == place and not self._was_told(part)
        ]
        return together(hidden) if len(hidden) != 1 else Cell(hidden[0].reports, 0, 0)

    def _was_told(self, place: str) -> bool:
        return any(told == place for kind, told in self.old if kind != REST)

    def _one(self, old: int, now: Cell) -> int:
        if abs(now.reports - old) < self.numbers.k:
            return old
        if not is_enough(now, self.numbers):
            raise NoCrowd
        return now.reports
