"""How well kelurahan meet: the gaps inside the city that no kelurahan covers, and what two of them both claim."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.boundary_codes import CITY, VILLAGE
from geo.boundary_plane import Project, equal_area_plane
from geo.polygons import polygonal

# Rounding to 7 decimals (1 cm) leaves crumbs along every shared border; below this they are noise.
CRUMB_M2 = 0.01
LARGEST = 5


@dataclass(frozen=True)
class Spot:
    """One gap or overlap: the kelurahan around or in it, and its size."""

    codes: list[str]
    area_m2: float


@dataclass(frozen=True)
class Spots:
    """All gaps or all overlaps: how many, m² together, and the largest few."""

    count: int
    area_m2: float
    largest: list[Spot]


def gaps_and_overlaps(frame: gpd.GeoDataFrame, dissolved: Collection[str]) -> tuple[Spots, Spots]:
    """Compare the kelurahan of `frame` (columns code, level; EPSG:4326, valid) with each other.

    Found in degrees, where the borders run and points are located; measured in an equal-area plane. A gap is a hole in
    the union of all kelurahan, as far as the file's own polygon of the city covers it (then an enclave of another city
    is none). A city that was `dissolved` has no say: its holes are the gaps themselves.
    """
    villages = frame[frame["level"] == VILLAGE]
    cities = frame[(frame["level"] == CITY) & ~frame["code"].isin(dissolved)]
    shapes, codes = np.asarray(villages.geometry.values), villages["code"].tolist()
    city = shapely.union_all(cities.geometry.values) if len(cities) else None
    tree, project = shapely.STRtree(shapes), equal_area_plane(frame.geometry.values)
    gaps = [Spot(_around(hole, tree, codes), _m2(gap, project)) for hole, gap in _gaps(shapes, city)]
    overlaps = [
        Spot([codes[one], codes[other]], _m2(both, project)) for one, other, both in _overlaps(shapes, tree)
    ]
    return _summed(gaps), _summed(overlaps)


def _gaps(shapes: Any, city: Any | None) -> Iterator[tuple[Any, Any]]:
    """Each hole with the part of it that is a gap."""
    for part in shapely.get_parts(shapely.union_all(shapes)):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            yield hole, polygonal(shapely.intersection(hole, city)) if city is not None else hole


def _overlaps(shapes: Any, tree: shapely.STRtree) -> Iterator[tuple[int, int, Any]]:
    first, second = tree.query(shapes, predicate="intersects")
    once = first < second
    shared = shapely.intersection(shapes[first[once]], shapes[second[once]])
    for one, other, both in zip(first[once].tolist(), second[once].tolist(), shared, strict=True):
        if both.area > 0:
            yield one, other, polygonal(both)


def _around(hole: Any, tree: shapely.STRtree, codes: list[str]) -> list[str]:
    return sorted(codes[row] for row in tree.query(hole, predicate="intersects").tolist())


def _m2(shape: Any, project: Project) -> float:
    return round(float(project(shape).area), 2)


def _summed(spots: Iterable[Spot]) -> Spots:
    spots = [spot for spot in spots if spot.area_m2 >= CRUMB_M2]
    ordered = sorted(spots, key=lambda spot: (-spot.area_m2, spot.codes))
    return Spots(len(ordered), round(sum(spot.area_m2 for spot in ordered), 2), ordered[:LARGEST])
