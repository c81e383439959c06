"""What identifies a person inside running text: NIK, phone, e-mail and vehicle plate, covered before anybody reads it.

People write such things into reports about others. Staff reads the covered text; the words themselves open only with a
reason and are logged (incidents/reveal.py). Rather one number too many is covered than one too few. What is searched
is the text in one plain form: any digit as 0–9, any dash as "-", full-width letters as narrow ones, nothing invisible.

>>> masked("Hubungi Budi 0812-3456-7890, NIK 3575011708900001, mobil N 1234 AB, budi@contoh.example")
'Hubungi Budi [telepon], NIK [NIK], mobil [pelat], [email]'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

NIK, PHONE, EMAIL, PLATE = "[NIK]", "[telepon]", "[email]", "[pelat]"

# With its sign, or spelled so that machines miss it: "budi (at) contoh.id", "budi at contoh dot id".
DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|titik|\.)\s?[)\]}]\s?|\s(?:dot|titik)\s)"
EMAIL_WRITTEN = re.compile(
    rf"""(?<![\w.+%-])[\w.+%-]+(?:
        (?:\s?@\s?|\s?[(\[{{]\s?@\s?[)\]}}]\s?)[\w-]+(?:{DOT}[\w-]+)+
      | (?:\s?[(\[{{]\s?at\s?[)\]}}]\s?|\sat\s)[\w-]+(?:{DOT}[\w-]+)*{DOT}[a-z]{{2,}}\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
SIXTEEN = re.compile(r"(?<!\d)\d(?:[ ._-]?\d){15}(?!\d)")
GAP = r"[ .\-/_]?"
WIDE = (
    r"(?:[ .\-/_]|[ ]?[.\-/_][ ])?"  # "0812 - 3456 - 7890", where the beginning tells that it is a telephone
)
NO_PRICE = r"(?<![Rr][Pp])(?<![Rr][Pp][ .])(?<![Rr][Pp]\.[ ])"
PHONES = re.compile(
    rf"""(?<![\d])(?:
        \(?\+\(?\d{{1,3}}\)?(?:{GAP}\(?0\)?)?(?:{WIDE}\(?\d\)?){{7,13}}   # with a country's code
      | {NO_PRICE}(?:00)?62{GAP}(?:\(?0\)?{GAP})?[1-9](?:{GAP}\d){{7,12}}           # Indonesia's without its plus
      | 0{GAP}8\d{{2}}(?:{WIDE}\d){{5,10}}                                 # a mobile number
      | 08(?:[ _-]\d{{2}}){{4,5}}                                          # the same in pairs
      | \(?0[2-9]\d{{1,2}}\)?[ ._-]{{0,2}}\d{{3,4}}[ ._-]?\d{{2,5}}         # a house's line with its area code
    )(?!\d)""",
    re.VERBOSE,
)
# Where a vehicle is registered. A list, since "RT 03 RW" and "KM 12 A" are places.
REGIONS = (
    "A AA AB AD AE AG B BA BB BD BE BG BH BK BL BM BN BP BR CC CD D DA DB DC DD DE DG DH DK DL DM DN DP DR DS DT DW "
    "E EA EB ED F G H K KB KH KT KU L M N P PA PB PG PS PT PY R RI S T V W Z"
)
_REGION = "|".join(sorted(REGIONS.split(), key=len, reverse=True))
PLATE_LOUD = re.compile(rf"\b(?:{_REGION})[ ._\-]{{0,2}}[1-9]\d{{0,3}}[ ._\-]{{0,2}}[A-Z]{{1,3}}\b")
PLATE_QUIET = re.compile(rf"\b(?:{_REGION})[ ._\-]?[1-9]\d{{2,3}}[ ._\-]?([a-z]{{2,3}})\b", re.IGNORECASE)
# Words that follow a number in small letters: "l 300 di jalan", "b 120 rp".
_WORDS = (
    "ada apa cm dan dg dgn di dll dr dsb hal itu jam jl jt kak ke kg km lt mau no nya org pak per pcs rb rp rt rw saja "
    "sd sdh tdk ton utk wib yg"
)
WORDS = frozenset(_WORDS.split())


def masked(text: str) -> str:
    """The text with every NIK, phone number, e-mail address and vehicle plate replaced by what it is."""
    text = _covered(text, EMAIL_WRITTEN, lambda _found: EMAIL)
    text = _covered(text, SIXTEEN, _nik)
    text = _covered(text, PHONES, lambda _found: PHONE)
    text = _covered(text, PLATE_LOUD, lambda _found: PLATE)
    return _covered(text, PLATE_QUIET, _plate)


def _covered(text: str, pattern: re.Pattern[str], name: Callable[[re.Match[str]], str | None]) -> str:
    """The text with what its plain form shows replaced, everything else as it was written."""
    plain, places = _plain(text)
    parts, end = [], 0
    for found in pattern.finditer(plain):
        if put := name(found):
            parts += [text[end : places[found.start()]], put]
            end = places[found.end() - 1] + 1
    return "".join([*parts, text[end:]])


def _plain(text: str) -> tuple[str, range | list[int]]:
    """The text in one spelling, and where in the text each of its characters stands."""
    if text.isascii():
        return text, range(len(text))
    kept = [(place, one) for place, char in enumerate(text) if (one := _one_spelling(char))]
    return "".join(one for _place, one in kept), [place for place, _one in kept]


def _one_spelling(char: str) -> str:
    """One character for one; empty for what nobody sees."""
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind == "Pd" or char == "\N{MINUS SIGN}":
        return "-"
    if kind in ("Cf", "Mn"):
        return ""
    if kind == "Zs":
        return " "
    narrow = unicodedata.normalize("NFKC", char)
    return narrow if len(narrow) == 1 and kind != "No" else char


def _nik(found: re.Match[str]) -> str | None:
    """NIK: six digits of a place, the birthday as DDMMYY (women's day is 40 more), four of a series."""
    digits = re.sub(r"\D", "", found[0])
    province, day, month = int(digits[:2]), int(digits[6:8]), int(digits[8:10])
    person = 11 <= province <= 97 and (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12
    return NIK if person else None


def _plate(found: re.Match[str]) -> str | None:
    return None if found[1].lower() in WORDS else PLATE
