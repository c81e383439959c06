"""The deadlines of one case: how they are counted, and what stopping the clock does to them.

A case keeps what its deadlines are counted from (`counted_from`), how many working days each step has, and for how
many the clock stood still. So they can be counted again when the calendar changes. Callers lock the row and save it.
"""

from __future__ import annotations

from datetime import datetime

from geo.city import city_zone
from incidents.deadlines.kept import current_calendar
from incidents.deadlines.limits import current_limits
from incidents.models import Category, Incident

# What is to be saved after any of these.
FIELDS = (
    "due_at", "answer_due_at", "verify_due_at", "counted_from", "due_days", "answer_days", "verify_days", "waited_days",
    "waiting_since",
)  # fmt: skip


def set_terms(incident: Incident, category: Category, start: datetime) -> None:
    """The deadlines of a new case, counted from when it reached us; or of one whose category was corrected."""
    limits = current_limits()
    incident.counted_from = start
    incident.due_days = limits.completion(category)
    incident.answer_days = limits.answer(category)
    incident.verify_days = limits.verification(category)
    count(incident)


def count(incident: Incident) -> None:
    """Count the deadlines of a case by the calendar of now. Those that were set otherwise stay."""
    start, calendar, zone = incident.counted_from, current_calendar(), city_zone()
    if start is None:
        return
    waited = incident.waited_days
    if incident.due_days is not None:
        incident.due_at = calendar.due_after(start, incident.due_days + waited, zone)
    if incident.answer_days is not None:
        incident.answer_due_at = calendar.due_after(start, incident.answer_days + waited, zone)
    if incident.verify_days is not None:
        incident.verify_due_at = calendar.due_after(start, incident.verify_days + waited, zone)


def resume(incident: Incident, now: datetime) -> None:
    """The clock goes on: what was waited for the reporter, in working days, is added to the deadlines."""
    since, zone = incident.waiting_since, city_zone()
    if since is None:
        return
    incident.waiting_since = None
    waited = current_calendar().between(since.astimezone(zone).date(), now.astimezone(zone).date())
    if waited:
        incident.waited_days += waited
        count(incident)


def begin_again(incident: Incident, resolved_at: datetime | None, now: datetime) -> None:
    """The deadline of a case that is opened again: what was left when it was resolved, at least an answer's days."""
    zone, calendar = city_zone(), current_calendar()
    least = current_limits().answer(incident.category)
    ended = (resolved_at or now).astimezone(zone).date()
    left = calendar.between(ended, incident.due_at.astimezone(zone).date())
    incident.counted_from, incident.waited_days = now, 0
    incident.due_days = max(left, least)
    incident.answer_days = least if incident.first_answer_at is None else None
    incident.verify_days = incident.verify_due_at = incident.answer_due_at = None
    count(incident)
