"""The clocks of a case as its page shows them: each deadline, whether it is met, and what was ever missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.clocks.late import missed, unverified
from incidents.models import Incident, Phase, Timed


@dataclass(frozen=True)
class Clock:
    """One deadline. `since`: first missed then, `under` whom (empty: the operator). `runs`: it is still to be met."""

    label: str | Promise
    due_at: datetime
    runs: bool
    late: bool
    since: datetime | None
    under: str


def clocks_of(incident: Incident, now: datetime) -> list[Clock]:
    """Verification and first answer while they run or where they were missed; completion always."""
    was = missed(incident)
    still = {
        Timed.VERIFY: incident.phase == Phase.NEW and incident.status in unverified(),
        Timed.ANSWER: incident.is_open and incident.first_answer_at is None,
        Timed.DONE: incident.is_open,
    }
    dues = {
        Timed.VERIFY: incident.verify_due_at,
        Timed.ANSWER: incident.answer_due_at,
        Timed.DONE: incident.due_at,
    }
    clocks = []
    for step, due in dues.items():
        runs = still[step]
        if due is None or not (runs or step in was or step == Timed.DONE):
            continue
        since, under = was.get(step, (None, ""))
        late = runs and due < (incident.waiting_since or now)
        clocks.append(
            Clock(_("Deadline") if step == Timed.DONE else step.label, due, runs, late, since, under)
        )
    return clocks
