"""What a column can say, whatever its name: codes that recur, beginnings of long ones, and numbers inside a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from opendata.audit.homes import Floats, Ints

NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
BEGINNINGS = (4, 5, 6, 7, 8)
RECURRING = 0.7  # of the values at most are different, or a value met once is never met again
DECILES = 10


def codes_of(rows: pd.DataFrame) -> dict[str, Ints]:
    """Each column whose values recur, as numbers of its values; of those that hardly do, their beginnings."""
    found: dict[str, Ints] = {}
    for number, name in enumerate(rows.columns):
        values = rows[name]
        _add(found, f"{number}", values)
        if values.nunique() > RECURRING * len(values):
            for length in BEGINNINGS:
                _add(found, f"{number}[:{length}]", values.str[:length])
    return found


def _add(found: dict[str, Ints], name: str, values: pd.Series[str]) -> None:
    codes, unique = pd.factorize(values)
    if 1 < len(unique) <= RECURRING * len(values):
        found[name] = codes.astype(np.int64)


def with_pairs(codes: dict[str, Ints]) -> Iterator[tuple[str, Ints]]:
    """Each, then each two together."""
    yield from codes.items()
    for one, other in combinations(codes, 2):
        yield f"{one}&{other}", codes[one] * (int(codes[other].max()) + 1) + codes[other]


def numbers_of(rows: pd.DataFrame) -> dict[str, Floats]:
    """The numbers in each column's texts by position (`POINT(112.9 -7.6)` has two); NaN where a text has fewer."""
    found: dict[str, Floats] = {}
    for number, name in enumerate(rows.columns):
        codes, unique = pd.factorize(rows[name])
        parts = [NUMBER.findall(str(text)) for text in unique]
        for position in range(max(map(len, parts), default=0)):
            if position > 3:
                break
            values = np.array(
                [float(p[position].replace(",", ".")) if len(p) > position else np.nan for p in parts]
            )
            found[f"{number}#{position}"] = np.where(np.abs(values) < 1e12, values, np.nan)[codes]
    return found


def telling(numbers: dict[str, Floats], homes: Floats, least: float = 0.05) -> dict[str, Floats]:
    """Those numbers with which the home's place varies: deciles explain at least so much of a coordinate's variance."""
    return {name: values for name, values in numbers.items() if _explained(values, homes) >= least}


def _explained(values: Floats, homes: Floats) -> float:
    known = np.isfinite(values)
    if known.sum() < 100 or np.ptp(values[known]) == 0:
        return 0.0
    edges = np.quantile(values[known], np.linspace(0, 1, DECILES + 1)[1:-1])
    groups = np.digitize(values[known], edges)
    size = np.maximum(np.bincount(groups, minlength=DECILES), 1)
    best = 0.0
    for axis in homes[known].T:
        means = np.bincount(groups, axis, DECILES) / size
        best = max(best, float(np.var(means[groups]) / max(np.var(axis), 1e-9)))
    return best
