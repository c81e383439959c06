"""Byte ranges of RFC 9110 § 14: one range per request; what is no range is answered with the whole file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ONE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.IGNORECASE)
CHUNK = 256 * 1024


@dataclass(frozen=True)
class Range:
    """Bytes from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """The range begins behind the end of the file."""


def wanted(header: str, size: int) -> Range | None:
    """The range that a header asks for; None for the whole file. Raises Unsatisfiable.

    Several ranges at once, other units and malformed headers are ignored, as the standard allows.
    """
    match = ONE.fullmatch(header.strip())
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        length = min(int(match[2]), size)
        if length == 0:
            raise Unsatisfiable
        return Range(size - length, size - 1)
    first, last = int(match[1]), min(int(match[2] or size), size - 1)
    if match[2] and int(match[2]) < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return Range(first, last)


class Part:
    """The bytes of a range of a file, in chunks. Opens the file at once, so that a missing one raises here.

    Whoever makes it closes it; a response does so at its end, also when nobody read it.
    """

    def __init__(self, path: Path, span: Range) -> None:
        self.handle = path.open("rb")
        self.span = span

    def __iter__(self) -> Iterator[bytes]:
        self.handle.seek(self.span.first)
        left = self.span.length
        while left > 0 and (chunk := self.handle.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.handle.close()
