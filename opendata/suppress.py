"""Which counts may be published so that the totals give none of the others back. Pure; the reasoning is in ADR 0020.

A cell needs k distinct reporters, none of whom sent most of it (Sweeney 2002; dominance as in Hundepool et al. 2012).
A place needs several categories, none too common (l-diversity, Machanavajjhala et al. 2007); what is left of a place
after its published parts is a place, too. Where a part is held back, others are with it, until what is left hides each
of them in an interval at least k wide, or the total goes. Only what is published shrinks, so the loop ends.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from opendata.cells import CITY, KECAMATAN, KELURAHAN, LEVELS, REST, Block, Cell, Key, blocks
from opendata.policy import Numbers

COLUMNS = ["level", "place_code", "period", "category", "reports"]
TRUTH = ["reporters", "parts"]
ORDER = {CITY: 0, KECAMATAN: 1, KELURAHAN: 2, REST: 3}
# kelurahan, kecamatan, reports, reporters (numbers within the category and period)
Part = tuple[str, str, int, tuple[int, ...]]
Row = tuple[str, str, str, str, int, int, tuple[Part, ...]]  # of COLUMNS and TRUTH


@dataclass(frozen=True)
class Shown:
    """What may be published of a period: cells, and beside a place's published parts what is left of it."""

    block: Block
    cells: frozenset[Key]
    rests: Mapping[Key, Cell]

    def rows(self) -> list[Row]:
        """As COLUMNS and TRUTH."""
        level, period = self.block.level, self.block.period
        cells = [
            (level[place], place, category, self.block.cells[category, place])
            for category, place in self.cells
        ]
        cells += [(REST, place, category, cell) for (category, place), cell in self.rests.items()]
        cells.sort(key=lambda row: (row[2], ORDER[row[0]], row[1]))
        whole = parts_of(self.block, {category for category, _place in self.cells})
        return [
            (
                kind,
                place,
                period,
                category,
                cell.reports,
                cell.reporters,
                whole[category] if kind == CITY else (),
            )
            for kind, place, category, cell in cells
        ]


def parts_of(block: Block, categories: set[str]) -> dict[str, tuple[Part, ...]]:
    """By category what every kelurahan has, published or not."""
    found: dict[str, list[Part]] = {category: [] for category in categories}
    for (category, place), cell in sorted(block.cells.items()):
        if category in categories and block.level[place] == KELURAHAN:
            found[category].append((place, block.parent[place], cell.reports, _people(cell.who)))
    return {category: tuple(parts) for category, parts in found.items()}


