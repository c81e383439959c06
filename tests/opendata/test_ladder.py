"""The ladder: how finely a category is counted is known before the quarter begins."""

from __future__ import annotations

import pandas as pd
import pytest

from opendata.cells import REPORTS
from opendata.ladder import COARSEST, fix, months_before
from opendata.models import Rung
from opendata.policy import Numbers
from opendata.weeks import Period

CITY = "99.01"
KELURAHAN = ["99.01.01.1001", "99.01.01.1002", "99.01.02.1001", "99.01.02.1002"]
NUMBERS = Numbers()
Q4 = Period(2026, 10, 3)
pytestmark = pytest.mark.django_db


class History:
    """Reports of a city; reading says which months were asked for."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str, str]] = []
        self.asked: list[str] = []

    def add(self, month: Period, topic: str, *each: int) -> None:
        """So many reporters in each kelurahan."""
        for place, n in zip(KELURAHAN, each, strict=False):
            self.rows += [(topic, place, place[:8], str(month), f"{month} {place} {at}") for at in range(n)]

    def read(self, first: Period, last: Period) -> pd.DataFrame:
        self.asked += [str(first), str(last)]
        rows = [row for row in self.rows if str(first) <= row[3] <= str(last)]
        return pd.DataFrame(rows, columns=REPORTS)


@pytest.fixture
def history() -> History:
    """A year: jentik is frequent everywhere, bansos by kecamatan, puskesmas in the city, rabies hardly."""
    told = History()
    for month in months_before(Q4, NUMBERS):
        told.add(month, "jentik", 12, 12, 12, 12)
        told.add(month, "bansos", 6, 6, 6, 6)
        told.add(month, "puskesmas", 3, 3, 3, 3)
        told.add(month, "rabies", 1)
    return told


TOPICS = ["bansos", "jentik", "puskesmas", "rabies"]


def test_each_category_gets_the_finest_step_at_which_nine_tenths_of_the_year_could_have_been_published(
    history: History,
) -> None:
    assert fix(Q4, TOPICS, history.read, NUMBERS, CITY) == {
        "bansos": "kecamatan-month",
        "jentik": "kelurahan-month",
        "puskesmas": "city-month",
        "rabies": "city-quarter",
    }
    assert history.asked == ["2025-10", "2026-09"]


def test_what_happens_in_the_quarter_changes_nothing_of_its_step(history: History) -> None:
    quiet = fix(Q4, ["rabies"], history.read, NUMBERS, CITY)
    Rung.objects.all().delete()
    for month in Q4.parts():
        history.add(month, "rabies", 500, 500, 500, 500)

    assert fix(Q4, ["rabies"], history.read, NUMBERS, CITY) == quiet == {"rabies": "city-quarter"}
    assert fix(Q4.next(), ["rabies"], history.read, NUMBERS, CITY) == {"rabies": "kelurahan-month"}


def test_what_is_fixed_stays_though_the_past_is_told_otherwise_later(history: History) -> None:
    before = fix(Q4, TOPICS, history.read, NUMBERS, CITY)
    history.rows.clear()

    assert fix(Q4, TOPICS, history.read, NUMBERS, CITY) == before
    assert Rung.objects.count() == len(TOPICS)


def test_a_category_without_three_earlier_months_begins_with_the_city_and_the_quarter(
    history: History,
) -> None:
    for month in months_before(Q4, NUMBERS)[-2:]:
        history.add(month, "pungli", 90, 90, 90, 90)

    assert fix(Q4, ["pungli", "baru"], history.read, NUMBERS, CITY) == {"baru": COARSEST, "pungli": COARSEST}


def test_a_month_is_read_once_so_contacts_erased_since_do_not_make_the_year_look_smaller(
    history: History,
) -> None:
    fix(Q4, TOPICS, history.read, NUMBERS, CITY)
    history.asked.clear()
    history.rows = [(*row[:4], "") for row in history.rows]  # nobody can be told apart any more
    for month in Q4.parts():
        history.add(month, "jentik", 12, 12, 12, 12)

    assert fix(Q4.next(), ["jentik"], history.read, NUMBERS, CITY) == {"jentik": "kelurahan-month"}
    assert history.asked == ["2026-10", "2026-12"]
