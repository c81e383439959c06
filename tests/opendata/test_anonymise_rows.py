"""Incidents on their way out: who leaves, in what coarse words, and that parts made apart are parts of the whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.anonymise import INCIDENT, PLACE, open_rows, reasons
from opendata.columns import iso_weeks
from opendata.policy import Numbers

JAKARTA, MAKASSAR = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar")
KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
PLACES = ["99.01.01.1001", "99.01.01.1002", "99.01.02.1001"]
AREAS = pd.DataFrame(
    [(code, f"Kelurahan {code[-4:]}", code[:8], f"Kecamatan {code[6:8]}") for code in PLACES], columns=PLACE
)
TOPICS = ["sampah", "banjir"]
CATEGORIES = pd.DataFrame([(code, "1.03") for code in TOPICS], columns=["category", "urusan"])
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
COLUMNS = [
    "pk", "category", "tier", "confidential", "kelurahan_code", "catchment", "opened_at", "took", "phase", "source",
    "complaints",
]  # fmt: skip

Case = tuple[int, str, str, bool, str, str, datetime, float | None, str, str, int]
one_case = st.tuples(
    st.integers(1, 10**9),
    st.sampled_from([*TOPICS, "pungli"]),
    st.sampled_from(["open", "open", "open", "aggregate", "closed", "unheard-of"]),
    st.sampled_from([False, False, False, True]),
    st.sampled_from([*PLACES, "99.09.09.1001"]),
    st.sampled_from(["", "99.01.01.1001-001", "99.01.01.1001-002"]),
    st.datetimes(datetime(2026, 9, 28), datetime(2026, 12, 1), timezones=st.just(UTC)),
    st.one_of(st.none(), st.floats(-1, 200)),
    st.sampled_from(["baru", "dikerjakan", "selesai", "ditutup", "diarsipkan"]),
    st.sampled_from(["warga", "cctv", "keduanya"]),
    st.integers(0, 30),
)
some_cases = st.lists(one_case, max_size=40, unique_by=lambda case: case[0])


def frame(cases: list[Case]) -> pd.DataFrame:
    made = pd.DataFrame(cases, columns=COLUMNS)
    opened = pd.to_datetime(made["opened_at"], utc=True)
    took = pd.to_timedelta(made.pop("took").astype(float), unit="D")
    texts = ["category", "tier", "kelurahan_code", "catchment", "phase", "source"]
    return made.assign(opened_at=opened, resolved_at=opened + took).astype(dict.fromkeys(texts, "category"))


def rows(cases: list[Case], key: bytes = KEY) -> pd.DataFrame:
    return open_rows(frame(cases), AREAS, CATEGORIES, key, Numbers(), JAKARTA)


def plain(made: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(row) for row in made.astype(str).itertuples(index=False, name=None)]


def may_leave(case: Case) -> bool:
    return case[1] in TOPICS and case[2] == "open" and not case[3] and case[4] in PLACES


@given(some_cases)
@settings(deadline=None, max_examples=25)
def test_exactly_the_open_and_not_confidential_ones_leave_each_once(cases: list[Case]) -> None:
    made = rows(cases)

    leaving = {place for place, case in enumerate(cases) if may_leave(case)}
    assert set(made.index) == leaving
    assert made["id"].is_unique
    assert made["id"].str.fullmatch("[0-9a-f]{32}").all()
    assert list(made.columns) == INCIDENT
    assert not made.isna().any(axis=None)
    for at, row in made.iterrows():
        _pk, category, _tier, _secret, place, cell, *_rest = cases[int(str(at))]
        assert (row["category"], row["kelurahan_code"], row["catchment"]) == (category, place, cell)
        assert (row["kelurahan"], row["kecamatan_code"]) == (f"Kelurahan {place[-4:]}", place[:8])


@given(some_cases, st.datetimes(datetime(2026, 10, 1), datetime(2026, 11, 30), timezones=st.just(UTC)))
@settings(deadline=None, max_examples=25)
def test_two_parts_made_apart_are_together_what_is_made_at_once(cases: list[Case], cut: datetime) -> None:
    early, late = [one for one in cases if one[6] < cut], [one for one in cases if one[6] >= cut]

    apart = [*plain(rows(early)), *plain(rows(late))]

    assert sorted(apart) == plain(rows(cases))


@given(some_cases, st.randoms())
@settings(deadline=None, max_examples=15)
def test_the_order_of_the_cases_changes_nothing_and_rows_stand_in_the_order_of_ids(
    cases: list[Case], chance: object
) -> None:
    shuffled = list(cases)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random

    assert plain(rows(cases)) == plain(rows(shuffled)) == sorted(plain(rows(cases)))


@given(some_cases)
@settings(deadline=None, max_examples=15)
def test_with_another_key_the_rows_are_the_same_and_no_id_is(cases: list[Case]) -> None:
    once, again = rows(cases), rows(cases, OTHER)

    assert not set(once["id"]) & set(again["id"])
    assert sorted(plain(once.drop(columns="id"))) == sorted(plain(again.drop(columns="id")))


@given(some_cases)
@settings(deadline=None, max_examples=15)
def test_what_stays_inside_leaves_not_even_its_name_among_the_values_of_a_column(cases: list[Case]) -> None:
    made = rows(cases)

    for name in made.columns.drop("id"):
        assert set(made[name].cat.categories) == set(made[name].astype(str))


@given(some_cases)
@settings(deadline=None, max_examples=15)
def test_each_case_stays_inside_for_one_reason_and_confidential_comes_first(cases: list[Case]) -> None:
    for case, reason in zip(cases, reasons(frame(cases), AREAS), strict=True):
        _pk, _category, tier, secret, place, *_rest = case
        closed = {"open": "" if place in PLACES else "place", "aggregate": "aggregate"}.get(tier, "closed")
        assert reason == ("confidential" if secret else closed)


def case(phase: str = "selesai", took: float | None = 1.0, complaints: int = 1) -> Case:
    return (7, "sampah", "open", False, PLACES[0], "", NOVEMBER, took, phase, "warga", complaints)


@pytest.mark.parametrize(
    ("phase", "took", "outcome"),
    [
        ("baru", None, "open"),
        ("menunggu", 3.0, "open"),  # opened again: it is open, whenever it was solved before
        ("diarsipkan", 3.0, "archived"),
        ("selesai", 0.0, "done-1d"),
        ("ditutup", 1.0, "done-1d"),
        ("ditutup", 1.001, "done-3d"),
        ("ditutup", 14.0, "done-14d"),
        ("ditutup", 90.0, "done-90d"),
        ("ditutup", 90.001, "done-more"),
        ("ditutup", -2.0, "done-1d"),
        ("ditutup", None, "done"),
    ],
)
def test_an_outcome_is_a_band_of_days(phase: str, took: float | None, outcome: str) -> None:
    assert list(rows([case(phase, took)])["outcome"]) == [outcome]


@pytest.mark.parametrize(
    ("complaints", "band"),
    [(0, "0"), (1, "1"), (2, "2-4"), (4, "2-4"), (5, "5-9"), (9, "5-9"), (10, "10+"), (4000, "10+")],
)
def test_the_number_of_reports_is_a_band(complaints: int, band: str) -> None:
    assert list(rows([case(complaints=complaints)])["reports"]) == [band]


def test_nothing_gives_an_empty_table_with_all_columns() -> None:
    assert list(rows([]).columns) == INCIDENT
    assert rows([]).empty


@given(st.datetimes(datetime(1999, 1, 1), datetime(2040, 12, 31)), st.sampled_from([JAKARTA, MAKASSAR]))
@settings(max_examples=25)
def test_every_moment_has_the_week_that_the_calendar_of_python_says(at: datetime, zone: ZoneInfo) -> None:
    local = at.replace(tzinfo=zone)

    weeks = iso_weeks(pd.Series(pd.to_datetime([local.astimezone(UTC)], utc=True)), zone)

    year, week, _day = local.isocalendar()
    assert list(weeks) == [f"{year}-W{week:02d}"]


@pytest.mark.parametrize(
    ("utc", "zone", "week"),
    [
        ("2026-11-15T16:59:59", JAKARTA, "2026-W46"),
        ("2026-11-15T17:00", JAKARTA, "2026-W47"),  # Sunday night in London is Monday morning in Pasuruan
        ("2026-11-15T16:30", MAKASSAR, "2026-W47"),  # an hour earlier in Makassar
        ("2027-01-03T05:00", JAKARTA, "2026-W53"),  # 2026 has 53 weeks
        ("2025-12-29T05:00", JAKARTA, "2026-W01"),  # Monday of a week that belongs to the next year
    ],
)
def test_the_week_turns_at_the_citys_midnight_also_at_new_year(utc: str, zone: ZoneInfo, week: str) -> None:
    assert list(iso_weeks(pd.Series(pd.to_datetime([utc], utc=True)), zone)) == [week]


def test_moments_of_two_weeks_keep_their_places() -> None:
    moments = pd.Series(pd.to_datetime([NOVEMBER + timedelta(days=n) for n in (30, 0, 29)], utc=True))

    assert list(iso_weeks(moments, JAKARTA)) == ["2026-W49", "2026-W44", "2026-W49"]
