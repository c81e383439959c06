"""Counts of the aggregate tier from the working tables to a table that could leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from geo.models import Edition
from incidents.models import Category, Complaint, Incident, Reporter
from opendata.building import carry_out, new_build
from opendata.cells import STEPS
from opendata.inside.reports import months
from opendata.models import Build, Definition, Rung
from opendata.policy import Numbers
from opendata.recipes.counts import RECIPE
from opendata.recipes.made import Made, Order
from opendata.recipes.registry import RECIPES
from opendata.weeks import Period
from tests.conftest import IN_KEBONSARI, IN_KEPEL

KEY = bytes(range(32))
ZONE = ZoneInfo("Asia/Jakarta")
KEBONSARI, KEPEL = "99.01.01.1001", "99.01.02.1002"
TOPICS = ["bansos", "jentik", "puskesmas", "sanitasi"]
OCTOBER = datetime(2026, 10, 14, 3, tzinfo=UTC)


def order(period: str = "2026-10", **more: Any) -> Order:
    return Order("hitungan", Period.parse(period), more.pop("revision", 0), Numbers(), ZONE, KEY, **more)


def make(period: str = "2026-10", **more: Any) -> Made:
    return RECIPE.make(order(period, **more))


@pytest.fixture
def topics(categories: dict[str, Category]) -> dict[str, Category]:
    """Four aggregate topics, all counted by kelurahan and month in this quarter."""
    for code in TOPICS:
        usual = {"name_id": code, "name_en": code, "sla_days": 14, "urusan": "1.06", "tier": "aggregate"}
        categories[code], _new = Category.objects.get_or_create(code=code, defaults=usual)
        Rung.objects.create(category=code, level=STEPS[0], since="2026-Q4")
    return categories


@pytest.fixture
def say(topics: dict[str, Category]) -> Any:
    """`say("jentik", 12)`: a report each of twelve verified people, about a case each."""
    edition = Edition.objects.get()

    def file(
        topic: str, n: int, where: str = KEBONSARI, at: datetime = OCTOBER, verified: bool = True, **more: Any
    ) -> list[Incident]:
        pin = IN_KEBONSARI if where == KEBONSARI else IN_KEPEL
        cases = Incident.objects.bulk_create(
            Incident(
                category=topics[topic], location=Point(*pin, srid=4326), kelurahan_code=where, kelurahan="",
                kecamatan_code=where[:8], kecamatan="", edition=edition, opened_at=at, due_at=at + timedelta(14),
                updated_at=at,
                confidential=more.get("confidential", False),
            )
            for _one in range(n)
        )  # fmt: skip
        said = Complaint.objects.bulk_create(
            Complaint(
                incident=case, tracking_code=f"U{case.pk}", channel="web", description="", received_at=at,
                confidential=more.get("confidential", False),
            )
            for case in cases
        )  # fmt: skip
        Reporter.objects.bulk_create(
            Reporter(
                complaint=one,
                email=f"w{one.pk}@surel.example",
                verified_at=timezone.now() if verified else None,
            )
            for one in said
        )
        return cases

    return file


@pytest.fixture
def autumn(say: Any) -> Any:
    """In October each topic has 30 reporters in Kebonsari and 30 in Kepel."""
    for topic in TOPICS:
        say(topic, 30, KEBONSARI)
        say(topic, 30, KEPEL)
    return say


def counts(made: Made) -> dict[tuple[str, str, str], int]:
    frame = made.frame
    keys = zip(frame["level"], frame["place"], frame["category"], strict=True)
    return dict(zip(keys, frame["reports"], strict=True))


def test_each_topic_is_counted_at_each_level_with_the_names_of_its_places(autumn: Any) -> None:
    made = make()

    assert counts(made) == {
        (level, place, topic): n
        for topic in TOPICS
        for level, place, n in [
            ("kota", "Kota Contoh", 60), ("kecamatan", "Barat", 30), ("kecamatan", "Timur", 30),
            ("kelurahan", "Kebonsari", 30), ("kelurahan", "Kepel", 30),
        ]
    }  # fmt: skip
    assert tuple(made.frame.columns) == RECIPE.column_names
    assert set(made.frame["period"]) == {"2026-10"}
    assert set(made.frame.loc[made.frame["category"] != "jentik", "urusan"]) == {"1.06"}
    assert made.counted == 240
    assert set(made.shapes) == {"99.01", "99.01.01", "99.01.02", KEBONSARI, KEPEL}
    assert RECIPES["counts"] is RECIPE


def test_confidential_cases_and_other_tiers_are_in_no_number(autumn: Any) -> None:
    before = make()
    autumn("jentik", 25, confidential=True)

    after = make()

    assert after.frame.equals(before.frame)
    assert after.held == {"confidential": 25}


def test_one_confidential_report_silences_its_whole_case(autumn: Any) -> None:
    case = Incident.objects.filter(category__code="bansos", kelurahan_code=KEPEL)[0]
    Complaint.objects.create(
        incident=case, tracking_code="RAHASIA", channel="web", received_at=OCTOBER, confidential=True
    )

    assert counts(make())["kelurahan", "Kepel", "bansos"] == 29


def test_people_whose_address_is_not_verified_are_one_reporter(say: Any) -> None:
    for topic in TOPICS:
        say(topic, 30, verified=False)
        say(topic, 8)

    made = make()

    assert made.frame.empty
    assert made.held == {"small": 152}


def test_a_category_of_the_last_rung_appears_with_the_last_month_of_the_quarter_for_the_whole_of_it(
    autumn: Any,
) -> None:
    Rung.objects.update(level=STEPS[-1])
    for topic in TOPICS:
        autumn(topic, 5, at=datetime(2026, 12, 9, 3, tzinfo=UTC))

    assert make("2026-10").frame.empty
    december = make("2026-12")
    assert counts(december) == {("kota", "Kota Contoh", topic): 65 for topic in TOPICS}
    assert set(december.frame["period"]) == {"2026-Q4"}


def test_what_was_merged_counts_where_the_case_that_stands_for_it_is(autumn: Any) -> None:
    stands = Incident.objects.filter(category__code="jentik", kelurahan_code=KEPEL)[0]
    for case in Incident.objects.filter(category__code="sampah")[:1]:
        Incident.every.filter(pk=case.pk).update(merged_into=stands)
    extra = autumn("bansos", 1)
    Incident.every.filter(pk=extra[0].pk).update(merged_into=stands)

    assert counts(make())["kelurahan", "Kepel", "jentik"] == 31


def test_the_database_counts_the_same_by_another_way(autumn: Any) -> None:
    stands = Incident.objects.filter(category__code="jentik", kelurahan_code=KEPEL)[0]
    Incident.every.filter(pk=autumn("bansos", 1)[0].pk).update(merged_into=stands)
    autumn("sanitasi", 9, confidential=True)

    made = make()

    known = zip(
        made.frame["category"], made.frame["level"], made.truth["parts"], made.truth["eligible"], strict=True
    )
    for _topic, level, parts, allowed in known:
        assert bool(parts) == bool(allowed) == (level == "kota")
        assert {part[0]: part[2] for part in parts} == dict(allowed)


def test_a_table_goes_the_whole_way_from_the_order_through_its_files_and_attacks_to_the_steward(
    autumn: Any, now: Any
) -> None:
    for topic in TOPICS:
        autumn(topic, 6, "99.01.01.1002")
        autumn(topic, 7, "99.01.02.1001")
    definition = Definition.objects.create(
        slug="hitungan", recipe="counts", title_id="Hitungan", title_en="Counts"
    )

    build = carry_out(new_build(definition, "2026-10", 0, None).pk)

    assert (build.state, build.message) == (Build.State.READY, "")
    assert {one["attack"] for one in build.audit} >= {
        "intervals",
        "crowd",
        "topics",
        "dominance",
        "subtraction",
    }
    assert all(one["passed"] for one in build.audit)
    assert (
        build.rows == 4 * 3
    )  # Kebonsari was given up for Mayangan, Kepel for Bakalan: city and kecamatan are left


def test_the_digest_changes_with_what_may_be_counted_and_not_with_the_key(autumn: Any) -> None:
    made = make()

    assert RECIPE.digest is not None
    assert (
        RECIPE.digest(Order("hitungan", Period.parse("2026-10"), 0, Numbers(), ZONE, bytes(32)))
        == made.input_digest
    )
    Incident.objects.filter(pk=Incident.objects.filter(category__code="jentik")[0].pk).update(
        confidential=True
    )
    assert RECIPE.digest(order()) != made.input_digest


def test_a_report_belongs_to_the_month_of_its_weeks_thursday_in_the_citys_zone() -> None:
    moments = pd.Series(
        pd.to_datetime(
            ["2026-10-31T10:00", "2026-11-01T16:59", "2026-11-01T17:00", "2026-12-31T20:00"], utc=True
        )
    )

    assert list(months(moments, ZONE)) == ["2026-10", "2026-10", "2026-11", "2026-12"]
    assert [str(Period.month_of(moment.to_pydatetime(), ZONE)) for moment in moments] == list(
        months(moments, ZONE)
    )
