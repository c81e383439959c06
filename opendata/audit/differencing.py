"""What can be had by subtracting an earlier release from the candidate.

Rows are compared by place, week and category, found by their values; outcomes may change, ids always do. Counts are
compared cell by cell. A filter of the API returns rows of the files and no others, and a sum of differences of one
sign is no smaller than the smallest of them: so what no cell gives away, no filter and no sum over a filter does.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from opendata.audit.public import COARSE, PERIOD, WEEKS, as_text, public_columns
from opendata.audit.subject import Earlier, Subject
from opendata.audit.verdicts import Verdict

Key = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Rows (or cells of counts) that only one of two releases has, of the times that both tell about."""

    compared: int
    columns: tuple[str, ...]  # of the candidate, by which rows are told apart
    vanished: Counter[Key]
    appeared: Counter[Key]

    @property
    def gone(self) -> int:
        return self.vanished.total()

    @property
    def come(self) -> int:
        return self.appeared.total()


def examine_rows(subject: Subject) -> list[Verdict]:
    """For datasets of rows: against every earlier release of the same kind."""
    verdicts = []
    for release in subject.earlier:
        found = row_difference(subject, release)
        if not found.compared:
            continue
        if release.period == str(subject.order.period):
            verdicts += [_few(found, subject), _confidential(found, subject)]
        else:
            verdicts.append(_overlap(found))
    return [_with_number(one, subject) for one in _worst_of_each(verdicts) or [_nothing("differencing")]]


def examine_counts(subject: Subject) -> list[Verdict]:
    """For datasets of counts: no cell of an earlier release may differ; who is behind a difference, nobody knows."""
    found = [one for release in subject.earlier for one in cell_differences(subject, release)]
    verdict = _cells(len(found), sum(one != 0 for one in found)) if found else _nothing("differencing-cells")
    return [_with_number(verdict, subject)]


def _with_number(verdict: Verdict, subject: Subject) -> Verdict:
    """The verdict with a sentence that says how many releases were looked at, whatever they had in common."""
    n = len(subject.earlier)
    return replace(
        verdict,
        words_id=f"{verdict.words_id} Banyaknya rilis sebelumnya yang dibandingkan: {n}.",
        words_en=f"{verdict.words_en} Earlier releases compared: {n}.",
    )


def row_difference(subject: Subject, release: Earlier) -> Difference:
    """What only one of both holds, among the weeks that both hold."""
    now, then = subject.rows, as_text(release.frame)
    here, there = public_columns(now, subject.lists), public_columns(then, subject.lists)
    titles = [title for title in COARSE if title in here and title in there]
    if WEEKS not in titles:
        return Difference(0, (), Counter(), Counter())
    both = set(now[here[WEEKS]]) & set(then[there[WEEKS]])
    columns = tuple(here[title] for title in titles)
    before = _counted(then, [there[title] for title in titles], there[WEEKS], both)
    after = _counted(now, columns, here[WEEKS], both)
    return Difference(after.total() + before.total(), columns, before - after, after - before)


def _counted(rows: pd.DataFrame, columns: Sequence[str], week: str, weeks: set[str]) -> Counter[Key]:
    sizes = rows[rows[week].isin(weeks)].groupby(list(columns), observed=True).size()
    return Counter({key if isinstance(key, tuple) else (key,): int(n) for key, n in sizes.items()})


def cell_differences(subject: Subject, release: Earlier) -> list[float]:
    """Candidate minus earlier, of each number of each cell that both have.

    Of the same period also those that one of both has: their difference is unknown, NaN.
    """
    now, then = as_text(subject.frame), as_text(release.frame)
    again = release.period == str(subject.order.period)
    if list(now.columns) != list(then.columns):
        return [math.nan] if again else []
    if not len(now) or not len(then):
        return [math.nan] * (len(now) + len(then)) if again else []
    numbers = [
        name for name in now.columns if _is_number(now[name], subject) and _is_number(then[name], subject)
    ]
    dimensions = [name for name in now.columns if name not in numbers]
    both = now.merge(
        then, how="outer" if again else "inner", on=dimensions, suffixes=("", " then"), indicator=True
    )
    if not numbers:  # every figure has a fraction somewhere: whole rows are compared
        return [0.0 if where == "both" else math.nan for where in both["_merge"]]
    return [
        float(difference)
        for name in numbers
        for difference in both[name].astype(float) - both[f"{name} then"].astype(float)
    ]


