"""What counts as the same surroundings: the one place to change when catchments take the kelurahan's part."""

from __future__ import annotations

import time

from django.conf import settings

from geo.locate import Placement
from geo.people import people_in_force

KEEP_SECONDS = 300.0
_kept: tuple[float, frozenset[str]] | None = None


def near_key(placement: Placement) -> str:
    """The surroundings of a place: its kelurahan's code. An incident's own key is its `kelurahan_code`."""
    assert placement.kelurahan
    return placement.kelurahan.code


def is_small(key: str) -> bool:
    """Whether so few people live there that even the mention of a problem would point at somebody."""
    global _kept
    kept = _kept
    if kept is None or time.monotonic() - kept[0] > KEEP_SECONDS:
        least = settings.OFFER_LEAST_PEOPLE
        few = (code for code, (people, _year) in people_in_force().items() if people < least)
        kept = _kept = (time.monotonic(), frozenset(few))
    return key in kept[1]


def forget_small() -> None:
    """Count the people again at the next call."""
    global _kept
    _kept = None
