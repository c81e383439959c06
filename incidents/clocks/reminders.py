"""Who hears of a deadline before it comes and after it was missed: the rules, asked in one query.

A rule speaks once about a case and a deadline, also after a crash: what it said is written in the transaction of the
entry. When several rules are due at once (a case from last year), one entry names all whom it concerns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from geo.city import city_zone
from incidents.clocks.late import OPEN, mark_late, unverified
from incidents.clocks.rounds import alone, current_round, finish, open_round, tally
from incidents.deadlines import current_calendar
from incidents.models import Assignment, Entry, Reminder, ReminderRule, Round

BATCH = 20_000
When, Who = ReminderRule.When, ReminderRule.Who

# A rule's window: deadlines up to `until`, before them only while they are still to come. The clock of a case that
# waits for its reporter stands still.
DUE = """
WITH rule AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(steps)s::text[], %(before)s::boolean[], %(untils)s::timestamptz[],
                         %(klasses)s::text[], %(categories)s::bigint[])
        r(id, step, before, until, klass, category)
), deadline AS (
    SELECT id, category_id, demo, confidential, 'penyelesaian' AS step, due_at AS due FROM incidents_incident
    WHERE phase = ANY(%(open)s) AND merged_into_id IS NULL AND waiting_since IS NULL AND due_at < %(furthest)s
    UNION ALL
    SELECT id, category_id, demo, confidential, 'jawaban', answer_due_at FROM incidents_incident
    WHERE phase = ANY(%(open)s) AND merged_into_id IS NULL AND waiting_since IS NULL AND first_answer_at IS NULL
      AND answer_due_at < %(furthest)s
    UNION ALL
    SELECT id, category_id, demo, confidential, 'verifikasi', verify_due_at FROM incidents_incident
    WHERE phase = 'baru' AND merged_into_id IS NULL AND waiting_since IS NULL AND status = ANY(%(unverified)s)
      AND verify_due_at < %(furthest)s
)
SELECT d.id, d.step, r.before, d.due, d.demo, d.confidential, array_agg(r.id ORDER BY r.id)
FROM deadline d
JOIN rule r ON r.step = d.step AND d.due < r.until AND (NOT r.before OR d.due >= %(now)s)
JOIN incidents_category c ON c.id = d.category_id
WHERE (r.klass = '' OR r.klass = c.klass) AND (r.category = 0 OR r.category = c.id)
  AND NOT EXISTS (
      SELECT FROM incidents_reminder m WHERE m.incident_id = d.id AND m.rule_id = r.id AND m.due_at = d.due
  )
GROUP BY d.id, d.step, r.before, d.due, d.demo, d.confidential
ORDER BY d.id, d.step LIMIT %(most)s
"""


@dataclass(frozen=True)
class Found:
    """A deadline about which some rules have not spoken yet."""

    incident: int
    step: str
    before: bool
    due: datetime
    demo: bool
    confidential: bool
    rules: list[int]

    @property
    def kind(self) -> Entry.Kind:
        return Entry.Kind.REMINDED if self.before else Entry.Kind.ESCALATED


def remind(now: datetime | None = None, batch: int = BATCH) -> Round | None:
    """Mark what became late, then let the rules speak; the round that told somebody, None when nobody was.

    Raises Busy where another process does it.
    """
    now = now or timezone.now()
    with alone(Round.Kind.REMINDERS):
        mark_late(now)
        rules = {rule.pk: rule for rule in ReminderRule.objects.filter(active=True)}
        while rules and _batch(rules, now, batch):
            pass
        found = open_round(Round.Kind.REMINDERS)
        if found:
            finish(found)
        return found


def _batch(rules: dict[int, ReminderRule], now: datetime, most: int) -> int:
    """What the rules have to say next, in one transaction; returns how many deadlines it was about."""
    with transaction.atomic():
        found = _due(rules.values(), now, most)
        if not found:
            return 0
        run = current_round(Round.Kind.REMINDERS, now)
        Entry.objects.bulk_create(_entry(one, rules, now) for one in found)
        Reminder.objects.bulk_create(
            Reminder(incident_id=one.incident, rule_id=rule, due_at=one.due)
            for one in found
            for rule in one.rules
        )
        _tally(run, [one for one in found if not one.demo], rules)
        run.changed += len(found)
        run.save(update_fields=["changed", "told"])
        return len(found)


def _due(rules: Iterable[ReminderRule], now: datetime, most: int) -> list[Found]:
    columns = [(rule.pk, rule.step, rule.when == When.BEFORE, _until(rule, now), rule.klass, rule.category_id or 0)
               for rule in rules]  # fmt: skip
    ids, steps, before, untils, klasses, categories = (list(one) for one in zip(*columns, strict=True))
    given: dict[str, Any] = {
        "ids": ids, "steps": steps, "before": before, "untils": untils, "klasses": klasses, "categories": categories,
        "open": OPEN, "unverified": unverified(), "furthest": max(untils), "now": now, "most": most,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(DUE, given)
        return [Found(*row) for row in cursor.fetchall()]


def _until(rule: ReminderRule, now: datetime) -> datetime:
    """Deadlines earlier than this are the rule's to speak of."""
    calendar, zone = current_calendar(), city_zone()
    if rule.when == When.BEFORE:
        return calendar.due_after(now, rule.days, zone) + timedelta(seconds=1)
    return min(now, calendar.missed_since(now, rule.days, zone)) if rule.days else now


def _who(one: Found, rules: dict[int, ReminderRule]) -> list[str]:
    """All whom its rules name, each once, in the order in which they are listed."""
    named = {who for rule in one.rules for who in rules[rule].to}
    return [who for who in Who.values if who in named]


def _entry(one: Found, rules: dict[int, ReminderRule], now: datetime) -> Entry:
    data = {"step": one.step, "due": one.due.isoformat(), "to": _who(one, rules)}
    return Entry(incident_id=one.incident, at=now, kind=one.kind, public=False, data=data)


def _tally(run: Round, found: list[Found], rules: dict[int, ReminderRule]) -> None:
    """What each recipient is to be told: agencies that still have to do with it, their heads, operators, leadership."""
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    having = _having([one.incident for one in found])
    for one in found:
        case = {"n": one.incident, "step": one.step, "due": one.due.isoformat(), "late": not one.before}
        who = _who(one, rules)
        for to in (Who.AGENCY, Who.HEAD):
            for agency in having[one.incident] if to in who else ():
                told[f"{to}:{agency}"].append(case)
        # What nobody is in charge of is the operators', whoever the rule names.
        if Who.OPERATOR in who or not having[one.incident]:
            told[Who.OPERATOR].append(case)
        if Who.LEADERSHIP in who and not one.confidential:
            told[Who.LEADERSHIP].append(case)
    for recipient, cases in told.items():
        tally(run, recipient, len(cases), cases)


def _having(incidents: list[int]) -> dict[int, list[int]]:
    """The agencies (keys) that have each case and are not done with it."""
    held = Assignment.objects.filter(incident__in=incidents)
    left = held.exclude(status__in=(*Assignment.GONE, Assignment.Status.DONE))
    having: dict[int, list[int]] = defaultdict(list)
    for incident, agency in left.order_by("pk").values_list("incident_id", "agency_id"):
        having[incident].append(agency)
    return having
