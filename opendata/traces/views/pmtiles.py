"""PMTiles (specification 3): every tile in the clear, points of tiles as degrees, and bytes that no directory names.

https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md; tiles are Mapbox Vector Tiles 2.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from opendata.traces.pins import Floats
from opendata.traces.search import Readable
from opendata.traces.views.archives import AUTOMATIC, unpacked
from opendata.traces.views.text import unescaped
from opendata.traces.views.view import View

MAGIC = b"PMTiles"
HEADER = struct.Struct("<7sB11Q5B")
VERSION = 3
PLAIN, GZIP = 1, 2
BLOCK = 4 << 20
EXTENT = 4096
COARSEST = 12  # zoom, of which the grid (2.4 m) still tells one pin from the next
# A feature of one point: type 1, then the geometry: its length, MoveTo once, two numbers.
POINT = re.compile(rb"\x18\x01\x22[\x03-\x0b]\x09((?:[\x80-\xff]*[\x00-\x7f]){2})", re.DOTALL)
# Numbers among a layer's values: tag 4, length, then a double (3) or a float (2).
DOUBLE = re.compile(rb"\x22\x09\x19(.{8})", re.DOTALL)
SINGLE = re.compile(rb"\x22\x05\x15(.{4})", re.DOTALL)
MOST_NUMBERS = 4096  # of a tile, each paired with each


@dataclass(frozen=True)
class Entry:
    """Where a tile (or, with `run` 0, a directory of leaves) lies in its section."""

    tile: int
    run: int
    offset: int
    length: int


def pmtiles_views(content: Readable) -> Iterator[View]:
    """Metadata, tiles and gaps. What is packed in another way than by gzip cannot be read, and is a finding."""
    _magic, version, *rest = HEADER.unpack(content[: HEADER.size])
    root, about, leaves, tiles = ((rest[at], rest[at + 1]) for at in (0, 2, 4, 6))
    inner, outer = rest[12], rest[13]
    if version != VERSION or not {inner, outer} <= {PLAIN, GZIP}:
        yield View(leftover=True)
        return
    metadata = opened(content, about)
    yield View(metadata, text=True)
    yield from unescaped(metadata)
    entries = list(_entries(content, root, leaves[0]))
    yield from _tiles(content, entries, tiles[0])
    named = [(0, HEADER.size), root, about, leaves]
    named += [(tiles[0] + entry.offset, entry.length) for entry in entries]
    yield from _gaps(content, named)


def opened(content: Readable, place: tuple[int, int]) -> bytes:
    """The bytes from an offset, so many; unpacked where they are packed."""
    part = bytes(content[place[0] : place[0] + place[1]])
    return zlib.decompress(part, AUTOMATIC) if part[:2] == b"\x1f\x8b" else part


def _entries(content: Readable, place: tuple[int, int], leaves: int) -> Iterator[Entry]:
    """All tiles of a directory and of the leaves below it."""
    for entry in directory(opened(content, place)):
        if entry.run:
            yield entry
        else:
            yield from _entries(content, (leaves + entry.offset, entry.length), leaves)


def directory(packed: bytes) -> list[Entry]:
    """A directory: columns of numbers, tiles as differences, offsets as 1 more or 0 for "behind the one before"."""
    numbers = _varints(packed)
    count = int(numbers[0])
    steps, runs, lengths, places = np.split(numbers[1 : 1 + 4 * count], 4)
    found: list[Entry] = []
    for tile, run, length, place in zip(
        accumulate(steps.tolist()), runs.tolist(), lengths.tolist(), places.tolist(), strict=True
    ):
        behind = found[-1].offset + found[-1].length if found else 0
        found.append(Entry(tile, run, place - 1 if place else behind, length))
    return found


def _varints(packed: bytes) -> np.ndarray:
    """All numbers of a row of varints (7 bits a byte, the lowest first)."""
    octets = np.frombuffer(packed, dtype=np.uint8)
    ends = np.flatnonzero(octets < 128)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1] + 1))
    octets = octets[: ends[-1] + 1]
    place = np.arange(len(octets)) - np.repeat(starts, ends - starts + 1)
    parts = (octets & 127).astype(np.uint64) << (7 * place).astype(np.uint64)
    return np.add.reduceat(parts, starts).astype(np.int64)


def _tiles(content: Readable, entries: list[Entry], start: int) -> Iterator[View]:
    """Each tile once, several in a view; and what could be a place in it."""
    held, size, seen = [], 0, set()
    for entry in entries:
        if entry.offset in seen:
            continue
        seen.add(entry.offset)
        tile = opened(content, (start + entry.offset, entry.length))
        yield View(points=np.vstack((_points(tile, entry.tile), _numbers(tile))))
        held.append(tile)
        size += len(tile)
        if size >= BLOCK:
            yield View(b"\n".join(held), text=False)
            held, size = [], 0
    if held:
        yield View(b"\n".join(held), text=False)


def _points(tile: bytes, number: int) -> Floats:
    """The features of one point, in degrees of 5 decimals, with all such around them that the tile's grid blurs."""
    found = [_varints(match[1])[:2] for match in POINT.finditer(tile)]
    zoom, column, row = position(number)
    if not found or zoom < COARSEST:
        return np.zeros((0, 2))
    packed = np.array(found)
    inside = (packed >> 1) ^ -(packed & 1)
    x, y = ((np.array((column, row)) + inside / EXTENT) / 2**zoom).T
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))
    points = np.round(np.column_stack((x * 360 - 180, lat)), 5)
    reach = int(360 / 2**zoom / EXTENT * 1e5) + 1
    around = np.arange(-reach, reach + 1) * 1e-5
    near = np.column_stack((np.repeat(around, len(around)), np.tile(around, len(around))))
    return np.asarray((points[:, None, :] + near[None, :, :]).reshape(-1, 2))


def _numbers(tile: bytes) -> Floats:
    """All pairs of fractions among the values of a tile."""
    doubles = [struct.unpack("<d", match[1])[0] for match in DOUBLE.finditer(tile)]
    singles = [struct.unpack("<f", match[1])[0] for match in SINGLE.finditer(tile)]
    values = np.unique([value for value in doubles + singles if value % 1 and abs(value) <= 180])
    values = values[:MOST_NUMBERS]
    return np.column_stack((np.repeat(values, len(values)), np.tile(values, len(values))))


def position(number: int) -> tuple[int, int, int]:
    """Zoom, column and row of a tile by its number on the Hilbert curves of all zooms."""
    zoom = 0
    while number >= 4**zoom:
        number -= 4**zoom
        zoom += 1
    x = y = 0
    side = 1
    while side < 2**zoom:
        right = 1 & (number // 2)
        up = 1 & (number ^ right)
        if not up:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        x, y = x + side * right, y + side * up
        number //= 4
        side *= 2
    return zoom, x, y


def _gaps(content: Readable, named: list[tuple[int, int]]) -> Iterator[View]:
    """What lies between the named parts and is packed: tiles that were left behind."""
    reached = 0
    for start, length in [*sorted(set(named)), (len(content), 0)]:
        if start > reached:
            yield from unpacked(content[reached:start])
        reached = max(reached, start + length)
