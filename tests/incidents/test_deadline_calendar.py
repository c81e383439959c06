"""Days off and limits as data: what the city says of a day, in files and in the administration."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from incidents.citizen.destination import destination_of
from incidents.deadlines import (
    Calendar,
    calendar_with,
    current_limits,
    due_after,
    forget_deadlines,
    given_up_after,
    is_working_day,
    objection_until,
)
from incidents.models import Category, DayOff, Limit, Timed
from tests.conftest import IN_KEBONSARI, signed_in

WIB = ZoneInfo("Asia/Jakarta")
MONDAY = datetime.fromisoformat("2026-11-16T09:00:00+07:00")
Categories = dict[str, Category]


def day_off(day: str, working: bool = False) -> DayOff:
    forget_deadlines()
    return DayOff.objects.create(date=date.fromisoformat(day), name="Hari jadi kota", working=working)


def test_a_day_of_the_citys_own_is_off(db: None) -> None:
    day_off("2026-11-17")
    assert not is_working_day(date(2026, 11, 17))
    assert due_after(MONDAY, 1, WIB).date() == date(2026, 11, 18)


def test_a_day_that_the_nation_has_off_can_be_worked_here(db: None) -> None:
    day_off("2026-12-24", working=True)  # cuti bersama
    day_off("2026-11-21", working=True)  # a Saturday
    assert is_working_day(date(2026, 12, 24))
    assert due_after(datetime(2026, 11, 20, 3, tzinfo=UTC), 1, WIB).date() == date(2026, 11, 21)


days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
own = st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 3, 1)), st.booleans(), max_size=30)


def walked(calendar: Calendar, day: date, left: int) -> date:
    """The n-th working day by walking over each day."""
    while left > 0 or not calendar.is_working(day):
        day += timedelta(days=1)
        left -= calendar.is_working(day)
        if left <= 0 and calendar.is_working(day):
            break
    return day


@given(own, days, st.integers(0, 80))
def test_counting_is_what_walking_over_the_days_gives(said: dict[date, bool], day: date, n: int) -> None:
    calendar = calendar_with(said)
    due = calendar.due_on(day, n)
    assert due == walked(calendar, day, n)
    if n:
        assert calendar.between(day, due) == n


@given(own, days, days, st.integers(0, 30))
def test_what_was_missed_long_ago_is_what_so_many_days_after_are_over(
    said: dict[date, bool], due: date, today: date, n: int
) -> None:
    calendar = calendar_with(said)
    now = datetime.combine(today, datetime.min.time(), WIB) + timedelta(hours=9)
    deadline = datetime.combine(due, datetime.max.time(), WIB)
    over = due < today and calendar.between(due, today - timedelta(days=1)) >= n
    assert (deadline < calendar.missed_since(now, n, WIB)) == over


def test_a_deadline_far_ahead_or_long_ago_is_counted_too() -> None:
    calendar = calendar_with({})
    assert calendar.due_on(date(1998, 5, 25), 1) == date(1998, 5, 26)
    assert calendar.due_on(date(2026, 11, 16), 2600).year == 2037


def test_limits_are_those_of_the_class_unless_the_category_has_its_own(categories: Categories) -> None:
    topic = Category(klass=Category.Class.SUPERVISED)
    limits = current_limits()
    assert (limits.verification(topic), limits.answer(topic), limits.completion(topic)) == (3, 5, 60)
    topic.klass = Category.Class.INFORMATION
    assert limits.completion(topic) == 5
    topic.sla_days, topic.answer_days = 2, 1
    assert (limits.verification(topic), limits.answer(topic), limits.completion(topic)) == (2, 1, 2)


def test_a_limit_that_an_administrator_changes_holds_for_what_comes_in(categories: Categories) -> None:
    Category.objects.filter(code="sampah").update(sla_days=None)
    Limit.objects.update_or_create(klass=Category.Class.PLAIN, step=Timed.DONE, defaults={"days": 7})
    forget_deadlines()
    found = destination_of("sampah", *IN_KEBONSARI)
    assert found.resolve_by == due_after(datetime.now(UTC), 7, WIB)


def test_the_reporter_has_ten_working_days_to_object_and_thirty_days_to_answer(
    categories: Categories,
) -> None:
    assert objection_until(MONDAY, categories["sampah"]).isoformat() == "2026-11-30T23:59:59+07:00"
    assert given_up_after(MONDAY, categories["sampah"]) == MONDAY + timedelta(days=30)


FILE = "date,name,working\n2026-12-28,Hari jadi kota,\n2026-12-24,Cuti bersama dibatalkan,yes\n"


def test_days_off_are_loaded_year_by_year_and_again_without_change(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day_off("2026-11-17")
    day_off("2027-11-17")
    path = tmp_path / "days_off.csv"
    path.write_text(FILE, encoding="utf-8")

    call_command("load_days_off", path)
    assert [str(one.date) for one in DayOff.objects.all()] == ["2027-11-17", "2026-12-28", "2026-12-24"]
    assert DayOff.objects.get(date="2026-12-24").working

    capsys.readouterr()
    call_command("load_days_off", path)
    assert "2026" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("row", "word"),
    [("28-12-2026,Hari jadi,", "28-12-2026"), ("20261228,Hari jadi,", "20261228"), ("2026-02-30,Tidak,", "2026-02-30"),
     ("2026-12-28,,", "name"), ("2026-12-28,Hari jadi,maybe", "working"), ("1926-12-28,Hari jadi,", "2000")],
)  # fmt: skip
def test_a_file_with_a_wrong_day_is_refused_wholly(db: None, tmp_path: Path, row: str, word: str) -> None:
    path = tmp_path / "days_off.csv"
    path.write_text(f"date,name,working\n2026-12-31,Baik,\n{row}\n", encoding="utf-8")
    with pytest.raises(CommandError, match=word):
        call_command("load_days_off", path)
    assert not DayOff.objects.exists()


@pytest.fixture
def admin(db: None) -> Client:
    return signed_in(User.objects.create_superuser("admin", "admin@contoh.example", "x"))


def test_an_administrator_adds_a_day_off_and_changes_a_limit(admin: Client, categories: Categories) -> None:
    answer = admin.post("/pengelola/incidents/dayoff/add/", {"date": "2026-11-17", "name": "Pilkada"})
    assert answer.status_code == 302
    assert not is_working_day(date(2026, 11, 17))

    limit, _made = Limit.objects.get_or_create(klass="", step=Timed.OBJECT, defaults={"days": 10})
    answer = admin.post(f"/pengelola/incidents/limit/{limit.pk}/change/", {"days": "3"})
    assert answer.status_code == 302
    assert objection_until(MONDAY, categories["sampah"]).date() == date(2026, 11, 20)  # the 17th is off
    assert admin.get(f"/pengelola/incidents/limit/{limit.pk}/delete/").status_code == 403
