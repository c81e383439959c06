from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundaries import read_boundaries
from geo.catchment_merge import Before, highest, merged
from geo.catchments import Homes, Partition, catchments, counted, off_borders
from tests.geo.homes import assert_nested, assert_partition, at, clustered

# A kelurahan with a bay and a lake, one on two islands, one beside both.
BAY = shapely.Polygon(
    [(112.90, -7.70), (112.95, -7.70), (112.95, -7.66), (112.93, -7.68), (112.92, -7.65), (112.90, -7.65)],
    [[(112.91, -7.69), (112.915, -7.69), (112.915, -7.685), (112.91, -7.685)]],
)
ISLES = shapely.MultiPolygon(
    [shapely.box(112.96, -7.64, 112.97, -7.63), shapely.box(112.975, -7.64, 112.99, -7.62)]
)
EAST = shapely.box(112.95, -7.70, 113.0, -7.66)
CITY = {"99.01.01.1001": BAY, "99.01.01.1002": ISLES, "99.01.01.1003": EAST}

spots = st.tuples(
    st.integers(0, 100).map(lambda n: 112.9 + n / 1000),
    st.integers(0, 80).map(lambda n: -7.7 + n / 1000),
    st.sampled_from([1, 1, 1, 2, 25]),
)
houses = st.lists(spots, min_size=1, max_size=200).map(lambda found: at(*found))


def before(partition: Partition, *, same_borders: bool = True) -> Before:
    codes = highest(cell.code for cell in partition.cells)
    return Before(partition.cells, partition.strong, codes, same_borders)


@given(houses, st.integers(2, 30))
@settings(max_examples=40, deadline=None)
def test_cells_partition_their_kelurahan_and_hold_enough_households(homes: Homes, least: int) -> None:
    found = catchments(homes, CITY, least)
    assert_partition(found.cells, CITY)
    assert all(cell.households >= least for cell in found.cells)
    assert all(cell.code.startswith(cell.kelurahan + "-") for cell in found.cells)
    # Counted once more from the shapes alone.
    assert counted(found.cells, off_borders(homes, CITY)) == tuple(
        sorted(found.cells, key=lambda cell: cell.code)
    )
    # Nobody is lost: in a cell, in a kelurahan without cells, or in none.
    in_cells = sum(cell.households for cell in found.cells)
    assert in_cells + sum(found.without.values()) + found.outside == homes.total
    assert all(households < least for households in found.without.values())
    assert {cell.kelurahan for cell in found.cells} | set(found.without) == set(CITY)


