"""Pins in bytes: two decimal numbers near each other in a text, or two numbers of double or single precision in a row.

Either order of the coordinates, any separator; binary of either byte order (WKB, SQLite's rows and R-trees, Parquet).
"""

from __future__ import annotations

import numpy as np

from opendata.traces.digests import Bytes, known, once
from opendata.traces.pins import DECIMALS, FINEST, Floats, Ints, Pins, decimals_of, single_keys

DEEPEST = 9  # decimals that are read; what comes behind does not change the 7th
TAB, TILDE = 9, 126
NEAR = 64  # bytes from one point of a number to that of the other at most
Found = set[tuple[int, int]]


def search_pins(pins: Pins, part: Bytes, own: int) -> Found:
    """Pins that begin in one chunk (see `chunks`): as text, and as numbers in binary where it is more than ASCII."""
    if pins.box is None:
        return set()
    only_ascii = not ((part[: own + 1] < TAB) | (part[: own + 1] > TILDE)).any()
    return in_text(pins, part, own) | (set() if only_ascii else in_binary(pins, part, own))


def pins_among(pins: Pins, points: Floats) -> Found:
    """Which of (n, 2) longitudes and latitudes are pins; those that single precision can write also as such."""
    if pins.box is None or not len(points):
        return set()
    west, south, east, north = pins.box
    points = points[(points >= (west, south)).all(axis=1) & (points <= (east, north)).all(axis=1)]
    lon, lat = np.rint(points * FINEST).astype(np.int64).T
    found = pins.among(lon, lat, np.maximum(decimals_of(lon), decimals_of(lat)))
    return found | _among_singles(pins, points[(points == points.astype(np.float32)).all(axis=1)])


def _among_singles(pins: Pins, points: Floats) -> Found:
    keys = once(single_keys(points)) if len(points) else pins.single[:0]
    return {(0, key) for key in keys[known(pins.single, keys)].tolist()}


def in_text(pins: Pins, part: Bytes, own: int) -> Found:
    """Pins written as decimal numbers, the first of which begins in this chunk (see `chunks`)."""
    assert pins.box
    west, south, east, north = pins.box
    dots, fine, count = _numbers(part)
    is_lon = (fine >= west * FINEST) & (fine <= east * FINEST)
    is_lat = (fine >= south * FINEST) & (fine <= north * FINEST)
    some = is_lon | is_lat
    dots, fine, count, is_lon, is_lat = dots[some], fine[some], count[some], is_lon[some], is_lat[some]
    near = np.diff(dots) <= NEAR
    found: Found = set()
    for first, second in ((is_lon, is_lat), (is_lat, is_lon)):
        here = np.flatnonzero(first[:-1] & second[1:] & near & (dots[:-1] <= own))
        both = (fine[here], fine[here + 1])
        lon, lat = both if first is is_lon else both[::-1]
        found |= pins.among(lon, lat, np.maximum(count[here], count[here + 1]))
    return found


def _numbers(part: Bytes) -> tuple[Ints, Ints, Ints]:
    """Where decimal numbers have their point; the numbers in 10⁻⁷; with how many decimals (at least 4) they are."""
    digit = (part - np.uint8(ord("0"))) <= 9
    dots = np.flatnonzero(part == ord("."))
    dots = dots[(dots >= 1) & (dots < len(part) - DEEPEST - 1)]
    dots = dots[digit[dots - 1] & digit[dots + 1]]
    value = np.zeros(len(dots), dtype=np.int64)
    start, more = dots.copy(), np.ones(len(dots), dtype=bool)
    for power in range(3):  # up to 180
        at = np.maximum(dots - 1 - power, 0)
        more &= digit[at] & (dots - 1 - power >= 0)
        value += np.where(more, (part[at].astype(np.int64) - 48) * 10**power, 0)
        start[more] = at[more]
    count, more = np.zeros(len(dots), dtype=np.int64), np.ones(len(dots), dtype=bool)
    for place in range(1, DEEPEST + 1):
        more &= digit[dots + place]
        value = value * 10 + np.where(more, part[dots + place].astype(np.int64) - 48, 0)
        count += more
    fine = (value + 50) // 100
    minus = part[np.maximum(start - 1, 0)] == ord("-")
    return dots, np.where(minus, -fine, fine), np.maximum(count, DECIMALS[0])


def in_binary(pins: Pins, part: Bytes, own: int) -> Found:
    """Pins as two numbers in a row, the first of which begins in this chunk.

    An R-tree of SQLite (single, big-endian) holds boxes of what is beside it in full; its rounding is not looked for.
    """
    found: Found = set()
    for kind in ("<f8", ">f8", "<f4"):
        found |= _in_kind(pins, part, own, np.dtype(kind))
    return found


def _in_kind(pins: Pins, part: Bytes, own: int, kind: np.dtype[np.floating]) -> Found:
    assert pins.box
    west, south, east, north = pins.box
    found: Found = set()
    lons = np.flatnonzero(_may_lie(part[: own + NEAR], west, east, kind))
    for step in (kind.itemsize, -kind.itemsize):
        at = lons[(lons + step >= 1) & (np.minimum(lons, lons + step) <= own)]
        lon, lat = _values(part, at, kind), _values(part, at + step, kind)
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        points = np.column_stack((lon[inside], lat[inside]))
        found |= pins_among(pins, points) if kind.itemsize == 8 else _among_singles(pins, points)
    return found


def _may_lie(part: Bytes, low: float, high: float, kind: np.dtype[np.floating]) -> np.ndarray:
    """At which bytes a number may begin that lies between low and high, as its two uppermost bytes tell."""
    big, size = kind.newbyteorder(">"), kind.itemsize
    ends = [np.array(value, dtype=big).tobytes()[:2] for value in (low, high)]
    if (low < 0) != (high < 0):
        return np.ones(len(part) - size + 1, dtype=bool)
    (top, less), (last_top, last_less) = min(ends), max(ends)
    at = (0, 1) if kind.byteorder == ">" else (size - 1, size - 2)
    tops, lesses = (part[place : len(part) - size + 1 + place] for place in at)
    if top != last_top:
        return np.asarray((tops >= top) & (tops <= last_top))
    return np.asarray((tops == top) & (lesses >= less) & (lesses <= last_less))


def _values(part: Bytes, at: Ints, kind: np.dtype[np.floating]) -> Floats:
    every = np.ndarray((len(part) - kind.itemsize + 1,), dtype=kind, buffer=part, strides=(1,))
    with np.errstate(invalid="ignore"):  # any bytes may stand there
        return every[at].astype(np.float64)
