"""The scan of a release: every byte of every file of its folder, raw and opened, and the names of the files."""

from __future__ import annotations

import sqlite3
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from opendata.traces.contents import FileBytes, Shapes
from opendata.traces.people import Canaries
from opendata.traces.pin_search import Found, pins_among, search_pins
from opendata.traces.public import Public
from opendata.traces.search import Hits, Readable, chunks, search_chunk
from opendata.traces.views import geopackage, parquet, pmtiles
from opendata.traces.views.archives import unpacked
from opendata.traces.views.text import is_text, unescaped
from opendata.traces.views.view import View

SHARE = 8 << 20  # bytes that one thread takes at a time
THREADS = 2
UNREADABLE = (
    sqlite3.Error, struct.error, zlib.error, zipfile.BadZipFile, pa.ArrowException, ValueError, IndexError, OSError,
)  # fmt: skip


@dataclass(frozen=True)
class Scan:
    """How many canaries each file holds (only files with some), and how many bytes were read, raw and opened."""

    found: Mapping[str, int]
    tried: int

    @property
    def figure(self) -> int:
        return sum(self.found.values())


@dataclass
class Finding:
    """What one file holds so far."""

    hits: Hits = field(default_factory=Hits)
    pins: Found = field(default_factory=set)
    leftovers: int = 0
    tried: int = 0

    def add(self, other: Finding) -> None:
        self.hits.add(other.hits)
        self.pins |= other.pins
        self.leftovers += other.leftovers
        self.tried += other.tried

    def count(self, public: Public) -> int:
        texts = sum(not public.explains(text) for text in self.hits.texts.values())
        return texts + len(self.hits.tiny) + len(self.pins) + self.leftovers


def scan(
    folder: Path, names: Collection[str], canaries: Canaries, public: Public, only: Collection[str] = ()
) -> Scan:
    """Search all files of a folder, or `only` some. A file that is not among `names` is a finding by itself.

    `canaries` are those that nothing public is among (Public.left_of).
    """
    found: dict[str, int] = {}
    tried = 0
    with ThreadPoolExecutor(THREADS) as pool:
        for path in sorted(path for path in folder.rglob("*") if not path.is_dir()):
            name = path.relative_to(folder).as_posix()
            if only and name not in only:
                continue
            finding = _search_file(pool, path, name, canaries)
            count = finding.count(public) + (name not in names)
            tried += finding.tried
            if count:
                found[name] = count
    return Scan(found, tried)


def _search_file(pool: ThreadPoolExecutor, path: Path, name: str, canaries: Canaries) -> Finding:
    """Search a file's name and all views of it, some shares at once."""
    whole, waiting, shapes = Finding(), deque[Future[Finding]](), Shapes()
    with path.open("rb") as file:
        for view in views_of(path, name, FileBytes(file.fileno())):
            for start in range(0, max(len(view.content), 1), SHARE):
                waiting.append(pool.submit(_search_share, view, start, canaries, shapes))
                if len(waiting) > 2 * THREADS:
                    whole.add(waiting.popleft().result())
        for future in waiting:
            whole.add(future.result())
    return whole


def views_of(path: Path, name: str, content: Readable) -> Iterator[View]:
    """All readings of a file; what cannot be read as what it says it is, is left to the raw bytes and is a finding."""
    yield View(name.encode(), text=True)
    text = is_text(content)
    yield View(content, text=text)
    try:
        yield from unescaped(content) if text else _opened(path, content)
    except UNREADABLE:
        yield View(leftover=True)


def _opened(path: Path, content: Readable) -> Iterator[View]:
    if content[:4] == parquet.MAGIC:
        yield from parquet.parquet_views(path)
    elif content[:16] == geopackage.MAGIC:
        yield from geopackage.geopackage_views(path)
    if content[:7] == pmtiles.MAGIC:
        yield from pmtiles.pmtiles_views(content)
    else:
        yield from unpacked(content)


def _search_share(view: View, start: int, canaries: Canaries, shapes: Shapes) -> Finding:
    own = min(SHARE, len(view.content) - start)
    finding = Finding(leftovers=int(view.leftover), tried=own)
    if not start:
        finding.pins |= pins_among(canaries.pins, view.points)
        finding.tried += view.points.nbytes
    if view.text:
        parts = chunks(shapes.left_out(view.content, start, own), 1)
    else:
        parts = chunks(view.content, start, start + own)
    for part, size in parts:
        finding.hits.add(search_chunk(canaries.needles, part, size, cells=view.text))
        finding.pins |= search_pins(canaries.pins, part, size)
    return finding
