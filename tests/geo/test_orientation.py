from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.orientation import orientation

# A city's coordinates, those near the equator and the meridian, and numbers so small that products vanish.
degrees = st.floats(112.6, 112.9) | st.floats(-1e-3, 1e-3) | st.floats(-180, 180) | st.just(0.0)
turns = st.tuples(*[degrees] * 6)


def exactly(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> int:
    a, b, c, d, x, y = (Fraction(one) for one in (ax, ay, bx, by, px, py))
    turn = (a - x) * (d - y) - (b - y) * (c - x)
    return (turn > 0) - (turn < 0)


def said(*six: float) -> int:
    return int(orientation(*(np.array([one]) for one in six))[0])


@settings(deadline=None, max_examples=300)
@given(turns)
@example((0.0, 0.0, 5e-324, 1.0, 0.0, 0.5))
@example((1e-200, 1e-200, 3e-200, 3e-200, 2e-200, 2.0000000000000001e-200))
def test_the_side_of_any_point_is_that_of_exact_arithmetic(six: tuple[float, ...]) -> None:
    assert said(*six) == exactly(*six)


@settings(deadline=None, max_examples=300)
@given(st.tuples(*[st.floats(112.6, 112.9)] * 4), st.floats(0, 1), st.integers(-2, 2), st.integers(-2, 2))
def test_points_a_hairs_breadth_from_a_line_are_told_apart(
    ends: tuple[float, ...], along: float, right: int, up: int
) -> None:
    ax, ay, bx, by = ends
    x, y = ax + along * (bx - ax), ay + along * (by - ay)
    x, y = x + right * np.spacing(x), y + up * np.spacing(y)

    assert said(ax, ay, bx, by, x, y) == exactly(ax, ay, bx, by, x, y)


def test_an_end_of_the_line_is_on_it() -> None:
    assert said(112.7, -7.2, 112.8, -7.3, 112.7, -7.2) == 0
    assert said(112.7, -7.2, 112.8, -7.3, 112.8, -7.3) == 0
