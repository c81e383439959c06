"""Whose list it is and how a case stands for who looks: the lines of a scope (models/desk.py)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from incidents.access import Viewer
from incidents.models import OPERATORS, InboxPlace, Member

DESK_ROLES = (Member.Role.OPERATOR, Member.Role.OFFICER, Member.Role.HEAD)


class State(TextChoices):
    """What a case is to the person who looks: exactly one of these."""

    NEW = "baru", pgettext_lazy("case", "New")
    WORKING = "dikerjakan", pgettext_lazy("case", "In progress")
    WAITING = "menunggu", pgettext_lazy("case", "Waiting for the reporter")
    OUTSIDE = "luar", pgettext_lazy("case", "With an outside agency")
    LATE = "terlambat", pgettext_lazy("case", "Late")
    RETURNED = "dikembalikan", pgettext_lazy("case", "Returned")
    DONE = "selesai", pgettext_lazy("case", "Resolved")


def works_for_agency(viewer: Viewer) -> bool:
    return viewer.role in Member.AT_AGENCY


def scope_of(viewer: Viewer) -> int:
    """Whose lines somebody reads: their agency's, or those of the operators."""
    return viewer.agency.pk if works_for_agency(viewer) and viewer.agency else OPERATORS


def state_of(place: str, late_at: datetime | None, now: datetime) -> State:
    """For an agency the state of its own part: a supporter is done when its part is. What is late stays late."""
    if late_at is not None and late_at < now:
        return State.LATE
    return State.DONE if place == InboxPlace.GONE else State(place)
