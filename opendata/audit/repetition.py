"""People who report again and again: the mean of many blurred points is sharp.

If pairs of numbers in a release say where homes are, however roughly, a crowd of simulated homes reports the same topic
week after week. The attacker starts at one row, gathers the rows around it (all, or those with the same value in some
column), moves to their mean, and again (mean shift; Comaniciu & Meer, PAMI 24(5), 2002), and names the nearest
household. One try per home, so tries are independent. A release without such numbers is not attacked here.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from opendata.audit.attackers import places
from opendata.audit.features import codes_of, with_pairs
from opendata.audit.homes import Floats, Homes, Ints
from opendata.audit.public import as_text
from opendata.audit.subject import Subject
from opendata.audit.trials import TEST, TOPICS, TRAIN, Flags, Trials, visits

HOMES, TIMES, STEPS, CROWDS, TOWNS = 800, 20, 3, 8, 8
APART = 1e9  # metres between rows of different values


def guesses(trials: Trials, subject: Subject, homes: Homes, rng: np.random.Generator) -> Iterator[Flags]:
    """For each attacker, whether it was right about each of the homes that report often."""
    pairs = list(places(trials, homes))
    if not pairs:
        return
    sharpest = min(pairs, key=lambda pair: _usual_error(pair[1], trials, homes))[0]
    often = _reports(subject, homes, rng)
    number = len(trials.unit)
    both = Trials(
        rows=pd.concat([trials.rows, often.rows], ignore_index=True),
        unit=np.concatenate([trials.unit, often.unit]),
        role=np.concatenate([trials.role, often.role]),
        strata={},
    )
    starts = np.unique(often.unit, return_index=True)[1]
    place = dict(places(both, homes))[sharpest]
    radius = 2 * _usual_error(place, both, homes)
    town = often.unit % TOWNS  # as if few people reported, each so many in a town of their own
    for crowd in _crowds(often.rows):
        codes = crowd * TOWNS + town
        mean = gathered(place[number:], codes, starts, radius)
        yield homes.any_unit(homes.nearest(mean), rng) == often.unit[starts]


def _crowds(rows: pd.DataFrame) -> list[Ints]:
    """The finest groups by one or two columns that still hold as many rows as a home sends."""
    groups = [pd.factorize(codes)[0].astype(np.int64) for _name, codes in with_pairs(codes_of(rows))]
    large = [codes for codes in groups if len(codes) / (codes.max() + 1) >= TIMES]
    finest = sorted(large, key=lambda codes: -int(codes.max()))[:CROWDS]
    return finest or [np.zeros(len(rows), dtype=np.int64)]


def gathered(place: Floats, codes: Ints, starts: Ints, radius: float) -> Floats:
    """From each of `starts` (rows) to where the rows around it, with the same code, have their mean."""
    known = np.isfinite(place).all(axis=1)
    here = place[known]
    tree = cKDTree(np.column_stack([here, codes[known] * APART]))
    centre = place[starts].copy()
    for _step in range(STEPS):
        alive = np.flatnonzero(np.isfinite(centre).all(axis=1))
        asked = np.column_stack([centre[alive], codes[starts][alive] * APART])
        for row, around in zip(alive, tree.query_ball_point(asked, radius, workers=2), strict=True):
            if around:
                centre[row] = here[around].mean(axis=0)
    return centre


def _reports(subject: Subject, homes: Homes, rng: np.random.Generator) -> Trials:
    """Some homes, many times each, about the same topic."""
    units = rng.choice(homes.units, min(HOMES, homes.units), replace=False)
    topic = rng.integers(0, TOPICS, len(units))
    pins = visits(subject, homes, np.tile(units, TIMES), rng).assign(topic=np.tile(topic, TIMES))
    assert subject.simulate is not None
    rows = as_text(subject.simulate(pins))
    unit = pins["reporter"].to_numpy()[rows.index.to_numpy()]
    return Trials(rows.reset_index(drop=True), unit, np.full(len(rows), TEST), {})


def _usual_error(place: Floats, trials: Trials, homes: Homes) -> float:
    learned = trials.role == TRAIN
    away = place[learned] - homes.plane[homes.point_of[trials.unit[learned]]]
    return float(np.nanmedian(np.linalg.norm(away, axis=1)))