def _is_number(column: pd.Series[str], subject: Subject) -> bool:
    values = set(column.unique())
    if any(values <= codes for codes in subject.lists.values()) or all(map(PERIOD.fullmatch, values)):
        return False
    return bool(column.str.fullmatch(r"\d+").all())


def _few(found: Difference, subject: Subject) -> Verdict:
    """Rows that went isolate those who reported them, unless they are enough. Rows that came are rows like others."""
    k = subject.order.numbers.k
    alone = found.gone if found.gone < k else 0
    return Verdict(
        attack="differencing",
        figure=alone / found.compared,
        bound=0.0,
        passed=alone == 0,
        tried=found.compared,
        successes=alone,
        words_id=f"Dibandingkan dengan terbitan sebelumnya untuk periode yang sama: {alone} baris hilang dalam "
        f"kelompok yang lebih kecil dari {k}; yang diperbolehkan tidak satu pun.",
        words_en=f"Compared with what was released before for the same period: {alone} rows went in a group smaller "
        f"than {k}; none may.",
    )


def _confidential(found: Difference, subject: Subject) -> Verdict:
    """The attacker bets that a row that vanished had become confidential. How often that is right is not told."""
    risk = subject.order.numbers.risk
    hits = (found.vanished & _silenced(subject, found.columns)).total()
    passed = hits <= risk * found.gone
    return Verdict(
        attack="differencing-confidential",
        figure=risk if passed and found.gone else float(not passed),
        bound=risk,
        passed=passed,
        tried=found.gone,
        successes=0,
        words_id="Siapa yang bertaruh bahwa sebuah baris hilang karena pelapornya meminta kerahasiaan paling "
        f"sering benar sekali dalam {round(1 / risk)} taruhan. Angka tepatnya tidak diumumkan.",
        words_en="Whoever bets that a row is gone because its reporter asked for confidentiality is right at most once "
        f"in {round(1 / risk)} bets. The exact number is not published.",
    )


def _silenced(subject: Subject, columns: tuple[str, ...]) -> Counter[Key]:
    if subject.silenced is None or not len(subject.silenced) or not columns:
        return Counter()
    return Counter(as_text(subject.silenced)[list(columns)].itertuples(index=False, name=None))


def _overlap(found: Difference) -> Verdict:
    """Periods that overlap: each row that only one of both has is known to the time between two releases."""
    differing = found.gone + found.come
    return Verdict(
        attack="differencing-overlap",
        figure=differing / found.compared,
        bound=0.0,
        passed=differing == 0,
        tried=found.compared,
        successes=differing,
        words_id=f"Periodenya tumpang tindih dengan rilis lain: {differing} baris hanya ada di salah satunya dan dapat "
        "ditunjuk dengan mengurangkan; yang diperbolehkan tidak satu pun.",
        words_en=f"The period overlaps that of another release: {differing} rows are in one of them only and can be "
        "pointed at by subtracting; none may.",
    )


def _cells(tried: int, changed: int) -> Verdict:
    return Verdict(
        attack="differencing-cells",
        figure=changed / tried,
        bound=0.0,
        passed=changed == 0,
        tried=tried,
        successes=changed,
        words_id=f"Dibandingkan dengan terbitan sebelumnya: {changed} angka berubah, hilang atau muncul; yang "
        "diperbolehkan tidak satu pun.",
        words_en=f"Compared with what was released before: {changed} numbers changed, went or came; none may.",
    )


def _nothing(attack: str) -> Verdict:
    """No number of an earlier release tells of the same: what was not tried is said, not passed over."""
    return Verdict(
        attack=attack,
        figure=0.0,
        bound=0.0,
        passed=True,
        tried=0,
        successes=0,
        words_id="Tidak ada yang dapat dikurangkan: belum ada rilis dataset ini dengan isi dari waktu yang sama. "
        "Serangan ini tidak mengukur apa pun di sini.",
        words_en="There was nothing to subtract: no release of this dataset tells of the same time yet. This attack "
        "measured nothing here.",
    )


def _worst_of_each(verdicts: list[Verdict]) -> list[Verdict]:
    """One verdict per attack: the first that failed, else that with the most tries."""
    worst: dict[str, Verdict] = {}
    for verdict in verdicts:
        known = worst.get(verdict.attack)
        if known is None or (known.passed, -known.tried) > (verdict.passed, -verdict.tried):
            worst[verdict.attack] = verdict
    return list(worst.values())
