"""A made release of any size for the tests of files: known rows in known cells, the same for the same seed."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely

from opendata.formats.about import About, Code
from opendata.models import ReleasedIncident
from opendata.recipes.made import Column, Made, Order, Recipe

NAMES = (
    "id", "category", "urusan", "kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan", "catchment", "week",
    "outcome", "source", "reports",
)  # fmt: skip
CATEGORIES = ("banjir", "jalan-rusak", "pohon", "sampah")


def no_make(order: Order) -> Made:
    raise NotImplementedError


def recipe(name: str = "incidents", columns: tuple[Column, ...] = ()) -> Recipe:
    given = columns or tuple(Column(one, "text", f"arti {one}", f"meaning of {one}") for one in NAMES)
    return Recipe(name, "month", "open", given, ReleasedIncident, {"id": "row"}, no_make)


def about(**changes: Any) -> About:
    told: dict[str, Any] = {
        "slug": "kejadian-ruang-publik",
        "version": "2026-10",
        "title_id": "Kejadian ruang publik",
        "title_en": "Incidents of public space",
        "publisher": "Pemerintah Kota Contoh",
        "licence": "CC-BY-4.0",
        "licence_url": "https://creativecommons.org/licenses/by/4.0/",
        "period": "2026-10",
        "starts_on": date(2026, 9, 28),
        "ends_on": date(2026, 11, 1),
        "zone": "Asia/Jakarta",
        "policy_version": 1,
        "numbers": {"k": 10, "households": 20, "risk": 0.05},
        "edition": "Batas 2026",
        "catchments": "1",
        "codes": {"categories": [Code(one, one.title(), one.upper()) for one in CATEGORIES]},
    }
    return About(**{**told, **changes})


def cells(number: int) -> dict[str, shapely.MultiPolygon]:
    """Squares of about 100 m side by side near Pasuruan, by code."""
    side, across = 0.001, 40
    found = {}
    for at in range(number):
        west, south = 112.9 + at % across * side, -7.7 + at // across * side
        square = shapely.orient_polygons(shapely.box(west, south, west + side, south + side))
        found[f"35.75.01.{1001 + at // 10}-{at % 10 + 1:03d}"] = shapely.MultiPolygon([square])
    return found


def incidents(rows: int, places: int = 30, seed: int = 5) -> Made:
    """Rows at random in the cells; every seventh has no catchment."""
    chance = np.random.default_rng(seed)
    shapes = cells(places)
    codes = np.array(sorted(shapes), dtype=object)
    catchment = pd.Series(codes[chance.integers(0, places, rows)], dtype="str")
    numbers = chance.integers(0, 2**62, rows)
    frame = pd.DataFrame(
        {
            "id": pd.Series([f"{number:032x}" for number in numbers], dtype="str"),
            "category": pd.Series(
                np.array(CATEGORIES, dtype=object)[chance.integers(0, 4, rows)], dtype="str"
            ),
            "urusan": "1.03",
            "kelurahan_code": catchment.str[:13],
            "kelurahan": "Kelurahan " + catchment.str[9:13],
            "kecamatan_code": "35.75.01",
            "kecamatan": "Gadingrejo",
            "catchment": catchment.where(np.arange(rows) % 7 != 3, ""),
            "week": pd.Series(
                np.array(["2026-W40", "2026-W41", "2026-W44"], dtype=object)[numbers % 3], dtype="str"
            ),
            "outcome": "done-7d",
            "source": "warga",
            "reports": "2-4",
        }
    )[list(NAMES)]
    return Made(
        frame,
        pd.DataFrame(index=frame.index),
        place="catchment",
        shapes=shapes,
        counted=rows,
        edition="Batas 2026",
    )
