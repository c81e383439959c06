"""What counts as the same surroundings: a catchment, or the whole kelurahan where households are not known.

Surroundings are told apart by a code: a catchment's (`35.75.01.1001-007`) or a kelurahan's. All pins of one are the
same to whoever asks, and a catchment's pins see the cases of that catchment alone: probing tells the cell, no more.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.db.models import FloatField, Func, QuerySet

from geo.cells import cells_of, has_cells, kelurahan_of
from geo.locate import Placement
from geo.people import people_in_force
from incidents.models import Incident

KEEP_SECONDS = 300.0
_kept: tuple[float, frozenset[str]] | None = None


def near_key(placement: Placement, lon: float, lat: float) -> str:
    """The surroundings of a pin: its catchment's code, or its kelurahan's where that has no catchments.

    Empty for a pin beyond all catchments of its kelurahan (a border that leaves a gap): what is there would stand out.
    """
    assert placement.kelurahan
    kelurahan = placement.kelurahan.code
    if not has_cells(kelurahan):
        return kelurahan
    return str(cells_of([lon], [lat], kelurahan=[kelurahan])[0])


def kelurahan_in(key: str) -> str:
    """The code of the kelurahan of surroundings."""
    return kelurahan_of(key) or key


def newest_in(key: str, cases: QuerySet[Incident], most: int) -> list[Incident]:
    """Those of a kelurahan's pinned cases that lie in these surroundings: the first `most`."""
    if key == kelurahan_in(key):
        return list(cases[:most])
    spots = cases.annotate(
        lon=_Coordinate("location", function="ST_X"), lat=_Coordinate("location", function="ST_Y")
    )
    table = list(spots.values_list("pk", "lon", "lat"))
    cells = cells_of([lon for _pk, lon, _lat in table], [lat for _pk, _lon, lat in table])
    there = [pk for (pk, _lon, _lat), cell in zip(table, cells, strict=True) if cell == key]
    return list(cases.filter(pk__in=there[:most])) if there else []


class _Coordinate(Func):
    output_field = FloatField()


def is_small(key: str) -> bool:
    """Whether so few people live there that even the mention of a problem would point at somebody."""
    global _kept
    kept = _kept
    if kept is None or time.monotonic() - kept[0] > KEEP_SECONDS:
        least = settings.OFFER_LEAST_PEOPLE
        few = (code for code, (people, _year) in people_in_force().items() if people < least)
        kept = _kept = (time.monotonic(), frozenset(few))
    return kelurahan_in(key) in kept[1]


def forget_small() -> None:
    """Count the people again at the next call."""
    global _kept
    _kept = None
