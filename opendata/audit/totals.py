"""The subtraction attack: totals less their parts.

A published total less its published parts is a count of those who are left. It succeeds where they are fewer than k
reporters, and where a number holds reports that may be in none (confidential ones): once they are known to be in it,
those that may be counted are subtracted from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from opendata.audit.subject import Subject
from opendata.audit.tables import Places, counted, known_rows, parts
from opendata.audit.verdicts import Verdict, amount
from opendata.cells import CITY, KECAMATAN, KELURAHAN, REST

Cells = dict[tuple[str, str], int]  # (level, place) → reports


@dataclass(frozen=True)
class Table:
    """A category in a period: what is told, and what each kelurahan has in truth (`tables.PARTS` and eligible)."""

    category: str
    period: str
    told: Cells
    truth: pd.DataFrame
    places: Places

    @cached_property
    def below(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """The largest published parts of each published place that has some."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        whole = [cell for cell in self.told if cell[0] == CITY]
        for level, place in self.told:
            within = (KECAMATAN, self.places.above.get(place, ""))
            if level == KELURAHAN and within in self.told:
                found[within].append((level, place))
            elif level in (KELURAHAN, KECAMATAN):
                for city in whole:
                    found[city].append((level, place))
        return dict(found)

    def known(self, level: str, place: str) -> pd.DataFrame:
        """The truth about a row."""
        return self.truth[self.truth["kelurahan_code"].isin(self.places.members(level, place, self.told))]

    def key(self, level: str, place: str, reports: int) -> tuple[str, str, str, str, int]:
        return level, place, self.period, self.category, reports


def tables(subject: Subject) -> Iterator[Table]:
    """The candidate by category and period."""
    truth, rows = parts(subject), counted(subject.frame)
    places = Places.of(subject, truth)
    behind = {key: of for key, of in truth.groupby(["category", "period"])}
    for (category, period), of in rows.groupby(["category", "period"]):
        told = dict(zip(zip(of["level"], of["place_code"], strict=True), of["reports"], strict=True))
        yield Table(str(category), str(period), told, behind.get((category, period), truth[:0]), places)


def examine(subject: Subject) -> list[Verdict]:
    """Every subtraction that the candidate allows. None may give a group below k."""
    tried = won = 0
    k, known = subject.order.numbers.k, known_rows(subject)
    for table in tables(subject):
        for level, place in table.told:
            for attack in (small_group, silenced):
                success = attack(table, level, place, k, known)
                tried, won = tried + (success is not None), won + bool(success)
    tried_id, tried_en = amount(tried)
    return [
        Verdict(
            "subtraction", float(won), 0.0, won == 0, tried, won,
            f"Mengurangkan jumlah yang diterbitkan satu dari yang lain: {tried_id} kali dicoba, {won} kali didapat "
            f"kelompok dengan kurang dari {k} pelapor atau laporan yang tidak boleh dihitung. Batasnya 0.",
            f"Subtracting published sums from each other: {tried_en} tries, {won} gave a group of fewer than {k} "
            f"reporters, or reports that may not be counted. The limit is 0.",
        )
    ]  # fmt: skip


def small_group(table: Table, level: str, place: str, k: int, known: set[object]) -> bool | None:
    """A total less its parts: are those who are left too few, or does it not add up? None for what has no parts."""
    if (level, place) not in table.below:
        return None
    rest = table.told[level, place] - sum(table.told[one] for one in table.below[level, place])
    if rest != table.told.get((REST, place), 0):
        return True
    people = {who for one in table.known(REST, place)["who"] for who in one}
    return (
        table.key(REST, place, rest) not in known
        and max(rest, len(people)) > 0
        and min(rest, len(people)) < k
    )


def silenced(table: Table, level: str, place: str, k: int, known: set[object]) -> bool | None:
    """Does a count hold more reports than may be counted there? None for totals, which are sums of others."""
    reports = table.told[level, place]
    if (level, place) in table.below or table.key(level, place, reports) in known:
        return None
    return reports > int(table.known(level, place)["eligible"].sum())