def tables(rows: list[Row]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows as the table that is published (COLUMNS) and its TRUTH."""
    table = pd.DataFrame.from_records(rows, columns=COLUMNS + TRUTH)
    return table[COLUMNS].astype({"reports": "int64"}), table[TRUTH].astype({"reporters": "int64"})


def suppress(
    reports: pd.DataFrame, rungs: Mapping[str, str], numbers: Numbers, city: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The publishable table (COLUMNS) and what only the audit may know (TRUTH), row by row.

    `parts` of a category's row of the whole city: what each kelurahan has, whether published or not; else empty.

    `reports` as cells.REPORTS, without any confidential one; `rungs`: step of the ladder by category, one that is not
    named is not counted. Sorted by period, category, level, place; the same input gives the same table.
    """
    rows = [row for block in blocks(reports, city) for row in shown(block, rungs, numbers).rows()]
    return tables(rows)


def shown(block: Block, rungs: Mapping[str, str], numbers: Numbers) -> Shown:
    """What of a period may be published: the rules, one after the other, until none takes anything away."""
    work = _Work(block, rungs, numbers)
    before = -1
    while len(work.shown) != before:
        before = len(work.shown)
        work.only_diverse_places()
        work.only_below_published()
        work.only_hiding_remainders()
        work.only_diverse_remainders()
    rests = {key: rest for key, rest in work.rests().items() if rest.reports and work.is_divided(key)}
    return Shown(block, frozenset(work.shown), rests)


def is_diverse(cells: Iterable[Cell], numbers: Numbers) -> bool:
    """Enough categories (a cell each), none over its share, by reports as by reporters."""
    for sizes in zip(*((cell.reports, cell.reporters) for cell in cells), strict=True):
        if len(sizes) < numbers.categories or max(sizes) > numbers.share * sum(sizes):
            return False
    return True


def is_enough(cell: Cell, numbers: Numbers) -> bool:
    """k distinct reporters, and no verified one who sent more than the share."""
    return cell.reporters >= numbers.k and cell.most <= numbers.share * cell.reports


@dataclass
class _Work:
    """A period on its way: `shown` only shrinks; `given` are cells held back to hide others."""

    block: Block
    rungs: Mapping[str, str]
    numbers: Numbers
    shown: set[Key] = field(init=False)
    given: set[Key] = field(default_factory=set)
    below: dict[Key, list[str]] = field(
        init=False
    )  # where a category's cells can be published: its parts by place

    def __post_init__(self) -> None:
        below: dict[Key, list[str]] = defaultdict(list)
        for category, place in sorted(self.block.cells):
            if place in self.block.parent and self._counts_at((category, place)):
                below[category, self.block.parent[place]].append(place)
        self.below = dict(below)
        self.shown = {
            key
            for key, cell in self.block.cells.items()
            if self._counts_at(key) and is_enough(cell, self.numbers)
        }

    def _counts_at(self, key: Key) -> bool:
        category, place = key
        return self.block.level[place] in LEVELS.get(self.rungs.get(category, ""), ())

    def only_diverse_places(self) -> None:
        """A place whose published categories are too few, or one of them too common, shows none."""
        at: dict[str, list[Key]] = defaultdict(list)
        for key in self.shown:
            at[key[1]].append(key)
        for keys in at.values():
            if not is_diverse([self.block.cells[key] for key in keys], self.numbers):
                self.shown.difference_update(keys)

    def only_below_published(self) -> None:
        """Nothing below a place that is not published: so what can be subtracted is each place's own remainder."""
        for category, place in list(self.shown):
            above = self.block.parent.get(place)
            while above is not None and (category, above) in self.shown:
                above = self.block.parent.get(above)
            if above is not None:
                self.shown.discard((category, place))

    def only_hiding_remainders(self) -> None:
        """Hold back siblings, in an order that no count decides, until what is left hides each; else the total goes."""
        for key in sorted(self.below):
            if key not in self.shown:
                continue
            for sibling in self._in_fixed_order(key):
                if self._hides(key):
                    break
                self.shown.discard(sibling)
                self.given.add(sibling)
            if not self._hides(key):
                self.shown.discard(key)

    def _in_fixed_order(self, key: Key) -> list[Key]:
        """The published parts, by a hash of their names: the same in every period, so that series go on."""
        parts = [(key[0], place) for place in self.below[key] if (key[0], place) in self.shown]
        return sorted(parts, key=lambda part: hashlib.sha256("|".join(part).encode()).digest())

    def _hides(self, key: Key) -> bool:
        """Does the remainder of a total hide each cell in it, also from who knows which were held back for others?

        Empty cells hide nobody, since it may be known that they are empty. Held back for others means at least k.
        """
        parts = [(key[0], place) for place in self.below[key]]
        hidden = [part for part in parts if part not in self.shown]
        if not hidden:
            return True
        rest = together(self.block.cells[part] for part in hidden)
        known = len(self.given.intersection(hidden)) if len(hidden) < len(parts) else 0
        k = self.numbers.k
        return len(hidden) > 1 and rest.reporters >= k and rest.reports - known * k >= k

    def rests(self) -> dict[Key, Cell]:
        """What is left of each published total after its published parts; all of it where no part is."""
        left: dict[Key, Cell] = {}
        for key in self.shown:
            parts = [(key[0], place) for place in self.below.get(key, ())]
            hidden = [self.block.cells[part] for part in parts if part not in self.shown]
            left[key] = together(hidden) if parts else self.block.cells[key]
        return left

    def is_divided(self, key: Key) -> bool:
        """Whether a part of it is published."""
        return any((key[0], place) in self.shown for place in self.below.get(key, ()))

    def only_diverse_remainders(self) -> None:
        """Whoever lives where nothing is shown is in what is left of the place above: that may tell no category either.

        Where it does, none of that place's parts is published. A part that shows rows is diverse by them.
        """
        left: dict[str, list[Cell]] = defaultdict(list)
        for (_category, place), rest in self.rests().items():
            if rest.reports:
                left[place].append(rest)
        speaking = {place for _category, place in self.shown}
        silent = {
            above
            for (_category, above), parts in self.below.items()
            for part in parts
            if part not in speaking
        }
        for place in sorted(silent & {self.block.parent.get(part, "") for part in speaking}):
            if not is_diverse(left[place], self.numbers):
                self.shown -= {key for key in self.shown if self.block.parent.get(key[1]) == place}


def together(cells: Iterable[Cell]) -> Cell:
    """Several cells of a category as one; people are counted once."""
    reports = who = most = 0
    for cell in cells:
        reports, who, most = reports + cell.reports, who | cell.who, max(most, cell.most)
    return Cell(reports, who, most)


def _people(who: int) -> tuple[int, ...]:
    return tuple(at for at, bit in enumerate(reversed(f"{who:b}")) if bit == "1")
