"""Relocations as the tests of this room need them, and how a case stands afterwards."""

from __future__ import annotations

from typing import Any

from geo.editions import activate
from geo.models import Edition
from geo.registry import forget_locator
from incidents.models import Incident, Relocation
from incidents.relocation.run import carry_out, new_run


def go_to(edition: Edition, batch: int = 20_000) -> Relocation:
    """Put an edition in force and relocate, as the job does."""
    before = Edition.objects.get(status="active")
    activate(edition)
    forget_locator()
    return carry_out(new_run(edition, before, None).pk, batch)


def state(incident: Incident) -> tuple[Any, ...]:
    """Place, state and agencies of a case."""
    found = Incident.objects.get(pk=incident.pk)
    held = found.assignments.order_by("agency__code").values_list(
        "agency__code", "role", "status", "why", "assigned_at"
    )
    places = (found.kelurahan_code, found.kelurahan, found.kecamatan_code, found.kecamatan)
    return (*places, found.status, found.approximate, found.due_at, list(held))


def leads(incident: Incident) -> list[str]:
    return list(incident.assignments.filter(role="lead").values_list("agency__code", flat=True))


def kinds(incident: Incident) -> list[str]:
    return list(incident.entries.values_list("kind", flat=True))
