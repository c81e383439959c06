"""In which letters a Shapefile's table is written: it often does not say, or says it wrongly. Bytes in, a codec out."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

UTF8, WINDOWS = "utf-8", "cp1252"
# The byte 29 of a DBF names its code page. 0x57 says only "the one of the computer that wrote it".
_CODE_PAGES = {0x01: "cp437", 0x02: "cp850", 0x03: WINDOWS, 0x58: WINDOWS, 0x59: WINDOWS}
_CODE_PAGE_BYTE = 29


@dataclass(frozen=True)
class Letters:
    """`notes`: what the file did not say or said wrongly."""

    encoding: str
    notes: list[str] = field(default_factory=list)


def table_letters(dbf: Path, cpg: Path | None) -> Letters:
    """The codec of the texts in `dbf`; `cpg`: the file beside it that may name one.

    What is valid UTF-8 with letters beyond ASCII is no other code page by chance; what is not is Windows-1252, which
    the programs that leave the name out have always written.
    """
    content = dbf.read_bytes()
    texts = content[int.from_bytes(content[8:10], "little") :]
    if texts.isascii():
        return Letters(UTF8)
    named = _named(cpg) or _CODE_PAGES.get(content[_CODE_PAGE_BYTE], "")
    utf8 = _decodes(texts, UTF8)
    if named and (named != UTF8 or utf8):
        return Letters(named)
    encoding, words = (UTF8, "UTF-8") if utf8 else (WINDOWS, "Windows-1252")
    if named:
        return Letters(
            encoding, [_("Its letters are read as %(name)s; they are not UTF-8.") % {"name": words}]
        )
    return Letters(
        encoding, [_("Its letters are read as %(name)s; the file does not say.") % {"name": words}]
    )


def _named(cpg: Path | None) -> str:
    """The codec that a .cpg file names (`UTF-8`, `1252`, `ANSI 1252`, `8859_1`), '' when none is known by it."""
    word = cpg.read_bytes()[:40].decode("ascii", "replace").strip().lower() if cpg else ""
    page = re.search(r"(\d{3,5})$", word)
    for name in (word, f"cp{page[1]}" if page else ""):
        try:
            codec = codecs.lookup(name).name if name else ""
        except LookupError:
            continue
        # Latin-1's upper controls are no letters; who names it writes Windows-1252 (as browsers have learnt, too).
        if codec:
            return WINDOWS if codec == "iso8859-1" else codec
    return WINDOWS if "8859" in word and word.endswith("1") else ""


def _decodes(texts: bytes, encoding: str) -> bool:
    try:
        texts.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
