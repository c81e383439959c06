"""Area codes: many spellings in, the dotted Kemendagri code out. Pure strings.

Kemendagri's code is 2+2+2+4 digits (province, kabupaten/kota, kecamatan, kelurahan/desa): `35.75.01.1001`. BPS, whose
codes the HDX files carry, uses 2+2+3+3 (`3575010001`); the two lists differ in their numbers, so a BPS code is dotted
by its own widths and never passed off as Kemendagri's.
"""

from __future__ import annotations

import re
from enum import Enum

CITY, DISTRICT, VILLAGE = "kabupaten_kota", "kecamatan", "kelurahan_desa"
LEVELS = (CITY, DISTRICT, VILLAGE)


class Numbering(Enum):
    """Whose numbering the digits follow; the value is the digits per level."""

    KEMENDAGRI = (2, 2, 2, 4)
    BPS = (2, 2, 3, 3)


_COUNTRY = re.compile(r"^ID(?=\d)", re.IGNORECASE)
_FLOAT_TAIL = re.compile(r"^(\d+)\.0+$")
_SEPARATORS = re.compile(r"[.\-\s]+")

_LEVEL_WORDS = {
    CITY: {"kabupaten_kota", "kabupaten/kota", "kabupaten", "kota", "kab", "city", "regency", "2", "adm2"},
    DISTRICT: {"kecamatan", "kemantren", "kapanewon", "distrik", "district", "3", "adm3"},
    VILLAGE: {
        "kelurahan_desa",
        "kelurahan/desa",
        "desa/kelurahan",
        "kelurahan",
        "desa",
        "village",
        "4",
        "adm4",
    },
}


def normalise_code(text: str, numbering: Numbering = Numbering.KEMENDAGRI) -> str:
    """The dotted code of `text` (`ID3575011001`, `3575011001`, `35.75.01.1001`, `35-75`), or '' when it is none.

    Spreadsheets and DBF files turn codes into numbers: `3575011001.0` is read as its digits.
    """
    text = _COUNTRY.sub("", text.strip())
    tail = _FLOAT_TAIL.match(text)
    if tail and len(tail[1]) > 2:
        text = tail[1]
    if not re.fullmatch(r"[\d.\-\s]*", text, re.ASCII):
        return ""
    parts = [part for part in _SEPARATORS.split(text) if part]
    if len(parts) == 1:
        parts = _split_digits(parts[0], numbering)
    if not 1 <= len(parts) <= 4 or any(
        len(part) != size for part, size in zip(parts, numbering.value, strict=False)
    ):
        return ""
    return ".".join(parts)


def _split_digits(digits: str, numbering: Numbering) -> list[str]:
    parts = []
    for size in numbering.value:
        if digits:
            parts.append(digits[:size])
            digits = digits[size:]
    return [*parts, digits] if digits else parts


def level_of(code: str) -> str:
    """The level that a dotted code has by its number of parts; '' for a province."""
    return {2: CITY, 3: DISTRICT, 4: VILLAGE}.get(code.count(".") + 1, "")


def parent_of(code: str) -> str:
    """The dotted code one level up, by the code alone."""
    return code.rpartition(".")[0]


def level_from_word(word: str) -> str:
    """The level that a file's own word means (`Kelurahan`, `4`, `kabupaten_kota`), or '' when it is none."""
    plain = word.strip().lower()
    return next((level for level, words in _LEVEL_WORDS.items() if plain in words), "")


def guess_numbering(codes: list[str], district_codes: list[str]) -> Numbering:
    """Whose digits these are: BPS when the kecamatan have seven, or the villages' last four begin with 0.

    Dotted codes tell by themselves. In Kemendagri's numbering a village's own part begins with 1 (kelurahan), 2 or 3
    (desa).
    """
    for text in (*district_codes, *codes):
        plain = _COUNTRY.sub("", text.strip())
        parts = _SEPARATORS.split(plain)
        if len(parts) > 2:
            return Numbering.BPS if len(parts[2]) == 3 else Numbering.KEMENDAGRI
        if len(plain) == 7 or (len(plain) == 10 and plain[6] == "0"):
            return Numbering.BPS
    return Numbering.KEMENDAGRI
