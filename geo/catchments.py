"""Catchments: each kelurahan divided into cells of at least so many households. Pure: arrays in, cells out.

Households are halved again and again (a k-d tree; Bentley, CACM 18(9), 1975; for anonymity LeFevre et al.,
"Mondrian multidimensional k-anonymity", ICDE 2006), along the side on which they spread further, where the halves come
nearest to equal, and only while both keep enough. So a cell is a kelurahan's part in a box: cells cover the kelurahan
wholly, do not overlap, cross no border, and hold households that were counted, never such as an area would suggest.
The order of the input does not matter. Coordinates are WGS 84 degrees (EPSG:4326), longitude first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.locate import Locator, Place, Village
from geo.polygons import polygonal

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# Sizes of the cells of each kelurahan → those kelurahan whose cells must be larger (geo/catchment_risk.py).
Weak = Callable[[Mapping[str, Ints]], set[str]]

DECIMALS = (
    6  # cuts lie on this grid, as released shapes do: rounding a shape moves no household to another cell
)
NEAR_BORDER = 2e-6  # degrees, 0.2 m: a household so near may be on the other side once shapes are rounded
METRES_EAST, METRES_NORTH = 111_320.0, 110_574.0  # of a degree: longitude at the equator, latitude


@dataclass(frozen=True)
class Homes:
    """Where people live: `lon`, `lat` (n,) degrees; `count` (n,) households at each."""

    lon: Floats
    lat: Floats
    count: Ints

    def take(self, index: Ints) -> Homes:
        return Homes(self.lon[index], self.lat[index], self.count[index])

    @property
    def total(self) -> int:
        return int(self.count.sum())


@dataclass(frozen=True)
class Cell:
    """A catchment. `geom` is a valid MultiPolygon in EPSG:4326."""

    code: str
    kelurahan: str
    households: int
    geom: BaseGeometry = field(repr=False, compare=False)


@dataclass(frozen=True)
class Partition:
    """Cells by their codes; what has none: `without` are kelurahan and their households, `outside` are households.

    `strong`: the kelurahan whose cells hold at least the stronger number, because the first shows too much risk.
    """

    cells: tuple[Cell, ...]
    without: Mapping[str, int]
    outside: int
    strong: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cut:
    """One halving: along longitude (axis 0) or latitude (1), at a value on which no household lies."""

    axis: int
    at: float
    low: Tree
    high: Tree


Tree = Cut | Ints  # a leaf is the positions of its households


def never(_sizes: Mapping[str, Ints]) -> set[str]:
    """No kelurahan needs larger cells."""
    return set()


def catchments(
    homes: Homes,
    villages: Mapping[str, BaseGeometry],
    least: int,
    strong_least: int | None = None,
    weak: Weak = never,
) -> Partition:
    """Divide kelurahan (code → polygon) into cells of at least `least` households; of `strong_least` where `weak` says.

    Households that no kelurahan covers, and those right on a border, count nowhere: so whoever counts again in the
    shapes, also in rounded ones, finds as many in each cell, or more.
    """
    everybody, homes = homes, off_borders(homes, villages)
    inside, outside = by_kelurahan(homes, villages)
    trees = {
        code: _halved(homes, index, least) for code, index in inside.items() if _enough(homes, index, least)
    }
    strong: set[str] = set()
    while more := weak({code: _sizes(homes, tree) for code, tree in trees.items()}) - strong:
        strong |= more
        for code in more & set(trees):
            del trees[code]
            if _enough(homes, inside[code], strong_least or least):
                trees[code] = _halved(homes, inside[code], strong_least or least)
    cells = [cell for code in sorted(trees) for cell in _cells(code, villages[code], trees[code], homes)]
    known = {code: homes.take(index).total for code, index in inside.items()}
    without = {code: known.get(code, 0) for code in sorted(villages) if code not in trees}
    return Partition(tuple(cells), without, outside + everybody.total - homes.total, frozenset(strong))


def off_borders(homes: Homes, villages: Mapping[str, BaseGeometry]) -> Homes:
    """The households that lie on no border of a kelurahan."""
    points, line = shapely.get_coordinates(
        shapely.get_parts(shapely.boundary(list(villages.values()))), return_index=True
    )
    starts = np.flatnonzero(np.diff(line) == 0)
    edges = shapely.linestrings(np.stack([points[starts], points[starts + 1]], axis=1))
    tree = shapely.STRtree(np.atleast_1d(edges))
    on_border, _edge = tree.query(
        shapely.points(homes.lon, homes.lat), predicate="dwithin", distance=NEAR_BORDER
    )
    return homes.take(np.setdiff1d(np.arange(len(homes.count)), on_border))


def by_kelurahan(homes: Homes, villages: Mapping[str, BaseGeometry]) -> tuple[dict[str, Ints], int]:
    """The positions of each kelurahan's households; and how many households no kelurahan covers."""
    place = areas_locator(villages).locate_many(homes.lon, homes.lat).village
    order = np.argsort(place, kind="stable")
    codes = sorted(villages)
    parts = np.split(order, np.searchsorted(place[order], np.arange(len(codes))))
    found = {code: part for code, part in zip(codes, parts[1:], strict=True) if len(part)}
    return found, homes.take(parts[0]).total


