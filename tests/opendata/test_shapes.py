from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import shapely

from opendata.shapes import geometry_json, released_shapes

M = 1 / 111_320  # a metre in degrees


def wavy(x: float, points: int = 400) -> list[tuple[float, float]]:
    """A border of 2 km that swings by 3 m."""
    steps = np.linspace(0, 1, points)
    return [(x + 3 * M * float(np.sin(s * 60)), -7.68 + 0.02 * float(s)) for s in steps]


def pair() -> dict[str, shapely.Polygon]:
    """Two neighbours that share a wavy border; the left one's ring runs clockwise."""
    line = wavy(112.92)
    left = shapely.Polygon([(112.90, -7.66), *reversed(line), (112.90, -7.68)][::-1])
    right = shapely.Polygon([*line, (112.94, -7.66), (112.94, -7.68)])
    return {"a": left, "b": right}


def test_borders_get_simple_stay_within_ten_metres_and_keep_meeting() -> None:
    before, after = pair(), released_shapes(pair())

    assert shapely.get_num_coordinates(after["a"]) < shapely.get_num_coordinates(before["a"]) / 10
    for code, shape in before.items():
        assert shapely.hausdorff_distance(shape, after[code]) < 10.5 * M
        assert after[code].is_valid
    assert shapely.area(shapely.intersection(after["a"], after["b"])) < (0.2 * M) ** 2
    gap = shapely.difference(
        shapely.union_all(list(before.values())), shapely.union_all(list(after.values()))
    )
    assert shapely.area(shapely.buffer(gap, -5 * M)) == 0


def test_coordinates_have_six_decimals_and_outer_rings_run_counterclockwise() -> None:
    for shape in released_shapes(pair()).values():
        geometry = json.loads(geometry_json(shape))
        ring = geometry["coordinates"][0]

        assert geometry["type"] == "Polygon"
        assert all(round(value, 6) == value for point in ring for value in point)
        assert ring[0] == ring[-1]
        assert shapely.LinearRing(ring).is_ccw


def test_holes_and_islands_stay_and_holes_run_clockwise() -> None:
    land = shapely.Polygon(
        [(0, 0), (0, 0.1), (0.1, 0.1), (0.1, 0)],
        holes=[[(0.04, 0.04), (0.06, 0.04), (0.06, 0.06), (0.04, 0.06)]],
    )
    island = shapely.box(0.2, 0, 0.21, 0.01)

    geometry = json.loads(geometry_json(released_shapes({"a": shapely.MultiPolygon([island, land])})["a"]))

    assert geometry["type"] == "MultiPolygon"
    assert sorted(len(part) for part in geometry["coordinates"]) == [1, 2]
    for part in geometry["coordinates"]:
        outer, *holes = part
        assert shapely.LinearRing(outer).is_ccw
        assert not any(shapely.LinearRing(hole).is_ccw for hole in holes)
    assert shapely.geometry.shape(geometry).is_valid


def test_overlapping_and_tiny_shapes_are_not_lost() -> None:
    shapes = {
        "a": shapely.box(112.90, -7.68, 112.92, -7.66),
        "b": shapely.box(112.9199, -7.68, 112.94, -7.66),  # overlaps a by 10 m, as real files do
        "c": shapely.box(112.95, -7.68, 112.95 + 4 * M, -7.68 + 4 * M),  # smaller than the tolerance
    }

    after = released_shapes(shapes)

    for code, shape in shapes.items():
        assert after[code].is_valid
        assert not after[code].is_empty
        assert shapely.hausdorff_distance(shape, after[code]) < 15 * M


def test_the_same_shape_gives_the_same_text_wherever_its_ring_begins() -> None:
    ring = [(0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1)]
    turned = ring[2:] + ring[:2]

    texts = {
        geometry_json(released_shapes({"a": shapely.Polygon(r)})["a"]) for r in (ring, turned, ring[::-1])
    }

    assert len(texts) == 1


def test_without_shapes_there_are_none() -> None:
    assert released_shapes({}) == {}


def test_the_borders_of_real_cities_stay_valid_and_where_they_are(shared_data: Path) -> None:
    for file in sorted((shared_data / "boundaries").glob("*.geojson")):
        villages = geopandas.read_file(file).query("level == 'kelurahan_desa'")
        before = dict(zip(villages["code"], shapely.make_valid(villages.geometry.to_numpy()), strict=True))

        for code, shape in released_shapes(before).items():
            assert shape.is_valid, (file.name, code)
            assert shapely.hausdorff_distance(shape, before[code]) < 20 * M, (file.name, code)
            assert shapely.geometry.shape(json.loads(geometry_json(shape))).is_valid, (file.name, code)
