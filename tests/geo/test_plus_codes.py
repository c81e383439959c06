"""Plus codes both ways, against examples of the Open Location Code specification and its test data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.pluscode import decode, encode

PASURUAN = (112.9055, -7.6505)
# lat, lon, code: from the specification's encoding and decoding examples, and known landmarks.
KNOWN = [
    (47.0000625, 8.0000625, "8FVC2222+22"),
    (20.3700625, 2.7821875, "7FG49QCJ+2V"),
    (-41.2730625, 174.7859375, "4VCPPQGP+Q9"),
    (47.365562, 8.524813, "8FVC9G8F+6W"),
    (37.4223, -122.0841, "849VCWC8+W9"),
]


@pytest.mark.parametrize(("lat", "lon", "code"), KNOWN)
def test_a_point_has_the_code_of_the_specification(lat: float, lon: float, code: str) -> None:
    assert encode(lon, lat) == code


@pytest.mark.parametrize(("lat", "lon", "code"), KNOWN)
def test_a_code_gives_the_middle_of_its_place(lat: float, lon: float, code: str) -> None:
    assert decode(code, None) == pytest.approx((lon, lat), abs=0.000125)


@given(st.floats(-180, 179.9999), st.floats(-89.9999, 89.9999))
def test_there_and_back_is_at_most_half_a_cell_away(lon: float, lat: float) -> None:
    back = decode(encode(lon, lat), None)
    assert back is not None
    assert back == pytest.approx((lon, lat), abs=0.0000625 + 2e-6)


@pytest.mark.parametrize("lat", [90.0, -90.0])
@pytest.mark.parametrize("lon", [180.0, -180.0])
def test_the_poles_and_the_date_line_have_codes_that_can_be_read(lon: float, lat: float) -> None:
    assert decode(encode(lon, lat), None) is not None


def test_a_short_code_means_the_nearest_place_of_that_name() -> None:
    """The specification's: 9G8F+6W near Zürich is 8FVC9G8F+6W."""
    assert decode("9G8F+6W", (8.5, 47.4)) == decode("8FVC9G8F+6W", None)
    assert decode("9g8f+6w Zürich", (8.5, 47.4)) == decode("8FVC9G8F+6W", None)
    here = encode(112.9075, -7.6453)
    assert decode(here[4:], PASURUAN) == decode(here, None)
    assert decode(f"{here[4:]}, Kota Pasuruan", PASURUAN) == decode(here, None)


def test_a_short_code_without_a_place_to_begin_from_is_none() -> None:
    assert decode("9G8F+6W", None) is None


def test_a_plus_that_an_address_turned_into_a_space_is_understood() -> None:
    assert decode("8FVC9G8F 6W", None) == decode("8FVC9G8F+6W", None)


@pytest.mark.parametrize(
    "text",
    ["", "+", "++", "22", "Kepel", "8FVC9G8F+", "8FVC9G8F+6", "8FVC9G8F+6A", "8FVC0000+", "8FVC9G8FX+6W",
     "WXVC9G8F+6W", "8FVC9G8F+6Wo9", "9G+6W", "\x00", "8FVC9G8F+6W" * 500],
)  # fmt: skip
def test_what_is_no_code_is_none(text: str) -> None:
    assert decode(text, PASURUAN) is None
