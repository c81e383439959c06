"""What several recipes have in common: the columns of a place, shapes, and what coarsening cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from opendata.recipes.made import Column
from opendata.released_borders import released_borders
from opendata.sources import Borders

METRES_EAST, METRES_NORTH = 111_320.0, 110_574.0  # of a degree: longitude at the equator, latitude

PLACE_COLUMNS = (
    Column(
        "kelurahan_code",
        "text",
        "Kode kelurahan atau desa menurut Kemendagri, misalnya 35.75.01.1001. Teks, bukan angka.",
        "Code of the kelurahan or desa (Ministry of Home Affairs), e.g. 35.75.01.1001. Text, not a number.",
        codes="kelurahan",
    ),
    Column("kelurahan", "text", "Nama kelurahan atau desa.", "Name of the kelurahan or desa."),
    Column(
        "kecamatan_code",
        "text",
        "Kode kecamatan menurut Kemendagri. Teks, bukan angka.",
        "Code of the kecamatan (Ministry of Home Affairs). Text, not a number.",
        codes="kecamatan",
    ),
    Column("kecamatan", "text", "Nama kecamatan.", "Name of the kecamatan (district)."),
)
CATCHMENT_COLUMN = Column(
    "catchment",
    "text",
    "Kode petak: bagian sebuah kelurahan dengan sedikitnya sebanyak rumah tangga yang ditetapkan kebijakan rilis itu "
    "(dataset petak). Kosong bila titiknya atau rumah tangganya tidak diketahui; tempatnya kelurahan.",
    "Code of the catchment: a part of a kelurahan with at least as many households as the release’s policy asks "
    "(dataset of catchments). Empty where no point or no households are known; the place is the kelurahan.",
)
CATEGORY_COLUMN = Column(
    "category",
    "text",
    "Kode kategori (dataset kode).",
    "Code of the category (dataset of codes).",
    codes="category",
)
URUSAN_COLUMN = Column(
    "urusan",
    "text",
    "Kode urusan pemerintahan dari kategori itu (UU 23/2014), misalnya 1.03 pekerjaan umum. Teks, bukan angka; boleh "
    "kosong.",
    "Code of the category’s field of government (Law 23/2014), e.g. 1.03 public works. Text, not a "
    "number; may be empty.",
    codes="urusan",
)


def drawn(edition: Borders, places: pd.Series[str]) -> dict[str, BaseGeometry]:
    """The shapes of the kelurahan and catchments that rows name; none where the borders' licence is not known."""
    wanted = set(places.unique())
    return {code: shape for code, shape in released_borders(edition).items() if code in wanted}


def square_kilometres(shapes: Iterable[BaseGeometry]) -> list[float]:
    """The areas of shapes in EPSG:4326, right to some per mille for what is as small as a kelurahan."""
    found = np.array(list(shapes), dtype=object)
    if not len(found):
        return []
    narrow = np.cos(np.radians(shapely.get_y(shapely.centroid(found))))
    return list(shapely.area(found) * METRES_EAST * METRES_NORTH * narrow / 1e6)


def coarseness(places: pd.Series[str], shapes: Mapping[str, BaseGeometry]) -> dict[str, Any]:
    """What the places of published rows are like: how many, their median area, and the median of rows at one."""
    named = places[places != ""]
    areas = square_kilometres(shape for code, shape in shapes.items())
    return {
        "places": int(named.nunique()),
        "median_km2": round(float(np.median(areas)), 4) if areas else None,
        "median_rows_at_a_place": float(named.value_counts().median()) if len(named) else None,
    }
