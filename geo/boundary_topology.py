"""How well kelurahan meet: the gaps inside the city that no kelurahan covers, and what two of them both claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.boundary_codes import CITY, VILLAGE
from geo.boundary_plane import equal_area_plane
from geo.boundary_repair import polygonal

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


def gaps_and_overlaps(frame: gpd.GeoDataFrame) -> tuple[Spots, Spots]:
    """Measure the kelurahan of `frame` (columns code, level; EPSG:4326) in an equal-area plane.

    A gap is a hole in the union of all kelurahan, as far as the city's own polygon covers it: an enclave that belongs
    to another city is none.
    """
    villages = frame[frame["level"] == VILLAGE]
    codes = villages["code"].tolist()
    project = equal_area_plane(frame.geometry.values)
    shapes = _valid(project(villages.geometry.values))
    city = shapely.union_all(_valid(project(frame.geometry.values[frame["level"] == CITY])))
    tree = shapely.STRtree(shapes)
    return _gaps(shapes, codes, tree, city), _overlaps(shapes, codes, tree)


def _valid(shapes: Any) -> Any:
    # Bending borders into another plane can make two of a polygon's edges cross by a hair.
    shapes = np.asarray(shapes)
    return np.array(
        [polygonal(shape) for shape in shapely.make_valid(shapes, method="structure")], dtype=object
    )


def _gaps(shapes: Any, codes: list[str], tree: shapely.STRtree, city: Any) -> Spots:
    holes = [
        shapely.Polygon(ring)
        for part in shapely.get_parts(shapely.union_all(shapes))
        for ring in part.interiors
    ]
    spots = []
    for hole in holes:
        gap = polygonal(shapely.intersection(hole, city))
        if gap.area >= CRUMB_M2:
            around = tree.query(hole, predicate="intersects").tolist()
            spots.append(Spot(sorted(codes[row] for row in around), round(float(gap.area), 2)))
    return _summed(spots)


def _overlaps(shapes: Any, codes: list[str], tree: shapely.STRtree) -> Spots:
    first, second = tree.query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    areas = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    spots = [
        Spot([codes[one], codes[other]], round(float(area), 2))
        for one, other, area in zip(first.tolist(), second.tolist(), areas, strict=True)
        if area >= CRUMB_M2
    ]
    return _summed(spots)


def _summed(spots: Iterable[Spot]) -> Spots:
    ordered = sorted(spots, key=lambda spot: (-spot.area_m2, spot.codes))
    return Spots(len(ordered), round(sum(spot.area_m2 for spot in ordered), 2), ordered[:LARGEST])
