"""How many days each step has: the rows of an administrator, else what the law and the service standards say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from geo.city import city_zone
from incidents.deadlines.kept import due_after, kept_limits
from incidents.models import Category, Incident, Phase
from incidents.models.deadline import Timed

K = Category.Class

# What holds where no row says otherwise. Working days; for waiting for the reporter, days of the calendar.
USUAL: dict[tuple[str, str], int] = {
    ("", Timed.VERIFY): 3,
    ("", Timed.ANSWER): 5,
    ("", Timed.DONE): 14,
    (K.INFORMATION, Timed.DONE): 5,
    (K.PLAIN, Timed.DONE): 14,
    (K.SUPERVISED, Timed.DONE): 60,
    ("", Timed.OBJECT): 10,
    ("", Timed.REPORTER): 30,
}


@dataclass(frozen=True)
class Limits:
    """The limits in force: days by (class, step)."""

    rows: Mapping[tuple[str, str], int]

    def of(self, step: Timed, klass: str = "") -> int:
        """What the class has for this step, else what all classes have."""
        for known in (self.rows, USUAL):
            for key in ((klass, step), ("", step)):
                if key in known:
                    return known[key]
        raise KeyError(step)

    def completion(self, category: Category) -> int:
        """Working days until it is solved: the category's own, else its class's."""
        own = category.sla_days
        return self.of(Timed.DONE, category.klass) if own is None else own

    def answer(self, category: Category) -> int:
        """Working days until the first answer, never more than until it is solved."""
        own = category.answer_days
        days = self.of(Timed.ANSWER, category.klass) if own is None else own
        return min(days, self.completion(category))

    def verification(self, category: Category) -> int:
        """Working days until the operator has looked at it, never more than until it is solved."""
        return min(self.of(Timed.VERIFY, category.klass), self.completion(category))


def current_limits() -> Limits:
    """The limits, at most two seconds old."""
    return Limits(kept_limits())


def objection_days(category: Category) -> int:
    """Working days in which the reporter may say that it is not solved."""
    return current_limits().of(Timed.OBJECT, category.klass)


def objection_until(resolved_at: datetime, category: Category) -> datetime:
    """Until when the reporter may object after a case was resolved."""
    return due_after(resolved_at, objection_days(category), city_zone())


def given_up_after(waiting_since: datetime, category: Category) -> datetime:
    """When a case that waits for its reporter is no longer waited for."""
    return waiting_since + timedelta(days=current_limits().of(Timed.REPORTER, category.klass))


def silent_until(incident: Incident) -> datetime | None:
    """Until when a case that waits for its reporter is waited for; None while nobody is waited for."""
    if incident.phase != Phase.WAITING or incident.waiting_since is None:
        return None
    return given_up_after(incident.waiting_since, incident.category)
