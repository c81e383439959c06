"""A file's bytes where they are asked for, and a text without what it says again and again."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

from opendata.traces.search import OVERLAP, Readable

STEP = 1 << 20
# A map repeats the same border in each row of a place: most of a GeoJSON's bytes.
SHAPE = re.compile(rb'(?<="geometry":)[^\n]{64,}')


class FileBytes:
    """An open file as if it were bytes; nothing of it is kept, and threads can read at once."""

    def __init__(self, file: int) -> None:
        self.file, self.size = file, os.fstat(file).st_size

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, at: slice, /) -> bytes:
        start, stop, _step = at.indices(self.size)
        parts = []
        while start < stop:
            part = os.pread(self.file, stop - start, start)
            if not part:
                raise OSError("a file became shorter while it was read")
            parts.append(part)
            start += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def find(self, what: bytes, start: int) -> int:
        """Where `what` is next, -1 if nowhere."""
        for step in range(start, self.size, STEP):
            at = self[step : step + STEP + len(what) - 1].find(what)
            if at >= 0:
                return step + at
        return -1


@dataclass
class Shapes:
    """Shapes that have been searched already, as hashes of 64 bits; what equals them need not be searched again."""

    seen: set[int] = field(default_factory=set)

    def left_out(self, content: Readable, start: int, size: int) -> bytes:
        """A part of a text with the byte before it and the overlap behind, without shapes that were there before."""
        before = content[start - 1 : start] if start else b"\n"
        block = bytes(content[start : start + size + OVERLAP])
        kept, reached = [before], 0
        for match in SHAPE.finditer(block):
            shape = hash(match[0])
            if shape in self.seen:
                kept.append(block[reached : match.start()])
                reached = match.end()
            else:
                self.seen.add(shape)
        return b"".join((*kept, block[reached:]))
