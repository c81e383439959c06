"""Households as cities have them: in clusters, with empty land between, some houses with several."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.catchments import Cell, Homes


def clustered(villages: Mapping[str, BaseGeometry], houses: int, seed: int = 1) -> Homes:
    """So many houses around a few places in and near the kelurahan; a tenth hold several households."""
    dice = np.random.default_rng(seed)
    inner = shapely.get_coordinates(shapely.point_on_surface(list(villages.values())))
    centres = inner[dice.integers(0, len(inner), 3 * len(inner))]
    centres = centres + dice.normal(0, 0.003, centres.shape)
    lon, lat = (centres[dice.integers(0, len(centres), houses)] + dice.normal(0, 0.0007, (houses, 2))).T
    count = np.where(dice.random(houses) < 0.1, dice.integers(2, 13, houses), 1)
    return Homes(np.round(lon, 6), np.round(lat, 6), count.astype(np.int64))


def houses(folder: Path, columns: int = 10, rows: int = 10, count: int = 2) -> Path:
    """Houses on a lattice over Kebonsari (112.90 to 112.92, -7.68 to -7.66), as a file."""
    spots = [(112.901 + i * 0.0018, -7.679 + j * 0.0018) for i in range(columns) for j in range(rows)]
    lines = [f"{lon:.4f},{lat:.4f},{count}" for lon, lat in spots]
    path = folder / "households.csv"
    path.write_text("lon,lat,count\n" + "\n".join(lines) + "\n")
    return path


def at(*places: tuple[float, float, int]) -> Homes:
    """Houses given one by one: lon, lat, households."""
    table = np.array(places, dtype=np.float64).reshape(-1, 3)
    return Homes(table[:, 0].copy(), table[:, 1].copy(), table[:, 2].astype(np.int64))


def assert_partition(cells: tuple[Cell, ...], villages: Mapping[str, BaseGeometry]) -> None:
    """Cells of a kelurahan make it up wholly, overlap nowhere and cross no border."""
    for code in {cell.kelurahan for cell in cells}:
        parts, border = [cell.geom for cell in cells if cell.kelurahan == code], villages[code]
        assert all(part.is_valid and not part.is_empty for part in parts)
        slack = border.area * 1e-9
        assert shapely.union_all(parts).symmetric_difference(border).area < slack
        assert abs(sum(part.area for part in parts) - border.area) < slack


def assert_nested(fine: tuple[Cell, ...], coarse: tuple[Cell, ...], *, kelurahan: bool = False) -> None:
    """Each cell of the finer version lies wholly in one of the coarser, or where that has none.

    `kelurahan`: looked at one by one, for real borders overlap a little.
    """
    shapes = np.array([cell.geom for cell in coarse], dtype=object)
    tree = shapely.STRtree(shapes)
    for cell in fine:
        near = [i for i in tree.query(cell.geom) if not kelurahan or coarse[i].kelurahan == cell.kelurahan]
        share = shapely.area(shapely.intersection(shapes[near], cell.geom)) / cell.geom.area
        assert all(part < 1e-9 or part > 1 - 1e-9 for part in share), cell.code
