"""Counts of cameras and figures of agencies: from k on, rounded, and nothing to subtract from."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.anonymise import CAMERA, PERFORMANCE, PLACE, camera_counts, performance
from opendata.policy import Numbers

JAKARTA = ZoneInfo("Asia/Jakarta")
NOVEMBER = datetime(2026, 11, 3, 3, tzinfo=UTC)
PLACES = ["99.01.01.1001", "99.01.02.1001"]
AREAS = pd.DataFrame(
    [(code, f"Kelurahan {code[-4:]}", code[:8], f"Kecamatan {code[6:8]}") for code in PLACES], columns=PLACE
)
SEEN = ["class", "kelurahan_code", "catchment", "tier", "confidential", "happened_at"]
events = st.lists(
    st.tuples(
        st.sampled_from(["sampah", "genangan"]),
        st.sampled_from([*PLACES, "99.09.09.1001"]),
        st.sampled_from(["", "-001"]),
        st.sampled_from(["open", "aggregate", "closed"]),
        st.sampled_from([False, False, True]),
        st.sampled_from([NOVEMBER, NOVEMBER + timedelta(days=7)]),
    ),
    max_size=150,
)


def counts(rows: list[Any], k: int = 3) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=SEEN)
    cells = (made["kelurahan_code"] + made["catchment"]).where(made["catchment"] != "", "")
    made = made.assign(catchment=cells, happened_at=pd.to_datetime(made["happened_at"], utc=True))
    return camera_counts(made, AREAS, Numbers(k=k), JAKARTA)


@given(events)
@settings(deadline=None, max_examples=25)
def test_every_cell_of_k_events_is_counted_and_no_smaller_one(rows: list[Any]) -> None:
    expected = Counter(
        (place, cell and place + cell, f"2026-W{45 + (at != NOVEMBER)}", klass)
        for klass, place, cell, tier, secret, at in rows
        if place in PLACES and tier != "closed" and not secret
    )

    made = counts(rows)

    found = made.set_index(["kelurahan_code", "catchment", "week", "class"])["events"]
    assert found.to_dict() == {cell: count for cell, count in expected.items() if count >= 3}
    assert list(made.columns) == CAMERA
    assert list(found.index) == sorted(found.index)


@given(events)
@settings(deadline=None, max_examples=15)
def test_weeks_counted_apart_are_together_what_is_counted_at_once(rows: list[Any]) -> None:
    early, late = [one for one in rows if one[5] == NOVEMBER], [one for one in rows if one[5] != NOVEMBER]

    apart = pd.concat([counts(early).astype("str"), counts(late).astype("str")])

    key = CAMERA[:-1]
    whole = counts(rows).astype("str").sort_values(key, ignore_index=True)
    assert apart.sort_values(key, ignore_index=True).equals(whole)


def steps(count: int, agency: str = "dlh", **more: Any) -> pd.DataFrame:
    first = sum(map(ord, agency)) * 1000
    return pd.DataFrame(
        {
            "agency_code": agency,
            "agency": agency.upper(),
            "case": range(first, first + count),
            "category": "sampah",
            "tier": "open",
            "confidential": False,
            "opened": True,
            "answer_days": 1.3,
            "solved_days": float("nan"),
            "unsolved": True,
            "late": [n % 3 == 0 for n in range(count)],
            "ended": False,
            "reopened": False,
        }
    ).assign(**more)


def voices(of: pd.DataFrame, people: int) -> pd.DataFrame:
    return pd.DataFrame({"case": of["case"], "reporter": [f"{n % people}" for n in range(len(of))]})


def figures(of: pd.DataFrame, said: pd.DataFrame) -> list[dict[str, Any]]:
    made = performance(of, said, Numbers(), "2026-Q4")
    assert list(made.columns) == PERFORMANCE
    return [{str(name): value for name, value in row.items() if pd.notna(value)}
            for row in made.to_dict("records")]  # fmt: skip


def test_an_agencys_figures_are_bands_and_roundings() -> None:
    cases = steps(30)

    assert figures(cases, voices(cases, 12)) == [
        {
            "agency_code": "dlh",
            "agency": "DLH",
            "period": "2026-Q4",
            "tier": "open",
            "cases": "20-49",
            "answer_days_median": 1.5,
            "answer_days_p90": 1.5,
            "late_percent": 35,
        }
    ]


@pytest.mark.parametrize(
    ("tier", "cases", "people", "rows"),
    [
        *[("open", 10, 10, 1), ("open", 9, 9, 0), ("open", 10, 1, 1)],
        *[("aggregate", 10, 10, 1), ("aggregate", 9, 9, 0), ("aggregate", 40, 9, 0), ("closed", 40, 40, 0)],
    ],
)
def test_an_agency_has_a_row_from_ten_cases_on_and_of_counted_topics_from_ten_reporters(
    tier: str, cases: int, people: int, rows: int
) -> None:
    some = steps(cases, tier=tier)

    assert len(figures(some, voices(some, people))) == rows


def test_the_figures_of_the_two_tiers_stand_apart_and_do_not_change_each_other() -> None:
    streets, clinics = (
        steps(12),
        steps(15, case=range(9000, 9015), category="gizi", tier="aggregate", answer_days=8.0),
    )
    both = pd.concat([streets, clinics])

    apart = [*figures(clinics, voices(clinics, 15)), *figures(streets, voices(streets, 1))]

    said = pd.concat([voices(streets, 1), voices(clinics, 15)])
    assert figures(both, said) == apart
    assert [(row["tier"], row["answer_days_median"]) for row in apart] == [("aggregate", 8.0), ("open", 1.5)]


def test_counted_topics_of_few_people_leave_no_trace_in_an_agencys_figures() -> None:
    crowd = steps(15, category="gizi", tier="aggregate")
    few = steps(9, case=range(9000, 9009), category="kusta", tier="aggregate", answer_days=300.0)
    one = steps(30, case=range(9100, 9130), category="wabah", tier="aggregate", answer_days=300.0)
    said = [voices(crowd, 15), voices(few, 9).assign(reporter=[f"x{n}" for n in range(9)]), voices(one, 1)]

    alone = figures(crowd, said[0])
    assert figures(pd.concat([crowd, few, one]), pd.concat(said)) == alone != []


def test_a_figure_of_few_cases_or_of_few_people_stays_empty() -> None:
    cases = steps(
        40, tier="aggregate", solved_days=[2.0] * 9 + [float("nan")] * 31, ended=[True] * 12 + [False] * 28
    )
    said = voices(cases, 40).assign(reporter=lambda rows: ["one"] * 12 + list(rows["reporter"])[12:])

    (row,) = figures(cases, said)

    assert set(row) == {
        "agency_code", "agency", "period", "tier", "cases", "answer_days_median", "answer_days_p90", "late_percent",
    }  # fmt: skip


def test_confidential_and_closed_cases_are_in_no_figure() -> None:
    cases = steps(
        20, confidential=[n < 5 for n in range(20)], tier=["closed" if n >= 14 else "open" for n in range(20)]
    )
    cases = cases.assign(answer_days=[500.0 if n < 5 or n >= 14 else 1.0 for n in range(20)])

    assert figures(cases, voices(cases, 20)) == []
    with_more = pd.concat([cases, steps(5, "x")]).assign(agency_code="dlh")
    (row,) = figures(with_more, voices(with_more, 25))
    assert (row["cases"], row["answer_days_p90"]) == ("10-19", 1.5)


def test_nothing_gives_empty_tables_with_all_columns() -> None:
    none = steps(0)

    assert figures(none, voices(none, 1)) == []
    assert list(counts([]).columns) == CAMERA
