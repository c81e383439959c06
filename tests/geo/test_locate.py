from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.locate import OUTSIDE, Locator, Nearest, Place, Service, Village

WEST, SOUTH, SIZE = 112.90, -7.68, 0.02


def village(code: str, column: int, row: int, size: float = SIZE) -> Village:
    """A square of a grid whose south-west corner is at WEST, SOUTH."""
    lon, lat = WEST + column * SIZE, SOUTH + row * SIZE
    return Village(
        Place(code, code), Place(code[:-2], code[:-2]), shapely.box(lon, lat, lon + size, lat + size)
    )


LOCATOR = Locator("uji", [village("1.1.2", 1, 0), village("1.1.1", 0, 0), village("1.2.1", 0, 1)])


def code_at(locator: Locator, lon: float, lat: float) -> str | None:
    placed = locator.locate(lon, lat)
    return placed.kelurahan.code if placed.kelurahan else None


def test_a_point_is_in_the_kelurahan_that_covers_it() -> None:
    placed = LOCATOR.locate(112.93, -7.67)

    assert placed.inside
    assert not placed.approximate
    assert placed.kelurahan == Place("1.1.2", "1.1.2")
    assert placed.kecamatan == Place("1.1", "1.1")
    assert placed.nearest is None


def test_on_a_shared_border_the_lowest_code_wins() -> None:
    assert code_at(LOCATOR, 112.92, -7.67) == "1.1.1"
    assert code_at(LOCATOR, 112.91, -7.66) == "1.1.1"


def test_a_corner_belongs_to_the_city() -> None:
    assert code_at(LOCATOR, WEST, SOUTH) == "1.1.1"
    assert not LOCATOR.locate(WEST, SOUTH).approximate


def test_within_fifty_metres_of_the_border_the_nearest_is_taken_and_flagged() -> None:
    placed = LOCATOR.locate(WEST - 0.0004, -7.67)  # about 44 m to the west

    assert placed.inside
    assert placed.approximate
    assert placed.kelurahan == Place("1.1.1", "1.1.1")


def test_further_out_the_point_is_outside_and_the_nearest_is_named() -> None:
    placed = LOCATOR.locate(WEST - 0.001, -7.67)

    assert not placed.inside
    assert placed.kelurahan is None
    assert isinstance(placed.nearest, Nearest)
    assert placed.nearest.kelurahan.code == "1.1.1"
    assert placed.nearest.distance_m == pytest.approx(110.4, abs=0.5)


def test_a_sliver_between_two_is_given_to_the_nearer_and_of_equals_to_the_lower() -> None:
    gap = Locator("celah", [village("b", 0, 0, 0.0199), village("a", 1, 0)])

    assert code_at(gap, 112.91992, -7.67) == "b"
    assert code_at(gap, 112.91998, -7.67) == "a"
    assert gap.locate(112.91995, -7.67).approximate


@pytest.mark.parametrize(
    ("lon", "lat"), [(np.nan, -7.6), (112.9, np.inf), (181, 0), (0, 91), (-7.67, 112.91)]
)
def test_what_is_no_position_is_outside(lon: float, lat: float) -> None:
    placed = LOCATOR.locate(lon, lat)

    assert not placed.inside
    assert placed.nearest is None


def test_an_empty_map_has_everything_outside() -> None:
    empty = Locator("kosong", [])

    assert not empty.locate(112.9, -7.6).inside
    assert empty.locate_many([112.9, np.nan], [-7.6, 0]).village.tolist() == [OUTSIDE, OUTSIDE]


def test_services_come_by_priority_then_agency_and_name_why_they_hold() -> None:
    services = [
        Service("z", "air", "zona", 20, geom=shapely.box(112.89, -7.69, 112.91, -7.60)),
        Service("b", "", "kota", 5),
        Service("a", "jentik", "daftar", 5, villages=frozenset({"1.1.1"})),
    ]
    locator = Locator("uji", [village("1.1.1", 0, 0), village("1.1.2", 1, 0)], services)

    assert [s.agency for s in locator.locate(112.905, -7.67).service_areas] == ["z", "a", "b"]
    assert [s.agency for s in locator.locate(112.915, -7.67).service_areas] == ["a", "b"]
    assert [s.agency for s in locator.locate(112.93, -7.67).service_areas] == ["b"]


def test_by_code_only_what_holds_for_the_whole_kelurahan_answers() -> None:
    half = Service("z", "air", "separuh", 20, geom=shapely.box(112.89, -7.69, 112.91, -7.60))
    whole = Service("y", "air", "semua", 10, geom=shapely.box(112.89, -7.69, 112.93, -7.60))
    locator = Locator("uji", [village("1.1.1", 0, 0)], [half, whole])

    assert [s.agency for s in locator.locate_code("1.1.1").service_areas] == ["y"]
    with pytest.raises(KeyError):
        locator.locate_code("9.9.9")


@st.composite
def near_the_grid(draw: st.DrawFn) -> tuple[float, float]:
    """Points around the squares, with corners and edges more often than chance would give."""
    edges = st.sampled_from([WEST, WEST + SIZE, WEST + 2 * SIZE])
    lon = draw(edges | st.floats(WEST - 0.01, WEST + 0.06))
    rows = st.sampled_from([SOUTH, SOUTH + SIZE, SOUTH + 2 * SIZE])
    lat = draw(rows | st.floats(SOUTH - 0.01, SOUTH + 0.06))
    return lon, lat


@settings(deadline=None, max_examples=60)
@given(st.lists(near_the_grid(), min_size=1, max_size=40))
def test_arrays_and_single_points_agree_with_a_plain_search(points: list[tuple[float, float]]) -> None:
    lon, lat = np.array(points).T
    placed = LOCATOR.locate_many(lon, lat)

    for i, (x, y) in enumerate(points):
        covering = [v.place.code for v in LOCATOR.villages if v.geom.covers(shapely.Point(x, y))]
        single = LOCATOR.locate(x, y)
        index = int(placed.village[i])
        assert single.inside == (index != OUTSIDE)
        assert single.approximate == bool(placed.approximate[i])
        if covering:
            assert single.kelurahan is not None
            assert single.kelurahan.code == LOCATOR.villages[index].place.code == min(covering)
            assert not single.approximate
