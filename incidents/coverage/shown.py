"""What the page tells, ready for its templates: names instead of codes, colours, sizes, addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from geo.locate import Locator, Service
from incidents.coverage.answer import Answer, Holding, Standing
from incidents.coverage.faces import Ground
from incidents.coverage.leads import Coverage, Led, Overlap, Piece
from incidents.coverage.survey import Surveyed
from incidents.policy import Policy

COLOURS = 8  # --agency-0 … --agency-7
NOT_ASKED = (Standing.OTHER, Standing.UNASKED)


@dataclass(frozen=True)
class ServiceShown:
    """A service area in words, with the page where it can be changed."""

    agency: str
    category: str
    name: str
    priority: int
    url: str


@dataclass(frozen=True)
class PieceShown:
    """A part of the city: m² and the names of its kelurahan."""

    m2: float
    villages: list[str]

    @property
    def km2(self) -> float:
        return self.m2 / 1e6


@dataclass(frozen=True)
class LedShown:
    colour: int
    agency: str
    services: list[ServiceShown]
    piece: PieceShown


@dataclass(frozen=True)
class OverlapShown:
    leads: ServiceShown
    other: ServiceShown
    piece: PieceShown


@dataclass(frozen=True)
class HoldingShown:
    service: ServiceShown
    standing: Standing


class Teller:
    """Knows the names of this city."""

    def __init__(self, locator: Locator, policy: Policy) -> None:
        self.locator = locator
        self.policy = policy

    def agency(self, code: str) -> str:
        agency = self.policy.agencies.get(code)
        return str(agency) if agency else code

    def category(self, code: str) -> str:
        """The name of a category; its code where no category in use has it."""
        if not code:
            return _("all categories")
        category = self.policy.categories.get(code)
        return str(category) if category else code

    def service(self, service: Service) -> ServiceShown:
        url = reverse("admin:geo_servicearea_change", args=[service.pk]) if service.pk else ""
        agency = self.agency(service.agency)
        return ServiceShown(agency, self.category(service.category), service.name, service.priority, url)

    def piece(self, piece: Piece) -> PieceShown:
        return PieceShown(piece.m2, sorted(self.locator.villages[one].place.name for one in piece.villages))

    def led(self, led: Led, colour: int) -> LedShown:
        services = [self.service(one) for one in led.services]
        return LedShown(colour, self.agency(led.agency), services, self.piece(led.piece))

    def overlap(self, overlap: Overlap) -> OverlapShown:
        return OverlapShown(
            self.service(overlap.leads), self.service(overlap.other), self.piece(overlap.piece)
        )

    def holding(self, holding: Holding) -> HoldingShown:
        return HoldingShown(self.service(holding.service), holding.standing)

    def answer(self, answer: Answer) -> dict[str, object]:
        """An answer with everything that its template says: first what was asked, in the order of its weight."""
        held = sorted(answer.holding, key=lambda one: list(Standing).index(one.standing))
        shown = [self.holding(one) for one in held]
        return {
            "answer": answer,
            "by": self.service(answer.by) if answer.by else None,
            "rivals": [self.service(one) for one in answer.rivals],
            "asked": [one for one in shown if one.standing not in NOT_ASKED],
            "unasked": [one for one in shown if one.standing in NOT_ASKED],
        }


def coverage_shown(teller: Teller, coverage: Coverage, ground: Ground) -> dict[str, object]:
    """The tables of one category: who leads (largest first), gaps, ties, and what priority settles."""
    colours = colours_of(coverage, ground)
    led = sorted(coverage.led, key=lambda one: -one.piece.m2)
    return {
        "led": [teller.led(one, colours[one.agency]) for one in led],
        "gaps": [teller.piece(gap) for gap in coverage.gaps],
        "ties": [teller.overlap(one) for one in coverage.ties],
        "settled": [teller.overlap(one) for one in coverage.settled],
    }


def colours_of(coverage: Coverage, ground: Ground) -> dict[str, int]:
    """A colour for each leading agency; neighbours differ as long as the colours suffice."""
    agency_at = {number: led.agency for led in coverage.led for number in led.piece.numbers}
    colours: dict[str, int] = {}
    used = [0] * COLOURS
    for led in sorted(coverage.led, key=lambda one: -one.piece.m2):
        around = {agency_at.get(near) for number in led.piece.numbers for near in ground.near[number]}
        taken = {colours[agency] for agency in around if agency in colours}
        free = [colour for colour in range(COLOURS) if colour not in taken] or list(range(COLOURS))
        colour = min(free, key=lambda one: used[one])
        colours[led.agency] = colour
        used[colour] += 1
    return colours


@dataclass(frozen=True)
class Row:
    """A category in the summary: who is in charge, and how many gaps and overlaps there are."""

    code: str
    name: str
    in_charge: list[str]
    everywhere: bool
    gaps: int
    gaps_km2: float
    ties: int
    settled: int


def rows_of(teller: Teller, surveyed: Iterable[Surveyed]) -> list[Row]:
    """All categories: first those with gaps, then those with ties, then those that the place decides."""
    rows = [_row(teller, one) for one in surveyed]
    return sorted(rows, key=lambda row: (-bool(row.gaps), -bool(row.ties), row.everywhere))


def _row(teller: Teller, one: Surveyed) -> Row:
    empty = Row(one.category.code, str(one.category), [], True, 0, 0.0, 0, 0)
    if one.coverage is None:
        return replace(empty, in_charge=[str(one.fixed)])
    coverage = one.coverage
    return replace(
        empty,
        in_charge=[teller.agency(led.agency) for led in coverage.led],
        everywhere=False,
        gaps=len(coverage.gaps),
        gaps_km2=coverage.gaps_m2 / 1e6,
        ties=len(coverage.ties),
        settled=len(coverage.settled),
    )
