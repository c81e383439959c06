"""The rules for reminders that a city starts with."""

from __future__ import annotations

from incidents.models import ReminderRule, Timed

BEFORE, AFTER = ReminderRule.When.BEFORE, ReminderRule.When.AFTER
AGENCY, HEAD, OPERATOR, LEADERSHIP = ReminderRule.Who

USUAL = (
    (Timed.VERIFY, BEFORE, 0, [OPERATOR]),
    (Timed.VERIFY, AFTER, 0, [OPERATOR]),
    (Timed.VERIFY, AFTER, 2, [LEADERSHIP]),
    (Timed.ANSWER, BEFORE, 1, [AGENCY]),
    (Timed.ANSWER, AFTER, 0, [AGENCY, HEAD]),
    (Timed.ANSWER, AFTER, 3, [HEAD, OPERATOR]),
    (Timed.DONE, BEFORE, 2, [AGENCY]),
    (Timed.DONE, AFTER, 0, [AGENCY, HEAD]),
    (Timed.DONE, AFTER, 5, [HEAD, OPERATOR]),
    (Timed.DONE, AFTER, 10, [LEADERSHIP]),
)


def install_usual_rules() -> bool:
    """Put them in force where there are none yet; says whether it did."""
    if ReminderRule.objects.exists():
        return False
    ReminderRule.objects.bulk_create(
        ReminderRule(step=step, when=when, days=days, to=[str(one) for one in to])
        for step, when, days, to in USUAL
    )
    return True
