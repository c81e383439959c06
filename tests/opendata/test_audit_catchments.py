"""The catchments that geo/ makes, attacked as every release is: what they take for strong enough does withstand."""

from __future__ import annotations

import numpy as np
import pytest

from geo import catchments as made
from geo.catchment_risk import Demand
from opendata.audit.homes import Homes
from opendata.audit.household import examine
from opendata.shapes import as_released
from tests.opendata.attacked import attacked
from tests.opendata.simulated_city import Cells, City, built


@pytest.fixture(scope="module")
def halving_city() -> City:
    """The simulated city, resettled so that halving comes to 20 households each time: twice 160 in each kelurahan."""
    dice = np.random.default_rng(5)
    places = []
    for area in built().kelurahan.values():
        west, south, east, north = area.bounds
        for centre in ((0.3, 0.4), (0.7, 0.6)):
            spread = dice.normal(0, 0.04, (160, 2)) + centre
            places.append([west, south] + spread * [east - west, north - south])
    lon, lat = np.concatenate(places).round(6).T
    homes = Homes(lon, lat, np.ones(len(lon), dtype=np.int64))
    return City(homes, built().kelurahan, built().reports)


@pytest.mark.parametrize(("demand", "passed"), [(Demand(), True), (Demand(strong=20), False)])
def test_where_cells_of_twenty_fall_those_that_geo_makes_withstand(
    halving_city: City, demand: Demand, passed: bool
) -> None:
    homes = made.Homes(halving_city.homes.lon, halving_city.homes.lat, halving_city.homes.count)
    found = made.catchments(homes, halving_city.kelurahan, demand.least, demand.strong, demand.weak)
    cells: Cells = {**as_released({cell.code: cell.geom for cell in found.cells})}
    assert (min(cell.households for cell in found.cells) > 20) is passed
    subject = attacked(halving_city, cells, trials=10_000)
    smallest = next(verdict for verdict in examine(subject) if verdict.attack == "household-smallest")
    assert smallest.passed is passed
