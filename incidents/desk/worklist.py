"""An inbox as one query: the cases that a viewer may see, each with its state from where the viewer stands."""

from __future__ import annotations

from datetime import datetime

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.utils.translation import pgettext_lazy

from incidents.access import Viewer, visible_incidents
from incidents.models import Assignment, Incident, Member

DESK_ROLES = (Member.Role.OPERATOR, Member.Role.OFFICER, Member.Role.HEAD)


class State(TextChoices):
    """What a case is to the person who looks: exactly one of these."""

    NEW = "baru", pgettext_lazy("case", "New")
    WORKING = "dikerjakan", pgettext_lazy("case", "In progress")
    LATE = "terlambat", pgettext_lazy("case", "Late")
    RETURNED = "dikembalikan", pgettext_lazy("case", "Returned")
    DONE = "selesai", pgettext_lazy("case", "Resolved")


OPEN_STATES = (State.NEW, State.WORKING, State.LATE, State.RETURNED)


def works_for_agency(viewer: Viewer) -> bool:
    return viewer.role in Member.AT_AGENCY


def worklist(viewer: Viewer, now: datetime) -> QuerySet[Incident]:
    """The viewer's cases with `state`, `my_role`, `my_status` (of their agency's assignment), `unled` and `returned`.

    `unled`: nobody is in charge. `returned`: at least one agency gave it back.

    For an agency the state is that of its own assignment: a supporter is done when its part is done. What is late
    stays late whoever has accepted it.
    """
    here = Assignment.objects.filter(incident=OuterRef("pk"))
    returned = here.filter(status=Assignment.Status.RETURNED)
    leads = here.filter(role=Assignment.Role.LEAD).exclude(status__in=Assignment.GONE)
    cases = visible_incidents(viewer).annotate(unled=~Exists(leads), returned=Exists(returned))
    if not works_for_agency(viewer):
        nobody = Value("", CharField())
        return cases.annotate(my_role=nobody, my_status=nobody, state=_state_of_incident(now))
    mine = FilteredRelation("assignments", condition=Q(assignments__agency=viewer.agency))
    cases = cases.annotate(mine=mine).filter(mine__isnull=False)
    return cases.annotate(
        my_role=F("mine__role"), my_status=F("mine__status"), state=_state_of_assignment(now)
    )


def _state_of_assignment(now: datetime) -> Case:
    done = ~Q(phase__in=Incident.OPEN) | Q(mine__status=Assignment.Status.DONE)
    return _state(
        When(done, then=Value(State.DONE)),
        When(due_at__lt=now, then=Value(State.LATE)),
        When(mine__status=Assignment.Status.SENT, then=Value(State.NEW)),
    )


def _state_of_incident(now: datetime) -> Case:
    return _state(
        When(~Q(phase__in=Incident.OPEN), then=Value(State.DONE)),
        When(due_at__lt=now, then=Value(State.LATE)),
        When(phase=Incident.Phase.RETURNED, then=Value(State.RETURNED)),
        When(phase=Incident.Phase.NEW, then=Value(State.NEW)),
    )


def _state(*whens: When) -> Case:
    return Case(*whens, default=Value(State.WORKING), output_field=CharField())
