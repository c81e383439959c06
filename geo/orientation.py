"""On which side of a line a point lies, without rounding errors.

The sign of a determinant is what every test of a point against a border comes down to; doubles get it wrong for points
near the line. As in Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates"
(1997): a bound on the rounding error says which signs are certain, and only the others are computed exactly.
"""

from __future__ import annotations

from fractions import Fraction
from math import fsum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# (3 + 16ε)ε of Shewchuk's orient2d, and what products that underflow can lose.
_BOUND = 3.3306690738754716e-16
_UNDERFLOW = 1e-290
_SPLITTER = 134217729.0  # 2²⁷ + 1
_TINY = 1e-100  # products of smaller numbers have no exact remainder in doubles


def orientation(ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats) -> NDArray[np.int8]:
    """1 where p lies left of a→b, -1 where right, 0 where the three are exactly in line; all arrays (n,)."""
    left = (ax - px) * (by - py)
    right = (ay - py) * (bx - px)
    turn = left - right
    bound = np.abs(left, out=left)
    bound += np.abs(right, out=right)
    bound *= _BOUND
    bound += _UNDERFLOW
    sign = (turn > bound).view(np.int8) - (turn < -bound).view(np.int8)
    unsure = np.flatnonzero(sign == 0)
    if len(unsure):
        sign[unsure] = _exact(*(one[unsure] for one in (ax, ay, bx, by, px, py)))
    return sign


def _exact(ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats) -> NDArray[np.int8]:
    """The determinant as six products, each kept with its rounding error, summed without rounding."""
    sign = np.zeros(len(ax), dtype=np.int8)
    # Most points that come here are corners of a border themselves: no arithmetic is needed for those.
    rest = np.flatnonzero(~(((px == ax) & (py == ay)) | ((px == bx) & (py == by))))
    if not len(rest):
        return sign
    ax, ay, bx, by, px, py = (one[rest] for one in (ax, ay, bx, by, px, py))
    pairs = ((ax, by), (-ax, py), (-px, by), (-ay, bx), (ay, px), (py, bx))
    terms = np.column_stack([part for pair in pairs for part in _product(*pair)])
    sums = np.fromiter(map(fsum, terms), dtype=np.float64, count=len(terms))
    all_six = np.column_stack([ax, ay, bx, by, px, py])
    tiny = np.flatnonzero(((np.abs(all_six) < _TINY) & (all_six != 0)).any(axis=1))
    for i in tiny:
        sums[i] = float(np.sign(_as_fractions(all_six[i])))
    sign[rest] = np.sign(sums).astype(np.int8)
    return sign


def _product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a·b as the rounded product and its exact error (Dekker, Veltkamp)."""
    product = a * b
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b)
    error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, error


def _halves(a: Floats) -> tuple[Floats, Floats]:
    shifted = _SPLITTER * a
    high = shifted - (shifted - a)
    return high, a - high


def _as_fractions(six: Floats) -> int:
    ax, ay, bx, by, px, py = (Fraction(float(one)) for one in six)
    turn = (ax - px) * (by - py) - (ay - py) * (bx - px)
    return (turn > 0) - (turn < 0)
