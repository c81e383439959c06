"""The city cut into faces: within one of them the same service areas hold everywhere.

The planar answer to what `geo.locate` answers for points. It is made once per map; every question about categories is
then one about sets. What a file leaves uncovered between kelurahan (slivers) belongs to no face: reports from there get
the nearest kelurahan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundary_plane import equal_area_plane
from geo.locate import Locator, Service
from geo.polygons import made_valid, polygonal

# What rounding leaves where two polygons share a border (square degrees, about 0.01 m² at the equator): noise.
CRUMB = 1e-12

Piece = tuple[Any, frozenset[int]]


@dataclass(frozen=True)
class Face:
    """A piece of one kelurahan (an index into `Locator.villages`) with the service areas that hold in it.

    `services` come as in placements: highest priority first, lower agency code first. `geom` is one polygon, EPSG:4326.
    """

    village: int
    services: tuple[Service, ...]
    geom: Any
    m2: float


@dataclass(frozen=True)
class Ground:
    """All faces of a city, without overlap; `near[i]` are the faces within the locator's tolerance of face i."""

    faces: tuple[Face, ...]
    near: tuple[frozenset[int], ...]

    def places(self, chosen: Iterable[int]) -> list[list[int]]:
        """Chosen faces put together where one is near the next: each list (of face numbers) is one place."""
        left, found = set(chosen), []
        while left:
            place = [left.pop()]
            for face in place:  # grows while it is walked
                reached = self.near[face] & left
                left -= reached
                place.extend(reached)
            found.append(sorted(place))
        return sorted(found)


def ground_of(locator: Locator) -> Ground:
    """Cut all kelurahan of a locator at the borders of drawn service areas."""
    if not locator.villages:
        return Ground((), ())
    whole = np.array([made_valid(village.geom) for village in locator.villages], dtype=object)
    listed, drawn = _listed(locator), _drawn(locator.services, whole)
    cut = [
        (village, listed[village] | held, part)
        for village, own in enumerate(_own_ground(whole))
        for geom, held in _split(own, drawn[village])
        for part in shapely.get_parts(geom)
    ]
    flat = equal_area_plane(whole)(np.array([part for _, _, part in cut], dtype=object))
    faces = tuple(
        Face(village, tuple(locator.services[i] for i in sorted(held)), part, float(m2))
        for (village, held, part), m2 in zip(cut, np.atleast_1d(shapely.area(flat)), strict=True)
    )
    return Ground(faces, _near(flat, locator.tolerance_m))


def _near(flat: NDArray[Any], metres: float) -> tuple[frozenset[int], ...]:
    near: list[set[int]] = [set() for _ in flat]
    one, other = shapely.STRtree(flat).query(flat, predicate="dwithin", distance=metres)
    for face, neighbour in zip(one.tolist(), other.tolist(), strict=True):
        near[face].add(neighbour)
    return tuple(map(frozenset, near))


def _listed(locator: Locator) -> list[frozenset[int]]:
    """For each village the numbers of the services that hold in all of it by its code, or in the whole city."""
    held: list[set[int]] = [set() for _ in locator.villages]
    for number, service in enumerate(locator.services):
        if service.geom is None:
            codes = locator.by_code if service.villages is None else service.villages & locator.by_code.keys()
            for code in codes:
                held[locator.by_code[code]].add(number)
    return [frozenset(one) for one in held]


def _drawn(services: Sequence[Service], whole: NDArray[Any]) -> list[list[tuple[int, Any]]]:
    """For each village the drawn services that touch it: number and polygon."""
    touching: list[list[tuple[int, Any]]] = [[] for _ in whole]
    shapes = [(number, made_valid(s.geom)) for number, s in enumerate(services) if s.geom is not None]
    polygons = np.array([shape for _, shape in shapes], dtype=object)
    found, at = shapely.STRtree(whole).query(polygons, predicate="intersects")
    for one, village in zip(found.tolist(), at.tolist(), strict=True):
        touching[village].append(shapes[one])
    return touching


def _own_ground(whole: NDArray[Any]) -> Iterator[Any]:
    """Each village without what one of a lower code covers too: there the lower code is the answer."""
    later, earlier = shapely.STRtree(whole).query(whole, predicate="intersects")
    before: dict[int, list[int]] = {}
    for one, other in zip(later.tolist(), earlier.tolist(), strict=True):
        if other < one:
            before.setdefault(one, []).append(other)
    for village, shape in enumerate(whole):
        for other in before.get(village, ()):
            if not shapely.touches(shape, whole[other]):
                shape = polygonal(shapely.difference(shape, whole[other]))
        yield shape


def _split(own: Any, drawn: Sequence[tuple[int, Any]]) -> list[Piece]:
    """The parts of a village in which the same drawn services hold."""
    pieces: list[Piece] = [] if own.is_empty else [(own, frozenset())]
    for number, shape in drawn:
        shapely.prepare(shape)
        pieces = [part for piece in pieces for part in _halves(piece, number, shape)]
    return pieces


def _halves(piece: Piece, number: int, shape: Any) -> list[Piece]:
    geom, held = piece
    if shapely.covers(shape, geom):
        return [(geom, held | {number})]
    inside = polygonal(shapely.intersection(geom, shape))
    outside = polygonal(shapely.difference(geom, shape))
    if inside.area <= CRUMB:
        return [piece]
    if outside.area <= CRUMB:
        return [(geom, held | {number})]
    return [(inside, held | {number}), (outside, held)]
