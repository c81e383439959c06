"""What is asked with and answered: villages and services in, placements out. Plain values, no engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

OUTSIDE = -1


@dataclass(frozen=True)
class Place:
    """A named area, e.g. `Place("35.75.01.1001", "Karangketug")`."""

    code: str
    name: str


@dataclass(frozen=True)
class Village:
    """A kelurahan or desa with its kecamatan; `geom` is a shapely (multi)polygon in EPSG:4326."""

    place: Place
    district: Place
    geom: Any = field(repr=False, compare=False)


@dataclass(frozen=True)
class Service:
    """One service area: `villages` are the codes that make it up, or `geom` is its own polygon, or (both None) all.

    `pk` is its row, for those who want to change it.
    """

    agency: str
    category: str
    name: str
    priority: int
    villages: frozenset[str] | None = None
    geom: Any = field(default=None, repr=False, compare=False)
    pk: int | None = None


@dataclass(frozen=True)
class Nearest:
    kelurahan: Place
    kecamatan: Place
    distance_m: float


@dataclass(frozen=True)
class Placement:
    """The answer for one point. `approximate`: not covered by any kelurahan, but within the tolerance of one."""

    edition: str
    inside: bool
    approximate: bool = False
    kelurahan: Place | None = None
    kecamatan: Place | None = None
    service_areas: tuple[Service, ...] = ()
    nearest: Nearest | None = None


@dataclass(frozen=True)
class Placements:
    """The answer for n points, each (n,): what a point has in common with its neighbours is said once, by number.

    `village`: int32 index into `Locator.villages`, -1 outside. `group`: int32 number of the interned answer (a village
    and its service areas) that `Locator.answer` spells out, -1 outside. `approximate`: not covered, within tolerance.
    """

    village: NDArray[np.int32]
    approximate: NDArray[np.bool_]
    group: NDArray[np.int32]
