"""Byte ranges of RFC 9110 § 14: one range per request; what is no range is answered with the whole file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ONE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.IGNORECASE)
CHUNK = 64 * 1024


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


def read(path: Path, part: Range) -> Iterator[bytes]:
    """The bytes of a range, in chunks. Opens the file at once, so that a missing one raises here."""
    handle = path.open("rb")

    def chunks() -> Iterator[bytes]:
        with handle:
            handle.seek(part.first)
            left = part.length
            while left > 0 and (chunk := handle.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk

    return chunks()
