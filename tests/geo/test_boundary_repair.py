from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Polygon

from geo.boundaries import read_boundaries
from geo.boundary_repair import repair
from geo.refusal import FileRefused
from tests.geo.made_files import SIDE, SOUTH, WEST, cell, villages, write

M2 = 1105.8 * 1103.9 / SIDE**2  # square metres in a square degree there, roughly


def ring(*corners: tuple[float, float]) -> Polygon:
    """A polygon through corners given in cells."""
    return Polygon([(WEST + SIDE * x, SOUTH + SIDE * y) for x, y in corners])


def test_a_bow_tie_is_repaired_and_told(tmp_path: Path) -> None:
    bow_tie = ring((1, 1), (2, 2), (2, 1), (1, 2))
    path = write(villages(geometry=[*villages().geometry[:3], bow_tie]), tmp_path / "a.geojson")
    areas, report = read_boundaries(path)
    assert areas.is_valid.all()
    [told] = report.repaired
    assert (told.code, told.name) == ("35.75.02.1002", "Purworejo")
    assert told.reason.startswith("Self-intersection")
    assert told.after_m2 == pytest.approx(M2 * SIDE**2 / 2, rel=0.01)
    with translation.override("en"):
        assert any("35.75.02.1002" in line for line in report.decisions())
        assert "its border crosses itself @ -7.685" in report.as_text()


def test_a_polygon_without_an_area_is_refused_by_name(tmp_path: Path) -> None:
    line = ring((1, 1), (2, 1), (1, 1))
    with pytest.raises(FileRefused, match=r"35\.75\.02\.1002 Purworejo"):
        read_boundaries(write(villages(geometry=[*villages().geometry[:3], line]), tmp_path / "a.geojson"))


points = st.tuples(st.integers(0, 6), st.integers(0, 6))


@settings(max_examples=200, deadline=None)
@given(st.lists(points, min_size=4, max_size=12))
def test_whatever_is_drawn_becomes_a_valid_multipolygon_or_is_refused(corners: list[tuple[int, int]]) -> None:
    frame = villages().iloc[[0]].set_geometry([ring(*corners)], crs="EPSG:4326")
    if shapely.make_valid(frame.geometry.iloc[0]).area == 0:
        with pytest.raises(FileRefused, match=r"35\.75\.01\.1001 Karangketug"):
            repair(Path("a"), frame)
        return
    whole, repairs = repair(Path("a"), frame)
    shape = whole.geometry.iloc[0]
    assert shape.geom_type == "MultiPolygon"
    assert shape.is_valid
    assert all(part.exterior.is_ccw for part in shape.geoms)
    assert len(repairs) == (not frame.geometry.iloc[0].is_valid)


def test_a_valid_shape_stays_as_it_is_even_with_a_spike(tmp_path: Path) -> None:
    spike = ring((0, 0), (1, 0), (1, 0.5), (1.5, 0.5000001), (1, 0.5000002), (1, 1), (0, 1))
    areas, report = read_boundaries(
        write(villages(geometry=[spike, *villages().geometry[1:]]), tmp_path / "a.parquet")
    )
    kept = areas.set_index("code").geometry["35.75.01.1001"]
    assert shapely.equals_exact(kept.geoms[0], shapely.orient_polygons(spike), normalize=True)
    assert not report.repaired


def test_gaps_and_overlaps_between_kelurahan_are_measured(tmp_path: Path) -> None:
    # The second square reaches a tenth into the first; between the upper two lies a slit, closed above and below.
    shapes = [
        cell(0, 0),
        ring((0.9, 0), (2, 0), (2, 1), (0.9, 1)),
        ring((0, 1), (0.9, 1), (0.9, 1.8), (1, 1.8), (1, 2), (0, 2)),
        cell(1, 1),
    ]
    _areas, report = read_boundaries(write(villages(geometry=shapes), tmp_path / "a.geojson"))
    assert report.overlaps.count == 1
    assert report.overlaps.largest[0].codes == ["35.75.01.1001", "35.75.01.1002"]
    assert report.overlaps.area_m2 == pytest.approx(0.1 * SIDE**2 * M2, rel=0.01)
    assert report.gaps.count == 1
    assert report.gaps.area_m2 == pytest.approx(0.08 * SIDE**2 * M2, rel=0.01)
    assert report.gaps.largest[0].codes == [
        f"35.75.0{code}" for code in ("1.1001", "1.1002", "2.1001", "2.1002")
    ]


def test_squares_that_meet_have_neither_gaps_nor_overlaps(tmp_path: Path) -> None:
    _areas, report = read_boundaries(write(villages(), tmp_path / "a.geojson"))
    assert (report.gaps.count, report.overlaps.count) == (0, 0)


def test_kecamatan_and_city_are_dissolved_from_kelurahan(tmp_path: Path) -> None:
    areas, report = read_boundaries(
        write(villages(), tmp_path / "a.geojson"), names={"35.75": "Kota Pasuruan"}
    )
    rows = areas.set_index("code")
    assert report.dissolved == ["35.75.01", "35.75.02", "35.75"]
    assert rows["name"][["35.75", "35.75.01", "35.75.02"]].tolist() == [
        "Kota Pasuruan",
        "Gadingrejo",
        "Purworejo",
    ]
    assert rows["parent_code"]["35.75.01.1001"] == "35.75.01"
    assert rows["parent_code"][["35.75", "35.75.01"]].tolist() == ["35", "35.75"]
    for code, parts in (("35.75.01", [cell(0, 0), cell(1, 0)]), ("35.75", villages().geometry.tolist())):
        missed = shapely.symmetric_difference(rows.geometry[code], shapely.union_all(parts))
        assert missed.area < 1e-12
    assert not report.orphans


