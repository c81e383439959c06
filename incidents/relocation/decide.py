"""What a new place changes in one case. Pure; the same rules as the workflow's, for many cases at once.

Only what routing chose is routed again: an agency that an operator put in charge stays. Supporting agencies come from
the category, not from the place, so they change only where the lead does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from geo.locate import Place, Village
from incidents.flow import current_flow
from incidents.models import Assignment, Doubt, Phase
from incidents.routing import Routed
from incidents.states import phase_from

A, ROLE = Assignment.Status, Assignment.Role
RULES = ("category:", "service_area:")


@dataclass(frozen=True)
class Held:
    """An assignment as it is; `pk` is None for one that is new."""

    pk: int | None
    agency: int
    role: str
    status: str
    why: str
    assigned_at: datetime

    @property
    def leads(self) -> bool:
        return self.role == ROLE.LEAD and self.status not in Assignment.GONE


@dataclass(frozen=True)
class Spot:
    """A kelurahan in an edition, as a case names it."""

    edition: str
    village: Place
    district: Place
    approximate: bool

    @classmethod
    def of(cls, edition: str, village: Village, approximate: bool) -> Spot:
        return cls(edition, village.place, village.district, approximate)

    def as_json(self) -> dict[str, Any]:
        named = {"kelurahan": self.village, "kecamatan": self.district}
        places = {word: {"code": place.code, "name": place.name} for word, place in named.items()}
        return {"edition": self.edition, **places}

    def same_place(self, other: Spot) -> bool:
        return (self.village, self.district) == (other.village, other.district)


@dataclass(frozen=True)
class Case:
    """An open case as it is. `had`: what its agencies had when this edition was in force before, by agency.

    `kept_out`: agencies that it is about.
    """

    pk: int
    status: str
    phase: str
    demo: bool
    spot: Spot
    held: list[Held]
    had: dict[int, Held] = field(default_factory=dict)
    kept_out: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Change:
    """What becomes of a case. `held` are its assignments afterwards; `gone` those that end."""

    case: Case
    spot: Spot
    status: str
    phase: str
    held: list[Held]
    gone: list[Held] = field(default_factory=list)
    doubt: Doubt.Reason | None = None

    @property
    def moved(self) -> bool:
        return not self.spot.same_place(self.case.spot)

    @property
    def rerouted(self) -> bool:
        return self.held != self.case.held

    @property
    def writes(self) -> bool:
        return self.moved or self.rerouted or self.spot.approximate != self.case.spot.approximate

    @property
    def got(self) -> list[int]:
        """Agencies that lead now and did not before."""
        before = {one.agency for one in self.case.held if one.leads}
        return [one.agency for one in self.held if one.leads and one.agency not in before]

    @property
    def supports(self) -> list[int]:
        """Agencies that led and only support now."""
        before = {one.agency for one in self.case.held if one.leads}
        return [one.agency for one in self.held if not one.leads and one.agency in before]


def decide(case: Case, spot: Spot, routed: list[Routed], now: datetime) -> Change:
    """Place a case at `spot`, where routing names `routed`."""
    lead = next((one for one in case.held if one.leads), None)
    wanted = next((one for one in routed if one.role == ROLE.LEAD), None)
    stays = Change(case, spot, case.status, case.phase, case.held)
    if lead and not lead.why.startswith(RULES):
        return stays
    if wanted is None:
        # An agency that knows of it is better than nobody: it keeps the case until somebody decides.
        return replace(stays, doubt=Doubt.Reason.UNLED) if lead else stays
    if lead and lead.agency == wanted.agency.pk:
        return stays
    before = next((one for one in case.held if one.agency == wanted.agency.pk), None)
    if before and before.status in Assignment.GONE:
        return replace(stays, doubt=Doubt.Reason.RETURNED) if lead else stays
    return _hand_over(case, spot, routed, now)


def _hand_over(case: Case, spot: Spot, routed: list[Routed], now: datetime) -> Change:
    wanted = routed[0]
    supports = {one.agency.pk: one for one in routed if one.role == ROLE.SUPPORT}
    held, gone = [], []
    for one in case.held:
        if one.agency == wanted.agency.pk:
            continue
        if not one.leads:
            held.append(one)
        elif one.agency in supports:
            had = case.had.get(one.agency)
            status = had.status if had and had.role == ROLE.SUPPORT else one.status
            why = supports[one.agency].why
            held.append(replace(one, role=ROLE.SUPPORT.value, status=status, why=why))
        else:
            gone.append(one)
    held.append(_new_lead(case, wanted, now))
    phase = phase_from(Phase(case.phase), [(one.role, one.status) for one in held])
    return Change(case, spot, current_flow().status_for(phase, case.status), phase.value, held, gone)


def _new_lead(case: Case, wanted: Routed, now: datetime) -> Held:
    """The new lead's assignment: sent, or as far as it was when the agency had the case before."""
    agency = wanted.agency.pk
    there = next((one for one in case.held if one.agency == agency), None)
    pk, had = there.pk if there else None, case.had.get(agency)
    if had and had.role == ROLE.LEAD:
        return replace(had, pk=pk, why=wanted.why)
    return Held(pk, agency, ROLE.LEAD.value, A.SENT.value, wanted.why, now)
