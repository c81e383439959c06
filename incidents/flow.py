"""The workflow in force, kept per process for a short while: every step asks it, and it changes once a year."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from incidents.flow_default import default_statuses, default_transitions
from incidents.models import Phase, Status, Transition, Workflow

KEEP_SECONDS = 2.0
INCIDENT, ASSIGNMENT = Transition.Level.INCIDENT, Transition.Level.ASSIGNMENT


@dataclass(frozen=True)
class Flow:
    """Statuses by code, and steps by (level, action, from). Shared: read only."""

    version: int
    statuses: Mapping[str, Status]
    steps: Mapping[tuple[str, str, str], Transition]

    def phase(self, status: str) -> Phase:
        """What a status means. One that an earlier workflow had and this one has not counts as worked on."""
        known = self.statuses.get(status)
        return Phase(known.phase) if known else Phase.WORKING

    def name(self, status: str) -> str:
        known = self.statuses.get(status)
        return known.name if known else status

    def usual(self, phase: Phase) -> str:
        """The status that a case gets when it comes to a phase by itself."""
        found = (one.code for one in self.statuses.values() if one.phase == phase and one.usual)
        return next(found, phase.value)

    def status_for(self, phase: Phase, current: str) -> str:
        """The status in a phase: the present one, where it belongs to the phase already."""
        return current if current in self.statuses and self.phase(current) == phase else self.usual(phase)

    def step(self, action: str, source: str, level: Transition.Level = INCIDENT) -> Transition | None:
        """The step that is possible from a status (of a case) or a state (of an assignment), whoever takes it."""
        return self.steps.get((level, action, source))

    def transition(
        self, action: str, source: str, role: str, level: Transition.Level = INCIDENT
    ) -> Transition | None:
        """The same, if this role may take it."""
        found = self.step(action, source, level)
        return found if found and role in found.roles else None

    def actions(self, source: str, role: str, level: Transition.Level = INCIDENT) -> list[Transition]:
        """All steps that this role may take from here."""
        return [
            one for (of, _action, start), one in self.steps.items()
            if of == level and start == source and role in one.roles
        ]  # fmt: skip


_kept: tuple[float, Flow] | None = None


def current_flow() -> Flow:
    """The workflow in force, at most `KEEP_SECONDS` old."""
    global _kept
    kept = _kept
    if kept is None or time.monotonic() - kept[0] > KEEP_SECONDS:
        kept = _kept = (time.monotonic(), read_flow(Workflow.objects.get(state=Workflow.State.ACTIVE)))
    return kept[1]


def forget_flow() -> None:
    """Read it again at the next call."""
    global _kept
    _kept = None


def read_flow(workflow: Workflow) -> Flow:
    """A version of the workflow as it is asked."""
    statuses: Sequence[Status] = list(workflow.statuses.all())
    steps = {(one.level, one.action, one.source): one for one in workflow.transitions.all()}
    return Flow(workflow.version, {one.code: one for one in statuses}, steps)


def install_default_flow() -> bool:
    """Put the workflow of incidents/flow_default.py in force where there is none yet; says whether it did."""
    if Workflow.objects.exists():
        return False
    with transaction.atomic():
        workflow = Workflow.objects.create(
            version=1, state=Workflow.State.ACTIVE, activated_at=timezone.now()
        )
        Status.objects.bulk_create(Status(workflow=workflow, **row) for row in default_statuses())
        Transition.objects.bulk_create(Transition(workflow=workflow, **row) for row in default_transitions())
    forget_flow()
    return True