def test_a_sliver_inside_is_filled_when_dissolving_and_an_enclave_is_not(tmp_path: Path) -> None:
    shapes = [
        ring((0, 0), (3, 0), (3, 1), (0, 1)),
        ring((0, 1), (1, 1), (1, 2), (3, 2), (3, 3), (0, 3)),
        # 11 m short of the second, all along; and the middle square belongs to nobody.
        ring((2, 1), (3, 1), (3, 1.99), (2, 1.99)),
        ring((5, 0), (6, 0), (6, 1), (5, 1)),
    ]
    codes = [f"35.75.01.100{number}" for number in (1, 2, 3)] + ["35.75.02.1001"]
    frame = villages(code=codes, parent_code=[code[:8] for code in codes], geometry=shapes)
    areas, _report = read_boundaries(write(frame, tmp_path / "a.geojson"))
    district = areas.set_index("code").geometry["35.75.01"]
    assert not district.covers(cell(1, 1).centroid)
    assert len(shapely.get_parts(areas.set_index("code").geometry["35.75"])) == 2


def with_parents(districts: list[str]) -> gpd.GeoDataFrame:
    parents = villages().iloc[: len(districts)]
    parents = parents.assign(
        code=districts,
        name=[f"Kecamatan {code}" for code in districts],
        level="kecamatan",
        parent_code="35.75",
        parent_name="Kota Pasuruan",
        geometry=[shapely.union_all([cell(0, row), cell(1, row)]) for row in range(len(districts))],
    )
    return gpd.GeoDataFrame(pd.concat([villages(), parents], ignore_index=True))


def test_an_orphan_is_told_and_its_kecamatan_made(tmp_path: Path) -> None:
    areas, report = read_boundaries(write(with_parents(["35.75.01"]), tmp_path / "a.geojson"))
    assert report.orphans == [("35.75.02.1001", "35.75.02"), ("35.75.02.1002", "35.75.02")]
    assert report.dissolved == ["35.75.02", "35.75"]
    assert areas.set_index("code")["name"]["35.75"] == "Kota Pasuruan"
    with translation.override("en"):
        assert any("2 areas name a parent" in line for line in report.decisions())


def test_a_parent_that_is_nonsense_falls_back_to_the_code_s_own(tmp_path: Path) -> None:
    frame = with_parents(["35.75.01", "35.75.02"])
    frame.loc[0, "parent_code"] = "35.75.01.1002"
    frame.loc[1, "parent_code"] = "99.99.99"
    areas, report = read_boundaries(write(frame, tmp_path / "a.geojson"))
    assert areas.set_index("code")["parent_code"]["35.75.01.1001"] == "35.75.01"
    assert report.orphans == [("35.75.01.1001", "35.75.01.1002"), ("35.75.01.1002", "99.99.99")]
    assert report.dissolved == ["35.75"]


STATED = ["", "35.75", "35.75.01", "35.75.02", "35.75.01.1001", "99.99.99", "x"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STATED), min_size=4, max_size=4))
def test_every_chain_of_parents_ends_at_a_city(tmp_path: Path, parents: list[str]) -> None:
    areas, _report = read_boundaries(write(villages(parent_code=parents), tmp_path / "a.geojson"))
    level = dict(zip(areas["code"], areas["level"], strict=True))
    above = {"kelurahan_desa": "kecamatan", "kecamatan": "kabupaten_kota"}
    for own, parent in zip(areas["level"], areas["parent_code"], strict=True):
        assert own == "kabupaten_kota" or level[parent] == above[own]


def test_the_digest_follows_the_content_not_the_file(tmp_path: Path) -> None:
    first = read_boundaries(write(villages(), tmp_path / "a.gpkg"))[1]
    same = read_boundaries(write(villages().iloc[::-1], tmp_path / "b.fgb"))[1]
    other = read_boundaries(write(villages(name=["a", "b", "c", "d"]), tmp_path / "c.gpkg"))[1]
    assert first.digest == same.digest != other.digest


def test_an_enclave_that_the_city_s_own_polygon_leaves_out_is_no_gap(tmp_path: Path) -> None:
    hole = [(WEST + SIDE * x, SOUTH + SIDE * y) for x, y in ((1, 1), (2, 1), (2, 2), (1, 2))]
    around = Polygon(ring((0, 0), (3, 0), (3, 3), (0, 3)).exterior, [hole])
    frame = villages().iloc[[0]].set_geometry([around], crs="EPSG:4326")
    city = frame.assign(code="35.75", level="kabupaten_kota", name="Kota Pasuruan", parent_code="35")
    _areas, stated = read_boundaries(
        write(gpd.GeoDataFrame(pd.concat([frame, city])), tmp_path / "a.geojson")
    )
    _areas, alone = read_boundaries(write(frame, tmp_path / "b.geojson"))
    assert (stated.gaps.count, alone.gaps.count) == (0, 1)
