"""What identifies a person is covered wherever it stands; what does not is left as it was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.masking import EMAIL, NIK, PHONE, PLATE, REGIONS, masked
from incidents.privacy import one_form, phone_hash

PLAIN = st.text(alphabet="abcdefghijklmnop ,.!?\n", max_size=60)
GAPS = st.sampled_from(["", " ", "-", "."])


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("NIK saya 3575011708900001.", f"NIK saya {NIK}."),
        ("ibu 3575-0157-0890-0001", f"ibu {NIK}"),
        ("WA 081234567890 ya", f"WA {PHONE} ya"),
        ("WA 0812-3456-7890 ya", f"WA {PHONE} ya"),
        ("+62 812 3456 7890", PHONE),
        ("(+62) 812-3456-7890", PHONE),
        ("+62 (0)812 3456 7890", PHONE),
        ("https://wa.me/6281234567890", f"https://wa.me/{PHONE}"),
        ("08 12 34 56 78 90", PHONE),
        ("telepon (0343) 421234", f"telepon {PHONE}"),
        ("021-5551234", PHONE),
        ("+65 9123 4567", PHONE),
        ("WA 0812–3456–7890 ya", f"WA {PHONE} ya"),
        ("WA 0812—3456‑7890 ya — cepat", f"WA {PHONE} ya — cepat"),
        ("0812 - 3456 - 7890", PHONE),
        ("0812 – 3456 – 7890", PHONE),
        ("0812_3456_7890", PHONE),
        ("０８１２３４５６７８９０", PHONE),
        ("０８１２-3456-７８９０", PHONE),
        ("0812\u200b3456\u200b7890", PHONE),
        ("0812\u00a03456\u20117890", PHONE),
        ("3575_0157_0890_0001", NIK),
        ("３５７５０１１７０８９００００１", NIK),
        ("Ｎ １２３４ ＡＢ", PLATE),
        ("N_1234_AB", PLATE),
        ("budi (at) contoh.id", EMAIL),
        ("budi[at]contoh.co.id!", f"{EMAIL}!"),
        ("surel: budi at contoh.id.", f"surel: {EMAIL}."),
        ("budi at contoh dot id", EMAIL),
        ("budi (at) contoh (titik) id", EMAIL),
        ("budi＠contoh.id", EMAIL),
        ("surel budi.s+1@contoh.co.id!", f"surel {EMAIL}!"),
        ("plat N 1234 AB", f"plat {PLATE}"),
        ("N1234AB dan L-1-QZ", f"{PLATE} dan {PLATE}"),
        ("motor n 1234 abc", f"motor {PLATE}"),
        ("ag3455xy", PLATE),
    ],
)
def test_what_identifies_a_person_is_covered(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "Sampah di RT 03 RW 05, Jl. Veteran No. 12A, sejak 20-11-2026 pukul 08.30.",
        "09-02-2026 08.30 sampai 10-02-2026 17.00",
        "Rp 1.500.000,00 untuk 3 orang, kode pos 67115",
        "Rp 62.500.000–70.000.000, Rp62.500.000 - 70.000.000",
        "Rp 1.500.000 – 2.000.000; 20–11–2026 pukul 08.00–16.00",
        "kata petugas (at) loket, lalu at 08.30 pulang",
        "luas 3 m² – sejak 2019 — 2021, 5 _ 6 ½",
        "112.905500,-7.650500",
        "KM 12 A, lebar 3 m, tinggi 120 cm",
        "limbah B 3 dan oli; sejak th 2019 di sini",
        "aduan 7G2M-XK4Q-90TV-HB3E, kasus #10000000000001",
        "1234567890123456",  # sixteen digits, but of no province, day and month
    ],
)
def test_places_times_amounts_and_codes_stay(written: str) -> None:
    assert masked(written) == written


@given(PLAIN)
def test_a_text_without_digits_and_signs_is_never_changed(text: str) -> None:
    assert masked(text) == text


@given(PLAIN, st.integers(10**7, 10**10 - 1), st.sampled_from(["08", "+628", "628", "0062 8"]), PLAIN)
def test_a_mobile_number_is_covered_in_any_text(before: str, rest: int, start: str, after: str) -> None:
    shown = masked(f"{before} {start}{rest} {after}")

    assert str(rest) not in shown
    assert PHONE in shown


ODD = st.sampled_from(["–", "—", "‑", "−", "_", " – ", " - ", "\u00a0", "\u200b", "."])


@given(PLAIN, st.integers(1000, 9999), st.integers(1000, 9999), ODD, ODD, st.booleans(), PLAIN)
def test_a_mobile_number_is_covered_however_it_is_parted_and_drawn(
    before: str, middle: int, last: int, first_gap: str, second_gap: str, wide: bool, after: str
) -> None:
    number = f"0812{first_gap}{middle}{second_gap}{last}"
    if wide:
        number = number.translate({ord("0") + i: 0xFF10 + i for i in range(10)})

    assert masked(f"{before} {number} {after}") == f"{before} {PHONE} {after}"


@given(
    st.integers(1, 999),
    st.integers(1, 31),
    st.integers(1, 12),
    st.integers(2000, 2030),
    st.sampled_from("-–—"),
)
def test_prices_and_dates_stay_whatever_dash_is_between(
    price: int, day: int, month: int, year: int, dash: str
) -> None:
    for written in (f"Rp {price}.500.000{dash}{price + 1}.000.000", f"{day:02}{dash}{month:02}{dash}{year}"):
        assert masked(written) == written


@given(
    st.integers(11, 97), st.integers(0, 9999), st.integers(1, 31), st.booleans(), st.integers(1, 12),
    st.integers(0, 99), st.integers(0, 9999), GAPS,
)  # fmt: skip
def test_a_nik_is_covered(
    province: int, place: int, day: int, woman: bool, month: int, year: int, series: int, gap: str
) -> None:
    digits = f"{province:02}{place:04}{day + 40 * woman:02}{month:02}{year:02}{series:04}"
    written = gap.join(digits[i : i + 4] for i in range(0, 16, 4))

    assert masked(f"a {written} b") == f"a {NIK} b"


@given(
    st.sampled_from(REGIONS.split()),
    st.integers(1, 9999),
    st.text("ABCDEFGHJKL", min_size=1, max_size=3),
    GAPS,
)
def test_a_plate_is_covered(region: str, number: int, series: str, gap: str) -> None:
    assert masked(f"mobil {region}{gap}{number}{gap}{series} lewat") == f"mobil {PLATE} lewat"


@given(st.text(max_size=200))
def test_covering_twice_changes_nothing_more_and_leaves_no_long_number(text: str) -> None:
    once = masked(text)

    assert masked(once) == once
    assert not re.search(r"(?<!\d)0?8[1-9]\d{8,9}(?!\d)", once)


@pytest.mark.parametrize(
    "written",
    ["081234567890", "0812-3456-7890", "+62 812 3456 7890", "6281234567890", "(+62) 0812 3456 7890",
     "0062 812 34567890", "81234567890"],
)  # fmt: skip
def test_a_phone_number_is_one_number_however_it_is_typed(written: str) -> None:
    assert one_form(written) == "+6281234567890"
    assert phone_hash(written) == phone_hash("081234567890") != ""


def test_what_is_no_number_has_no_hash_and_foreign_numbers_keep_their_country() -> None:
    assert phone_hash("") == phone_hash("halo") == phone_hash("12345") == ""
    assert one_form("+65 9123 4567") == "+6591234567"


def test_the_hash_of_a_number_depends_on_a_key_outside_the_database(settings: pytest.FixtureRequest) -> None:
    here = phone_hash("081234567890")
    settings.SECRET_KEY = "another key of another city, forty characters"  # type: ignore[attr-defined]

    assert phone_hash("081234567890") != here
