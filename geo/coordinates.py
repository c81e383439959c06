"""A position as people write or paste it: `-7.6453, 112.9075`, `112,9075 -7,6453`, `7°38'43"S 112°54'27"E`, links."""

from __future__ import annotations

import re

PLACES = 6
_NUMBER = r"""
    (?P<sign{0}>[+−-]?)(?P<degrees{0}>\d{{1,3}}(?:[.,]\d{{1,20}})?)\s*°?\s*
    (?:(?P<minutes{0}>\d{{1,2}}(?:[.,]\d{{1,9}})?)\s*['′’]\s*)?
    (?:(?P<seconds{0}>\d{{1,2}}(?:[.,]\d{{1,9}})?)\s*(?:["″”]|'')\s*)?
    (?P<side{0}>LS|LU|BT|BB|[NSEWUTB])?
"""
_PAIR = re.compile(
    _NUMBER.format(1) + r"(?:\s*[,;/]\s*|\s+)" + _NUMBER.format(2), re.VERBOSE | re.IGNORECASE | re.ASCII
)
# What a shared place looks like: geo:-7.6,112.9 · …/@-7.6,112.9,17z · …?q=-7.6,112.9
_LINK = re.compile(r"(?:geo:|@|[?&](?:q|ll|query|center)=)(-?\d{1,2}\.\d+),(-?\d{1,3}\.\d+)", re.ASCII)
# Lintang Selatan/Utara, Bujur Timur/Barat; single letters in both languages (B and T can only be Indonesian).
_NORTHING = {"LS": -1, "S": -1, "LU": 1, "N": 1, "U": 1}
_EASTING = {"BT": 1, "E": 1, "T": 1, "BB": -1, "W": -1, "B": -1}


def read_point(text: str) -> tuple[float, float] | None:
    """The point (lon, lat) that `text` is, or None when it is none.

    Latitude and longitude may come in either order: sides of the sky decide, then which of them can only be a longitude
    (over 90); else the latitude is first. Whole degrees alone are no position: "3 5" may be a house.
    """
    link = _LINK.search(text)
    if link:
        return _checked(float(link[2]), float(link[1]))
    pair = _PAIR.fullmatch(text.strip())
    if not pair:
        return None
    first, second = (_degrees(pair, n) for n in ("1", "2"))
    sides = [(pair[f"side{n}"] or "").upper() for n in ("1", "2")]
    if first is None or second is None or (any(sides) and not _both_sides(sides)):
        return None
    if sides[0] in _EASTING or (not any(sides) and abs(first) > 90):
        return _checked(first, second)
    return _checked(second, first)


def _both_sides(sides: list[str]) -> bool:
    return (sides[0] in _NORTHING and sides[1] in _EASTING) or (
        sides[0] in _EASTING and sides[1] in _NORTHING
    )


def _degrees(pair: re.Match[str], n: str) -> float | None:
    """Decimal degrees with their sign; None for whole degrees without minutes."""
    written, minutes, seconds = pair[f"degrees{n}"], pair[f"minutes{n}"], pair[f"seconds{n}"]
    if not minutes and not re.search("[.,]", written):
        return None
    value = _number(written) + _number(minutes or "0") / 60 + _number(seconds or "0") / 3600
    side = (pair[f"side{n}"] or "").upper()
    sign = (_NORTHING | _EASTING).get(side, 1)
    return -value if pair[f"sign{n}"] in {"-", "−"} else sign * value


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _checked(lon: float, lat: float) -> tuple[float, float] | None:
    if abs(lon) > 180 or abs(lat) > 90:
        return None
    return round(lon, PLACES), round(lat, PLACES)
