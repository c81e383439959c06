"""Those who guess a household from released values. None knows a column's name; each learns from rows with known homes.

Every attacker gives one household (unit of `Homes`) per row, -1 where it has no idea.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from opendata.audit.features import codes_of, numbers_of, telling, with_pairs
from opendata.audit.homes import Floats, Homes, Ints
from opendata.audit.trials import TRAIN, Trials

MOST_GROUPS = 12  # columns by which an attacker averages


@dataclass(frozen=True)
class Guess:
    """What one attacker says about all rows. `place`: where it believes the home to be, if it works with places."""

    attacker: str
    units: Ints


def smallest_shapes(rows: pd.DataFrame, residents: Mapping[str, Ints]) -> tuple[list[Ints], Ints]:
    """The households of each shape that has any; per row the number of the smallest that a value names (-1: none)."""
    inhabited = {name: units for name, units in residents.items() if len(units)}
    number = {name: n for n, name in enumerate(inhabited)}
    sizes = np.array([len(units) for units in inhabited.values()], dtype=np.int64)
    smallest = np.full(len(rows), -1, dtype=np.int64)
    for name in rows.columns:
        codes, unique = pd.factorize(rows[name])
        here = np.array([number.get(value, -1) for value in unique], dtype=np.int64)
        if (here >= 0).any():
            here = here[codes]
            better = (here >= 0) & ((smallest < 0) | (sizes[here] < sizes[smallest]))
            smallest = np.where(better, here, smallest)
    return list(inhabited.values()), smallest


def in_its_cell(rows: pd.DataFrame, residents: Mapping[str, Ints], rng: np.random.Generator) -> Ints:
    """Any household of the smallest published shape that one of the row's values names."""
    sets, smallest = smallest_shapes(rows, residents)
    if not sets:
        return smallest
    sizes = np.array([len(units) for units in sets], dtype=np.int64)
    begin = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    at = begin[smallest] + (rng.random(len(rows)) * sizes[smallest]).astype(np.int64)
    return np.where(smallest < 0, -1, np.concatenate(sets)[at])


def seen_before(codes: Ints, trials: Trials, rng: np.random.Generator) -> Ints:
    """Any household that reported with the same value in the training half."""
    learned = trials.role == TRAIN
    order = np.argsort(codes[learned], kind="stable")
    values, units = codes[learned][order], trials.unit[learned][order]
    begin, end = np.searchsorted(values, codes, "left"), np.searchsorted(values, codes, "right")
    if not len(units):
        return np.full(len(codes), -1, dtype=np.int64)
    at = begin + (rng.random(len(codes)) * (end - begin)).astype(np.int64)
    return np.where(end > begin, units[np.minimum(at, len(units) - 1)], -1)


def places(trials: Trials, homes: Homes) -> Iterator[tuple[str, Floats]]:
    """Where pairs of numbers say that homes are, in local metres: the linear map that fits the training half best.

    So neither unit, order, turn nor shift of a pair of coordinates hides it. Only pairs that explain half of where
    homes are, in both directions.
    """
    learned = np.flatnonzero(trials.role == TRAIN)
    truth = homes.plane[homes.point_of[trials.unit[learned]]]
    numbers = numbers_of(trials.rows)
    kept = telling({name: values[learned] for name, values in numbers.items()}, truth)
    for one, other in combinations(kept, 2):
        known = np.isfinite(numbers[one][learned]) & np.isfinite(numbers[other][learned])
        if known.sum() < 100:
            continue
        centre = [np.mean(numbers[name][learned][known]) for name in (one, other)]
        pair = np.column_stack(
            [numbers[one] - centre[0], numbers[other] - centre[1], np.ones(len(trials.unit))]
        )
        fit = np.linalg.lstsq(pair[learned][known], truth[known], rcond=None)[0]
        left = truth[known] - pair[learned][known] @ fit
        if (np.var(left, axis=0) < 0.5 * np.var(truth[known], axis=0)).all():
            yield f"{one},{other}", pair @ fit


def averaged(place: Floats, codes: Ints) -> Floats:
    """The mean place of all rows with the same value."""
    known = np.isfinite(place).all(axis=1)
    size = np.bincount(codes[known], minlength=int(codes.max()) + 1)
    sums = [np.bincount(codes[known], axis, minlength=len(size)) for axis in place[known].T]
    with np.errstate(invalid="ignore"):
        return np.column_stack([(total / size)[codes] for total in sums])


def all_guesses(
    trials: Trials, homes: Homes, residents: Mapping[str, Ints], rng: np.random.Generator
) -> Iterator[Guess]:
    """Every attacker's guesses; who has no idea guesses in the row's published cell."""
    somewhere = in_its_cell(trials.rows, residents, rng)
    yield Guess("cell", somewhere)
    codes = codes_of(trials.rows)
    for name, values in with_pairs(codes):
        said = seen_before(values, trials, rng)
        yield Guess(f"value {name}", np.where(said < 0, somewhere, said))
    for pair, place in places(trials, homes):
        said = homes.any_unit(homes.nearest(place), rng)
        yield Guess(f"place {pair}", np.where(said < 0, somewhere, said))
        for name, values in list(codes.items())[:MOST_GROUPS]:
            said = homes.any_unit(homes.nearest(averaged(place, values)), rng)
            yield Guess(f"mean place {pair} by {name}", np.where(said < 0, somewhere, said))