@given(houses, st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_the_order_of_households_and_kelurahan_does_not_matter(homes: Homes, dice: object) -> None:
    order = np.arange(len(homes.count))
    dice.shuffle(order)  # type: ignore[attr-defined]
    one = catchments(homes, CITY, 10)
    other = catchments(homes.take(order), dict(reversed(CITY.items())), 10)
    assert one == other
    assert [cell.geom.wkb for cell in one.cells] == [cell.geom.wkb for cell in other.cells]


@given(houses, houses, st.integers(3, 25), st.integers(0, 10))
@settings(max_examples=20, deadline=None)
def test_a_later_version_only_merges(homes: Homes, now: Homes, least: int, more: int) -> None:
    first = catchments(homes, CITY, least)
    second = merged(before(first), now, CITY, least + more)
    assert_partition(second.cells, CITY)
    assert_nested(first.cells, second.cells)
    assert all(cell.households >= least + more for cell in second.cells)
    assert counted(second.cells, off_borders(now, CITY)) == second.cells
    # A code that stays is the same cell; a new cell has a code that was never given.
    there = {cell.code: cell.geom for cell in first.cells}
    assert all(there.get(cell.code, cell.geom).equals(cell.geom) for cell in second.cells)
    third = merged(before(second), homes, CITY, least + more)
    assert_nested(second.cells, third.cells)
    assert_nested(first.cells, third.cells)


def test_the_same_households_change_nothing() -> None:
    homes = clustered(CITY, 2000)
    first = catchments(homes, CITY, 20)
    assert merged(before(first), homes, CITY, 20) == first


def test_a_cell_goes_up_in_the_neighbour_with_the_longest_border() -> None:
    # Four columns of ten households each; the second loses its people. It is as wide as the first, but the river
    # (a notch) cuts the border to the third short.
    notch = shapely.box(112.9195, -7.699, 112.9205, -7.69)
    village = {"99.01.01.1001": shapely.box(112.90, -7.70, 112.94, -7.69).difference(notch)}
    columns = [[(112.905 + i / 100, -7.6999 + j / 10_000, 1) for j in range(10)] for i in range(4)]
    first = catchments(at(*(spot for column in columns for spot in column)), village, 10)
    assert [cell.households for cell in first.cells] == [10, 10, 10, 10]
    left = at(*columns[0], *columns[1][:3], *columns[2], *columns[3])
    second = merged(before(first), left, village, 10)
    assert [(cell.code[-3:], cell.households) for cell in second.cells] == [
        ("003", 10),
        ("004", 10),
        ("005", 13),
    ]
    assert second.cells[-1].geom.equals(shapely.union_all([cell.geom for cell in first.cells[:2]]))


def test_an_island_goes_up_in_the_nearest() -> None:
    homes = at(
        *[(112.961 + i / 2000, -7.635, 5) for i in range(6)],
        *[(112.976 + i / 2000, -7.63, 5) for i in range(6)],
    )
    first = catchments(homes, {"99.01.01.1002": ISLES}, 20)
    assert len(first.cells) == 2
    second = merged(before(first), homes.take(np.arange(2, 12)), {"99.01.01.1002": ISLES}, 25)
    assert [cell.households for cell in second.cells] == [50]


def test_kelurahan_with_too_few_households_have_no_cell_and_are_told() -> None:
    homes = at(*[(112.96 + i / 1000, -7.69, 1) for i in range(25)], (112.905, -7.695, 19), (112.0, -7.0, 4))
    found = catchments(homes, CITY, 20)
    assert [cell.kelurahan for cell in found.cells] == ["99.01.01.1003"]
    assert found.without == {"99.01.01.1001": 19, "99.01.01.1002": 0}
    assert found.outside == 4


def test_a_cell_is_cut_by_households_never_by_area() -> None:
    # All people live in the south-west corner of a large kelurahan: the empty rest goes with the outermost cells.
    homes = at(*[(112.951 + i / 10_000, -7.6999 + j / 10_000, 1) for i in range(10) for j in range(8)])
    cells = catchments(homes, {"99.01.01.1003": EAST}, 20).cells
    assert [cell.households for cell in cells] == [20, 20, 20, 20]
    areas = sorted(cell.geom.area for cell in cells)
    assert areas[-1] > 50 * areas[0]


def test_houses_on_one_spot_stay_together() -> None:
    homes = at((112.96, -7.69, 30), (112.96, -7.69, 30), (112.96, -7.69, 30))
    assert [cell.households for cell in catchments(homes, CITY, 20).cells] == [90]


@pytest.mark.parametrize("seed", range(3))
def test_rounded_shapes_hold_as_many_households_or_more(seed: int) -> None:
    # Borders off the grid of rounding, and houses at and beside them, as if both were drawn from one map.
    village = {
        "99.01.01.1001": shapely.affinity.rotate(EAST, 7.0),
        "99.01.01.1002": shapely.box(112.0, -8.0, 112.1, -7.9),
    }
    dice = np.random.default_rng(seed)
    line = shapely.line_interpolate_point(
        village["99.01.01.1001"].exterior, dice.random(400), normalized=True
    )
    beside = shapely.get_coordinates(line) + dice.normal(0, 1e-6, (400, 2))
    inside = clustered(village, 600, seed)
    homes = Homes(
        np.round(np.append(inside.lon, beside[:, 0]), 6),
        np.round(np.append(inside.lat, beside[:, 1]), 6),
        np.append(inside.count, np.ones(400, dtype=np.int64)),
    )
    found = catchments(homes, village, 20)
    rounded = {cell.code: shapely.set_precision(cell.geom, 1e-6) for cell in found.cells}
    again = counted(tuple(replace(cell, geom=rounded[cell.code]) for cell in found.cells), homes)
    assert len(again) > 5
    assert found.outside > 100
    for told, cell in zip(sorted(found.cells, key=lambda one: one.code), again, strict=True):
        assert cell.households >= told.households


def test_new_borders_keep_whole_cells_and_make_one_of_what_they_cut() -> None:
    homes = clustered(CITY, 3000, seed=2)
    first = catchments(homes, CITY, 20)
    # The isles stay; the bay and the east become one kelurahan; the isles' neighbour is cut in the second step.
    joined = {"99.01.01.1002": ISLES, "99.01.01.1004": shapely.union_all([BAY, EAST])}
    second = merged(before(first, same_borders=False), homes, joined, 20)
    assert_partition(second.cells, joined)
    assert_nested(first.cells, second.cells)
    assert len(second.cells) == len(first.cells)
    codes = {cell.code for cell in second.cells if cell.kelurahan == "99.01.01.1004"}
    assert all(code.startswith("99.01.01.1004-") for code in codes)
    divided = {
        "99.01.01.1002": ISLES,
        "99.01.01.1005": joined["99.01.01.1004"].intersection(shapely.box(112, -8, 112.96, -7)),
        "99.01.01.1006": joined["99.01.01.1004"].intersection(shapely.box(112.96, -8, 114, -7)),
    }
    third = merged(before(second, same_borders=False), homes, divided, 20)
    assert_partition(third.cells, divided)
    sizes = {code: len([cell for cell in third.cells if cell.kelurahan == code]) for code in divided}
    assert sizes["99.01.01.1005"] == sizes["99.01.01.1006"] == 1
    assert sizes["99.01.01.1002"] == len([cell for cell in first.cells if cell.kelurahan == "99.01.01.1002"])


@pytest.mark.parametrize("city", ["35.75_kota-pasuruan", "52.71_kota-mataram"])
def test_real_borders_are_partitioned_and_later_versions_nest(city: str, shared_data: Path) -> None:
    areas, _report = read_boundaries(shared_data / "boundaries" / f"{city}.geojson")
    rows = areas[areas["level"] == "kelurahan_desa"]
    villages = dict(zip(rows["code"], rows.geometry, strict=True))
    homes = clustered(villages, 12_000)
    first = catchments(homes, villages, 20)
    assert_partition(first.cells, villages)
    assert counted(first.cells, off_borders(homes, villages)) == first.cells
    assert min(cell.households for cell in first.cells) >= 20
    fewer = homes.take(np.flatnonzero(np.random.default_rng(3).random(len(homes.count)) < 0.8))
    second = merged(before(first), fewer, villages, 20)
    assert 0 < len(second.cells) < len(first.cells)
    assert min(cell.households for cell in second.cells) >= 20
    assert_partition(second.cells, villages)
    assert_nested(first.cells, second.cells, kelurahan=True)
    # The same borders as another edition: nothing is cut.
    third = merged(before(second, same_borders=False), fewer, villages, 20)
    assert third == second
