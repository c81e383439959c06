from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.boundary_codes import (
    Numbering,
    guess_numbering,
    level_from_word,
    level_of,
    normalise_code,
    parent_of,
)

two = st.from_regex(r"[0-9]{2}", fullmatch=True)
four = st.from_regex(r"[123][0-9]{3}", fullmatch=True)
dotted_codes = st.one_of(st.tuples(two, two), st.tuples(two, two, two), st.tuples(two, two, two, four)).map(
    ".".join
)


@given(dotted_codes, st.sampled_from(["{}", "ID{}", "id{}", " {} ", "{}.0"]), st.booleans())
def test_every_spelling_of_a_code_becomes_the_same_dotted_code(code: str, spelling: str, dots: bool) -> None:
    text = code if dots and not spelling.endswith(".0") else code.replace(".", "")
    assert normalise_code(spelling.format(text)) == code


@given(dotted_codes, st.sampled_from(["-", " ", ". "]))
def test_other_separators_are_read_too(code: str, separator: str) -> None:
    assert normalise_code(code.replace(".", separator)) == code


@given(st.text(max_size=20))
def test_any_text_gives_a_stable_code_or_nothing(text: str) -> None:
    code = normalise_code(text)
    assert normalise_code(code) == code
    assert code == "" or [len(part) for part in code.split(".")] == [2, 2, 2, 4][: code.count(".") + 1]


@given(dotted_codes)
def test_a_code_tells_its_level_and_its_parent(code: str) -> None:
    assert level_of(code) == {5: "kabupaten_kota", 8: "kecamatan", 13: "kelurahan_desa"}[len(code)]
    assert code.startswith(parent_of(code) + ".")
    assert normalise_code(parent_of(code)) == parent_of(code)


@pytest.mark.parametrize(
    "text", ["", "nan", "35.7", "3.575", "35.75.1.1001", "35.75.01.100", "357501100", "٣٥٧٥", "35/75"]
)
def test_what_is_no_code_gives_nothing(text: str) -> None:
    assert normalise_code(text) == ""


def test_bps_codes_keep_their_own_widths() -> None:
    assert normalise_code("ID3575010001", Numbering.BPS) == "35.75.010.001"
    assert parent_of("35.75.010.001") == normalise_code("ID3575010", Numbering.BPS)


@pytest.mark.parametrize(
    ("codes", "districts", "numbering"),
    [
        (["ID3575011001"], ["ID357501"], Numbering.KEMENDAGRI),
        (["ID3575011001"], ["ID3575011"], Numbering.BPS),
        (["3575010001"], [], Numbering.BPS),
        (["35.75.01.1001"], ["35.75.01"], Numbering.KEMENDAGRI),
        (["35.75.010.001"], [], Numbering.BPS),
        ([], [], Numbering.KEMENDAGRI),
    ],
)
def test_the_numbering_is_told_from_the_codes(
    codes: list[str], districts: list[str], numbering: Numbering
) -> None:
    assert guess_numbering(codes, districts) is numbering


def test_levels_are_understood_in_the_words_that_files_use() -> None:
    assert (
        level_from_word(" Kelurahan ") == level_from_word("desa") == level_from_word("4") == "kelurahan_desa"
    )
    assert level_from_word("Kemantren") == "kecamatan"
    assert level_from_word("KOTA") == level_from_word("kabupaten_kota") == "kabupaten_kota"
    assert level_from_word("dusun") == ""
