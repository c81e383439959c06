"""Where and when made-up things happen: at homes, in daytime, more on working days."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from geo.registry import load_locator

HOURS = [1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 8, 6, 6, 6, 6, 7, 7, 8, 9, 8, 6, 4, 2]
NEAR = 0.0003  # about 30 m
TRIES = 200


@dataclass(frozen=True)
class Homes:
    """Points of households with their weights."""

    points: list[tuple[float, float]]
    weights: list[int]

    def near_one(self, dice: random.Random) -> tuple[float, float]:
        (lon, lat) = dice.choices(self.points, self.weights)[0]
        return round(lon + dice.uniform(-NEAR, NEAR), 6), round(lat + dice.uniform(-NEAR, NEAR), 6)


def homes_of(folder: Path, dice: random.Random) -> Homes:
    """The households of a city's folder; without them, points anywhere inside its kelurahan."""
    path = folder / "households.csv"
    if path.is_file():
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [(float(r["lon"]), float(r["lat"]), int(r["count"])) for r in csv.DictReader(file)]
        inside = load_locator().locate_many([r[0] for r in rows], [r[1] for r in rows]).village >= 0
        rows = [row for row, is_inside in zip(rows, inside, strict=True) if is_inside]
        return Homes([(lon, lat) for lon, lat, _count in rows], [count for _lon, _lat, count in rows])
    points = [_anywhere(dice) for _i in range(500)]
    return Homes(points, [1] * len(points))


def _anywhere(dice: random.Random) -> tuple[float, float]:
    locator = load_locator()
    for _try in range(TRIES):
        west, south, east, north = dice.choice(locator.villages).geom.bounds
        lon, lat = dice.uniform(west, east), dice.uniform(south, north)
        if locator.locate(lon, lat).inside:
            return lon, lat
    raise ValueError("no kelurahan has an inside")


def some_moment(dice: random.Random, start: datetime, days: int) -> datetime:
    """A moment in the `days` after `start` (midnight in the city's zone), by the hours at which people report."""
    day = start + timedelta(days=dice.randrange(days))
    if day.weekday() >= 5 and dice.random() < 0.4:
        day = start + timedelta(days=dice.randrange(days))
    hour = dice.choices(range(24), HOURS)[0]
    return day + timedelta(hours=hour, seconds=dice.randrange(3600))
