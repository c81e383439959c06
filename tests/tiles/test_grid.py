from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import NotFound
from tiles.grid import HALF_WORLD, Tile

metres = st.floats(-HALF_WORLD * 0.99, HALF_WORLD * 0.99)


def owns(tile: Tile, x: float, y: float) -> bool:
    west, south, east, north = tile.own_points
    return west <= x < east and south < y <= north


@given(st.integers(1, 18), metres, metres)
def test_a_point_belongs_to_exactly_one_tile_of_each_zoom(z: int, x: float, y: float) -> None:
    width = 2 * HALF_WORLD / 2**z
    column, row = int((x + HALF_WORLD) // width), int((HALF_WORLD - y) // width)
    around = [
        Tile(z, c, r)
        for c in range(max(0, column - 1), min(2**z, column + 2))
        for r in range(max(0, row - 1), min(2**z, row + 2))
    ]

    assert sum(owns(tile, x, y) for tile in around) == 1


@given(st.integers(0, 14), metres, metres)
def test_the_own_points_of_a_tile_round_to_coordinates_that_renderers_draw(
    z: int, x: float, y: float
) -> None:
    width = 2 * HALF_WORLD / 2**z
    tile = Tile(z, int((x + HALF_WORLD) // width), int((HALF_WORLD - y) // width))
    if owns(tile, x, y):
        step_x = (x + HALF_WORLD - tile.x * width) / tile.unit
        step_y = (HALF_WORLD - tile.y * width - y) / tile.unit
        assert -0.51 < step_x < 4095.51
        assert -0.51 < step_y < 4095.51


@pytest.mark.parametrize("address", [(23, 0, 0), (-1, 0, 0), (0, 1, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0)])
def test_a_tile_outside_the_grid_does_not_exist(address: tuple[int, int, int]) -> None:
    with pytest.raises(NotFound):
        Tile(*address)
