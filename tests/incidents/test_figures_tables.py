from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from incidents.access import Viewer, countable_incidents
from incidents.figures.period import Period
from incidents.figures.tables import Row, by_agency, by_category, by_kelurahan, total
from incidents.models import Assignment, Category, Incident, Phase
from tests.conftest import IN_KEBONSARI, IN_KEPEL, person
from tests.incidents.made import viewer
from tests.tiles.cases import reported

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
START = datetime(2026, 3, 2, 1, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("categories")


def case(
    day: float = 0,
    category: str = "sampah",
    at: tuple[float, float] = IN_KEBONSARI,
    answer: float | None = None,
    solution: float | None = None,
    confidential: bool = False,
    **state: Any,
) -> Incident:
    """A case of March; `day` counts from the second, `answer` and `solution` in days after it was opened."""
    opened = START + timedelta(days=day)
    made: dict[str, Any] = {"opened_at": opened, "due_at": opened + timedelta(days=20)}
    if answer is not None:
        made["first_answer_at"] = opened + timedelta(days=answer)
    if solution is not None:
        made |= {"resolved_at": opened + timedelta(days=solution), "phase": Phase.CLOSED, "status": "ditutup"}
    return reported(category, at=at, confidential=confidential, **made | state)


def row(rows: list[Row], code: str) -> Row:
    return next(one for one in rows if one.code == code)


def test_median_and_ninetieth_percentile_are_of_the_cases_that_ended_in_the_period() -> None:
    for days in (1, 2, 3, 4, 10):
        case(answer=days / 2, solution=days)
    case(day=20, solution=40)  # solved in May

    found = total(Incident.objects.all(), MARCH)
    assert (found.new, found.solution.cases) == (6, 5)
    assert found.solution.median == pytest.approx(3)
    assert found.solution.slow == pytest.approx(7.6), "between the fourth and the fifth, in proportion"
    assert found.answer.median == pytest.approx(1.5)


def test_of_few_cases_no_duration_and_no_share_is_told() -> None:
    for _n in range(4):
        case(answer=1, solution=2, reopened=1)
    found = total(Incident.objects.all(), MARCH)
    assert found.solution.few
    assert (found.solution.median, found.answer.slow, found.reopened_percent) == (None, None, None)


def test_open_and_late_are_as_they_stood_when_the_period_ended() -> None:
    case(day=28)  # open, not due in March
    case(day=1)  # open and late
    case(day=1, solution=60)  # solved in May, so open and late then
    case(day=1, solution=3)
    case(day=1, phase=Phase.ARCHIVED)
    case(day=1, phase=Phase.WAITING, waiting_since=START + timedelta(days=5))  # its clock stands still
    found = total(Incident.objects.all(), MARCH)
    assert (found.new, found.open, found.late) == (6, 4, 2)


def test_the_reopened_share_is_of_the_periods_cases_that_were_ever_solved() -> None:
    for n in range(8):
        case(solution=2, reopened=int(n < 1))
    case(reopened=1)  # open again
    case()
    case(day=-30, solution=2, reopened=1)  # of February
    found = total(Incident.objects.all(), MARCH)
    assert (found.ended, found.reopened) == (9, 2)
    assert found.reopened_percent == pytest.approx(100 * 2 / 9)


def test_a_case_counts_for_the_agency_in_charge_and_what_nobody_leads_is_told_last() -> None:
    case(category="banjir")  # PUPR leads, BPBD supports
    given_back = case(category="sampah")
    given_back.assignments.update(status=Assignment.Status.RETURNED)
    rows = by_agency(Incident.objects.all(), MARCH)
    assert [(one.code, one.figures.new) for one in rows] == [("pupr", 1), ("", 1)]


def test_categories_stand_in_the_citys_order_and_kelurahan_in_the_alphabet() -> None:
    for _n in range(3):
        case(category="banjir", at=IN_KEPEL)
    case()
    everything = Incident.objects.all()
    assert [one.code for one in by_category(everything, MARCH)] == ["sampah", "banjir"]
    kelurahan = by_kelurahan(everything, MARCH)
    assert [one.name for one in kelurahan] == ["Kebonsari", "Kepel"], "never by their numbers"
    assert row(kelurahan, "99.01.02.1002").within == "Timur"


def test_nothing_at_all_is_no_row() -> None:
    case(day=-60, solution=1)
    assert by_agency(Incident.objects.all(), MARCH) == []


def test_confidential_cases_count_for_the_agency_that_handles_them_and_for_nobody_else(
    kepala_dlh: User, operator: User, categories: dict[str, Category]
) -> None:
    case(confidential=True)
    case()

    def seen(who: Viewer) -> int:
        return total(countable_incidents(who), MARCH).new

    assert seen(viewer(kepala_dlh)) == 2
    assert [seen(viewer(one)) for one in (operator, person("p", "pimpinan"), person("a", "auditor"))] == [
        1,
        1,
        1,
    ]
