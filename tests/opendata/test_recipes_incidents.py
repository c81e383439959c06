"""Incidents from the working tables to a table that could leave."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from geo.models import City
from incidents.filing import Contact
from incidents.models import Category, Complaint, Incident, Reporter
from opendata.policy import Numbers
from opendata.recipes.incidents import RECIPE
from opendata.recipes.made import Made, Order
from opendata.recipes.registry import RECIPES
from opendata.weeks import Period
from tests.conftest import IN_KEBONSARI, IN_KEPEL

KEY = bytes(range(32))


def order(period: str = "2026-10", **more: Any) -> Order:
    return Order("kejadian", Period.parse(period), 0, Numbers(), ZoneInfo("Asia/Jakarta"), KEY, **more)


def make(period: str = "2026-10", **more: Any) -> Made:
    return RECIPE.make(order(period, **more))


def test_only_open_and_not_confidential_cases_leave_and_the_steward_learns_why(
    october: list[Complaint],
) -> None:
    made = make()

    assert sorted(made.frame["category"].astype(str)) == ["banjir", "sampah", "sampah", "sampah"]
    assert made.held == {"confidential": 1, "aggregate": 1, "closed": 1}
    assert made.counted == 4
    assert tuple(made.frame.columns) == RECIPE.column_names
    assert RECIPES["incidents"] is RECIPE


def test_a_row_says_where_when_and_how_coarsely(october: list[Complaint]) -> None:
    (row,) = make().frame.query("category == 'banjir'").to_dict("records")

    assert len(row.pop("id")) == 32
    assert row == {
        "category": "banjir",
        "urusan": "2.11",
        "kelurahan_code": "99.01.02.1002",
        "kelurahan": "Kepel",
        "kecamatan_code": "99.01.02",
        "kecamatan": "Timur",
        "catchment": "",
        "week": "2026-W44",
        "outcome": "open",
        "source": "warga",
        "reports": "1",
    }


def test_the_audits_truth_stands_beside_each_row_and_shapes_for_each_place(october: list[Complaint]) -> None:
    Reporter.objects.filter(complaint=october[0]).update(verified_at=timezone.now())

    made = make()

    assert list(made.truth.index) == list(made.frame.index)
    for row, known in zip(made.frame.to_dict("records"), made.truth.to_dict("records"), strict=True):
        case = Incident.objects.get(pk=known["incident"])
        assert row["kelurahan_code"] == case.kelurahan_code
        assert case.location is not None
        assert (known["lon"], known["lat"]) == (case.location.x, case.location.y)
        assert bool(known["reporters"]) == (case.pk == october[0].incident_id)
    assert set(made.places) == set(made.shapes) == {"99.01.01.1001", "99.01.02.1002"}


def test_one_person_has_one_key_however_the_address_is_written(report: Any) -> None:
    for address in ("siti@surel.example", "Siti@Surel.example"):
        Reporter.objects.filter(complaint=report(contact=Contact(email=address))).update(
            verified_at=timezone.now()
        )
    report(contact=Contact(email="budi@surel.example"))

    keys = list(make().truth["reporters"])

    assert len({key for key in keys if key}) == 1
    assert sorted(map(bool, keys)) == [False, True, True]


def test_the_same_key_gives_the_same_table_and_months_share_no_case(report: Any) -> None:
    report(received=datetime(2026, 10, 25, 16, 59, tzinfo=UTC))
    report(received=datetime(2026, 11, 1, 17, 1, tzinfo=UTC))  # Monday in Jakarta: of November's weeks

    assert make().frame.equals(make().frame)
    assert [make(month).counted for month in ("2026-09", "2026-10", "2026-11")] == [0, 1, 1]


def test_an_order_may_name_categories(october: list[Complaint]) -> None:
    assert set(make(categories=("banjir", "pungli")).frame["category"]) == {"banjir"}


def test_a_case_that_became_confidential_changes_the_digest_and_an_outcome_does_not(
    october: list[Complaint],
) -> None:
    assert RECIPE.digest
    first = make().input_digest
    case = Incident.objects.get(pk=october[2].incident_id)
    case.phase, case.resolved_at = Incident.Phase.RESOLVED, timezone.now()
    case.save()
    assert RECIPE.digest(order()) == first

    Complaint.objects.filter(pk=october[2].pk).update(confidential=True)

    assert RECIPE.digest(order()) != first
    assert make().counted == 3


@pytest.mark.parametrize("name", ["kelurahan_code", "category"])
def test_a_case_that_moved_changes_the_digest(
    name: str, october: list[Complaint], categories: dict[str, Category]
) -> None:
    assert RECIPE.digest
    first = RECIPE.digest(order())

    new = categories["banjir"] if name == "category" else "99.01.01.1002"
    Incident.objects.filter(pk=october[0].incident_id).update(**{name: new})

    assert RECIPE.digest(order()) != first


def test_utility_is_computed_from_published_rows_alone(report: Any) -> None:
    for _again in range(3):
        report("sampah", IN_KEBONSARI)
    report("banjir", IN_KEPEL)
    before = make().utility
    assert (before["rows"], before["alike_percent"], before["without_catchment_percent"]) == (4, 75.0, 100.0)

    report("sampah", IN_KEBONSARI, confidential=True)
    report("pungli", IN_KEPEL)

    assert make().utility == before


def test_an_empty_month_gives_an_empty_table(city: City, categories: dict[str, Category]) -> None:
    made = make()

    assert (made.counted, list(made.frame.columns)) == (0, list(RECIPE.column_names))
    assert made.truth.empty
