"""What somebody has to do now in a case, in one or two sentences: it stands on top, before the shared story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.access import Viewer
from incidents.models import Assignment, Entry, Incident, Member
from incidents.moves import possible

A, P = Assignment.Status, Incident.Phase


@dataclass(frozen=True)
class Task:
    """`now`: there is something to do. What is only waited for is told, but not pressed for."""

    text: str
    now: bool = True


def tasks_of(viewer: Viewer, incident: Incident, assignments: Sequence[Assignment]) -> list[Task]:
    """The viewer's own tasks; of others' what they wait for."""
    held = [one for one in assignments if one.status not in Assignment.GONE]
    if viewer.role in Member.AT_AGENCY:
        mine = next((one for one in held if one.agency == viewer.agency), None)
        return _of_agency(mine, incident, held) if mine else []
    return _of_operator(incident, held)


def _of_agency(mine: Assignment, incident: Incident, held: Sequence[Assignment]) -> list[Task]:
    others = [str(one.agency) for one in held if one != mine and one.status != A.DONE]
    if not incident.is_open:
        return [Task(_("Nothing to do: the case is no longer open."), now=False)]
    if incident.phase == P.WAITING:
        return [Task(_("Waiting for an answer to a question. The clock stands still."), now=False)]
    told = []
    if mine.status == A.SENT:
        told.append(Task(_("Accept the case, or return it and say whose it is.")))
    elif mine.status == A.DONE:
        waits = _("Your part is done. Still at work: %(agencies)s.") % {"agencies": ", ".join(others)}
        told.append(Task(waits, now=False))
    else:
        told.append(_work(mine, incident))
    if mine.role == Assignment.Role.LEAD and others and mine.status != A.DONE:
        lead = _("You are in charge. It is resolved when all are done; also at work: %(agencies)s.")
        told.append(Task(lead % {"agencies": ", ".join(others)}, now=False))
    return told


def _work(mine: Assignment, incident: Incident) -> Task:
    if incident.first_answer_at is None and mine.role == Assignment.Role.LEAD:
        return Task(_("Give the first answer: what will be done, and by when."))
    if mine.status == A.ACCEPTED:
        return Task(_("Begin the work, answer, or finish your part with a photo."))
    return Task(_("Finish your part with a photo of the finished work."))


def _of_operator(incident: Incident, held: Sequence[Assignment]) -> list[Task]:
    if not incident.is_open:
        return []
    if not any(one.role == Assignment.Role.LEAD for one in held):
        return [Task(_("Nobody is in charge: give it to an agency."))]
    if any(step.action == Entry.Kind.VERIFIED for step in possible(incident, Member.Role.OPERATOR)):
        return [Task(_("Verify it: is it clear, and at the right agency?"))]
    return []
