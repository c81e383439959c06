"""Icons, times, numbers and coordinates as templates write them."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.gis.geos import Point
from django.utils import timezone, translation

from geo.templatetags.kentongan import UnknownIcon, ago, compass, fulldate, icon, lonlat, metres, number

NOW = dt.datetime(2026, 11, 24, 7, 5, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _jakarta() -> object:
    with timezone.override("Asia/Jakarta"), time_machine.travel(NOW, tick=False):
        yield


def words(moment: dt.datetime, language: str = "id") -> str:
    with translation.override(language):
        return ago(moment).split(">")[1].split("<")[0]


@pytest.mark.parametrize(
    ("before", "indonesian", "english"),
    [
        (dt.timedelta(seconds=20), "baru saja", "just now"),
        (dt.timedelta(minutes=5, seconds=59), "5 menit lalu", "5 minutes ago"),
        (dt.timedelta(hours=2), "2 jam lalu", "2 hours ago"),
        (dt.timedelta(hours=23, minutes=59), "23 jam lalu", "23 hours ago"),
        (dt.timedelta(days=1), "1 hari lalu", "1 day ago"),
        (dt.timedelta(days=31), "24 Oktober 2026", "24 October 2026"),
        (dt.timedelta(minutes=-90), "1 jam lagi", "in 1 hour"),
        (dt.timedelta(seconds=-20), "sebentar lagi", "in a moment"),
    ],
)
def test_a_time_is_told_as_people_say_it(before: dt.timedelta, indonesian: str, english: str) -> None:
    assert words(NOW - before) == indonesian
    assert words(NOW - before, "en") == english


def test_the_full_date_is_there_on_demand_in_the_citys_zone() -> None:
    with translation.override("id"):
        html = ago(NOW)
    assert 'title="Selasa, 24 November 2026, 14.05"' in html
    assert 'datetime="2026-11-24T07:05:00+00:00"' in html


def test_a_missing_time_is_an_empty_text() -> None:
    assert ago(None) == ""
    assert fulldate(None) == ""


def test_a_day_is_written_without_a_time() -> None:
    with translation.override("id"):
        assert "Selasa, 24 November 2026<" in fulldate(dt.date(2026, 11, 24))


@pytest.mark.parametrize(
    ("value", "decimals", "language", "written"),
    [
        (12345, None, "id", "12.345"),
        (12345, None, "en", "12,345"),
        (4.25, 1, "id", "4,2"),
        (1.599, 1, "id", "1,6"),
        (0, None, "id", "0"),
        (None, None, "id", "–"),
    ],
)
def test_a_number_is_written_with_the_pages_separators(
    value: float | None, decimals: int | None, language: str, written: str
) -> None:
    with translation.override(language):
        assert number(value, decimals) == written


def test_coordinates_for_scripts_never_have_decimal_commas() -> None:
    with translation.override("id"):
        assert lonlat(Point(112.9055, -7.6505)) == "112.905500,-7.650500"
    assert lonlat(None) == ""


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "10 m"), (12.0, "10 m"), (354.9, "350 m"), (994.0, "990 m"), (996.0, "1,0 km"), (1599.0, "1,6 km"),
     (12_345.0, "12,3 km")],
)  # fmt: skip
def test_a_distance_is_said_in_tens_of_metres_or_kilometres(value: float, written: str) -> None:
    with translation.override("id"):
        assert metres(value) == written


def test_a_direction_has_one_of_eight_names() -> None:
    with translation.override("id"):
        names = [compass(bearing) for bearing in (0, 22, 23, 90, 180, 225, 337, 338, 359)]
    assert names == [
        "utara", "utara", "timur laut", "timur", "selatan", "barat daya", "barat laut", "utara", "utara",
    ]  # fmt: skip


def test_an_icon_is_decoration_unless_it_is_given_a_name() -> None:
    assert 'aria-hidden="true"' in icon("map-pin")
    assert 'role="img" aria-label="Tutup"' in icon("x", label="Tutup")


def test_an_icons_name_is_escaped() -> None:
    assert "&lt;b&gt;" in icon("x", label="<b>")


@pytest.mark.parametrize("wrong", ["no-such-icon", "../package", "x.svg", ""])
def test_an_unknown_icon_fails_loudly(wrong: str) -> None:
    with pytest.raises(UnknownIcon):
        icon(wrong)
