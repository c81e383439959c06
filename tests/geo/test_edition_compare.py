"""What differs between two editions, on made-up squares of about 2.2 km."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from geo.boundaries import read_boundaries
from geo.edition_compare import AreaShape, Link, compare

VILLAGE = "kelurahan_desa"


def box(code: str, west: float, south: float, east: float, north: float, name: str = "") -> AreaShape:
    return AreaShape(code, name or code.upper(), VILLAGE, shapely.box(west, south, east, north))


A = box("a", 112.90, -7.68, 112.92, -7.66)
B = box("b", 112.92, -7.68, 112.94, -7.66)
C = box("c", 112.90, -7.66, 112.92, -7.64)


def test_the_same_areas_do_not_differ() -> None:
    found = compare([A, B, C], [A, B, C])

    assert not found
    assert found.links == []


def test_two_that_merged_are_linked_to_their_successor() -> None:
    merged = box("d", 112.90, -7.68, 112.94, -7.66)
    found = compare([A, B, C], [merged, C])

    assert [one.code for one in found.added] == ["d"]
    assert [one.code for one in found.removed] == ["a", "b"]
    assert found.links == [Link("d", "a", 1.0), Link("d", "b", 1.0)]
    assert found.recoded == []


def test_a_merge_under_an_old_code_links_only_the_one_that_went() -> None:
    merged = box("a", 112.90, -7.68, 112.94, -7.66)
    found = compare([A, B, C], [merged, C])

    assert found.links == [Link("a", "b", 1.0)]
    assert [one.code for one in found.removed] == ["b"]
    (moved,) = found.moved
    assert moved.gained_m2 == pytest.approx(moved.before_m2, rel=1e-3)
    assert moved.lost_m2 == 0


def test_a_split_area_has_several_successors_with_their_shares() -> None:
    most, rest = box("a", 112.90, -7.68, 112.912, -7.66), box("e", 112.912, -7.68, 112.92, -7.66)
    found = compare([A, B], [most, rest, B])

    assert [(one.code, one.predecessor) for one in found.links] == [("a", "a"), ("e", "a")]
    assert [one.share for one in found.links] == pytest.approx([0.6, 0.4], abs=1e-3)


def test_the_same_place_under_another_code_is_recoded_not_removed_and_added() -> None:
    shifted = box("z", 112.9001, -7.68, 112.9201, -7.66, name="Zamrud")
    found = compare([A, C], [shifted, C])

    assert [(one.old_code, one.code) for one in found.recoded] == [("a", "z")]
    assert found.added == []
    assert found.removed == []
    (link,) = found.links
    assert (link.code, link.predecessor) == ("z", "a")
    assert link.share == pytest.approx(0.995, abs=1e-3)


def test_a_new_name_is_told_with_the_old_one() -> None:
    found = compare([A], [box("a", 112.90, -7.68, 112.92, -7.66, name="Anyar")])

    assert [(one.code, one.old_name, one.name) for one in found.renamed] == [("a", "A", "Anyar")]
    assert found.moved == []


def test_a_moved_border_is_measured_in_square_metres() -> None:
    """A strip of 0.001° × 0.02° at 7.67° south: 110.34 m × 2,211.6 m on the WGS 84 ellipsoid."""
    found = compare(
        [A, B], [box("a", 112.90, -7.68, 112.921, -7.66), box("b", 112.921, -7.68, 112.94, -7.66)]
    )

    sizes = {one.code: (one.gained_m2, one.lost_m2) for one in found.moved}
    gained = sizes["a"][0]
    assert gained == pytest.approx(244_000, rel=0.01)
    assert sizes == {"a": (gained, 0.0), "b": (0.0, gained)}
    assert found.links == []  # both go on with nearly all of what they were


def test_two_that_swapped_their_codes_are_linked_crosswise() -> None:
    found = compare([A, C], [box("c", 112.90, -7.68, 112.92, -7.66), box("a", 112.90, -7.66, 112.92, -7.64)])

    assert found.links == [Link("c", "a", 1.0), Link("a", "c", 1.0)]


def test_in_a_real_city_with_every_border_redrawn_the_merge_of_two_is_found(shared_data: Path) -> None:
    """Surabaya: two of its 153 kelurahan merged, all borders shifted by about 3 m."""
    areas, _report = read_boundaries(shared_data / "boundaries" / "35.78_kota-surabaya.geojson")
    old = [
        AreaShape(row.code, row.name, row.level, row.geometry)
        for row in areas.itertuples(index=False)
        if row.level == VILLAGE
    ]
    one = old[0]
    other = next(area for area in old[1:] if area.geom.intersection(one.geom).length > 0)
    merged = AreaShape("35.78.99.1001", "Gabungan", VILLAGE, shapely.union(one.geom, other.geom))
    shifted = [
        AreaShape(area.code, area.name, VILLAGE, shapely.transform(area.geom, lambda xy: xy + 0.00003))
        for area in [*(area for area in old if area not in (one, other)), merged]
    ]

    found = compare(old, shifted)

    assert {(link.code, link.predecessor) for link in found.links} == {
        (merged.code, one.code),
        (merged.code, other.code),
    }
    assert [area.code for area in found.added] == [merged.code]
    assert len(found.moved) == len(old) - 2


def test_an_edition_without_areas_loses_all() -> None:
    found = compare([A], [])

    assert [one.code for one in found.removed] == ["a"]
    assert found.links == []
