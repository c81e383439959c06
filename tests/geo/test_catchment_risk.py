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


def test_small_cells_are_not_hidden_by_the_many() -> None:
    assert Demand().weak(sizes(a=[20, 20], b=[400] * 500)) == {"a"}
    # Nor by those of their own kelurahan: the smallest tenth counts by itself.
    assert Demand().weak(sizes(a=[20] * 10 + [300] * 90)) == {"a"}


def test_the_smallest_cells_of_the_whole_city_count_together() -> None:
    # In each kelurahan the one cell of 20 is among four that are large enough to hide it; of the city's it is not.
    assert Demand().weak({f"{i:02d}": np.array([20, 29, 29, 29, 29, 40]) for i in range(20)}) != set()


def test_what_is_strong_enough_passes_a_measurement_with_other_homes() -> None:
    homes = clustered(CITY, 8000, seed=6)
    demand = Demand()
    found = catchments(homes, CITY, demand.least, demand.strong, demand.weak)
    cells = np.sort([cell.households for cell in found.cells])
    smallest = cells[: len(cells) // 10]
    assert len(smallest) >= 5
    dice = np.random.default_rng(99)
    for _again in range(20):
        drawn = dice.choice(smallest, 10_000, p=smallest / smallest.sum())
        hits = int((dice.random(10_000) * drawn < 1).sum())
        assert upper_bound(hits, 10_000, 0.95) <= 0.05


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
