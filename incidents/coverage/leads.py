"""Who leads where, by the service areas that a category asks: what each agency leads, where nobody, where two could.

Pure: faces in, pieces of the city out. Categories that ask the same service areas share one answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely

from geo.locate import Service
from incidents.coverage.faces import Face, Ground
from incidents.routing import leading_service

# Gaps and overlaps smaller than a house's plot come from borders drawn twice; they are not told.
SLIVER_M2 = 100.0


@dataclass(frozen=True)
class Piece:
    """A part of the city, made of faces (their numbers in the ground)."""

    numbers: tuple[int, ...]
    faces: tuple[Face, ...]

    @cached_property
    def m2(self) -> float:
        return sum(face.m2 for face in self.faces)

    @property
    def villages(self) -> list[int]:
        """The kelurahan that it touches, as indexes into `Locator.villages`."""
        return sorted({face.village for face in self.faces})

    def shape(self) -> Any:
        """Its outline, EPSG:4326."""
        return shapely.union_all([face.geom for face in self.faces])


@dataclass(frozen=True)
class Led:
    """What one agency leads, and the service areas by which it does."""

    agency: str
    services: tuple[Service, ...]
    piece: Piece


@dataclass(frozen=True)
class Overlap:
    """Where service areas of one category but different agencies both hold: `leads` does, `other` would without it."""

    leads: Service
    other: Service
    piece: Piece

    @property
    def tie(self) -> bool:
        """Equal priority: the lower agency code leads, and the administrator should decide (CONTRACT.md)."""
        return self.leads.priority == self.other.priority


@dataclass(frozen=True)
class Coverage:
    """`led` by agency code, `gaps` and `overlaps` largest first; all without slivers (SLIVER_M2)."""

    led: tuple[Led, ...]
    gaps: tuple[Piece, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def ties(self) -> tuple[Overlap, ...]:
        return tuple(one for one in self.overlaps if one.tie)

    @property
    def settled(self) -> tuple[Overlap, ...]:
        return tuple(one for one in self.overlaps if not one.tie)

    @property
    def gaps_m2(self) -> float:
        return sum(gap.m2 for gap in self.gaps)


def coverage_of(ground: Ground, wanted: Sequence[str]) -> Coverage:
    """What the service areas of the categories `wanted` (see `routing.asked`) make of the city."""
    led: dict[str, list[int]] = {}
    by: dict[str, dict[Service, None]] = {}
    shared: dict[tuple[Service, Service], list[int]] = {}
    empty: list[int] = []
    for number, face in enumerate(ground.faces):
        leads = leading_service(wanted, face.services)
        if leads is None:
            empty.append(number)
            continue
        led.setdefault(leads.agency, []).append(number)
        by.setdefault(leads.agency, {})[leads] = None
        for other in rivals(leads, face.services):
            shared.setdefault((leads, other), []).append(number)
    held = [Led(agency, tuple(by[agency]), _piece(ground, led[agency])) for agency in sorted(led)]
    gaps = [_piece(ground, place) for place in ground.places(empty)]
    overlaps = [Overlap(one, other, _piece(ground, numbers)) for (one, other), numbers in shared.items()]
    return Coverage(
        tuple(one for one in held if one.piece.m2 >= SLIVER_M2),
        tuple(sorted((one for one in gaps if one.m2 >= SLIVER_M2), key=lambda one: -one.m2)),
        tuple(sorted((one for one in overlaps if one.piece.m2 >= SLIVER_M2), key=lambda one: -one.piece.m2)),
    )


def rivals(leads: Service, services: Iterable[Service]) -> list[Service]:
    """Of each other agency the first service area of the leading one's category."""
    first: dict[str, Service] = {}
    for service in services:
        if service.category == leads.category and service.agency != leads.agency:
            first.setdefault(service.agency, service)
    return list(first.values())


def _piece(ground: Ground, numbers: Sequence[int]) -> Piece:
    return Piece(tuple(numbers), tuple(ground.faces[number] for number in numbers))
