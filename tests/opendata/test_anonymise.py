"""Counts that name nobody: what is counted, what never is, and in which week it falls."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.anonymise import COLUMNS, KEYS, counts, held_back, iso_week

JAKARTA, MAKASSAR = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar")
PLACES = ["99.01.01.1001", "99.01.01.1002", "99.01.02.1001"]
AREAS = pd.DataFrame(
    [(code, f"Kelurahan {code[-4:]}", code[:8], f"Kecamatan {code[6:8]}") for code in PLACES],
    columns=COLUMNS[:4],
)
TIERS = {"sampah": "open", "banjir": "open", "jentik": "aggregate", "pungli": "closed", "aneh": "unheard-of"}
CATEGORIES = pd.DataFrame([(code, code.title(), "1.03") for code in TIERS], columns=COLUMNS[4:7])

reports = st.lists(
    st.tuples(
        st.integers(1, 12),  # incident: few, so that confidential and open reports meet in one
        st.sampled_from(list(TIERS)),
        st.sampled_from([False, False, False, True]),
        st.sampled_from(PLACES),
        st.datetimes(datetime(2024, 12, 1), datetime(2027, 2, 1), timezones=st.just(UTC)),
    ),
    max_size=60,
)


def frame(rows: list[tuple[int, str, bool, str, datetime]]) -> pd.DataFrame:
    made = pd.DataFrame(
        rows, columns=["incident", "category", "confidential", "kelurahan_code", "received_at"]
    )
    return made.assign(
        tier=made["category"].map(TIERS).astype(object),
        confidential=made["confidential"].astype(bool),
        received_at=pd.to_datetime(made["received_at"], utc=True),
    )


@given(reports)
@settings(deadline=None, max_examples=50)
def test_every_report_that_may_be_counted_is_counted_once_and_no_other(
    rows: list[tuple[int, str, bool, str, datetime]],
) -> None:
    counted = counts(frame(rows), AREAS, CATEGORIES, JAKARTA)

    silent = {incident for incident, _category, confidential, *_rest in rows if confidential}
    may = [row for row in rows if TIERS[row[1]] == "open" and row[0] not in silent]
    expected: dict[tuple[str, str, str], int] = {}
    for _incident, category, _confidential, place, at in may:
        year, week, _day = at.astimezone(JAKARTA).isocalendar()
        cell = (place, category, f"{year}-W{week:02d}")
        expected[cell] = expected.get(cell, 0) + 1
    assert counted["reports"].sum() == len(may)
    assert (
        dict(zip(counted[KEYS].itertuples(index=False, name=None), counted["reports"], strict=True))
        == expected
    )
    assert list(counted.columns) == COLUMNS
    assert not counted.isna().any(axis=None)
    assert counted[KEYS].equals(counted[KEYS].sort_values(KEYS, ignore_index=True))


@given(reports, st.randoms())
@settings(deadline=None, max_examples=50)
def test_the_order_of_the_reports_changes_nothing(
    rows: list[tuple[int, str, bool, str, datetime]], chance: object
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random

    once, again = (counts(frame(some), AREAS, CATEGORIES, JAKARTA) for some in (rows, shuffled))

    assert once.equals(again)


@given(reports)
@settings(deadline=None, max_examples=50)
def test_each_report_is_held_back_for_one_reason_and_confidential_comes_first(
    rows: list[tuple[int, str, bool, str, datetime]],
) -> None:
    reasons = list(held_back(frame(rows)))

    silent = {incident for incident, _category, confidential, *_rest in rows if confidential}
    for (incident, category, *_rest), reason in zip(rows, reasons, strict=True):
        tier = TIERS[category]
        kept = "" if tier == "open" else ("aggregate" if tier == "aggregate" else "closed")
        assert reason == ("confidential" if incident in silent else kept)


@given(st.dates(date(1999, 1, 1), date(2040, 12, 31)), st.sampled_from([JAKARTA, MAKASSAR]))
def test_every_day_has_the_week_that_the_calendar_of_python_says(day: date, zone: ZoneInfo) -> None:
    moments = [datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(hours=h) for h in (0, 23.99)]

    weeks = iso_week(pd.Series(pd.to_datetime([m.astimezone(UTC) for m in moments], utc=True)), zone)

    year, week, _day = day.isocalendar()
    assert set(weeks) == {f"{year}-W{week:02d}"}


@pytest.mark.parametrize(
    ("utc", "zone", "week"),
    [
        ("2026-11-15T23:30", JAKARTA, "2026-W47"),  # Sunday night in London is Monday morning in Pasuruan
        ("2026-11-15T16:59:59", JAKARTA, "2026-W46"),
        ("2026-11-15T17:00", JAKARTA, "2026-W47"),
        ("2026-11-15T16:30", MAKASSAR, "2026-W47"),  # an hour earlier in Makassar
        ("2026-12-31T05:00", JAKARTA, "2026-W53"),  # 2026 has 53 weeks
        ("2027-01-03T05:00", JAKARTA, "2026-W53"),
        ("2027-01-03T17:00", JAKARTA, "2027-W01"),
        ("2025-12-29T05:00", JAKARTA, "2026-W01"),  # Monday of a week that belongs to the next year
    ],
)
def test_the_week_turns_at_the_citys_midnight_also_at_new_year(utc: str, zone: ZoneInfo, week: str) -> None:
    assert list(iso_week(pd.Series(pd.to_datetime([utc], utc=True)), zone)) == [week]


def test_nothing_gives_an_empty_table_with_all_columns() -> None:
    counted = counts(frame([]), AREAS, CATEGORIES, JAKARTA)

    assert list(counted.columns) == COLUMNS
    assert counted.empty
