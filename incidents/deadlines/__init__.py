"""Deadlines: the working days of the city, how many of them each step has, and when that is over.

calendar (which days are worked) → limits (how many days a step has) → terms (what that means for one case). What
happens when time passes is in incidents/clocks/.
"""

from incidents.deadlines.calendar import Calendar, calendar_with
from incidents.deadlines.kept import current_calendar, due_after, forget_deadlines, is_working_day
from incidents.deadlines.limits import (
    Limits,
    current_limits,
    given_up_after,
    objection_days,
    objection_until,
    silent_until,
)

__all__ = [
    "Calendar",
    "Limits",
    "calendar_with",
    "current_calendar",
    "current_limits",
    "due_after",
    "forget_deadlines",
    "given_up_after",
    "is_working_day",
    "objection_days",
    "objection_until",
    "silent_until",
]
