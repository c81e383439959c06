"""Cameras, agencies and lists of codes from the working tables to tables that could leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from geo.editions import activate
from geo.models import Agency, City
from incidents.filing import Contact
from incidents.models import Camera, Category, CctvEvent, Complaint, Incident, Reporter
from opendata.glossary import glossary
from opendata.policy import Numbers
from opendata.recipes import cameras, codes, incidents, performance
from opendata.recipes.made import Made, Order
from opendata.recipes.registry import RECIPES
from opendata.weeks import Period
from tests.conftest import IN_KEBONSARI
from tests.editions import MERGED, MERGED_CODE, edition

KEY = bytes(range(32))
OCTOBER = datetime(2026, 10, 14, 3, 0, tzinfo=UTC)


def order(period: str | None, **numbers: Any) -> Order:
    when = Period.parse(period) if period else None
    return Order("x", when, 0, Numbers(**numbers), ZoneInfo("Asia/Jakarta"), KEY)


@pytest.fixture
def seen(camera: Camera, now: Any) -> Any:
    """Makes events: `seen(12, "sampah", incident=…)`."""

    def make(
        count: int, klass: str = "sampah", at: datetime = OCTOBER, incident: Incident | None = None
    ) -> None:
        first = CctvEvent.objects.count()
        CctvEvent.objects.bulk_create(
            CctvEvent(
                sender="uji", source="uji", subject=f"{first + n}", camera=camera, klass=klass, state="end",
                location=Point(*IN_KEBONSARI, srid=4326), kelurahan_code="99.01.01.1001", happened_at=at,
                received_at=at, incident=incident,
            )
            for n in range(count)
        )  # fmt: skip

    return make


def test_cameras_are_counted_from_ten_events_of_a_class_and_week_on(seen: Any) -> None:
    seen(12)
    seen(9, "genangan")
    seen(10, at=OCTOBER + timedelta(days=7))
    seen(30, at=OCTOBER - timedelta(days=60))

    made = cameras.RECIPE.make(order("2026-10"))

    assert made.frame[["week", "class", "events"]].to_dict("list") == {
        "week": ["2026-W42", "2026-W43"], "class": ["sampah", "sampah"], "events": [12, 10],
    }  # fmt: skip
    assert tuple(made.frame.columns) == cameras.RECIPE.column_names
    assert (made.counted, made.held, len(made.truth)) == (22, {"few": 9}, 31)
    assert set(made.places) == set(made.shapes) == {"99.01.01.1001"}


def test_events_of_a_confidential_or_closed_case_are_in_no_count(seen: Any, report: Any) -> None:
    secret, closed = report(confidential=True).incident, report("pungli").incident
    seen(10)
    before = cameras.RECIPE.make(order("2026-10"))

    seen(20, incident=secret)
    seen(20, incident=closed)
    after = cameras.RECIPE.make(order("2026-10"))

    assert after.frame.equals(before.frame)
    assert after.utility == before.utility
    assert after.held == {"confidential": 20, "closed": 20}
    assert after.input_digest == cameras.input_digest(order("2026-10")) != before.input_digest


def test_events_are_counted_in_the_kelurahan_of_today(seen: Any) -> None:
    seen(10)

    activate(edition("gabung", MERGED))

    assert list(cameras.RECIPE.make(order("2026-10")).frame["kelurahan_code"]) == [MERGED_CODE]


@pytest.fixture
def answered(report: Any, agencies: dict[str, Agency]) -> list[Complaint]:
    """Twelve reports to DLH of twelve verified people, answered after two days and solved after four."""
    filed = [report(contact=Contact(email=f"warga{n}@surel.example")) for n in range(12)]
    Reporter.objects.update(verified_at=timezone.now())
    Incident.objects.update(
        first_answer_at=OCTOBER + timedelta(days=2, hours=1),
        resolved_at=OCTOBER + timedelta(days=4),
        phase="ditutup",
        status="ditutup",
    )
    return filed


def made_performance() -> Made:
    return performance.RECIPE.make(order("2026-Q4"))


def test_an_agencys_quarter_in_bands_and_roundings(answered: list[Complaint]) -> None:
    made = made_performance()

    (row,) = made.frame.to_dict("records")
    assert {key: row[key] for key in row if not str(key).endswith("_percent")} == {
        "agency_code": "dlh", "agency": "Dinas Lingkungan Hidup", "period": "2026-Q4", "tier": "open",
        "cases": "10-19",
        "answer_days_median": 2.0, "answer_days_p90": 2.0, "solved_days_median": 4.0, "solved_days_p90": 4.0,
    }  # fmt: skip
    assert made.frame["late_percent"].isna().all()
    assert list(made.frame["reopened_percent"]) == [0]
    (behind,) = made.truth["behind"]
    assert len(behind) == len({who for case in behind for who in case[-1]}) == 12
    assert tuple(made.frame.columns) == performance.RECIPE.column_names


def test_only_what_is_not_released_row_by_row_asks_for_reporters_who_can_be_told_apart(
    answered: list[Complaint],
) -> None:
    Reporter.objects.update(verified_at=None)
    assert list(made_performance().frame["tier"]) == ["open"]

    Category.objects.filter(code="sampah").update(tier=Category.Tier.AGGREGATE)
    made = made_performance()
    assert (made.counted, made.held) == (0, {"agencies": 1})

    Reporter.objects.exclude(complaint__in=answered[:3]).update(verified_at=timezone.now())
    assert list(made_performance().frame["tier"]) == ["aggregate"]  # nine people, and those whom nobody knows


def test_a_case_that_became_confidential_leaves_every_figure(answered: list[Complaint]) -> None:
    first = made_performance()
    Complaint.objects.filter(pk=answered[0].pk).update(confidential=True)
    Incident.objects.filter(pk=answered[0].incident_id).update(resolved_at=OCTOBER + timedelta(days=40))

    again = made_performance()

    assert again.frame.equals(first.frame)
    assert again.held == {"confidential": 1}
    assert again.input_digest == performance.input_digest(order("2026-Q4")) != first.input_digest


def test_the_lists_name_every_code_that_rows_of_other_datasets_can_hold(
    october: list[Complaint], camera: Camera
) -> None:
    lists = codes.RECIPE.make(order(None)).frame
    known = {name: set(part["code"]) for name, part in lists.groupby("list")}

    frame = incidents.RECIPE.make(order("2026-10")).frame
    for column in incidents.RECIPE.columns:
        if column.codes:
            assert set(frame[column.name].astype(str)) <= known[column.codes], column.name
    for recipe in RECIPES.values():
        assert {column.codes for column in recipe.columns} - {""} <= set(known)
    assert not lists.duplicated(["list", "code"]).any()
    assert set(lists.query("list == 'class'")["code"]) == set(CctvEvent.Class.values)


def test_a_code_has_both_names_and_what_it_belongs_to(categories: dict[str, Category], city: City) -> None:
    frame = codes.RECIPE.make(order(None)).frame
    rows = {(one, code): rest for one, code, *rest in frame.itertuples(index=False, name=None)}

    assert rows["category", "sampah"] == ["lingkungan", "Sampah menumpuk", "Piled-up rubbish"]
    assert rows["kelurahan", "99.01.02.1002"] == ["99.01.02", "Kepel", "Kepel"]
    assert rows["outcome", "done-14d"] == ["", "Selesai dalam 14 hari", "Solved within 14 days"]
    assert rows["class", "sampah"] == ["", "sampah", "rubbish"]
    assert rows["urusan", "1.03"][1] == "Pekerjaan Umum dan Penataan Ruang"


def test_a_renamed_topic_changes_the_digest_of_the_lists(categories: dict[str, Category]) -> None:
    first = codes.input_digest(order(None))
    assert codes.RECIPE.make(order(None)).input_digest == first

    Category.objects.filter(code="sampah").update(name_en="Litter")

    assert codes.input_digest(order(None)) != first


def test_a_dictionary_explains_the_codes_of_its_rows_and_whole_lists_of_bands(
    city: City, categories: Any
) -> None:
    frame = pd.DataFrame({column.name: ["x"] for column in incidents.COLUMNS}).assign(category="sampah")
    told = glossary(incidents.RECIPE, Made(frame, frame[[]]), Numbers())

    assert [code.code for code in told["category"]] == ["sampah"]
    assert {code.code for code in told["source"]} == {"cctv", "keduanya", "warga"}
    assert {"open", "archived", "done-7d", "done-more"} <= {code.code for code in told["outcome"]}
