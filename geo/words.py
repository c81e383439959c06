"""What somebody typed into a search for places: the words as names are compared, and what they say about the kind."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from geo.models import Area

LONGEST = 100  # more than any name with its kecamatan; what comes after is not looked at
ABBREVIATIONS = {
    "kel": "kelurahan",
    "kec": "kecamatan",
    "ds": "desa",
    "kab": "kabupaten",
    "ktr": "kantor",
    "pkm": "puskesmas",
    "puskes": "puskesmas",
    "psr": "pasar",
}
# Words before an area's name that are no part of it. A city's are: it is called "Kota Pasuruan".
LEVELS = {
    "kelurahan": Area.Level.VILLAGE,
    "desa": Area.Level.VILLAGE,
    "kalurahan": Area.Level.VILLAGE,
    "kecamatan": Area.Level.DISTRICT,
    "kemantren": Area.Level.DISTRICT,
    "kapanewon": Area.Level.DISTRICT,
}
OFFICES = {"kantor", "puskesmas"}  # "kantor kecamatan …" is a name, no kecamatan in which something lies
_MARKS = re.compile("[\u0300-\u036f'’‘ʼ´`]")
_OTHER = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{1,4})?)?)?|\d{4}|\d{6}|\d{10}", re.ASCII)


@dataclass(frozen=True)
class Wanted:
    """`text`: all words, spelt out. `name`: those that name an area. `level`: which one, where said. `within`: where it
    should lie ("kebonsari, kec. panggungrejo"). `code`: an area's dotted code or the beginning of one."""

    text: str
    name: str
    level: str = ""
    within: str = ""
    code: str = ""


def plain(text: str) -> str:
    """As `geo_plain` in the database does it (migration 0002): "Tapa’an" → "tapaan"."""
    letters = _MARKS.sub("", unicodedata.normalize("NFKD", text).lower())
    return _OTHER.sub(" ", letters).strip()


def understand(typed: str) -> Wanted:
    """Read what was typed; empty `text` where it holds no word."""
    before, _comma, after = typed[:LONGEST].partition(",")
    words, within = _spelt_out(before), _spelt_out(after)
    if not words:
        words, within = within, []
    for at in range(1, len(words)):
        if words[at] == "kecamatan" and words[at - 1] not in OFFICES:
            words, within = words[:at], words[at:]
            break
    level = LEVELS.get(words[0], "") if words else ""
    name = words[1:] if level and len(words) > 1 else words
    return Wanted(
        text=" ".join(words),
        name=" ".join(name),
        level=level,
        within=" ".join(word for word in within if word not in LEVELS),
        code=_code(typed.strip()),
    )


def _spelt_out(text: str) -> list[str]:
    return [ABBREVIATIONS.get(word, word) for word in plain(text).split()]


def _code(typed: str) -> str:
    if not _CODE.fullmatch(typed):
        return ""
    digits = typed.replace(".", "")
    return ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)
