"""Open Location Codes (plus codes): a place of about 14 m in ten characters, to be said, written and typed anywhere.

`6P58F9QC+HP` is a full code. A short one (`F9QC+HP`, often with a town behind it) means the nearest place of that name.
"""

from __future__ import annotations

import re

from openlocationcode import openlocationcode as olc  # type: ignore[import-untyped]  # the library has no types

PLACES = 6  # decimals, about a decimetre
# The sign between the two parts is lost where somebody puts a code into an address without escaping it.
_CODE = re.compile(r"(?P<front>[23456789CFGHJMPQRVWX]{4,8})[+ ](?P<back>[23456789CFGHJMPQRVWX]{2,7})", re.I)


def encode(lon: float, lat: float) -> str:
    """The full code of ten characters for a point, as in `6P58F9QC+HP`."""
    return str(olc.encode(lat, lon))


def decode(text: str, near: tuple[float, float] | None) -> tuple[float, float] | None:
    """The middle (lon, lat) of the place that `text` begins to name; None when it begins with no code.

    `near` (lon, lat) completes short codes; without it they are none. Words behind the code (a town) are ignored.
    """
    found = _CODE.match(text.strip())
    if not found or not _ends_here(text.strip(), found.end()):
        return None
    code = f"{found['front']}+{found['back']}".upper()
    if olc.isShort(code) and near:
        code = str(olc.recoverNearest(code, near[1], near[0]))
    if not olc.isFull(code):
        return None
    area = olc.decode(code)
    return round(area.longitudeCenter, PLACES), round(area.latitudeCenter, PLACES)


def _ends_here(text: str, at: int) -> bool:
    return at == len(text) or text[at] in " ,;"