def areas_locator(areas: Mapping[str, BaseGeometry]) -> Locator:
    """The engine of geo/locate.py over any areas, without tolerance: indices are those of the sorted codes."""
    return Locator(
        "",
        [Village(Place(code, code), Place(code, code), geom) for code, geom in areas.items()],
        tolerance_m=0,
    )


def _enough(homes: Homes, index: Ints, least: int) -> bool:
    return homes.take(index).total >= least


def _halved(homes: Homes, index: Ints, least: int) -> Tree:
    here = homes.take(index)
    if here.total >= 2 * least:
        width = np.ptp(here.lon) * METRES_EAST * math.cos(math.radians(float(here.lat.mean())))
        height = np.ptp(here.lat) * METRES_NORTH
        for axis in (0, 1) if width >= height else (1, 0):
            values = here.lat if axis else here.lon
            at = _middle(values, here.count, least)
            if at is not None:
                low, high = index[values < at], index[values > at]
                return Cut(axis, at, _halved(homes, low, least), _halved(homes, high, least))
    return index


def _middle(values: Floats, count: Ints, least: int) -> float | None:
    """Where to cut, so that both sides hold `least` and are as equal as can be; the lower of two equally good."""
    order = np.argsort(values, kind="stable")
    values, below = values[order], np.cumsum(count[order])
    at = np.round((values[:-1] + values[1:]) / 2, DECIMALS)
    low, high = below[:-1], below[-1] - below[:-1]
    fit = np.flatnonzero((values[:-1] < at) & (at < values[1:]) & (low >= least) & (high >= least))
    if not len(fit):
        return None
    return float(at[fit[np.argmin(np.abs(low[fit] - high[fit]))]])


def _sizes(homes: Homes, tree: Tree) -> Ints:
    return np.array([homes.take(leaf).total for leaf in _leaves(tree)], dtype=np.int64)


def _leaves(tree: Tree) -> Iterator[Ints]:
    if isinstance(tree, Cut):
        yield from _leaves(tree.low)
        yield from _leaves(tree.high)
    else:
        yield tree


def _cells(kelurahan: str, border: BaseGeometry, tree: Tree, homes: Homes) -> Iterator[Cell]:
    for number, (leaf, geom) in enumerate(_shapes(border, tree), start=1):
        yield Cell(coded(kelurahan, number), kelurahan, homes.take(leaf).total, multi(geom))


def coded(kelurahan: str, number: int) -> str:
    """A cell's code: its kelurahan's and a number that is never given again there."""
    return f"{kelurahan}-{number:03d}"


def _shapes(geom: BaseGeometry, tree: Tree) -> Iterator[tuple[Ints, BaseGeometry]]:
    """Each leaf with its part of `geom`, which is cut again at each halving: small pieces are cut fast."""
    if not isinstance(tree, Cut):
        yield tree, geom
        return
    west, south, east, north = shapely.bounds(geom) + np.array([-1, -1, 1, 1])
    boxes = (
        [shapely.box(west, south, east, tree.at), shapely.box(west, tree.at, east, north)]
        if tree.axis
        else [shapely.box(west, south, tree.at, north), shapely.box(tree.at, south, east, north)]
    )
    low, high = (polygonal(part) for part in shapely.intersection(geom, boxes))
    yield from _shapes(low, tree.low)
    yield from _shapes(high, tree.high)


def multi(geom: BaseGeometry) -> shapely.MultiPolygon:
    """The polygons of `geom` as one MultiPolygon, in an order that depends on the shape alone."""
    parts = shapely.get_parts(shapely.normalize(polygonal(geom)))
    return shapely.MultiPolygon([part for part in parts if not part.is_empty])


def counted(cells: tuple[Cell, ...], homes: Homes) -> tuple[Cell, ...]:
    """The same cells with the households that lie in them now."""
    if not cells:
        return ()
    ordered = sorted(cells, key=lambda cell: cell.code)
    place = (
        areas_locator({cell.code: cell.geom for cell in ordered}).locate_many(homes.lon, homes.lat).village
    )
    sums = np.bincount(place[place >= 0], homes.count[place >= 0], minlength=len(ordered)).astype(np.int64)
    return tuple(replace(cell, households=int(n)) for cell, n in zip(ordered, sums, strict=True))
