"""How many households each row could be about.

A row's candidates are the households that fit all its released values: those in the smallest published shape that it
names, those with which a value goes in simulated reports (if it reliably does), and those as near to a pair of numbers
as the true home mostly is. k-anonymity (Sweeney 2002) of places, measured instead of assumed from the recipe.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from opendata.audit.attackers import places, smallest_shapes
from opendata.audit.features import codes_of, with_pairs
from opendata.audit.homes import Homes, Ints
from opendata.audit.public import COARSE, grouped, public_columns
from opendata.audit.subject import Subject
from opendata.audit.trials import TEST, TRAIN, VALID, Flags, Trials, trials_of, with_reports_of
from opendata.audit.verdicts import Verdict, percent

RELIABLE = 0.95  # of rows in which the true home is among those that a value or a distance points at
LOOKED_AT, NEIGHBOURS = 60, 300  # doubtful rows, and the points around each
MEASURED_ROWS = 1000  # of those with a pair of numbers that could be a place
UNKNOWN = np.iinfo(np.int64).max


def examine(subject: Subject) -> list[Verdict]:
    """The share of rows with too few candidates, of which none is allowed; and how many stand alone, as a figure."""
    rng = subject.rng("uniqueness")
    least = subject.order.numbers.households
    trials = trials_of(subject, subject.known_homes, rng)
    rows = subject.rows
    told = households_named(rows, subject.residents)
    tested = few_candidates(trials, subject, least, rng)
    few = max(_share(told < least), _share(tested))
    return [_candidates_verdict(few, len(rows) + len(tested), least), _alone_verdict(rows, subject)]


def few_candidates(trials: Trials, subject: Subject, least: int, rng: np.random.Generator) -> Flags:
    """Whether each tested row of the trials fits fewer households than `least`.

    Reports were simulated for some cells only, so a value may look rare that more homes nearby have: where a row seems
    to fit few, the homes around it report as well before it counts.
    """
    homes, tested = subject.known_homes, trials.role == TEST
    few: Flags = candidates(trials, homes, subject.residents) < least
    doubtful = np.flatnonzero(few & tested)
    if not len(doubtful):
        return np.zeros(int(tested.sum()), dtype=bool)
    looked_at = rng.permutation(doubtful)[:LOOKED_AT]
    around = homes.plane[homes.point_of[np.unique(trials.unit[looked_at])]]
    near = np.unique(homes.tree.query(around, min(NEIGHBOURS, len(homes)), workers=2)[1])
    more = with_reports_of(trials, subject, np.tile(homes.units_of(near), 2), rng)
    remains = candidates(more, homes, subject.residents)[: len(few)] < least
    share = float(remains[looked_at].mean())
    few[doubtful] = rng.random(len(doubtful)) < share
    few[looked_at] = remains[looked_at]
    found: Flags = few[tested]
    return found


def households_named(rows: pd.DataFrame, residents: Mapping[str, Ints]) -> Ints:
    """Households in the smallest published shape that a row names; UNKNOWN where it names none, or one without any."""
    sets, smallest = smallest_shapes(rows, residents)
    sizes = np.array([len(units) for units in sets] + [UNKNOWN], dtype=np.int64)
    return sizes[smallest]


def candidates(trials: Trials, homes: Homes, residents: Mapping[str, Ints]) -> Ints:
    """For each row of the trials, the number of households that fit all it says."""
    sizes = households_named(trials.rows, residents)
    for _name, codes in with_pairs(codes_of(trials.rows)):
        sizes = np.minimum(sizes, _going_with(codes, trials, homes.units))
    for _name, place in places(trials, homes):
        sizes = np.minimum(sizes, _near(place, trials, homes))
    return sizes


def _going_with(codes: Ints, trials: Trials, units: int) -> Ints:
    """Different households that reported with the same value in training; UNKNOWN if the value is no reliable sign."""
    learned, checked = trials.role == TRAIN, trials.role == VALID
    met = np.unique(codes[learned] * units + trials.unit[learned])
    checked &= np.isin(codes, codes[learned])
    if not checked.any() or np.isin(codes[checked] * units + trials.unit[checked], met).mean() < RELIABLE:
        return np.full(len(codes), UNKNOWN)
    number = np.bincount(met // units, minlength=int(codes.max()) + 1)[codes]
    return np.where(number > 0, number, UNKNOWN)


def _near(place: np.ndarray, trials: Trials, homes: Homes) -> Ints:
    """Households no farther from the place told than the true home reliably is; UNKNOWN for rows not measured."""
    known = np.isfinite(place).all(axis=1)
    checked = np.flatnonzero((trials.role == VALID) & known)
    away = np.linalg.norm(place[checked] - homes.plane[homes.point_of[trials.unit[checked]]], axis=1)
    found = np.full(len(place), UNKNOWN)
    rows = np.flatnonzero((trials.role == TEST) & known)[:MEASURED_ROWS]
    if len(checked) and len(rows):
        around = homes.tree.query_ball_point(place[rows], np.quantile(away, RELIABLE), workers=2)
        found[rows] = [int(homes.count[points].sum()) for points in around]
    return found


def _share(which: np.ndarray) -> float:
    return float(which.mean()) if len(which) else 0.0


def _candidates_verdict(share: float, tried: int, least: int) -> Verdict:
    share_id, share_en = percent(share)
    return Verdict(
        attack="uniqueness",
        figure=share,
        bound=0.0,
        passed=share == 0,
        tried=tried,
        successes=round(share * tried),
        words_id=f"Berapa rumah tangga yang cocok dengan semua isi sebuah baris? {share_id} baris cocok dengan kurang "
        f"dari {least} rumah tangga; yang diperbolehkan tidak satu pun.",
        words_en=f"How many households fit everything that a row says? {share_en} of the rows fit fewer than {least} "
        "households; none may.",
    )


def _alone_verdict(rows: pd.DataFrame, subject: Subject) -> Verdict:
    """Not forbidden: such a row still fits all households of its place. It is told, so that nobody is deceived."""
    found = public_columns(rows, subject.lists)
    groups = grouped(rows, [found[title] for title in COARSE if title in found])
    alone = int((np.bincount(groups)[groups] == 1).sum()) if len(rows) else 0
    share = alone / len(rows) if len(rows) else 0.0
    share_id, share_en = percent(share)
    return Verdict(
        attack="uniqueness-alone",
        figure=share,
        bound=1.0,
        passed=True,
        tried=len(rows),
        successes=alone,
        words_id=f"{share_id} baris adalah satu-satunya baris dengan tempat, minggu, dan kategorinya. Angka ini tidak "
        "dibatasi: baris seperti itu pun cocok dengan semua rumah tangga di tempatnya.",
        words_en=f"{share_en} of the rows are the only one of their place, week and category. This figure has no "
        "limit: also such a row fits all households of its place.",
    )
