"""Figures over time go on when kelurahan merge or are divided, forward and after a roll back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from geo.city import city_zone
from geo.editions import activate
from geo.models import Edition, Population
from geo.people import people_in_force
from incidents.figures.period import last_days
from incidents.models import Category, Incident
from incidents.series import kelurahan_in_force
from opendata.inside.cases import cases_in
from opendata.weeks import Period
from tests.conftest import IN_KEBONSARI
from tests.editions import DIVIDED, DIVIDED_CODE, MERGED, MERGED_CODE, edition
from tests.incidents.made import case
from tiles.heatmap.figures import by_area

pytestmark = pytest.mark.django_db
IN_BAKALAN, IN_KEPEL, IN_KEBON_ANYAR = (112.93, -7.67), (112.93, -7.65), (112.905, -7.67)
KEBONSARI, BAKALAN, KEPEL = "99.01.01.1001", "99.01.02.1001", "99.01.02.1002"


def closed(at: tuple[float, float] | None, kelurahan: str = "") -> Incident:
    """A case of some days ago that nobody relocates any more."""
    incident = case("sampah", at, age=timedelta(days=3), kelurahan=kelurahan)
    Incident.objects.filter(pk=incident.pk).update(status="ditutup", phase="ditutup")
    return incident


def counted() -> dict[str, int]:
    """New cases of the last 30 days by kelurahan, as the heads see them."""
    rows = by_area(Incident.objects.all(), last_days(30))
    return {row.code: row.figures.new for row in rows if row.figures.new}


def released() -> dict[str, int]:
    """Cases of the last days by kelurahan, as a release would tell them."""
    zone, now = city_zone(), timezone.now()
    months = {Period.month_of(now, zone), Period.month_of(now - timedelta(days=4), zone)}
    codes = [str(code) for month in months for code in cases_in(month, zone)["kelurahan_code"]]
    return {code: codes.count(code) for code in codes}


def test_what_merged_is_counted_together(categories: dict[str, Category]) -> None:
    for at in (IN_KEBONSARI, IN_BAKALAN, IN_BAKALAN, IN_KEPEL):
        closed(at)
    closed(None, KEBONSARI)
    assert counted() == {KEBONSARI: 2, BAKALAN: 2, KEPEL: 1}

    activate(edition("gabung", MERGED))

    assert counted() == {MERGED_CODE: 4, KEPEL: 1}
    assert released() == {MERGED_CODE: 4, KEPEL: 1}


def test_what_was_divided_is_counted_where_its_point_lies_now_or_under_the_old_code(
    categories: dict[str, Category],
) -> None:
    for at in (IN_KEBON_ANYAR, IN_KEBON_ANYAR, (112.915, -7.67)):
        closed(at)
    closed(None, KEBONSARI)

    activate(edition("bagi", DIVIDED))

    assert counted() == {DIVIDED_CODE: 2, KEBONSARI: 2}
    assert released() == {DIVIDED_CODE: 2, KEBONSARI: 2}


def test_after_a_roll_back_what_happened_meanwhile_is_counted_by_the_old_codes(
    categories: dict[str, Category],
) -> None:
    old = Edition.objects.get()
    closed(IN_BAKALAN)
    activate(edition("gabung", MERGED))
    meanwhile = closed(IN_BAKALAN)
    Incident.objects.filter(pk=meanwhile.pk).update(
        edition=Edition.objects.get(name="gabung"), kelurahan_code=MERGED_CODE, kelurahan="Sari Bakalan"
    )

    activate(old)

    assert counted() == {BAKALAN: 2}


def test_through_several_editions_the_first_code_still_leads_to_the_last(
    categories: dict[str, Category],
) -> None:
    closed(IN_BAKALAN)
    activate(edition("gabung", MERGED))
    again = [row if row[0] != MERGED_CODE else ("99.01.01.1009", *row[1:]) for row in MERGED]
    activate(edition("ganti kode", again))

    assert counted() == {"99.01.01.1009": 1}


def test_without_other_editions_nothing_is_looked_up(categories: dict[str, Category]) -> None:
    closed(IN_BAKALAN)

    sql = str(Incident.objects.annotate(now_in=kelurahan_in_force()).values("now_in").query)

    assert "CASE" not in sql


def test_people_of_merged_kelurahan_are_added_up_until_a_newer_census_knows_them(
    categories: dict[str, Category],
) -> None:
    for code, people in ((KEBONSARI, 1000), (BAKALAN, 500), (KEPEL, 300)):
        Population.objects.create(area_code=code, year=2025, people=people, households=people // 4)
    activate(edition("gabung", MERGED))
    assert people_in_force()[MERGED_CODE] == (1500, 2025)
    assert people_in_force()[KEPEL] == (300, 2025)

    Population.objects.create(area_code=MERGED_CODE, year=2026, people=1600, households=400)

    assert people_in_force()[MERGED_CODE] == (1600, 2026)


def test_people_that_were_counted_only_in_part_are_not_guessed(categories: dict[str, Category]) -> None:
    Population.objects.create(area_code=KEBONSARI, year=2025, people=1000, households=250)

    activate(edition("gabung", MERGED))

    assert MERGED_CODE not in people_in_force()
