"""Windows of bytes as numbers, their digests, and a table of bits that says quickly what is not known.

A piece of a text is 16 bytes: two little-endian words of 8. A digest of 64 bits stands for it, so no text of a person
is kept: among 10⁷ pieces and 10⁹ windows a digest meets another's by chance once in 1,800 releases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]

WORD, PIECE = 8, 16
ODD = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ / golden ratio (Knuth, TAOCP 3, 6.4)
MIX = np.uint64(0xD6E8FEB86659FD93)
BITS = np.array([1 << n for n in range(8)], dtype=np.uint8)
FEWEST, MOST = 20, 27  # 2ⁿ bits of a table: from 128 KB to 16 MB, which a processor's cache holds
# MASKS[n] keeps the first n bytes of a word.
MASKS = np.array([(1 << (8 * n)) - 1 for n in range(WORD + 1)], dtype=np.uint64)

LOWER = bytes(range(256)).lower()


def words_at_each(part: Bytes) -> Words:
    """The word that begins at each byte but the last seven: a view, nothing is copied."""
    return np.ndarray((len(part) - WORD + 1,), dtype="<u8", buffer=part, strides=(1,))


def digest(first: Words, second: Words, salt: int = 0) -> Words:
    """64 bits that stand for two words; `salt` keeps kinds of needles apart."""
    mixed = first * ODD
    mixed ^= mixed >> np.uint64(32)
    mixed += second + np.uint64(salt)
    mixed *= MIX
    mixed ^= mixed >> np.uint64(29)
    mixed *= ODD
    return np.asarray(mixed ^ (mixed >> np.uint64(32)), dtype=np.uint64)


@dataclass(frozen=True)
class Room:
    """Arrays that are used again for each chunk: new ones would cost more than what is worked out in them."""

    keys: Words
    quick: Words
    at: Words
    index: NDArray[np.int64]
    found: Bytes
    bit: Bytes

    @classmethod
    def of(cls, size: int) -> Room:
        return cls(
            keys=np.empty(size + WORD, dtype=np.uint64),
            quick=np.empty(size, dtype=np.uint64),
            at=np.empty(size, dtype=np.uint64),
            index=np.empty(size, dtype=np.int64),
            found=np.empty(size, dtype=np.uint8),
            bit=np.empty(size, dtype=np.uint8),
        )


@dataclass(frozen=True)
class Bits:
    """A table of 2ⁿ bits; the uppermost n bits of a key say where its bit is. What is not set is not known."""

    table: Bytes
    power: int

    @classmethod
    def of(cls, keys: Words) -> Bits:
        """With at least 32 places for each key, where 16 MB allow it."""
        power = min(max(int(max(len(keys), 1)).bit_length() + 5, FEWEST), MOST)
        empty = cls(np.zeros(1 << (power - 3), dtype=np.uint8), power)
        empty.add(keys)
        return empty

    def add(self, keys: Words) -> None:
        at = (keys >> np.uint64(64 - self.power)).astype(np.int64)
        np.bitwise_or.at(self.table, at >> 3, BITS[at & 7])

    def where(self, keys: Words, room: Room | None = None) -> NDArray[np.intp]:
        """At which places stand keys whose bit is set."""
        room = room or Room.of(len(keys))
        at, index = room.at[: len(keys)], room.index[: len(keys)]
        found, bit = room.found[: len(keys)], room.bit[: len(keys)]
        np.right_shift(keys, np.uint64(64 - self.power), out=at)
        np.right_shift(at, np.uint64(3), out=index.view(np.uint64))
        self.table.take(index, out=found, mode="clip")
        np.bitwise_and(at.view(np.uint8)[::8], 7, out=bit)
        np.right_shift(found, bit, out=found)
        np.bitwise_and(found, 1, out=found)
        return np.flatnonzero(found)


def once(keys: Words) -> Words:
    """Sorted, each once. By sorting: numpy's own way, by hashing, is slow for keys that are alike in their low bits."""
    ordered = np.sort(keys)
    first = np.concatenate((np.ones(1, dtype=bool), ordered[1:] != ordered[:-1]))
    return np.asarray(ordered[first[: len(ordered)]])


def known(sorted_keys: Words, keys: Words) -> NDArray[np.bool_]:
    """Which of the keys are among the sorted ones."""
    if not len(sorted_keys):
        return np.zeros(len(keys), dtype=bool)
    at = np.searchsorted(sorted_keys, keys).clip(max=len(sorted_keys) - 1)
    return np.asarray(sorted_keys[at] == keys, dtype=bool)


def padded(content: Any) -> Bytes:
    """The bytes with a piece of zeros behind them, so that a window begins at each of them."""
    return np.frombuffer(bytes(content) + bytes(PIECE), dtype=np.uint8)
