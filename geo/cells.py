"""Which catchment a point lies in, and the shapes of catchments: what fusion and the recipes of releases ask."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from geo.catchment_rows import locator_of, read_cells
from geo.catchment_versions import active_version
from geo.locate import Locator
from geo.models import CatchmentVersion
from geo.registry import current_cells

Codes = NDArray[np.object_]
Numbers = NDArray[np.int32]


def numbers_of(
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    kelurahan: ArrayLike | None = None,
    version: CatchmentVersion | None = None,
) -> tuple[Numbers, Codes]:
    """The catchments of n points, by number: (n,) indices, and the codes that they stand for; the last code is "".

    `lon`, `lat`: (n,) degrees; there is no tolerance. `kelurahan`: (n,) codes under which the points are known; one
    that lies in another kelurahan's cell has none (it is of earlier borders, or beyond them). Of the version in force,
    or of another.
    """
    locator = locator_of(version) if version else current_cells()
    codes, kelurahans = _codes(locator)
    numbers = locator.locate_many(lon, lat).village
    numbers[numbers < 0] = len(codes) - 1
    if kelurahan is not None:
        numbers[kelurahans[numbers] != np.asarray(kelurahan, dtype=object)] = len(codes) - 1
    return numbers, codes


def cells_of(
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    kelurahan: ArrayLike | None = None,
    version: CatchmentVersion | None = None,
) -> Codes:
    """The code of each point's catchment, (n,) str, "" of none; arguments as `numbers_of` has."""
    numbers, codes = numbers_of(lon, lat, kelurahan=kelurahan, version=version)
    return codes[numbers]


def cell_of(lon: float, lat: float) -> str:
    """The catchment of one point in the version in force, or ""."""
    return str(cells_of([lon], [lat])[0])


def has_cells(kelurahan: str) -> bool:
    """Whether a kelurahan is divided into catchments in the version in force."""
    _all, kelurahans = _codes(current_cells())
    at = int(np.searchsorted(kelurahans[:-1], kelurahan))  # the locator's order is that of the codes
    return at < len(kelurahans) - 1 and kelurahans[at] == kelurahan


def kelurahan_of(code: str) -> str:
    """The code of the kelurahan of a catchment; "" of none."""
    return code.rpartition("-")[0]


def cell_shapes(version: CatchmentVersion | None = None) -> dict[str, BaseGeometry]:
    """Code → MultiPolygon (EPSG:4326) of each catchment in force, or of another version; empty where there is none."""
    of = version or active_version()
    return {cell.code: cell.geom for cell in read_cells(of)} if of else {}


@lru_cache(maxsize=2)
def _codes(locator: Locator) -> tuple[Codes, Codes]:
    """Codes by the locator's indices, and their kelurahan; one more at the end, of no cell."""
    codes = [*(village.place.code for village in locator.villages), ""]
    return np.array(codes, dtype=object), np.array([kelurahan_of(code) for code in codes], dtype=object)
