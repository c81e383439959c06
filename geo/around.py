"""What tells somebody on the way where a point is: its plus code, and the known places near it."""

from __future__ import annotations

from dataclasses import dataclass

from geo.facilities import Near, landmarks
from geo.pluscode import encode


@dataclass(frozen=True)
class Around:
    plus_code: str
    near: list[Near]


def around(lon: float, lat: float, limit: int = 2) -> Around:
    """The plus code of a point in degrees and its nearest landmarks, at most one of each kind."""
    return Around(encode(lon, lat), landmarks(lon, lat, limit))
