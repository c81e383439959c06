"""How an incident stands by what its agencies have done: one rule for single steps and for many cases at once."""

from __future__ import annotations

from collections.abc import Sequence

from incidents.models import Assignment, Phase

A = Assignment.Status
BEGUN = {A.ACCEPTED, A.WORKING, A.DONE}
HELD_UP = {Phase.WAITING, Phase.OUTSIDE}  # until somebody answers, whatever agencies do meanwhile
ENDED = {Phase.CLOSED, Phase.ARCHIVED}


def phase_from(phase: Phase, held: Sequence[tuple[str, str]]) -> Phase:
    """What assignments (role, status) make of an incident that is in `phase`.

    Resolved when all that have it are done (returned and released ones have it no more), also where the one in charge
    was released; returned when nobody leads.
    """
    if phase in ENDED:
        return phase
    having = [(role, one) for role, one in held if one not in Assignment.GONE]
    led = any(role == Assignment.Role.LEAD for role, _one in having)
    released = any(role == Assignment.Role.LEAD and one == A.RELEASED for role, one in held)
    if having and (led or released) and all(one == A.DONE for _role, one in having):
        return Phase.RESOLVED
    if phase in HELD_UP:
        return phase
    if not led:
        return Phase.RETURNED
    return Phase.WORKING if any(one in BEGUN for _role, one in having) else Phase.NEW
