from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from geo.errors import Invalid
from opendata.periods import Month, Window

JAKARTA = ZoneInfo("Asia/Jakarta")


def test_a_month_begins_and_ends_at_the_citys_midnight() -> None:
    december = Month.parse("2026-12")

    assert december.starts(JAKARTA) == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    assert december.ends(JAKARTA) == datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert december.next() == Month(2027, 1)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-1", "26-10", "2026-10-01", "1999-12", "٢٠٢٦-10"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        Month.parse(text)

    assert [error.field for error in caught.value.errors] == ["period"]


def test_a_month_that_has_ended_is_whole() -> None:
    window = Window(Month(2026, 10), JAKARTA, datetime(2026, 10, 31, 17, 0, tzinfo=UTC))

    assert not window.partial
    assert (window.first_day, window.last_day) == (date(2026, 10, 1), date(2026, 10, 31))


def test_a_month_that_runs_reaches_until_now() -> None:
    now = datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC)
    window = Window(Month(2026, 10), JAKARTA, now)

    assert window.partial
    assert window.end == now
    assert window.last_day == date(2026, 10, 31)


def test_the_first_morning_of_a_month_is_its_first_day_though_it_is_still_yesterday_in_london() -> None:
    window = Window(Month(2026, 11), JAKARTA, datetime(2026, 10, 31, 17, 30, tzinfo=UTC))

    assert window.last_day == date(2026, 11, 1)
