from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from geo.catchment_risk import Demand, upper_bound
from geo.catchments import catchments
from tests.geo.homes import clustered
from tests.geo.test_catchments import CITY


def sizes(**kelurahan: list[int]) -> dict[str, np.ndarray]:
    return {code: np.array(cells) for code, cells in kelurahan.items()}


@pytest.mark.parametrize(("successes", "tried"), [(0, 100), (5, 100), (430, 10_000), (100, 100)])
def test_the_bound_is_clopper_and_pearsons(successes: int, tried: int) -> None:
    # One-sided 95 % is the upper end of the two-sided 90 %.
    known = binomtest(successes, tried).proportion_ci(0.9, method="exact").high
    assert upper_bound(successes, tried, 0.95) == pytest.approx(known)


def test_cells_of_just_twenty_do_not_show_the_risk_and_those_of_thirty_do() -> None:
    demand = Demand()
    assert demand.weak(sizes(a=[20] * 50, b=[25] * 50, c=[30] * 50)) == {"a"}
    assert demand.weak(sizes(b=[25] * 50, c=[30] * 50)) == set()
    assert demand.weak(sizes(c=[30, 31])) == set()
    assert demand.weak({}) == set()


def test_a_weak_minority_is_not_hidden_by_the_many() -> None:
    assert "a" in Demand().weak(sizes(a=[20, 20], b=[400] * 500))


def test_the_small_cells_of_the_whole_city_count_together() -> None:
    # By themselves just good enough; of 10,000 homes of the city too few are in them to show it.
    assert Demand().weak(sizes(a=[22] * 8, b=[500] * 500)) == {"a"}


def test_weak_kelurahan_get_larger_cells_and_the_same_each_time() -> None:
    homes = clustered(CITY, 3000, seed=6)
    demand = Demand()
    found = catchments(homes, CITY, demand.least, demand.strong, demand.weak)
    for code in found.strong:
        assert min(cell.households for cell in found.cells if cell.kelurahan == code) >= 30
    assert (
        demand.weak(
            {code: np.array([c.households for c in found.cells if c.kelurahan == code]) for code in CITY}
        )
        == set()
    )
    assert catchments(homes, CITY, demand.least, demand.strong, demand.weak) == found
    strict = Demand(risk=0.04)
    larger = catchments(homes, CITY, strict.least, strict.strong, strict.weak)
    assert larger.strong == {cell.kelurahan for cell in larger.cells}
