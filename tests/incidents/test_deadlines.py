"""Working days of the city: weekends, national holidays and cuti bersama do not count."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.deadlines import Calendar, calendar_with

WIB, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")


NATIONAL = calendar_with({})


def due(start: str, days: int, zone: ZoneInfo = WIB) -> str:
    return NATIONAL.due_after(datetime.fromisoformat(start), days, zone).isoformat()


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-16T09:00:00+07:00", 1, "2026-11-17T23:59:59+07:00"),  # Monday → Tuesday
        ("2026-11-20T09:00:00+07:00", 1, "2026-11-23T23:59:59+07:00"),  # Friday → Monday
        ("2026-11-21T09:00:00+07:00", 1, "2026-11-23T23:59:59+07:00"),  # Saturday → Monday
        ("2026-11-16T09:00:00+07:00", 5, "2026-11-23T23:59:59+07:00"),  # a week
        ("2026-11-16T09:00:00+07:00", 0, "2026-11-16T23:59:59+07:00"),  # today
        ("2026-11-21T09:00:00+07:00", 0, "2026-11-23T23:59:59+07:00"),  # Saturday: the next working day
        ("2026-08-14T09:00:00+07:00", 1, "2026-08-18T23:59:59+07:00"),  # over the weekend and 17 August
    ],
)
def test_a_deadline_counts_working_days(start: str, days: int, expected: str) -> None:
    assert due(start, days) == expected


def test_the_day_is_the_citys_not_utcs() -> None:
    # Sunday 22:30 in UTC is already Monday in the city.
    assert due("2026-11-15T22:30:00+00:00", 1) == "2026-11-17T23:59:59+07:00"
    assert due("2026-11-16T15:30:00+00:00", 0, WIT) == "2026-11-17T23:59:59+09:00"


@pytest.mark.parametrize(
    "holiday", [date(2026, 1, 1), date(2026, 5, 1), date(2026, 8, 17), date(2026, 12, 25)]
)
def test_national_holidays_are_days_off(holiday: date) -> None:
    assert not NATIONAL.is_working(holiday)


def test_cuti_bersama_is_a_day_off() -> None:
    assert not NATIONAL.is_working(date(2026, 12, 24))


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1)).map(lambda moment: moment.replace(tzinfo=UTC)),
    st.integers(0, 60),
)
def test_a_deadline_is_on_a_working_day_and_more_days_are_never_sooner(start: datetime, days: int) -> None:
    found = NATIONAL.due_after(start, days, WIB)
    assert NATIONAL.is_working(found.date())
    assert found > start
    later = NATIONAL.due_after(start, days + 1, WIB)
    assert (
        later > found if days else later >= found
    )  # none and one from a day off are both the next working day


def test_threads_that_ask_a_new_calendar_at_once_all_get_an_answer() -> None:
    start, answers = threading.Barrier(8), list[date]()
    calendar = Calendar({})

    def ask() -> None:
        start.wait()
        answers.append(calendar.due_on(date(2026, 11, 20), 14))

    threads = [threading.Thread(target=ask) for _i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [calendar.due_on(date(2026, 11, 20), 14)] * 8
