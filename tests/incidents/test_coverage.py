"""Gaps and overlaps of service areas, as planes: against small cities drawn by hand, made-up ones, and real ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundaries import read_boundaries
from geo.locate import Locator, Place, Service, Village
from incidents.coverage.faces import ground_of
from incidents.coverage.leads import SLIVER_M2, Coverage, coverage_of
from incidents.routing import leading_service

WEST, SOUTH, SIZE = 112.90, -7.68, 0.02
SQUARE_M2 = 2208 * 2211.6  # of one square, roughly


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A box given in squares of the grid."""
    return shapely.box(WEST + west * SIZE, SOUTH + south * SIZE, WEST + east * SIZE, SOUTH + north * SIZE)


def village(code: str, shape: shapely.Polygon) -> Village:
    return Village(Place(code, code), Place("1.1", "1.1"), shape)


FOUR = [
    village("1.1.1", box(0, 0, 1, 1)),
    village("1.1.2", box(1, 0, 2, 1)),
    village("1.1.3", box(0, 1, 1, 2)),
    village("1.1.4", box(1, 1, 2, 2)),
]


def listed(agency: str, category: str, priority: int, *codes: str) -> Service:
    return Service(agency, category, agency, priority, villages=frozenset(codes))


def drawn(agency: str, category: str, priority: int, shape: shapely.Polygon) -> Service:
    return Service(agency, category, agency, priority, geom=shape)


def covered(services: list[Service], *wanted: str, villages: list[Village] = FOUR) -> Coverage:
    return coverage_of(ground_of(Locator("uji", villages, services)), wanted)


def squares(m2: float) -> float:
    return round(m2 / SQUARE_M2, 2)


def test_places_without_a_service_area_are_gaps_and_neighbours_are_one() -> None:
    coverage = covered([listed("pkm", "jentik", 5, "1.1.1")], "jentik", "")

    (gap,) = coverage.gaps
    assert (gap.villages, squares(gap.m2)) == ([1, 2, 3], 3)
    (led,) = coverage.led
    assert (led.agency, led.piece.villages, squares(led.piece.m2)) == ("pkm", [0], 1)


def test_gaps_apart_from_each_other_are_told_apart_the_largest_first() -> None:
    coverage = covered([drawn("pdam", "air", 5, box(0.5, 0, 1.75, 2))], "air")

    assert [(gap.villages, squares(gap.m2)) for gap in coverage.gaps] == [([0, 2], 1), ([1, 3], 0.5)]
    assert shapely.equals(coverage.gaps[1].shape().normalize(), box(1.75, 0, 2, 2).normalize())


def test_the_group_and_then_all_categories_fill_what_a_category_leaves() -> None:
    services = [
        drawn("pdam", "air", 5, box(0, 0, 1, 2)),
        listed("perkim", "fasilitas", 5, "1.1.2"),
        Service("kota", "", "kota", 900),
    ]
    coverage = covered(services, "air", "fasilitas", "")

    assert [(led.agency, squares(led.piece.m2)) for led in coverage.led] == [
        ("kota", 1),
        ("pdam", 2),
        ("perkim", 1),
    ]
    assert coverage.gaps == ()
    assert coverage.overlaps == (), "what is asked later does not compete, whatever its priority"


def test_where_two_hold_the_higher_priority_leads_and_a_tie_is_told_as_one() -> None:
    services = [
        listed("b", "air", 10, "1.1.1", "1.1.2"),
        listed("a", "air", 10, "1.1.1"),
        listed("c", "air", 20, "1.1.2"),
        listed("c", "air", 5, "1.1.2"),
    ]
    coverage = covered(services, "air")

    told = {
        (one.leads.agency, one.other.agency, one.tie, tuple(one.piece.villages)) for one in coverage.overlaps
    }
    assert told == {("a", "b", True, (0,)), ("c", "b", False, (1,))}
    assert [one.leads.agency for one in coverage.ties] == ["a"]
    assert [one.leads.agency for one in coverage.settled] == ["c"]


def test_two_service_areas_of_one_agency_are_no_overlap() -> None:
    services = [listed("a", "air", 10, "1.1.1"), drawn("a", "air", 10, box(0, 0, 1, 1))]
    assert covered(services, "air").overlaps == ()


def test_a_gap_goes_on_across_the_sliver_between_two_kelurahan_but_not_across_a_street() -> None:
    metre = 1 / 2208
    for metres, gaps in ((12, 1), (80, 2)):
        east = village("1.1.2", box(1 + metres * metre, 0, 2, 1))
        coverage = covered([], "air", villages=[FOUR[0], east])
        assert len(coverage.gaps) == gaps


def test_slivers_are_not_told() -> None:
    """A zone drawn a hand's breadth beside the border: about 40 m² are left, and as many lie twice."""
    assert SLIVER_M2 == 100
    thin = 40 / SQUARE_M2
    services = [
        drawn("barat", "air", 10, box(0, 0, 1 - thin, 1)),
        drawn("timur", "air", 10, box(1, 0, 2, 1)),
        drawn("utara", "air", 10, box(0, 1 - thin, 1, 2)),
        drawn("utara", "air", 10, box(1, 1, 2, 2)),
    ]
    coverage = covered(services, "air")

    assert coverage.gaps == ()
    assert coverage.overlaps == ()
    assert [led.agency for led in coverage.led] == ["barat", "timur", "utara"]


