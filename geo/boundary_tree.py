"""kelurahan → kecamatan → city: every area gets its parent, dissolved from its children where the file has none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.boundary_codes import CITY, DISTRICT, VILLAGE, parent_of
from geo.boundary_plane import equal_area_plane
from geo.boundary_repair import as_multipolygons
from geo.polygons import polygonal

SLIVER_M = 50.0
MOSTLY = 0.5


@dataclass
class Tree:
    """`orphans`: (code, stated parent) of areas whose parent is not in the file although others of its level are.

    `dissolved`: codes of the areas that were made from their children; `unnamed`: those of them that nobody named.
    `astray`: (code, parent, share inside) of areas that lie mostly outside of their parent's own polygon.
    `childless`: kecamatan and cities of which the file has no part.
    """

    frame: gpd.GeoDataFrame
    orphans: list[tuple[str, str]] = field(default_factory=list)
    dissolved: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    astray: list[tuple[str, str, float]] = field(default_factory=list)
    childless: list[str] = field(default_factory=list)


def complete(frame: gpd.GeoDataFrame, names: Mapping[str, str]) -> Tree:
    """Give each kelurahan its kecamatan and each kecamatan its city; `names` (code → name) where the file has none.

    A parent that is not there falls back to the one that the code itself names; when that is missing too it is
    dissolved from its children. So parents always exist, one level up, and no chain of parents can be a ring.
    """
    tree = Tree(frame)
    for child, parent in ((VILLAGE, DISTRICT), (DISTRICT, CITY)):
        _adopt(tree, child, parent)
        _dissolve(tree, child, parent, names)
    _compare(tree)
    return tree


def _compare(tree: Tree) -> None:
    """Note who does not lie where the tree says: a kecamatan's polygon in the row of a kelurahan, a wrong code."""
    frame = tree.frame
    parents = frame["parent_code"]
    tree.childless = sorted(frame.loc[(frame["level"] != VILLAGE) & ~frame["code"].isin(parents), "code"])
    own = frame[~frame["code"].isin(tree.dissolved)].set_index("code").geometry
    children = frame[parents.isin(own.index)]
    shared = shapely.intersection(children.geometry.values, own.loc[children["parent_code"]].values)
    shares = shapely.area(shared) / shapely.area(children.geometry.values)
    tree.astray = [
        (code, parent, round(float(share), 3))
        for code, parent, share in zip(children["code"], children["parent_code"], shares, strict=True)
        if share < MOSTLY
    ]


def _adopt(tree: Tree, child: str, parent: str) -> None:
    """Let only codes of the parent's level be parents; note who named another that should have been in the file."""
    frame = tree.frame
    there = set(frame.loc[frame["level"] == parent, "code"])
    parents = []
    for code, level, stated in zip(frame["code"], frame["level"], frame["parent_code"], strict=True):
        if level == child and stated not in there:
            if there or stated != parent_of(code):
                tree.orphans.append((code, stated))
            stated = parent_of(code)
        parents.append(stated)
    tree.frame = frame.assign(parent_code=parents)


def _dissolve(tree: Tree, child: str, parent: str, names: Mapping[str, str]) -> None:
    frame = tree.frame
    children = frame[frame["level"] == child]
    missing = sorted(set(children["parent_code"]) - set(frame["code"]))
    if not missing:
        return
    project = equal_area_plane(frame.geometry.values)
    members: dict[str, list[int]] = defaultdict(list)
    for row, code in enumerate(children["parent_code"]):
        members[code].append(row)
    made = []
    for code in missing:
        own = children.iloc[members[code]]
        name = _commonest(own["parent_name"]) or names.get(code, "")
        if not name:
            tree.unnamed.append(code)
        tree.dissolved.append(code)
        made.append({
            "code": code, "name": name or code, "level": parent, "parent_code": parent_of(code), "foreign_code": "",
            "parent_name": _commonest(own["city_name"]), "city_name": "",
            "geometry": _without_slivers(shapely.union_all(own.geometry.values), project),
        })  # fmt: skip
    parents = gpd.GeoDataFrame(made, geometry="geometry", crs=frame.crs)
    parents = parents.set_geometry(as_multipolygons(parents.geometry.values), crs=frame.crs)
    tree.frame = gpd.GeoDataFrame(
        pd.concat([frame, parents], ignore_index=True), geometry="geometry", crs=frame.crs
    )


def _commonest(words: Any) -> str:
    counted = Counter(word for word in words if word).most_common(1)
    return str(counted[0][0]) if counted else ""


def _without_slivers(shape: Any, project: Any) -> Any:
    """Fill the holes that are only badly met borders (narrower than SLIVER_M); a real enclave keeps its hole."""
    parts = []
    for part in shapely.get_parts(polygonal(shape)):
        holes = shapely.get_rings(part)[1:]
        metres = project(shapely.polygons(holes)) if len(holes) else np.array([])
        # A long thin ring has an area of about half its length times its width.
        widths = 2 * shapely.area(metres) / np.maximum(shapely.length(metres), 1e-9)
        parts.append(shapely.Polygon(part.exterior, holes[widths > SLIVER_M] if len(holes) else None))
    return shapely.union_all(parts)
