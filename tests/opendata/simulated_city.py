"""A city whose truth is known: houses in clusters, empty land between them, people who report once, often or secretly.

Everything comes from one seed. Five kelurahan stand in a row of squares; each has hamlets of 30 to 90 houses, and five
towers stand in the city, points that hold many households. Some people report week after week, about the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from opendata.audit.homes import Homes
from opendata.weeks import Period

WEST, SOUTH = 112.70, -7.70
SIDE = 0.012  # degrees, about 1.3 km
KELURAHAN = ["35.75.01.1001", "35.75.01.1002", "35.75.02.1001", "35.75.02.1002", "35.75.03.1001"]
CATEGORIES = ["jalan", "drainase", "sampah", "pju", "pohon", "rambu", "trotoar", "taman"]
OUTCOMES = ["open", "archived", "done-1d", "done-3d", "done-7d", "done-14d", "done-30d", "done-90d"]
ZONE = ZoneInfo("Asia/Jakarta")
NAMES = (
    "id", "category", "urusan", "kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan",
    "catchment", "week", "outcome", "source", "reports",
)  # fmt: skip
OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)

Cells = dict[str, BaseGeometry]


@dataclass(frozen=True)
class City:
    """`reports`: every incident with its pin, reporter (unit of homes), category, time (UTC), state and privacy."""

    homes: Homes
    kelurahan: Cells
    reports: pd.DataFrame

    def cells(self, least: int) -> Cells:
        """Each kelurahan halved along its longer side as long as both halves hold enough households."""
        return {
            f"{code}-{number:03d}": cell
            for code, area in self.kelurahan.items()
            for number, cell in enumerate(halved(area, self.homes, least), start=1)
        }

    def by_area(self, side: int) -> Cells:
        """Each kelurahan cut into so many by so many equal squares, whoever lives in them."""
        step = SIDE / side
        return {
            f"{code}-{row}{column}": shapely.box(
                west := area.bounds[0] + column * step,
                south := area.bounds[1] + row * step,
                west + step,
                south + step,
            )
            for code, area in self.kelurahan.items()
            for row in range(side)
            for column in range(side)
        }

    @cached_property
    def strong(self) -> Cells:
        return self.cells(30)

    def of(self, *periods: Period) -> pd.DataFrame:
        """The incidents of periods that are not confidential, with their index in `reports`."""
        found = self.reports
        inside = np.zeros(len(found), dtype=bool)
        for period in periods:
            inside |= ((found["at"] >= period.start(ZONE)) & (found["at"] < period.end(ZONE))).to_numpy()
        return found[inside & ~found["confidential"]]


def built(seed: int = 7) -> City:
    """The city, the same for the same seed."""
    rng = np.random.default_rng(seed)
    kelurahan: Cells = {
        code: shapely.box(WEST + n * SIDE, SOUTH, WEST + (n + 1) * SIDE, SOUTH + SIDE)
        for n, code in enumerate(KELURAHAN)
    }
    places = np.concatenate([_hamlets(n, rng) for n in range(len(KELURAHAN))])
    count = np.ones(len(places), dtype=np.int64)
    count[rng.choice(len(places), 5, replace=False)] = 24
    homes = Homes(places[:, 0], places[:, 1], count)
    return City(homes, kelurahan, _reports(homes, rng))


def _hamlets(number: int, rng: np.random.Generator) -> np.ndarray:
    """Houses 10 to 20 m apart around a few centres; most of the kelurahan is empty."""
    found = []
    for size in rng.integers(30, 90, 7):
        centre = np.array([WEST + number * SIDE, SOUTH]) + rng.uniform(0.15, 0.85, 2) * SIDE
        side = int(np.ceil(np.sqrt(size)))
        grid = np.stack(np.meshgrid(range(side), range(side)), -1).reshape(-1, 2)[:size]
        found.append(centre + (grid - side / 2) * 0.00014 + rng.normal(0, 0.00001, (size, 2)))
    return np.clip(
        np.concatenate(found), [WEST + number * SIDE + 1e-5, SOUTH + 1e-5], [np.inf, SOUTH + SIDE - 1e-5]
    )


def _reports(
    homes: Homes, rng: np.random.Generator, once: int = 2500, often: int = 60, times: int = 30
) -> pd.DataFrame:
    """Single reports of anybody, and those of a few who report the same thing again and again."""
    regulars = rng.choice(homes.units, often, replace=False)
    reporter = np.concatenate([rng.integers(0, homes.units, once), np.repeat(regulars, times)])
    habit = np.concatenate([rng.integers(0, 8, once), np.repeat(rng.integers(0, 8, often), times)])
    begin, end = OCTOBER.start(ZONE), NOVEMBER.end(ZONE)
    seconds = rng.integers(0, int((end - begin).total_seconds()), len(reporter))
    points = homes.point_of[reporter]
    step = rng.normal(0, 3e-5, (2, len(reporter)))
    return pd.DataFrame(
        {
            "lon": homes.lon[points] + step[0],
            "lat": homes.lat[points] + step[1],
            "reporter": reporter,
            "category": np.array(CATEGORIES)[habit],
            "at": pd.Timestamp(begin).tz_convert("UTC") + pd.to_timedelta(seconds, unit="s"),
            "outcome": rng.choice(OUTCOMES, len(reporter)),
            "source": rng.choice(["warga", "cctv", "keduanya"], len(reporter), p=[0.8, 0.1, 0.1]),
            "reports": rng.choice(["1", "2-4", "5-9"], len(reporter), p=[0.85, 0.12, 0.03]),
            "confidential": rng.random(len(reporter)) < 0.06,
        }
    ).sample(frac=1, random_state=3, ignore_index=True)


def halved(area: BaseGeometry, homes: Homes, least: int) -> list[BaseGeometry]:
    """Boxes of at least so many households, by halving."""
    west, south, east, north = area.bounds
    inside = homes.point_of[homes.inside([area])[0]]
    lon, lat = homes.lon[inside], homes.lat[inside]
    for axis in np.argsort([south - north, west - east]):
        along = np.sort(lon if axis == 1 else lat)
        if len(along) < 2 * least:
            return [area]
        cut = float((along[len(along) // 2 - 1] + along[len(along) // 2]) / 2)
        one, other = (
            (shapely.box(west, south, cut, north), shapely.box(cut, south, east, north))
            if axis == 1
            else (shapely.box(west, south, east, cut), shapely.box(west, cut, east, north))
        )
        sizes = [len(units) for units in homes.inside([one, other])]
        if min(sizes) >= least and sum(sizes) == len(inside):
            return halved(one, homes, least) + halved(other, homes, least)
    return [area]


def located(lon: np.ndarray, lat: np.ndarray, cells: Cells) -> np.ndarray:
    """The code of the cell of each place; empty outside all."""
    which, cell = shapely.STRtree(list(cells.values())).query(
        shapely.points(lon, lat), predicate="intersects"
    )
    codes = np.full(len(lon), "", dtype=object)
    codes[which] = np.array(list(cells), dtype=object)[cell]
    return codes


def rows_of(incidents: pd.DataFrame, cells: Cells, kelurahan: Cells, key: bytes) -> pd.DataFrame:
    """Released rows, index as given: the strong recipe, written down once more."""
    lon, lat = incidents["lon"].to_numpy(), incidents["lat"].to_numpy()
    village = pd.Series(located(lon, lat, kelurahan), index=incidents.index)
    local = incidents["at"].dt.tz_convert(ZONE).dt.isocalendar()
    ids = [blake2b(str(n).encode(), key=key, digest_size=16).hexdigest() for n in incidents.index]
    return pd.DataFrame(
        {
            "id": ids,
            "category": incidents["category"],
            "urusan": "1.03",
            "kelurahan_code": village,
            "kelurahan": "Kelurahan " + village.str[-7:],
            "kecamatan_code": village.str[:8],
            "kecamatan": "Kecamatan " + village.str[6:8],
            "catchment": located(lon, lat, cells),
            "week": local["year"].astype(str) + "-W" + local["week"].astype(str).str.zfill(2),
            "outcome": incidents["outcome"],
            "source": incidents["source"],
            "reports": incidents["reports"],
        },
        index=incidents.index,
    )
