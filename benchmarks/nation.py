"""Made-up villages over Indonesia's extent: neighbours share their crooked borders to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

WEST, SOUTH, EAST, NORTH = 95.0, -11.0, 141.0, 6.0
STEPS = 25  # edges on a side: about 100 vertices for a village


def villages(count: int, seed: int = 1) -> NDArray[Any]:
    """At least `count` polygons (n,), EPSG:4326, that cover the extent without a gap."""
    rows = round(np.sqrt(count * (NORTH - SOUTH) / (EAST - WEST)))
    columns = -(-count // rows)
    dice = np.random.default_rng(seed)
    step = np.array([(EAST - WEST) / columns, (NORTH - SOUTH) / rows])
    corner_x, corner_y = np.meshgrid(np.arange(columns + 1), np.arange(rows + 1))
    corners = np.stack([corner_x, corner_y], axis=-1) * step + [WEST, SOUTH]
    corners += dice.uniform(-0.2, 0.2, corners.shape) * step
    level = _crooked(corners[:, :-1], corners[:, 1:], dice, step)  # (rows + 1, columns, STEPS + 1, 2)
    upright = _crooked(corners[:-1], corners[1:], dice, step)  # (rows, columns + 1, STEPS + 1, 2)
    bottom, top = level[:-1, :, :-1], level[1:, :, :0:-1]
    right, left = upright[:, 1:, :-1], upright[:, :-1, :0:-1]
    rings = np.concatenate([bottom, right, top, left], axis=2)
    rings = np.concatenate([rings, rings[:, :, :1]], axis=2).reshape(rows * columns, -1, 2)
    return np.asarray(shapely.polygons(shapely.linearrings(rings)))


def _crooked(
    start: NDArray[np.float64], end: NDArray[np.float64], dice: np.random.Generator, step: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A line of STEPS edges from start to end, bent a little: never so much that it meets another."""
    along = np.linspace(0, 1, STEPS + 1)[:, None]
    line = start[..., None, :] + along * (end - start)[..., None, :]
    bend = dice.normal(0, 1, line.shape).cumsum(axis=-2)
    bend -= along * bend[..., -1:, :]  # a walk that comes home
    bend[..., 0, :] = bend[..., -1, :] = 0
    line += bend / (np.abs(bend).max(axis=(-2, -1), keepdims=True) + 1e-9) * 0.025 * step
    line[..., 0, :], line[..., -1, :] = start, end
    return line
