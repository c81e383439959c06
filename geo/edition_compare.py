"""Two editions side by side: what came, went, was renamed, and by how many m² each border moved. Pure; no database.

Which code goes on as which (`Link`) is read from the shapes: an old area is succeeded by the new ones that hold its
surface. Borders drawn anew never coincide, so less than `LEAST` of the old surface is taken as drawing; where `WHOLE`
of it lies under one code, that one is the successor, and below that the old area was split.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundary_plane import Project, equal_area_plane

LEAST = 0.05
WHOLE = 0.9
NOTICED_M2 = 1.0


@dataclass(frozen=True)
class AreaShape:
    """An area of an edition; `geom` is a valid (multi)polygon in EPSG:4326."""

    code: str
    name: str
    level: str
    geom: Any = field(repr=False, compare=False)


@dataclass(frozen=True)
class Named:
    """An area that only one of the two has."""

    code: str
    name: str
    level: str
    m2: float


@dataclass(frozen=True)
class Renamed:
    """The same code under another name, or (`old_code` differs) the same place under another code."""

    old_code: str
    code: str
    old_name: str
    name: str
    level: str


@dataclass(frozen=True)
class Moved:
    """The same code with another border: m² before and after, won from others and lost to others."""

    code: str
    name: str
    level: str
    before_m2: float
    after_m2: float
    gained_m2: float
    lost_m2: float


@dataclass(frozen=True)
class Link:
    """`share` (0 to 1) of the surface of the old `predecessor` lies in the new `code`."""

    code: str
    predecessor: str
    share: float


@dataclass(frozen=True)
class Comparison:
    """What differs from the old edition to the new one; each list in a stable order, the largest moves first."""

    added: list[Named]
    removed: list[Named]
    renamed: list[Renamed]
    recoded: list[Renamed]
    moved: list[Moved]
    links: list[Link]

    def __bool__(self) -> bool:
        return any((self.added, self.removed, self.renamed, self.recoded, self.moved))


@dataclass(frozen=True)
class _Side:
    """One level of one edition: shapes in degrees, where borders run, and their square metres."""

    areas: list[AreaShape]
    shapes: NDArray[Any]
    m2: NDArray[np.float64]
    index: dict[str, int]
    project: Project


def compare(old: Sequence[AreaShape], new: Sequence[AreaShape]) -> Comparison:
    """Compare the areas of two editions, level by level. Raises ValueError when both are empty."""
    if not old and not new:
        raise ValueError("nothing to compare")
    project = equal_area_plane(np.array([area.geom for area in (*old, *new)], dtype=object))
    found = Comparison([], [], [], [], [], [])
    for level in sorted({area.level for area in (*old, *new)}):
        before, after = (_side([a for a in areas if a.level == level], project) for areas in (old, new))
        _compare_level(before, after, found)
    found.moved.sort(key=lambda one: (-max(one.gained_m2, one.lost_m2), one.code))
    return found


def _side(areas: list[AreaShape], project: Project) -> _Side:
    shapes = np.empty(len(areas), dtype=object)
    shapes[:] = [area.geom for area in areas]
    index = {area.code: i for i, area in enumerate(areas)}
    return _Side(areas, shapes, np.asarray(shapely.area(project(shapes))), index, project)


def _compare_level(old: _Side, new: _Side, found: Comparison) -> None:
    shared = _overlaps(old, new)
    recoded = dict(_recoded(old, new, shared))
    taken = set(recoded.values())
    for code, i in sorted(old.index.items()):
        area, j = old.areas[i], new.index.get(code)
        if i in recoded:
            now = new.areas[recoded[i]]
            found.recoded.append(Renamed(code, now.code, area.name, now.name, area.level))
        elif j is None:
            found.removed.append(Named(code, area.name, area.level, round(float(old.m2[i]), 1)))
        if j is not None:
            _same_code(old, new, (i, j), found)
        found.links.extend(_links(old, new, i, shared[i]))
    for code, j in sorted(new.index.items()):
        if code not in old.index and j not in taken:
            area = new.areas[j]
            found.added.append(Named(code, area.name, area.level, round(float(new.m2[j]), 1)))


def _overlaps(old: _Side, new: _Side) -> dict[int, dict[int, float]]:
    """m² that old area i shares with new area j. Where i did not change at all, only that is looked at."""
    found: dict[int, dict[int, float]] = defaultdict(dict)
    if not old.areas or not new.areas:
        return found
    i, j = shapely.STRtree(new.shapes).query(old.shapes, predicate="intersects")
    same = shapely.equals_exact(old.shapes[i], new.shapes[j])
    kept = set(i[same].tolist())
    asked = same | ~np.isin(i, list(kept))
    i, j, same = i[asked], j[asked], same[asked]
    m2 = old.m2[i].copy()
    common = shapely.intersection(old.shapes[i[~same]], new.shapes[j[~same]])
    m2[~same] = shapely.area(old.project(common))
    for one, other, size in zip(i.tolist(), j.tolist(), m2.tolist(), strict=True):
        found[one][other] = size
    return found


def _recoded(old: _Side, new: _Side, shared: dict[int, dict[int, float]]) -> Iterator[tuple[int, int]]:
    """Old areas whose code is gone while their place goes on, whole and alone, under a code that is new."""
    for code, i in old.index.items():
        if code in new.index:
            continue
        for j, m2 in shared[i].items():
            both_whole = m2 >= WHOLE * old.m2[i] and m2 >= WHOLE * new.m2[j]
            if both_whole and new.areas[j].code not in old.index:
                yield i, j


def _same_code(old: _Side, new: _Side, at: tuple[int, int], found: Comparison) -> None:
    i, j = at
    before, after = old.areas[i], new.areas[j]
    if before.name != after.name:
        found.renamed.append(Renamed(before.code, after.code, before.name, after.name, after.level))
    was, now = old.shapes[i], new.shapes[j]
    # Differences, not areas minus what is shared: an edge cut in two bends otherwise in the plane than it did whole.
    gained, lost = (
        float(shapely.area(old.project(shapely.difference(a, b)))) for a, b in ((now, was), (was, now))
    )
    if max(gained, lost) >= NOTICED_M2:
        sizes = (round(size, 1) for size in (float(old.m2[i]), float(new.m2[j]), gained, lost))
        found.moved.append(Moved(after.code, after.name, after.level, *sizes))


def _links(old: _Side, new: _Side, i: int, shared: dict[int, float]) -> Iterator[Link]:
    """The successors of one old area; none where its own code goes on with the whole of it."""
    code, m2 = old.areas[i].code, float(old.m2[i])
    if m2 <= 0 or shared.get(new.index.get(code, -1), 0.0) >= WHOLE * m2:
        return
    for j, size in sorted(shared.items(), key=lambda one: (-one[1], new.areas[one[0]].code)):
        if size >= LEAST * m2:
            yield Link(new.areas[j].code, code, round(min(size / m2, 1.0), 4))
