"""The engine against shapely, on made-up maps drawn to be difficult: everything meets on the same few coordinates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.grid import MOST_CANDIDATES, frame_over
from geo.locate import OUTSIDE, Locator, Place, Service, Village

WEST, SOUTH = 112.63, -7.28
SIDE = 5  # of the lattice, in squares
# From squares far smaller than a cell of the grid (two dozen borders in one) to squares of many cells.
STEPS = (3e-6, 7e-5, 2.1e-4, 1.3e-3, 0.02)


def lattice_polygon(squares: NDArray[np.bool_], step: float, shear: float) -> Any:
    """The union of lattice squares: rings, islands, enclaves and holes that meet others in edges and corners."""
    found = shapely.union_all(
        [shapely.box(column, row, column + 1, row + 1) for row, column in np.argwhere(squares)]
    )
    return shapely.transform(
        found,
        lambda at: np.column_stack(
            [WEST + step * (at[:, 0] + shear * at[:, 1]), SOUTH + step * (at[:, 1] + shear * at[:, 0])]
        ),
    )


def hard_points(shapes: list[Any], dice: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]]:
    """Corners, points on edges, both a hair's breadth off in all directions, and some of anywhere."""
    corners = shapely.get_coordinates(shapes)
    along = dice.uniform(0, 1, len(corners) - 1)[:, None]
    exact = np.vstack([corners, corners[:-1] + along * (corners[1:] - corners[:-1])])
    hair = dice.integers(-1, 2, exact.shape) * np.spacing(exact)
    low, high = corners.min(axis=0), corners.max(axis=0)
    anywhere = dice.uniform(low - (high - low) * 0.2, high + (high - low) * 0.2, (200, 2))
    lon, lat = np.vstack([exact, exact + hair, anywhere]).T
    return lon, lat


def lowest_covering(shapes: list[Any], lon: Any, lat: Any) -> NDArray[np.int64]:
    covered = shapely.covers(np.array(shapes)[:, None], np.asarray(shapely.points(lon, lat))[None, :])
    return np.where(covered.any(axis=0), covered.argmax(axis=0), OUTSIDE)


def villages_of(shapes: list[Any]) -> list[Village]:
    return [Village(Place(f"{i:03}", str(i)), Place("k", "k"), one) for i, one in enumerate(shapes)]


owners = st.lists(st.integers(-1, 3), min_size=SIDE * SIDE, max_size=SIDE * SIDE)
shears = st.sampled_from([0.0, 0.37, -1 / 3])


@settings(deadline=None, max_examples=150)
@given(owners, st.sampled_from(STEPS), shears, st.integers(0, 99))
def test_partitions_with_holes_islands_and_enclaves_are_answered_exactly(
    owner: list[int], step: float, shear: float, seed: int
) -> None:
    squares = np.array(owner).reshape(SIDE, SIDE)
    shapes = [lattice_polygon(squares == i, step, shear) for i in range(4) if (squares == i).any()]
    if not shapes:
        return
    lon, lat = hard_points(shapes, np.random.default_rng(seed))

    placed = Locator("uji", villages_of(shapes)).locate_many(lon, lat)

    expected = lowest_covering(shapes, lon, lat)
    exact = np.where(placed.approximate, OUTSIDE, placed.village)
    assert exact.tolist() == expected.tolist()
    assert (placed.group == placed.village).all()


@settings(deadline=None, max_examples=30)
@given(owners, owners, st.sampled_from(STEPS), shears, st.integers(0, 99))
def test_every_service_area_over_a_point_is_named(
    owner: list[int], served: list[int], step: float, shear: float, seed: int
) -> None:
    squares, zones = np.array(owner).reshape(SIDE, SIDE), np.array(served).reshape(SIDE, SIDE)
    shapes = [lattice_polygon(squares == i, step, shear) for i in range(4) if (squares == i).any()]
    # Zones overlap: each takes in the one before it.
    drawn = [lattice_polygon(zones >= i, step, shear * 0.9) for i in range(4) if (zones >= i).any()]
    if not shapes:
        return
    services = [Service(f"z{i}", "air", "", 0, geom=geom) for i, geom in enumerate(drawn)]
    locator = Locator("uji", villages_of(shapes), services)
    lon, lat = hard_points([*shapes, *drawn], np.random.default_rng(seed))

    placed = locator.locate_many(lon, lat)

    points = np.asarray(shapely.points(lon, lat))
    holds = [shapely.covers(geom, points) for geom in drawn]
    expected = lowest_covering(shapes, lon, lat)
    for i in range(0, len(lon), 3):
        answer = locator.answer(int(placed.group[i]), bool(placed.approximate[i]))
        assert answer.inside == (placed.village[i] != OUTSIDE)
        assert locator.locate(lon[i], lat[i]).service_areas == answer.service_areas
        if answer.inside:
            assert not placed.approximate[i] or expected[i] == OUTSIDE
            assert {s.agency for s in answer.service_areas} == {f"z{n}" for n, h in enumerate(holds) if h[i]}


