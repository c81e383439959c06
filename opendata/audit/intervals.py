"""The interval attack: what must an unpublished count be, given every published one?

The interval audit of statistical disclosure control (Hundepool et al. 2012, ch. 4.4; as in tau-ARGUS): each unpublished
count is a variable, each published one an equation; linear programs (HiGHS) find the least and the largest value.
Published are the candidate and all earlier tables. Where parts of a place are published beside each other, the attacker
also knows which of the others are empty.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linprog

from opendata.audit.subject import Subject
from opendata.audit.tables import Places, atoms, counted, parts
from opendata.audit.verdicts import Verdict, amount
from opendata.cells import CITY, KECAMATAN, KELURAHAN, REST

Atom = tuple[str, str]  # kelurahan, month
Members = frozenset[Atom]
Bounds = tuple[float, float]
SLACK = 1e-6


class System:
    """Equations over counts of atoms: each pairs members and their sum; `empty` are known to be zero.

    Atoms that stand in the same equations are one variable: any of several can be nothing, or have all of it.
    """

    def __init__(self, equations: Sequence[tuple[Members, int]], empty: Members = frozenset()) -> None:
        self.empty = empty
        of: dict[Atom, list[int]] = defaultdict(list)
        for at, (members, _value) in enumerate(equations):
            for atom in members - empty:
                of[atom].append(at)
        self.key = {atom: tuple(found) for atom, found in of.items()}
        self.size = Counter(self.key.values())
        self.column = {key: at for at, key in enumerate(self.size)}
        self.matrix = np.zeros((len(equations), len(self.size)))
        for key, at in self.column.items():
            self.matrix[list(key), at] = 1
        self.sums = [value for _members, value in equations]
        self.solved: dict[frozenset[tuple[int, bool]], Bounds | None] = {}

    def interval(self, cell: Members) -> Bounds | None:
        """The least and largest sum of a cell; None when no counts fulfil all equations."""
        cell = cell - self.empty
        if not cell <= self.key.keys():
            return 0.0, np.inf  # nothing is said of some of it
        touched = Counter(self.key[atom] for atom in cell)
        asked = frozenset((self.column[key], number == self.size[key]) for key, number in touched.items())
        if asked not in self.solved:
            self.solved[asked] = self._bounds(asked)
        return self.solved[asked]

    def _bounds(self, asked: frozenset[tuple[int, bool]]) -> Bounds | None:
        whole, some = np.zeros(len(self.size)), np.zeros(len(self.size))
        for column, is_whole in asked:
            some[column], whole[column] = 1, is_whole
        least, most = _solve(whole, self.matrix, self.sums), _solve(-some, self.matrix, self.sums)
        return None if least is None or most is None else (least, -most)


def _solve(aim: npt.NDArray[np.float64], matrix: npt.NDArray[np.float64], sums: list[int]) -> float | None:
    """The least value of the aim; minus infinity where nothing bounds it, None where nothing fits."""
    solved = linprog(aim, A_eq=matrix, b_eq=sums, bounds=(0, None), method="highs")
    if solved.status == 3:
        return -np.inf
    return float(solved.fun) if solved.status == 0 else None


@dataclass(frozen=True)
class Block:
    """All tables about a category in a quarter: the candidate's `rows`, and `others` of other periods."""

    places: Places
    rows: pd.DataFrame
    others: pd.DataFrame
    truth: pd.DataFrame

    def narrow(self, k: int) -> tuple[int, int]:
        """How many unpublished cells there are, and how many of those with reporters the attack narrows below k."""
        own, others = self._equations(self.rows), self._equations(self.others)
        tried = narrowed = 0
        for period, cells in groupby(self._unpublished(), key=lambda cell: cell[2]):
            empty = self._empty(period)
            # Tables of different days need not agree; then the candidate is attacked alone.
            systems = [System([*own, *others], empty), System(own, empty)]
            for level, place, _period in cells:
                tried += 1
                narrowed += self._is_narrow(systems, self.places.inside(level, place), period, k)
        return tried, narrowed

    def _unpublished(self) -> Iterator[tuple[str, str, str]]:
        """Level, place and period of what could have been a row: at levels that have rows in the period."""
        for period, rows in self.rows.groupby("period"):
            told = set(zip(rows["level"], rows["place_code"], strict=True))
            for level in sorted({kind for kind, _place in told} & {KELURAHAN, KECAMATAN}):
                every = self.places.above if level == KELURAHAN else self.places.kecamatan
                yield from ((level, place, str(period)) for place in every if (level, place) not in told)
        seen = set(self.rows["period"]) | set(self.others["period"])
        if len({len(atoms(period)) for period in seen}) > 1:
            for month in sorted({month for period in seen for month in atoms(period)} - seen):
                yield CITY, "", month

    def _is_narrow(self, systems: list[System], inside: frozenset[str], period: str, k: int) -> bool:
        cell = self._atoms(inside, period)
        found = (bounds for system in systems if (bounds := system.interval(cell)) is not None)
        low, high = next(found, (0.0, np.inf))
        known = self.truth["period"] == period
        has = bool(self.truth.loc[known & self.truth["kelurahan_code"].isin(inside), "reports"].sum())
        somebody = has if known.any() else low > SLACK
        return somebody and (high - low < k - SLACK or high < k - SLACK)

    def _equations(self, rows: pd.DataFrame) -> tuple[tuple[Members, int], ...]:
        found = []
        for period, of in rows.groupby("period"):
            shown = set(zip(of["level"], of["place_code"], strict=True))
            for level, place, reports in zip(of["level"], of["place_code"], of["reports"], strict=True):
                inside = self.places.members(level, place, shown)
                found.append((self._atoms(inside, str(period)), int(reports)))
        return tuple(found)

    def _atoms(self, kelurahan: frozenset[str], period: str) -> Members:
        return frozenset((one, month) for one in kelurahan for month in atoms(period))

    def _empty(self, period: str) -> Members:
        """Places without a report that have a published place beside them."""
        of = self.rows[(self.rows["period"] == period) & (self.rows["level"] != REST)]
        told = set(zip(of["level"], of["place_code"], strict=True))
        some = set(self.truth.loc[self.truth["period"] == period, "kelurahan_code"])
        divided = {self.places.above.get(place, "") for level, place in told if level == KELURAHAN}
        known = {one for one, above in self.places.above.items() if above in divided and one not in some}
        if any(level == KECAMATAN for level, _place in told):
            known |= set(self.places.above) - {
                one
                for above in {self.places.above[here] for here in some}
                for one in self.places.inside(KECAMATAN, above)
            }
        return self._atoms(frozenset(known), period)


