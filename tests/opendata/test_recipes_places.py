"""Catchments and borders as datasets, and what the licence of the borders lets out."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from geo.catchment_rows import read_homes
from geo.catchments import areas_locator
from geo.city import forget_city
from geo.errors import Conflict
from geo.households import load_households
from geo.models import Area, City, Edition, Population
from incidents.models import Complaint
from opendata.policy import Numbers
from opendata.recipes.made import Made, Order
from opendata.recipes.registry import RECIPES
from opendata.weeks import Period
from tests.geo.homes import houses

KEBONSARI = "99.01.01.1001"


def make(name: str, **numbers: Any) -> Made:
    order = Order(name, None, 0, Numbers(**numbers), ZoneInfo("Asia/Jakarta"), bytes(32))
    made = RECIPES[name].make(order)
    digest = RECIPES[name].digest
    assert digest
    assert digest(order) == made.input_digest
    assert tuple(made.frame.columns) == RECIPES[name].column_names
    return made


def unlicensed() -> None:
    City.objects.update(boundaries_licence="")
    forget_city()


def test_catchments_leave_with_their_households_and_their_exact_shapes(city: City, tmp_path: Path) -> None:
    load_households(houses(tmp_path))
    made = make("catchments")
    assert made.frame["households"].sum() == 200
    assert made.frame["catchment"].is_monotonic_increasing
    first = made.frame.iloc[0].drop("households").to_dict()
    assert first == {
        "catchment": f"{KEBONSARI}-001",
        "kelurahan_code": KEBONSARI,
        "kelurahan": "Kebonsari",
        "kecamatan_code": "99.01.01",
        "kecamatan": "Barat",
    }
    # An outsider who counts houses in the published shapes comes to the published numbers.
    homes = read_homes()
    place = areas_locator(made.shapes).locate_many(homes.lon, homes.lat).village
    counted = np.bincount(place, homes.count)
    assert counted.tolist() == made.frame["households"].tolist()
    assert counted.min() >= 20
    whole = shapely.from_wkb(bytes(Area.objects.get(code=KEBONSARI).geom.wkb))
    assert shapely.union_all(list(made.shapes.values())).symmetric_difference(whole).area < 1e-12


def test_catchments_that_are_too_small_for_the_policy_stay_inside(city: City, tmp_path: Path) -> None:
    load_households(houses(tmp_path))
    made = make("catchments", households=1000)
    assert made.frame.empty
    assert made.shapes == {}
    assert made.held["small"] > 0


def test_without_households_the_dataset_of_catchments_is_empty(city: City) -> None:
    made = make("catchments")
    assert made.frame.empty
    assert made.utility["rows"] == 0


def test_borders_leave_with_their_people_and_districts_made_of_their_villages(city: City) -> None:
    Population.objects.create(area_code=KEBONSARI, year=2025, people=6285, households=1627)
    made = make("areas")
    rows = made.frame.set_index("code")
    assert list(rows.index) == sorted(rows.index)
    assert rows["level"].value_counts().to_dict() == {"kelurahan_desa": 4, "kecamatan": 2}
    assert (rows.loc[KEBONSARI, "people"], rows.loc[KEBONSARI, "people_year"]) == (6285, 2025)
    assert rows["people"].isna().sum() == 5
    assert rows.loc[["99.01.01"], "name"].tolist() == rows.loc[[KEBONSARI], "kecamatan"].tolist() == ["Barat"]
    assert rows.loc[["99.01.01"], "kecamatan_code"].tolist() == ["99.01.01"]
    west = shapely.union_all([made.shapes[code] for code in rows.index if code.startswith("99.01.01.")])
    assert made.shapes["99.01.01"].equals(west)


def test_without_a_licence_no_border_leaves_in_any_release(october: list[Complaint], tmp_path: Path) -> None:
    load_households(houses(tmp_path))
    order = Order("kejadian", Period.parse("2026-10"), 0, Numbers(), ZoneInfo("Asia/Jakarta"), bytes(32))
    assert RECIPES["incidents"].make(order).shapes
    unlicensed()
    with pytest.raises(Conflict, match="boundaries_licence"):
        make("areas")
    made = make("catchments")
    assert len(made.frame) > 0
    assert made.shapes == {}
    assert RECIPES["incidents"].make(order).shapes == {}


def test_incidents_are_told_by_their_catchment(october: list[Complaint], tmp_path: Path) -> None:
    load_households(houses(tmp_path))
    order = Order("kejadian", Period.parse("2026-10"), 0, Numbers(), ZoneInfo("Asia/Jakarta"), bytes(32))
    made = RECIPES["incidents"].make(order)
    frame = made.frame
    there = frame["kelurahan_code"] == KEBONSARI
    assert frame["catchment"][there].str.startswith(KEBONSARI).any()
    assert (frame["catchment"][~there] == "").all()
    assert set(made.places) == set(made.shapes)


def test_a_new_edition_changes_what_a_candidate_was_made_from(city: City) -> None:
    before = make("areas").input_digest
    Edition.objects.update(name="lain")
    assert make("areas").input_digest != before
