"""What identifies a person inside running text: NIK, phone, e-mail and vehicle plate, covered before anybody reads it.

People write such things into reports about others. Staff reads the covered text; the words themselves open only with a
reason and are logged (incidents/reveal.py). Rather one number too many is covered than one too few.

>>> masked("Hubungi Budi 0812-3456-7890, NIK 3575011708900001, mobil N 1234 AB, budi@contoh.example")
'Hubungi Budi [telepon], NIK [NIK], mobil [pelat], [email]'
"""

from __future__ import annotations

import re

NIK, PHONE, EMAIL, PLATE = "[NIK]", "[telepon]", "[email]", "[pelat]"

EMAIL_WRITTEN = re.compile(r"[\w.+%-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
SIXTEEN = re.compile(r"(?<!\d)\d(?:[ .-]?\d){15}(?!\d)")
GAP = r"[ .\-/]?"
PHONES = re.compile(
    rf"""(?<![\d])(?:
        \(?\+\(?\d{{1,3}}\)?(?:{GAP}\(?0\)?)?(?:{GAP}\(?\d\)?){{7,13}}   # with a country's code
      | (?:00)?62{GAP}(?:\(?0\)?{GAP})?[1-9](?:{GAP}\d){{7,12}}           # Indonesia's without its plus
      | 0{GAP}8\d{{2}}(?:{GAP}\d){{5,10}}                                 # a mobile number
      | 08(?:[ -]\d{{2}}){{4,5}}                                          # the same in pairs
      | \(?0[2-9]\d{{1,2}}\)?[ .-]{{0,2}}\d{{3,4}}[ .-]?\d{{2,5}}         # a house's line with its area code
    )(?!\d)""",
    re.VERBOSE,
)
# Where a vehicle is registered. A list, since "RT 03 RW" and "KM 12 A" are places.
REGIONS = (
    "A AA AB AD AE AG B BA BB BD BE BG BH BK BL BM BN BP BR CC CD D DA DB DC DD DE DG DH DK DL DM DN DP DR DS DT DW "
    "E EA EB ED F G H K KB KH KT KU L M N P PA PB PG PS PT PY R RI S T V W Z"
)
_REGION = "|".join(sorted(REGIONS.split(), key=len, reverse=True))
PLATE_LOUD = re.compile(rf"\b(?:{_REGION})[ .\-]{{0,2}}[1-9]\d{{0,3}}[ .\-]{{0,2}}[A-Z]{{1,3}}\b")
PLATE_QUIET = re.compile(rf"\b(?:{_REGION})[ .\-]?[1-9]\d{{2,3}}[ .\-]?([a-z]{{2,3}})\b", re.IGNORECASE)
# Words that follow a number in small letters: "l 300 di jalan", "b 120 rp".
_WORDS = (
    "ada apa cm dan dg dgn di dll dr dsb hal itu jam jl jt kak ke kg km lt mau no nya org pak per pcs rb rp rt rw saja "
    "sd sdh tdk ton utk wib yg"
)
WORDS = frozenset(_WORDS.split())


def masked(text: str) -> str:
    """The text with every NIK, phone number, e-mail address and vehicle plate replaced by what it is."""
    text = EMAIL_WRITTEN.sub(EMAIL, text)
    text = SIXTEEN.sub(_nik, text)
    text = PHONES.sub(PHONE, text)
    text = PLATE_LOUD.sub(PLATE, text)
    return PLATE_QUIET.sub(_plate, text)


def _nik(found: re.Match[str]) -> str:
    """NIK: six digits of a place, the birthday as DDMMYY (women's day is 40 more), four of a series."""
    digits = re.sub(r"\D", "", found[0])
    province, day, month = int(digits[:2]), int(digits[6:8]), int(digits[8:10])
    person = 11 <= province <= 97 and (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12
    return NIK if person else found[0]


def _plate(found: re.Match[str]) -> str:
    return found[0] if found[1].lower() in WORDS else PLATE
