"""Reminders before and escalation after: to whom the rules say, once, in bounded mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.test import Client

from incidents.clocks import rounds
from incidents.clocks.reminders import _due, remind
from incidents.models import Category, Entry, Incident, Notice, Reminder, ReminderRule, Round
from incidents.notify import send_told
from tests.conftest import person, signed_in
from tests.incidents.made import do
from tests.incidents.test_deadline_clocks import ask, filed, moment

K = Entry.Kind
Categories = dict[str, Category]
# Filed on Monday 16 November: verification is due on Thursday 19, the answer on Monday 23, completion on 4 December.


def told(run: Round | None) -> dict[str, int]:
    """Recipients with the number of cases that they hear of; agencies and heads without their key."""
    return {to.partition(":")[0]: one["count"] for to, one in run.told.items()} if run else {}


def spoken(incident: Incident) -> list[tuple[str, str, list[str]]]:
    entries = incident.entries.filter(kind__in=[K.REMINDED, K.ESCALATED])
    return [(one.kind, one.data["step"], one.data["to"]) for one in entries]


@pytest.fixture
def incident(categories: Categories, operator: User, kepala_dlh: User) -> Incident:
    person("pimpinan", "pimpinan")
    return filed("2026-11-16 09:00")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-18 09:00", {}),
        ("2026-11-19 09:00", {"operator": 1}),  # verification is due today
        (
            "2026-11-20 00:05",
            {"operator": 1, "agency": 1},
        ),  # and was missed; the answer is due in a working day
        ("2026-11-23 23:00", {"operator": 1, "agency": 1}),
        ("2026-11-24 09:00", {"operator": 1, "agency": 1, "head": 1, "leadership": 1}),
    ],
)
def test_who_hears_of_a_case_that_nobody_touches(
    incident: Incident, now: str, expected: dict[str, int]
) -> None:
    assert told(remind(moment(now))) == expected


def test_a_rule_speaks_once_about_a_deadline_and_again_when_it_is_another(incident: Incident) -> None:
    now = moment("2026-11-19 09:00")
    assert told(remind(now)) == {"operator": 1}
    assert remind(now) is None
    assert remind(moment("2026-11-19 21:00")) is None
    assert spoken(incident) == [(K.REMINDED, "verifikasi", ["operator"])]

    Incident.objects.filter(pk=incident.pk).update(verify_due_at=moment("2026-11-20 23:59:59"))
    assert told(remind(moment("2026-11-20 09:00"))) == {"operator": 1, "agency": 1}


def test_a_case_found_late_after_long_is_told_to_all_whom_it_concerns_in_one_entry(
    incident: Incident,
) -> None:
    Incident.objects.filter(pk=incident.pk).update(first_answer_at=moment("2026-11-17 09:00"), status="dikerjakan",
                                                   phase="dikerjakan")  # fmt: skip
    remind(moment("2027-02-01 09:00"))
    assert spoken(incident) == [(K.ESCALATED, "penyelesaian", ["agency", "head", "operator", "leadership"])]
    assert Reminder.objects.count() == 3


def test_what_waits_for_its_reporter_or_is_done_is_not_spoken_of(
    incident: Incident, operator: User, petugas_dlh: User
) -> None:
    ask(incident, operator, "2026-11-17 09:00")
    done = filed("2026-11-16 09:00")
    do(petugas_dlh, done, K.RESOLVED)
    assert remind(moment("2026-12-10 09:00")) is None


def test_leadership_hears_nothing_of_confidential_cases_and_the_operator_of_unled_ones(
    incident: Incident, petugas_dlh: User
) -> None:
    Incident.objects.update(confidential=True)
    do(petugas_dlh, incident, K.RETURNED, at=moment("2026-11-16 10:00"))
    found = told(remind(moment("2026-12-30 09:00")))
    assert set(found) == {"operator"}


def test_a_rule_can_be_for_a_class_or_a_category(incident: Incident, categories: Categories) -> None:
    ReminderRule.objects.all().delete()
    usual: dict[str, Any] = {"step": "jawaban", "when": "sesudah", "days": 0, "to": ["operator"]}
    ReminderRule.objects.create(**usual, klass=Category.Class.SUPERVISED)
    ReminderRule.objects.create(**usual, category=categories["banjir"])
    assert remind(moment("2026-11-24 09:00")) is None
    ReminderRule.objects.create(**usual, category=categories["sampah"])
    assert told(remind(moment("2026-11-24 09:00"))) == {"operator": 1}


def test_many_cases_make_one_message_for_each_recipient(incident: Incident, mailoutbox: list[Any]) -> None:
    for _i in range(24):
        filed("2026-11-16 09:00")
    run = remind(moment("2026-11-24 09:00"), batch=7)
    assert run is not None
    assert run.told["operator"]["count"] == 25
    send_told(run.pk)
    assert len(mailoutbox) == 4
    body = mailoutbox[0].body
    assert "/meja/kasus/" in body
    assert body.count("/meja/kasus/") == 20
    assert "Mayangan" not in body


def test_a_crash_between_two_batches_tells_everything_and_nothing_twice(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _i in range(2):
        filed("2026-11-16 09:00")
    now, really = moment("2026-11-19 09:00"), rounds.finish

    def dies(run: Round) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("incidents.clocks.reminders.finish", dies)
    with pytest.raises(KeyboardInterrupt):
        remind(now, batch=2)
    monkeypatch.setattr("incidents.clocks.reminders.finish", really)
    run = remind(now)
    assert told(run) == {"operator": 3}
    assert Entry.objects.filter(kind=K.REMINDED).count() == 3
    assert Notice.objects.filter(round=run).count() == 1


def test_the_database_refuses_a_second_record_of_one_reminder(incident: Incident) -> None:
    remind(moment("2026-11-19 09:00"))
    one = Reminder.objects.get()
    with pytest.raises(IntegrityError):
        Reminder.objects.create(incident=one.incident, rule=one.rule, due_at=one.due_at)


def test_an_administrator_makes_a_rule(db: None) -> None:
    admin: Client = signed_in(User.objects.create_superuser("admin", "admin@contoh.example", "x"))
    said = {"step": "penyelesaian", "when": "sebelum", "days": "4", "to": ["agency", "head"], "active": "on"}
    ReminderRule.objects.all().delete()
    assert admin.post("/pengelola/incidents/reminderrule/add/", said).status_code == 302
    rule = ReminderRule.objects.get()
    assert (rule.to, rule.days, rule.active) == (["agency", "head"], 4, True)


def test_reminders_are_found_by_the_open_deadlines_alone(incident: Incident) -> None:
    """The question is answered by the partial indexes of open deadlines, not by reading all cases."""
    now: datetime = moment("2026-11-19 09:00")
    rules = list(ReminderRule.objects.filter(active=True))
    assert {one.step for one in _due(rules, now, 10)} == {"verifikasi"}
