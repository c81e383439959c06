"""Can rows of one release be found again in another?

Who follows a row through releases collects what each of them tells. Place, week, category and the other public codes
match by themselves now and then; measured is what the remaining columns add to that. Two ways:

- Made-up reports leave twice, as two releases would make them. The attacker takes each row of the first and looks for
  it in the second: same codes, and then the same value, or the nearest pair of numbers, in any other column.
- Rows of the candidate whose value in such a column stands in an earlier release as well, and is rare there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from opendata.audit.features import BEGINNINGS, numbers_of
from opendata.audit.homes import Floats, Ints
from opendata.audit.public import as_text, grouped, public_columns, unknown_columns
from opendata.audit.statistics import upper_bound
from opendata.audit.subject import Subject
from opendata.audit.trials import visits
from opendata.audit.verdicts import Verdict, told

REPORTS, SAMPLE = 6000, 50_000
MOST_NUMBERS = 6  # columns of numbers that are tried in pairs
FAR = 1e9  # between rows of different codes


def examine(subject: Subject) -> list[Verdict]:
    """One verdict for two releases of the same, one for each earlier release that the candidate is compared with."""
    verdicts = [_twice(subject)] if subject.simulate else []
    return [*verdicts, _earlier(subject)] if subject.earlier else verdicts


def _twice(subject: Subject) -> Verdict:
    rng = subject.rng("correspondence")
    homes = subject.known_homes
    pins = visits(subject, homes, rng.integers(0, homes.units, REPORTS), rng)
    assert subject.simulate is not None
    first, second = (as_text(subject.simulate(pins)) for _ in range(2))
    both = first.index.intersection(second.index)
    first, second = first.loc[both], second.loc[rng.permutation(both)]
    found, tried = added_links(first, second, subject, rng)
    return _verdict(
        "correspondence",
        (
            "Penyerang mencari baris yang sama di dua rilis",
            "An attacker looked for the same row in two releases",
        ),
        tried,
        found,
        subject,
    )


def added_links(
    first: pd.DataFrame, second: pd.DataFrame, subject: Subject, rng: np.random.Generator
) -> tuple[int, int]:
    """Rows that the best attacker finds again and public codes alone do not, of the rows kept for the test.

    Rows of both frames belong together by their index. The best attacker is chosen on the other half.
    """
    rows = pd.concat([first, second])
    public = public_columns(rows, subject.lists)
    codes = grouped(rows, public.values())
    half = len(first)
    truth = first.index.to_numpy()
    answers = second.index.to_numpy()
    luck = rng.random(half)
    plain = answers[_matching(codes[:half], codes[half:], luck)] == truth
    test = rng.random(half) < 0.5
    best = (0.0, np.zeros(half, dtype=bool))
    for match in _attacks(rows, codes, half, luck, unknown_columns(rows, subject.lists)):
        gained = (answers[match] == truth) & ~plain & (match >= 0)
        if gained[~test].mean() > best[0]:
            best = (float(gained[~test].mean()), gained)
    return int(best[1][test].sum()), int(test.sum())


def _attacks(rows: pd.DataFrame, codes: Ints, half: int, luck: Floats, columns: list[str]) -> Iterator[Ints]:
    """Each attacker's row of the second release for each of the first; -1 where it has none."""
    for name in columns:
        for values in (rows[name], *(rows[name].str[:length] for length in BEGINNINGS)):
            same, unique = pd.factorize(values)
            yield _matching(same[:half], same[half:], luck)
            together = codes * (len(unique) + 1) + same
            yield _matching(together[:half], together[half:], luck)
    numbers = dict(list(numbers_of(rows[columns]).items())[:MOST_NUMBERS]) if columns else {}
    for one, other in combinations(numbers, 2):
        yield _nearest(np.column_stack([numbers[one], numbers[other]]), codes, half)


def _matching(asked: Ints, given: Ints, luck: Floats) -> Ints:
    """A row of the second with the same code, at random among them; -1 without one."""
    order = np.argsort(given, kind="stable")
    begin, end = (np.searchsorted(given[order], asked, side) for side in ("left", "right"))
    at = np.minimum(begin + (luck * (end - begin)).astype(np.int64), len(given) - 1)
    return np.where(end > begin, order[at], -1)


def _nearest(pair: Floats, codes: Ints, half: int) -> Ints:
    """The nearest pair of numbers among the rows of the second with the same public codes."""
    known = np.isfinite(pair).all(axis=1)
    found = np.full(half, -1, dtype=np.int64)
    spread = np.nanstd(pair, axis=0)
    if known[:half].sum() < half / 2 or known[half:].sum() < half / 2 or (spread == 0).any():
        return found
    space = np.column_stack([pair / spread, codes * FAR])
    theirs = np.flatnonzero(known[half:])
    mine = np.flatnonzero(known[:half])
    found[mine] = theirs[cKDTree(space[half:][theirs]).query(space[:half][mine])[1]]
    return found


def _earlier(subject: Subject) -> Verdict:
    """Values that are rare in an earlier release and stand in the candidate again, of a sample of its rows."""
    all_rows = len(subject.rows)
    sample = np.sort(subject.rng("correspondence-earlier").permutation(all_rows)[:SAMPLE])
    columns = unknown_columns(subject.rows, subject.lists)
    rows = subject.rows.iloc[sample][columns].astype("str")
    again = np.zeros(len(rows), dtype=bool)
    n = len(subject.earlier)
    for release in subject.earlier:
        then = as_text(release.frame)
        for other in unknown_columns(then, subject.lists):
            for name in columns:
                times = then.loc[then[other].isin(set(rows[name]) - {""}), other].value_counts()
                again |= rows[name].isin(times.index[times < subject.order.numbers.households]).to_numpy()
    return _verdict(
        "correspondence-earlier",
        (
            f"Penyerang mencari baris rilis ini di {n} rilis sebelumnya",
            f"An attacker looked for rows of this release in {n} earlier {'one' if n == 1 else 'ones'}",
        ),
        len(rows),
        int(again.sum()),
        subject,
    )


def _verdict(attack: str, words: tuple[str, str], tried: int, found: int, subject: Subject) -> Verdict:
    numbers = subject.order.numbers
    figure = upper_bound(found, tried, numbers.confidence) if tried else 0.0
    few = found == 0  # a release of few rows cannot show a small rate by their number alone
    words_id, words_en = told(*words, tried, found, figure, numbers.risk)
    return Verdict(
        attack=attack,
        figure=figure,
        bound=numbers.risk,
        passed=few or figure <= numbers.risk,
        tried=tried,
        successes=found,
        words_id=words_id,
        words_en=words_en,
    )
