"""The search: a window at every byte, past a table of bits, then by digest. Large letters are read as small ones."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from opendata.traces.digests import (
    LOWER,
    MASKS,
    ODD,
    PIECE,
    WORD,
    Bytes,
    Room,
    Words,
    digest,
    known,
    once,
    words_at_each,
)
from opendata.traces.needles import NONE, Needles
from opendata.traces.pieces import SHORTEST

CHUNK = 1 << 17  # bytes at a time: what is worked on stays in the processor's cache
OVERLAP = 128  # bytes of the next chunk, so that nothing is cut in two
# What stands around a cell of CSV, a string of JSON, a line.
AROUND = np.array([byte < 32 or byte in b'",:;[]{}<>' for byte in range(256)])
HEX = frozenset(b"0123456789abcdef")


class Readable(Protocol):
    """Bytes, or a file mapped into memory."""

    def __len__(self) -> int: ...

    def __getitem__(self, at: slice, /) -> bytes: ...


@dataclass
class Hits:
    """Digests that were found, with the bytes that stood there. Never shown, never logged; only counted."""

    texts: dict[int, bytes] = field(default_factory=dict)
    tiny: set[int] = field(default_factory=set)

    def add(self, other: Hits) -> None:
        self.texts.update(other.texts)
        self.tiny |= other.tiny


def chunks(content: Readable, first: int = 0, last: int | None = None) -> Iterator[tuple[Bytes, int]]:
    """Chunks of content[first:last] with one byte of what is before and the overlap behind, as far as there is any.

    The number beside each: how many windows begin in it, the first one at its second byte.
    """
    last = len(content) if last is None else min(last, len(content))
    for start in range(first, last, CHUNK):
        own = min(CHUNK, last - start)
        before = content[start - 1 : start] if start else b"\n"
        behind = content[start : start + own + OVERLAP]
        whole = b"".join((before, behind, bytes(OVERLAP + PIECE)))
        yield np.frombuffer(whole, dtype=np.uint8), own


def search(needles: Needles, content: Readable) -> Hits:
    """Which long and short needles occur in the content."""
    hits = Hits()
    for part, own in chunks(content):
        hits.add(search_chunk(needles, part, own, cells=False))
    return hits


class _Rooms(threading.local):
    """Each thread's own room."""

    def __init__(self) -> None:
        self.room = Room.of(CHUNK)


_ROOMS = _Rooms()


def search_chunk(needles: Needles, part: Bytes, own: int, cells: bool) -> Hits:
    """What begins in one chunk (see `chunks`). `cells`: it is text, so that tiny needles between delimiters count."""
    low = np.frombuffer(part.tobytes().translate(LOWER), dtype=np.uint8)
    words = words_at_each(low)
    room, hits = _ROOMS.room, Hits()
    keys = np.multiply(words[1 : own + 1 + WORD], ODD, out=room.keys[: own + WORD])
    if len(needles.long):
        quick = np.right_shift(keys[WORD:], np.uint64(29), out=room.quick[:own])
        quick ^= keys[:own]
        _long(needles, low, words, needles.quick.where(quick, room) + 1, hits)
    if any(len(digests) for digests, _starts in needles.short.values()):
        _short(needles, low, words, needles.starts.where(keys[:own], room) + 1, hits)
    if cells and len(needles.tiny):
        hits.tiny.update(tiny_of(needles.tiny, low[: own + OVERLAP + 1], words))
    return hits


def _long(needles: Needles, low: Bytes, words: Words, at: np.ndarray, hits: Hits) -> None:
    digests = digest(words[at], words[at + WORD])
    likely = needles.long_bits.where(digests)
    digests, at = digests[likely], at[likely]
    sure = known(needles.long, digests)
    _keep(hits, low, digests[sure], at[sure], PIECE)


def _short(needles: Needles, low: Bytes, words: Words, at: np.ndarray, hits: Hits) -> None:
    for length, (wanted, _starts) in needles.short.items():
        if not len(wanted):
            continue
        digests = digest(words[at], words[at + WORD] & MASKS[length - WORD], length)
        likely = needles.short_bits.where(digests)
        here = at[likely]
        sure = known(wanted, digests[likely])
        _keep(hits, low, digests[likely][sure], here[sure], length)


def _keep(hits: Hits, low: Bytes, digests: Words, at: np.ndarray, length: int) -> None:
    """Remember each digest once. A short run of hexadecimal digits counts only where it is not part of a longer one."""
    for one, place in zip(digests.tolist(), at.tolist(), strict=True):
        if one not in hits.texts:
            text = low[place : place + length].tobytes()
            around = low[place - 1], low[place + length]
            if length == PIECE or not HEX.issuperset(text) or HEX.isdisjoint(around):
                hits.texts[one] = text


def tiny_of(wanted: Words, low: Bytes, words: Words) -> list[int]:
    """Which of the wanted fields of 4 to 7 bytes are whole cells."""
    borders = np.flatnonzero(AROUND[low])
    lengths = np.diff(borders) - 1
    right = (lengths >= SHORTEST) & (lengths < WORD)
    cells = once(words[borders[:-1][right] + 1] & MASKS[lengths[right]])
    found: list[int] = cells[known(wanted, cells)].tolist()
    return found


def digests_of(hits: Hits) -> Words:
    return np.fromiter(hits.texts, dtype=np.uint64, count=len(hits.texts)) if hits.texts else NONE
