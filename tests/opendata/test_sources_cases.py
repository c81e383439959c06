"""Cases as the recipes get them: one row each, with all that they inherited, placed by the borders in force."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import F

from geo.catchment_versions import follow
from geo.editions import activate
from geo.models import City, Household
from incidents.corrections import Wanted, correct
from incidents.fusion.merge import merge
from incidents.fusion.undo import split, undo
from incidents.models import Category, Complaint, Incident
from incidents.visibility import What, ask_to_lower, decide
from opendata.inside.cases import cases_in
from opendata.inside.copying import snapshot
from opendata.weeks import Period
from tests.conftest import IN_KEBONSARI, IN_KEPEL, person
from tests.editions import DIVIDED, DIVIDED_CODE, MERGED, MERGED_CODE, edition
from tests.incidents.made import case, viewer

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
IN_KEBON_ANYAR = (112.905, -7.67)
Categories = dict[str, Category]


@pytest.fixture(autouse=True)
def november(now: Any) -> None:
    """It is 20 November 2026."""


def rows(month: str = "2026-11") -> pd.DataFrame:
    """The cases of a month by their number."""
    return cases_in(Period.parse(month), JAKARTA).set_index("pk")


def row(of: Incident, month: str = "2026-11") -> dict[str, Any]:
    return {str(name): value for name, value in rows(month).loc[of.pk].items()}


def test_a_case_comes_with_its_point_its_phase_and_the_number_of_its_reports(joining: Categories) -> None:
    first = case("sampah", age=timedelta(days=2))
    assert case("sampah") == first  # joined

    found = row(first)

    first.refresh_from_db()
    assert (found["lon"], found["lat"]) == IN_KEBONSARI
    assert (found["complaints"], found["tier"], found["confidential"]) == (2, "open", False)
    assert (found["opened_at"], found["resolved_at"] is pd.NaT) == (first.opened_at, True)
    assert (found["phase"], found["source"], found["catchment"]) == ("baru", "warga", "")


def test_a_case_without_a_point_has_no_place_but_its_kelurahan(categories: Categories) -> None:
    found = row(case("sampah", None, kelurahan="99.01.01.1002"))

    assert pd.isna(found["lon"])
    assert (found["kelurahan_code"], found["catchment"]) == ("99.01.01.1002", "")


def test_what_was_merged_is_one_case_with_all_reports(categories: Categories, operator: User) -> None:
    older, middle, newer = (case("sampah", age=timedelta(days=n)) for n in (3, 2, 1))
    merge(middle, newer.pk, viewer(operator))
    merge(older, middle.pk, viewer(operator))

    assert list(rows().index) == [older.pk]
    assert row(older)["complaints"] == 3


def test_a_report_that_hangs_on_what_was_merged_still_counts_and_still_silences(
    categories: Categories, operator: User
) -> None:
    older, newer = case("sampah", age=timedelta(days=40)), case("sampah", age=timedelta(days=39))
    merge(older, newer.pk, viewer(operator))
    complaint = older.complaints.last()
    assert complaint
    Complaint.objects.filter(pk=complaint.pk).update(incident=newer)  # as an older program could have left it
    then = row(older, "2026-10")
    assert (then["complaints"], then["confidential"]) == (2, False)

    Complaint.objects.filter(pk=complaint.pk).update(confidential=True)

    assert row(older, "2026-10")["confidential"]


def test_one_confidential_report_silences_its_case_whatever_the_case_says_of_itself(
    categories: Categories,
) -> None:
    incident = case("sampah", confidential=True)
    Incident.objects.filter(pk=incident.pk).update(confidential=False)

    assert row(incident)["confidential"]


def test_a_case_that_ever_held_a_confidential_report_stays_silent(
    categories: Categories, operator: User
) -> None:
    """Told from some later release on, it would be the row that came alone."""
    lowered, left, filed = case("sampah", confidential=True), case("banjir"), case("sampah")
    (secret,) = lowered.complaints.all()
    asked = ask_to_lower(viewer(operator), lowered.pk, secret.pk, What.CONFIDENTIAL, "Diminta pelapor.")
    decide(viewer(person("operator_dua", "operator")), asked.pk, granted=True)
    guest = case("banjir", confidential=True, at=IN_KEPEL)
    done = merge(left, guest.pk, viewer(operator), secret=True)
    undo(left, done.pk, viewer(operator))

    assert rows()["confidential"].to_dict() == {
        lowered.pk: True, left.pk: True, guest.pk: True, filed.pk: False,
    }  # fmt: skip


def test_what_came_in_under_a_stricter_topic_stays_as_strict_when_it_is_corrected(
    categories: Categories, operator: User
) -> None:
    was_closed, was_counted, filed = case("pungli"), case("jentik"), case("sampah")
    for one in (was_closed, was_counted):
        correct(Wanted(one, viewer(operator), "Salah pilih topik.", category="sampah"))

    assert rows()["tier"].to_dict() == {
        was_closed.pk: "closed",
        was_counted.pk: "aggregate",
        filed.pk: "open",
    }


def test_strictness_goes_on_through_merges_and_splits(categories: Categories, operator: User) -> None:
    older, newer, filed = case("sampah", age=timedelta(days=1)), case("pungli"), case("sampah")
    correct(Wanted(newer, viewer(operator), "Salah pilih topik.", category="sampah"))
    newer.refresh_from_db()
    done = merge(older, newer.pk, viewer(operator))
    assert rows()["tier"].to_dict() == {older.pk: "closed", filed.pk: "open"}

    undo(older, done.pk, viewer(operator))
    newer.refresh_from_db()
    merge(newer, filed.pk, viewer(operator))
    reports = list(newer.complaints.order_by("pk").values_list("pk", flat=True))
    apart = split(newer, reports[:1], viewer(operator)).other

    assert row(apart)["tier"] == "closed"
    assert row(newer)["tier"] == "closed"


def test_a_topic_that_is_opened_later_opens_nothing_that_came_in_before(categories: Categories) -> None:
    before = case("pungli")
    assert row(before)["tier"] == "closed"

    Category.objects.filter(code="pungli").update(tier="open", sla_days=F("sla_days") + 1)
    after = case("pungli", age=timedelta())
    with connection.cursor() as cursor:  # the database's own clock wrote when; the stage's stands still
        cursor.execute("UPDATE incidents_formertier SET until = %s", [NOW - timedelta(minutes=1)])

    assert (row(before)["tier"], row(after)["tier"]) == ("closed", "open")


def test_a_topic_that_was_closed_takes_its_cases_with_it(categories: Categories) -> None:
    incident = case("sampah")

    Category.objects.filter(code="sampah").update(tier="closed")

    assert row(incident)["tier"] == "closed"


def test_after_a_merge_of_kelurahan_in_mid_period_all_count_under_one_code(categories: Categories) -> None:
    before = case("sampah", age=timedelta(days=2))
    Incident.objects.filter(pk=before.pk).update(status="ditutup", phase="ditutup")
    activate(edition("gabung", MERGED))
    after = case("sampah", (112.93, -7.67))

    assert {row(one)["kelurahan_code"] for one in (before, after)} == {MERGED_CODE}


def test_after_a_division_a_case_counts_where_its_point_lies_and_without_one_under_the_old_code(
    categories: Categories,
) -> None:
    pinned = case("sampah", IN_KEBON_ANYAR)
    unpinned = case("sampah", None, kelurahan="99.01.01.1001")
    Incident.objects.update(status="ditutup", phase="ditutup")

    activate(edition("bagi", DIVIDED))

    codes = {one.pk: row(one)["kelurahan_code"] for one in (pinned, unpinned)}
    assert codes == {pinned.pk: DIVIDED_CODE, unpinned.pk: "99.01.01.1001"}


def test_a_case_has_the_catchment_of_its_point_and_only_one_of_its_own_kelurahan(
    categories: Categories,
) -> None:
    Household.objects.bulk_create(
        Household(location=Point(112.9005 + 0.001 * (n % 19), -7.6795 + 0.001 * (n // 19), srid=4326))
        for n in range(19 * 19)
    )
    follow()
    here, elsewhere = case("sampah"), case("sampah", IN_KEPEL)
    moved = case("sampah")
    Incident.objects.filter(pk=moved.pk).update(kelurahan_code="99.01.01.1002")

    assert row(here)["catchment"].startswith("99.01.01.1001-")
    assert (row(elsewhere)["catchment"], row(moved)["catchment"]) == ("", "")


def test_all_that_is_asked_in_a_snapshot_is_one_view_of_the_tables(city: City) -> None:
    def level() -> str:
        try:
            with snapshot(), snapshot(), connection.cursor() as cursor:
                cursor.execute("SHOW transaction_isolation")
                return str(cursor.fetchone()[0])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:  # with a connection of its own, outside the test's transaction
        assert other.submit(level).result() == "repeatable read"
