from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coordinates import read_point

HERE = (112.9075, -7.6453)


@pytest.mark.parametrize(
    "text",
    [
        "-7.6453, 112.9075",
        "112.9075, -7.6453",
        "-7.6453 112.9075",
        "112.9075 -7.6453",
        " -7.6453,112.9075 ",
        "-7,6453, 112,9075",
        "112,9075 -7,6453",
        "-7,6453;112,9075",
        "−7.6453° 112.9075°",
        "7.6453 S, 112.9075 E",
        "7,6453° LS 112,9075° BT",
        "112.9075 BT / 7.6453 LS",
        "geo:-7.6453,112.9075",
        "https://maps.example/maps?q=-7.6453,112.9075",
        "https://maps.example/place/Pasar/@-7.6453,112.9075,17z",
    ],
)
def test_a_position_is_read_as_people_write_it(text: str) -> None:
    assert read_point(text) == HERE


@pytest.mark.parametrize(
    "text", ["7°38'43\"S 112°54'27\"E", "7°38’43” LS, 112°54’27” BT", "112°54'27\"E 7°38'43\"S"]
)
def test_degrees_minutes_and_seconds_are_read(text: str) -> None:
    assert read_point(text) == pytest.approx(HERE, abs=0.00003)


def test_without_sides_and_below_90_the_latitude_is_first() -> None:
    assert read_point("47.3655, 8.5248") == (8.5248, 47.3655)
    assert read_point("8.5248 E, 47.3655 N") == (8.5248, 47.3655)


@pytest.mark.parametrize(
    "text",
    ["", "3 5", "RT 3 RW 5", "112.9075", "-7.6453", "-7.6453, 212.9075", "95.5, 112.9", "7.6 S 112.9 S", "7.6 N 112.9",
     "35.75.01.1001", "1.2.3", "-7.6453, 112.9075, 3", "nan, nan", "1e5 1e5", "٧.٦ ١١٢.٩", "\x00", "1," * 4000],
)  # fmt: skip
def test_what_is_no_position_is_none(text: str) -> None:
    assert read_point(text) is None


@given(st.text(alphabet="0123456789.,°'\"-+ SNEWLUTB;/", max_size=60))
def test_any_text_is_answered(text: str) -> None:
    found = read_point(text)
    assert found is None or (abs(found[0]) <= 180 and abs(found[1]) <= 90)