lattice = st.integers(0, 3)
corners = st.lists(st.tuples(lattice, lattice), min_size=3, max_size=6, unique=True)


@settings(deadline=None, max_examples=150)
@given(corners, st.integers(0, 99))
def test_borders_that_run_through_the_engines_own_reference_points_are_answered_exactly(
    at: list[tuple[int, int]], seed: int
) -> None:
    outer = shapely.box(WEST, SOUTH, WEST + 0.004, SOUTH + 0.004)
    frame = frame_over([outer], 4, 50.0)
    ring = [(frame.lon[column + 9], frame.lat[row + 9]) for column, row in at]
    inner = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
    if inner.is_empty or not inner.is_valid:  # rounding may fold it again
        return
    shapes = [inner, outer]
    lon, lat = hard_points(shapes, np.random.default_rng(seed))

    placed = Locator("uji", villages_of(shapes)).locate_many(lon, lat)

    exact = np.where(placed.approximate, OUTSIDE, placed.village)
    assert exact.tolist() == lowest_covering(shapes, lon, lat).tolist()


def test_more_shapes_than_a_cell_can_tell_apart_are_still_told_apart() -> None:
    dice = np.random.default_rng(3)
    many = MOST_CANDIDATES + 15
    shapes = [
        shapely.box(WEST + x, SOUTH + y, WEST + x + 2e-5, SOUTH + y + 2e-5)
        for x, y in dice.uniform(0, 5e-5, (many, 2))
    ]
    services = [Service(f"z{i}", "air", "", 0, geom=one) for i, one in enumerate(shapes[:20])]
    locator = Locator("uji", villages_of(shapes), services)
    lon, lat = hard_points(shapes, dice)

    placed = locator.locate_many(lon, lat)

    assert len(locator._asker.grid.crowded)  # type: ignore[union-attr]
    assert (
        np.where(placed.approximate, -1, placed.village).tolist()
        == lowest_covering(shapes, lon, lat).tolist()
    )
    for i in np.flatnonzero(placed.village != OUTSIDE)[::7]:
        found = {s.agency for s in locator.answer(int(placed.group[i])).service_areas}
        assert found == {s.agency for s in services if shapely.covers(s.geom, shapely.Point(lon[i], lat[i]))}


@pytest.mark.parametrize("latitude", [-7.3, 0.001, -10.5, 5.9])
def test_the_nearest_within_fifty_metres_is_that_of_the_ellipsoid(latitude: float) -> None:
    dice = np.random.default_rng(11)
    shapes = [
        shapely.affinity.translate(shapely.Point(0, 0).buffer(0.004, quad_segs=3), 112.6 + dx, latitude + dy)
        for dx, dy in dice.uniform(0, 0.03, (12, 2))
    ]
    locator = Locator("uji", villages_of(shapes))
    lon, lat = dice.uniform(112.59, 112.64, 4000), dice.uniform(latitude - 0.01, latitude + 0.04, 4000)
    expected = lowest_covering(shapes, lon, lat)
    lon, lat = lon[expected == OUTSIDE], lat[expected == OUTSIDE]

    placed = locator.locate_many(lon, lat)

    geod = pyproj.Geod(ellps="WGS84")
    squeeze = np.cos(np.radians(latitude))
    flat = [shapely.transform(one, lambda at: at * [squeeze, 1]) for one in shapes]
    for i in range(len(lon)):
        lines = shapely.shortest_line(flat, shapely.Point(lon[i] * squeeze, lat[i]))
        ends = shapely.get_coordinates(lines).reshape(-1, 2, 2) / [squeeze, 1]
        metres = np.array([geod.inv(*one[0], *one[1])[2] for one in ends])
        if abs(metres.min() - 50) > 0.01:
            assert (placed.village[i] != OUTSIDE) == (metres.min() < 50)
        if placed.approximate[i]:
            assert metres[placed.village[i]] <= metres.min() + 0.01


