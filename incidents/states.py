"""How an incident stands by what its agencies have done: one rule for single steps and for many cases at once."""

from __future__ import annotations

from collections.abc import Sequence

from incidents.models import Assignment, Incident

A = Assignment.Status


def status_from(status: Incident.Status, held: Sequence[tuple[str, str]]) -> Incident.Status:
    """What assignments (role, status) make of it: resolved when the lead is done, returned when nobody leads."""
    S = Incident.Status
    if status in {S.CLOSED, S.ARCHIVED}:
        return status
    lead = [one for role, one in held if role == Assignment.Role.LEAD and one != A.RETURNED]
    if not lead:
        return S.RETURNED
    if all(one == A.DONE for one in lead):
        return S.RESOLVED
    return S.WORKING if any(one in {A.ACCEPTED, A.DONE} for _role, one in held) else S.NEW
