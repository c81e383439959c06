"""Which releases are due: after the end and the days of waiting, once, and revisions at a quarter's end only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from geo.city import forget_city
from geo.models import City
from opendata.approve import approve, release_approved
from opendata.building import carry_out, order
from opendata.definitions import defined
from opendata.due import due, due_revisions
from opendata.models import Build, Definition
from opendata.monthly import order_what_is_due
from tests.opendata.conftest import Report

pytestmark = pytest.mark.django_db


def told(found: list[Any]) -> list[tuple[str, int]]:
    return [(one.period_text, one.revision) for one in found]


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 3, 0, tzinfo=UTC)


def test_a_period_is_due_so_many_days_after_its_last_week(trial: Definition) -> None:
    # The last week of October 2026 ends on Sunday, 1 November; the policy waits three days.
    assert told(due(at(2026, 11, 4), [trial])) == []
    assert told(due(datetime(2026, 11, 4, 17, 0, tzinfo=UTC), [trial])) == [("2026-10", 0)]


def test_periods_without_anything_are_not_due_and_the_oldest_comes_first(
    trial: Definition,
    report: Report,
) -> None:
    report("sampah", received=at(2026, 7, 6))

    assert told(due(at(2026, 11, 20), [trial])) == [("2026-07", 0), ("2026-10", 0)]


def test_what_is_released_or_was_empty_is_due_no_more(
    ready: Build,
    trial: Definition,
    steward: User,
    report: Report,
) -> None:
    report("sampah", received=at(2026, 7, 6))
    release_approved(approve(ready, steward).pk)
    Build.objects.create(
        dataset=trial.slug, period="2026-07", requested_at=at(2026, 8, 8), state=Build.State.NOTHING
    )

    assert told(due(at(2026, 11, 20), [trial])) == []


def test_every_month_by_itself_is_ordered_once_and_what_was_refused_waits_for_the_steward(
    trial: Definition,
) -> None:
    first = [one for one in order_what_is_due() if one.dataset == trial.slug]
    assert [(one.period, one.revision, one.requested_by) for one in first] == [("2026-10", 0, None)]

    assert [one for one in order_what_is_due() if one.dataset == trial.slug] == []
    Build.objects.update(state=Build.State.REFUSED)
    assert [one for one in order_what_is_due() if one.dataset == trial.slug] == []
    Build.objects.update(state=Build.State.STALE)
    assert len([one for one in order_what_is_due() if one.dataset == trial.slug]) == 1
    Build.objects.filter(state=Build.State.WAITING).update(
        state=Build.State.AUDITING
    )  # its worker was killed
    assert len([one for one in order_what_is_due() if one.dataset == trial.slug]) == 1


def test_revisions_are_tried_after_a_quarters_end_for_months_of_earlier_quarters_only_and_once(
    ready: Build,
    trial: Definition,
    steward: User,
    now: time_machine.Traveller,
    report: Report,
) -> None:
    release_approved(approve(ready, steward).pk)
    # October lies in the fourth quarter: its own end asks for no revision of it, the next quarter's end does.
    assert told(due_revisions(at(2027, 1, 20))) == []
    assert told(due_revisions(at(2027, 3, 30))) == []
    now.move_to(at(2027, 4, 20))
    assert told(due_revisions(at(2027, 4, 20))) == [("2026-10", 1)]

    tried = carry_out(order(trial, "2026-10", 1, None).pk)

    assert told(due_revisions(at(2027, 4, 21))) == []
    Build.objects.filter(pk=tried.pk).update(state=Build.State.FAILED)
    assert told(due_revisions(at(2027, 4, 21))) == [("2026-10", 1)]
    Build.objects.filter(pk=tried.pk).update(state=tried.state)
    assert told(due_revisions(at(2027, 7, 20))) == [("2026-10", 1)]
    # After a year nothing of it is revised any more.
    assert told(due_revisions(at(2028, 4, 20))) == []


def test_what_cannot_be_made_is_not_due_and_what_came_to_nothing_is_not_due_each_day(city: City) -> None:
    borders, cells = defined("batas-wilayah"), defined("petak")
    assert told(due(at(2026, 11, 20), [borders])) == [("", 0)]
    City.objects.update(boundaries_licence="")
    forget_city()
    assert due(at(2026, 11, 20), [borders]) == []

    built = carry_out(order(cells, "", 0, None).pk)

    assert built.state == Build.State.NOTHING  # nobody has counted households
    assert due(at(2026, 11, 21), [cells]) == []


def test_borders_that_wait_while_their_licence_is_taken_back_do_not_leave(city: City, steward: User) -> None:
    build = carry_out(order(defined("batas-wilayah"), "", 0, None).pk)
    assert build.state == Build.State.READY
    City.objects.update(boundaries_licence="")
    forget_city()

    assert release_approved(approve(build, steward).pk).state == Build.State.STALE