def test_a_service_area_larger_than_the_city_changes_neither_cells_nor_answers() -> None:
    shapes = [shapely.box(WEST, SOUTH, WEST + 0.05, SOUTH + 0.05)]
    world = Service("bpbd", "banjir", "", 0, geom=shapely.box(-180, -90, 180, 90))
    half = Service("dlh", "sampah", "", 0, geom=shapely.box(WEST + 0.02, SOUTH - 3, WEST + 3, SOUTH + 3))
    alone, served = Locator("uji", villages_of(shapes)), Locator("uji", villages_of(shapes), [world, half])

    assert len(served._asker.grid.cells) == len(alone._asker.grid.cells)  # type: ignore[union-attr]
    for lon, agencies in ((0.01, ["bpbd"]), (0.03, ["bpbd", "dlh"]), (0.0502, ["bpbd", "dlh"])):
        found = served.locate(WEST + lon, SOUTH + 0.01)
        assert sorted(s.agency for s in found.service_areas) == agencies
    assert not served.locate(WEST + 1, SOUTH).inside


def test_many_services_with_one_outline_are_one_shape_and_all_are_named() -> None:
    outline = shapely.box(WEST, SOUTH, WEST + 0.02, SOUTH + 0.02)
    services = [Service(f"z{i:02}", f"k{i}", "", 0, geom=shapely.box(*outline.bounds)) for i in range(90)]
    locator = Locator("uji", villages_of([outline]), services)

    placed = locator.locate_many([WEST, WEST + 0.01], [SOUTH + 0.01] * 2)

    assert len(locator._asker.grid.crowded) == 0  # type: ignore[union-attr]
    assert [len(locator.answer(int(one)).service_areas) for one in placed.group] == [90, 90]


def test_the_nearest_of_a_country_is_that_of_the_globe_not_of_a_map() -> None:
    # On one flat map of the whole country the second is said to be nearer to this point, by a kilometre or more.
    far = [
        shapely.box(95.3, 5.85, 95.4, 5.9),
        shapely.box(140.3, -8.6, 140.5, -8.4),
        shapely.box(119.37, -5.2, 119.5, -5.1),
    ]
    locator = Locator("uji", villages_of(far))
    geod = pyproj.Geod(ellps="WGS84")
    for lon, lat in ((130.0, -5.4), (140.5, -5.45), (100.0, 0.0), (118.0, 9.0)):
        near = locator.nearest(lon, lat)
        corners = [
            min(
                geod.inv(lon, lat, x, y)[2]
                for x, y in shapely.get_coordinates(shapely.segmentize(one, 0.001))
            )
            for one in far
        ]
        assert near
        assert near.kelurahan.code == f"{int(np.argmin(corners)):03}"
        assert near.distance_m == pytest.approx(min(corners), rel=1e-4)


def test_what_is_no_list_of_points_is_refused_with_words() -> None:
    locator = Locator("uji", villages_of([shapely.box(WEST, SOUTH, WEST + 0.01, SOUTH + 0.01)]))

    with pytest.raises(ValueError, match="two arrays of one length"):
        locator.locate_many([[WEST]], [[SOUTH]])
    with pytest.raises(ValueError, match="two arrays of one length"):
        locator.locate_many([WEST, WEST], [SOUTH])
    masked = np.ma.masked_array([WEST, WEST], [True, False])
    assert locator.locate_many(masked, [SOUTH, SOUTH]).village.tolist() == [OUTSIDE, 0]
    with np.errstate(all="raise"):
        assert locator.locate_many([1e308, -np.inf, np.nan], [SOUTH] * 3).village.tolist() == [OUTSIDE] * 3
    with pytest.raises(ValueError, match="no geometry: 000"):
        Locator("uji", villages_of([shapely.Polygon()]))


def test_a_disjoint_regency_is_one_map() -> None:
    shapes = [shapely.box(x, -7.6, x + 0.01, -7.59) for x in (110.9, 111.2, 110.7)]
    locator = Locator("uji", villages_of(shapes))

    assert locator.locate_many([110.905, 111.205, 110.705, 111.0], [-7.595] * 4).village.tolist() == [
        0,
        1,
        2,
        -1,
    ]


def test_a_map_of_the_whole_country_has_larger_cells_and_the_same_answers() -> None:
    columns, rows = np.meshgrid(np.arange(46), np.arange(17))
    shapes = list(shapely.box(95 + columns, -11 + rows, 96 + columns, -10 + rows).reshape(-1))
    locator = Locator("uji", villages_of(shapes))
    lon, lat = hard_points(shapes, np.random.default_rng(5))

    placed = locator.locate_many(lon, lat)

    assert locator.nbytes < 64e6
    assert (
        np.where(placed.approximate, -1, placed.village).tolist()
        == lowest_covering(shapes, lon, lat).tolist()
    )
