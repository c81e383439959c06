"""Reports whose household is known to the judge: the candidate's own, and those of simulated homes.

Simulated homes lie in whole cells: all households of a cell report equally often. So whoever learns from some of them
learns nothing about the others but what the released values themselves say: no success is owed to the choice of homes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opendata.audit.homes import METRES_PER_DEGREE, Homes, Ints
from opendata.audit.public import as_text
from opendata.audit.subject import Subject

TRAIN, VALID, TEST = 0, 1, 2
LEARNING_ROUNDS = (TRAIN, TRAIN, VALID)
RANDOM_UNITS, SMALLEST_UNITS, OWN_ROWS = 4000, 2000, 20_000
FEWEST_CELLS = 5
BLOCK = 256  # points of a made-up cell where no shapes are published
DOORSTEP_METRES = 1.0  # between a household's point and the pin of its report; few cross into the next cell
TOPICS = 1000

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Trials:
    """`rows`: released values as text. `unit`: whose report it is. `role`: for which half of the work. Same order.

    `strata`: name → which of them count in it: `own` rows, `homes` at random, homes of the `smallest` cells.
    """

    rows: pd.DataFrame
    unit: Ints
    role: Ints
    strata: dict[str, Flags]


def trials_of(subject: Subject, homes: Homes, rng: np.random.Generator) -> Trials:
    """A sample of the candidate's rows with a pin, and at least as many simulated ones as the policy asks to test."""
    drawn, smallest = chosen_units(told_of(subject, homes, cells_of(subject, homes), rng), rng)
    units, role = _rounds(drawn, smallest, subject.order.numbers.homes)
    pins = visits(subject, homes, units, rng)
    small, random = np.isin(units, smallest), np.isin(units, drawn)
    released = _released(subject, pins)
    kept = released.index.to_numpy()
    own, own_unit = own_rows(subject, homes, rng)
    own_role = np.where(rng.random(len(own)) < 0.5, VALID, TEST)
    nothing = np.zeros(len(own), dtype=bool)
    return Trials(
        rows=pd.concat([released, own], ignore_index=True),
        unit=np.concatenate([pins["reporter"].to_numpy()[kept], own_unit]),
        role=np.concatenate([role[kept], own_role]),
        strata={
            "own": np.concatenate([np.zeros(len(kept), dtype=bool), ~nothing]),
            "homes": np.concatenate([random[kept], nothing]),
            "smallest": np.concatenate([small[kept], nothing]),
        },
    )


def with_reports_of(trials: Trials, subject: Subject, units: Ints, rng: np.random.Generator) -> Trials:
    """The trials, and reports of these households to learn from."""
    pins = visits(subject, subject.known_homes, units, rng)
    released = _released(subject, pins)
    number = len(released)
    return Trials(
        rows=pd.concat([trials.rows, released], ignore_index=True),
        unit=np.concatenate([trials.unit, units[released.index.to_numpy()]]),
        role=np.concatenate([trials.role, np.full(number, TRAIN)]),
        strata={
            name: np.append(member, np.zeros(number, dtype=bool)) for name, member in trials.strata.items()
        },
    )


