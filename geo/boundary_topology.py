"""How well kelurahan meet: the gaps inside the city that no kelurahan covers, and what two of them both claim."""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
LARGEST = 10
GAP, OVERLAP = "gap", "overlap"


@dataclass(frozen=True)
class Spot:
    """One gap or overlap: the kelurahan around or in it, its size, and a place well inside it (EPSG:4326).

    `reach_m`: how far the place farthest from its border is from it. `share`: of the smaller kelurahan, of an overlap.
    """

    codes: list[str]
    names: list[str]
    area_m2: float
    lon: float
    lat: float
    reach_m: float
    share: float


@dataclass(frozen=True)
class Spots:
    """All gaps or all overlaps: how many, m² together, and the largest few."""

    count: int
    area_m2: float
    largest: list[Spot]


def uneven_borders(frame: gpd.GeoDataFrame, dissolved: Collection[str]) -> gpd.GeoDataFrame:
    """Compare the kelurahan of `frame` (columns code, name, level; EPSG:4326, valid) with each other.

    Returns
    -------
    One row per gap and per overlapping pair, largest first: kind, codes, names (lists), area_m2, lon, lat, reach_m,
    share, geometry (EPSG:4326).

    Notes
    -----
    Found in degrees, where the borders run and points are located; measured in an equal-area plane. A gap is what the
    file's own polygon of the city covers and no kelurahan does (then an enclave of another city is none). A city that
    was `dissolved` has no say: then each hole in the union of all kelurahan is one.
    """
    villages = frame[frame["level"] == VILLAGE]
    cities = frame[(frame["level"] == CITY) & ~frame["code"].isin(dissolved)]
    shapes = np.asarray(villages.geometry.values)
    tree, project = shapely.STRtree(shapes), equal_area_plane(frame.geometry.values)
    found = [(GAP, sorted(_around(gap, tree)), gap) for gap in _gaps(shapes, cities.geometry.values)]
    found += [(OVERLAP, [one, other], both) for one, other, both in _overlaps(shapes, tree)]
    sizes = shapely.area(project(shapes))
    rows = [_measured(kind, near, shape, project, sizes) for kind, near, shape in found]
    for row in rows:
        near = row.pop("near")
        row["codes"], row["names"] = (
            villages["code"].iloc[near].tolist(),
            villages["name"].iloc[near].tolist(),
        )
    rows = [row for row in rows if row["area_m2"] >= CRUMB_M2]
    rows.sort(key=lambda row: (-row["area_m2"], row["codes"]))
    columns = ["kind", "codes", "names", "area_m2", "lon", "lat", "reach_m", "share", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=frame.crs)


def summed(uneven: gpd.GeoDataFrame, kind: str) -> Spots:
    """The rows of one kind (GAP or OVERLAP) of `uneven_borders`, in numbers and the largest few."""
    own = uneven[uneven["kind"] == kind]
    largest = [
        Spot(row.codes, row.names, row.area_m2, row.lon, row.lat, row.reach_m, row.share)
        for row in own.head(LARGEST).itertuples(index=False)
    ]
    return Spots(len(own), round(float(own["area_m2"].sum()), 2), largest)


def _measured(kind: str, near: list[int], shape: Any, project: Project, sizes: Any) -> dict[str, Any]:
    metres = project(shape)
    area = round(float(metres.area), 2)
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    place = shapely.point_on_surface(largest)
    inscribed = shapely.maximum_inscribed_circle(project(largest), tolerance=0.5) if area >= 1 else None
    return {
        "kind": kind,
        "near": near,
        "area_m2": area,
        "lon": round(place.x, 6),
        "lat": round(place.y, 6),
        "reach_m": round(float(inscribed.length), 1) if inscribed is not None else 0.0,
        "share": round(area / float(sizes[near].min()), 4) if kind == OVERLAP else 0.0,
        "geometry": shape,
    }


def _gaps(shapes: Any, cities: Any) -> Iterator[Any]:
    union = shapely.union_all(shapes)
    if len(cities):
        bare = polygonal(shapely.difference(shapely.union_all(cities), union))
        yield from (part for part in shapely.get_parts(bare) if part.area > 0)
        return
    for part in shapely.get_parts(union):
        yield from (shapely.Polygon(ring) for ring in part.interiors)


def _overlaps(shapes: Any, tree: shapely.STRtree) -> Iterator[tuple[int, int, Any]]:
    first, second = tree.query(shapes, predicate="intersects")
    once = first < second
    shared = shapely.intersection(shapes[first[once]], shapes[second[once]])
    for one, other, both in zip(first[once].tolist(), second[once].tolist(), shared, strict=True):
        if both.area > 0:
            yield one, other, polygonal(both)


def _around(gap: Any, tree: shapely.STRtree) -> list[int]:
    return [int(row) for row in tree.query(gap, predicate="intersects")]