def test_ground_that_two_kelurahan_claim_is_counted_once_for_the_lower_code() -> None:
    villages = [village("1.1.1", box(0, 0, 1, 1)), village("1.1.2", box(0.5, 0, 2, 1))]
    coverage = covered([listed("x", "air", 5, "1.1.2")], "air", villages=villages)

    assert squares(coverage.led[0].piece.m2) == 1
    assert squares(coverage.gaps[0].m2) == 1
    assert coverage.gaps[0].villages == [0]


def test_a_bow_tie_that_got_into_the_database_stops_nothing() -> None:
    x, y = WEST, SOUTH
    bow = shapely.Polygon([(x, y), (x + SIZE, y + SIZE), (x + SIZE, y), (x, y + SIZE)])
    assert squares(covered([drawn("a", "air", 5, bow)], "air").led[0].piece.m2) == 0.5


def test_a_city_without_borders_has_nothing_to_tell() -> None:
    assert covered([Service("a", "air", "a", 5)], "air", villages=[]) == Coverage((), (), ())


corner = st.integers(0, 20).map(lambda n: n / 10)
boxes = st.builds(
    lambda x, y, w, h: box(x, y, x + w, y + h), corner, corner, st.integers(1, 9).map(lambda n: n / 10),
    st.integers(1, 9).map(lambda n: n / 10),
)  # fmt: skip
made_villages = st.lists(boxes, min_size=1, max_size=6).map(
    lambda shapes: [village(f"1.1.{number}", shape) for number, shape in enumerate(shapes)]
)
made_services = st.lists(
    st.builds(
        lambda agency, category, priority, codes, shape, kind: Service(
            agency, category, agency, priority,
            villages=frozenset(codes) if kind == "listed" else None, geom=shape if kind == "drawn" else None,
        ),
        st.sampled_from("abc"), st.sampled_from(["air", "fasilitas", "", "lain"]), st.integers(0, 2),
        st.sets(st.sampled_from([f"1.1.{n}" for n in range(6)]), max_size=3), boxes,
        st.sampled_from(["listed", "drawn", "whole"]),
    ),
    max_size=6,
)  # fmt: skip


@given(made_villages, made_services, st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3)), max_size=20))
@settings(max_examples=120, deadline=None)
def test_faces_and_points_agree_and_gaps_and_leads_are_the_whole_city(
    villages: list[Village], services: list[Service], places: list[tuple[float, float]]
) -> None:
    locator = Locator("uji", villages, services)
    ground = ground_of(locator)
    wanted = ("air", "fasilitas", "")
    coverage = coverage_of(ground, wanted)

    city = sum(face.m2 for face in ground.faces)
    told = sum(one.piece.m2 for one in coverage.led) + coverage.gaps_m2
    # What is not told is slivers; a made-up tenth of a square is never as small.
    assert told == pytest.approx(city, rel=1e-9)
    shapes = [one.piece.shape() for one in coverage.led] + [gap.shape() for gap in coverage.gaps]
    union = shapely.union_all([one.geom for one in villages])
    assert shapely.area(shapes).sum() == pytest.approx(union.area, rel=1e-9), "nothing twice, nothing missing"

    tree = shapely.STRtree([face.geom for face in ground.faces])
    for x, y in places:
        lon, lat = WEST + x * SIZE, SOUTH + y * SIZE
        found = tree.query(shapely.Point(lon, lat), predicate="within")
        if len(found):  # on a border or outside: the plane says nothing about lines
            (number,) = found.tolist()
            placed = locator.locate(lon, lat)
            assert placed.service_areas == ground.faces[number].services
            leads = leading_service(wanted, placed.service_areas)
            told_as = [one.agency for one in coverage.led if number in one.piece.numbers]
            assert told_as == ([leads.agency] if leads else [])


def test_in_a_real_city_every_face_agrees_with_the_locator(shared_data: Path) -> None:
    """Kota Surabaya with a made-up zone across its middle; each face asked at a point of its own."""
    areas, _report = read_boundaries(shared_data / "boundaries" / "35.78_kota-surabaya.geojson")
    rows = areas[areas["level"] == "kelurahan_desa"]
    villages = [
        Village(Place(row.code, row.name), Place("x", "x"), row.geometry)
        for row in rows.itertuples(index=False)
    ]
    west, south, east, north = rows.total_bounds
    middle = shapely.box(west + (east - west) / 3, south, east - (east - west) / 3, north)
    zone = drawn("pdam", "air", 5, middle)
    locator = Locator("uji", villages, [zone, listed("kel", "", 5, *(v.place.code for v in villages[::2]))])
    ground = ground_of(locator)

    assert {face.village for face in ground.faces} == set(range(153))
    for face in ground.faces:
        inner = face.geom.buffer(-1e-7)
        if not inner.is_empty:
            point = inner.point_on_surface()
            assert locator.locate(point.x, point.y).service_areas == face.services
    coverage = coverage_of(ground, ("air", ""))
    assert coverage.gaps
    assert coverage.ties == ()
