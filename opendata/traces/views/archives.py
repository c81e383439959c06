"""What gzip and zip have packed, wherever in a file it begins."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from opendata.traces.search import Readable
from opendata.traces.views.view import View

GZIP = b"\x1f\x8b\x08"
ZIP = b"PK\x03\x04"
AUTOMATIC = 47  # zlib and gzip, told by their heads
BLOCK = 4 << 20


def unpacked(content: Readable) -> Iterator[View]:
    """The members of an archive, or of gzip anywhere in the content."""
    if content[:4] == ZIP:
        with zipfile.ZipFile(io.BytesIO(bytes(content[:]))) as archive:
            for member in archive.infolist():
                yield View(member.filename.encode() + b"\n" + archive.read(member), text=True)
        return
    at = find(content, GZIP, 0)
    while at >= 0:
        yield from inflated(content, at)
        at = find(content, GZIP, at + len(GZIP))


def inflated(content: Readable, at: int) -> Iterator[View]:
    """What is packed from `at` on, as far as it can be opened, in blocks of some megabytes."""
    opener = zlib.decompressobj(AUTOMATIC)
    rest = b""
    while not opener.eof:
        if not rest:
            rest = bytes(content[at : at + (1 << 16)])
            at += len(rest)
        if not rest:
            return
        try:
            part = opener.decompress(rest, BLOCK)
        except zlib.error:
            return
        rest = opener.unconsumed_tail
        if part:
            yield View(part, text=True)


def find(content: Readable, what: bytes, start: int) -> int:
    """Where `what` is next, -1 if nowhere; for bytes and mapped files alike."""
    search = getattr(content, "find", None)
    return int(search(what, start)) if search else bytes(content[:]).find(what, start)