def _rounds(drawn: Ints, smallest: Ints, enough: int) -> tuple[Ints, Ints]:
    """Who reports and for which role: all in the rounds of learning, then each group until enough tests are made."""
    everybody = np.union1d(drawn, smallest)
    waves = [(everybody, role) for role in LEARNING_ROUNDS]
    for group in (drawn, smallest):
        waves += [(group, TEST)] * -(-enough // max(1, len(group)))
    return (
        np.concatenate([units for units, _role in waves]),
        np.concatenate([np.full(len(units), role) for units, role in waves]),
    )


def _released(subject: Subject, pins: pd.DataFrame) -> pd.DataFrame:
    assert subject.simulate is not None
    return as_text(subject.simulate(pins))


def own_rows(subject: Subject, homes: Homes, rng: np.random.Generator) -> tuple[pd.DataFrame, Ints]:
    """A random sample of the candidate's rows with a pin, and a household of the point nearest to each pin."""
    if not {"lon", "lat"} <= set(subject.truth.columns):
        return subject.rows.iloc[:0].astype("str"), np.empty(0, dtype=np.int64)
    lon, lat = (subject.truth[name].to_numpy(dtype=float) for name in ("lon", "lat"))
    placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    sample = np.sort(rng.choice(placed, min(OWN_ROWS, len(placed)), replace=False))
    points = homes.nearest(homes.metres(lon[sample], lat[sample]))
    return subject.rows.iloc[sample].astype("str"), homes.any_unit(points, rng)


def visits(subject: Subject, homes: Homes, units: Ints, rng: np.random.Generator) -> pd.DataFrame:
    """A report of each of `units` from its doorstep, of any topic, at any moment of the period."""
    points = homes.point_of[units]
    step = rng.normal(0, DOORSTEP_METRES / METRES_PER_DEGREE, (2, len(units)))
    return pd.DataFrame(
        {
            "lon": homes.lon[points] + step[0] / np.cos(np.radians(homes.lat[points])),
            "lat": homes.lat[points] + step[1],
            "reporter": units,
            "topic": rng.integers(0, TOPICS, len(units)),
            "at": moments(subject, len(units), rng),
        }
    )


def moments(subject: Subject, number: int, rng: np.random.Generator) -> pd.Series[pd.Timestamp]:
    """Random UTC times in the candidate's period."""
    period, zone = subject.order.period, subject.order.zone
    assert period is not None
    begin, end = period.start(zone), period.end(zone)
    seconds = rng.integers(0, int((end - begin) / timedelta(seconds=1)), number)
    return pd.Series(pd.Timestamp(begin).tz_convert("UTC") + pd.to_timedelta(seconds, unit="s"))


def cells_of(subject: Subject, homes: Homes) -> list[Ints]:
    """The smallest published shapes that hold households, without overlap; blocks of neighbours where none is."""
    if not subject.shapes:
        return [homes.units_of(block) for block in _blocks(homes)]
    smallest = np.full(homes.units, -1, dtype=np.int64)
    sets = sorted(homes.inside(subject.shapes.values()), key=len, reverse=True)
    for number, units in enumerate(sets):
        smallest[units] = number
    order = np.argsort(smallest, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(smallest[order])) + 1)
    return [group for group in groups if smallest[group[0]] >= 0]


def told_of(subject: Subject, homes: Homes, cells: list[Ints], rng: np.random.Generator) -> list[Ints]:
    """The cells without those of fewer households than the policy asks from which no report leaves at all."""
    small = [cell for cell in cells if len(cell) < subject.order.numbers.households]
    if not small:
        return cells
    units = np.concatenate(small)
    left = set(units[_released(subject, visits(subject, homes, units, rng)).index.to_numpy()].tolist())
    least = subject.order.numbers.households
    kept = [cell for cell in cells if len(cell) >= least or not left.isdisjoint(cell.tolist())]
    return kept or cells


def _blocks(homes: Homes) -> list[Ints]:
    """Points halved by turns along the longer side until a block is small."""
    waiting, done = [np.arange(len(homes))], []
    while waiting:
        block = waiting.pop()
        if len(block) <= BLOCK:
            done.append(block)
            continue
        axis = int(np.argmax(np.ptp(homes.plane[block], axis=0)))
        ordered = block[np.argsort(homes.plane[block, axis], kind="stable")]
        waiting += [ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]]
    return done


def chosen_units(cells: list[Ints], rng: np.random.Generator) -> tuple[Ints, Ints]:
    """All households of cells drawn at random, and those of the smallest tenth of the cells."""
    by_size = sorted(cells, key=len)
    tenth = by_size[: max(FEWEST_CELLS, len(cells) // 10)]
    drawn = [cells[number] for number in rng.permutation(len(cells))]
    return _until(drawn, RANDOM_UNITS), _until(tenth, SMALLEST_UNITS)


def _until(cells: list[Ints], enough: int) -> Ints:
    """The first cells that hold enough together."""
    sizes = np.cumsum([len(cell) for cell in cells])
    return np.concatenate(cells[: int(np.searchsorted(sizes, enough)) + 1])