def blocks(subject: Subject) -> Iterator[Block]:
    """The candidate by category and quarter: what is told of others changes nothing."""
    rows, truth = counted(subject.frame), parts(subject)
    newest = {(one.dataset, one.period): one for one in sorted(subject.earlier, key=lambda one: one.revision)}
    period = str(subject.order.period)
    others = [counted(one.frame) for (_slug, when), one in newest.items() if when != period]
    before = pd.concat(others, ignore_index=True) if others else rows[:0]
    places = Places.of(subject, truth)
    for category, of in rows.groupby("category"):
        known = before[before["category"] == category]
        for months in sorted({atoms(one)[0][:4] + quarter(one) for one in of["period"]}):
            yield Block(
                places,
                of[of["period"].map(lambda one: one[:4] + quarter(one)) == months],
                known[known["period"].map(lambda one: one[:4] + quarter(one)) == months],
                truth[truth["category"] == category],
            )


def quarter(period: str) -> str:
    """`Q4` of `2026-10` and of `2026-Q4`."""
    return f"Q{(int(atoms(period)[0][5:]) + 2) // 3}"


def examine(subject: Subject) -> list[Verdict]:
    """Every unpublished cell of the candidate, with all that is published around it. None may be narrowed below k."""
    k = subject.order.numbers.k
    found = [block.narrow(k) for block in blocks(subject)]
    tried, narrowed = sum(one for one, _n in found), sum(n for _one, n in found)
    tried_id, tried_en = amount(tried)
    return [
        Verdict(
            "intervals", float(narrowed), 0.0, narrowed == 0, tried, narrowed,
            f"Menghitung balik angka yang tidak diterbitkan dari jumlah-jumlah yang diterbitkan: {tried_id} angka "
            f"dicoba, {narrowed} dapat dipersempit menjadi kurang dari {k} kemungkinan. Batasnya 0.",
            f"Working back unpublished counts from the published sums: {tried_en} counts tried, {narrowed} could be "
            f"narrowed to fewer than {k} possibilities. The limit is 0.",
        )
    ]  # fmt: skip
