"""Texts cut into what can be looked for: pieces of 16 bytes, short runs of 8 to 15, and whole fields of 4 to 7.

All of a text is covered without overlap, so whoever leaks 31 bytes of it in a row leaks a whole piece. Letters are
lowered as ASCII has them; a text with other letters is cut as written, as lowered and as raised.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from opendata.traces.digests import MASKS, ODD, PIECE, WORD, Words, digest, once, padded, words_at_each

SHORTEST = 4  # bytes that say something
TELLING = 10  # digits that do
BREAK, FIELD = 1, 10  # between runs of one field, and between fields
# What formats write differently ends a run: quotes, backslashes, controls. Tabs and newlines end a field.
FOLD = bytes(
    FIELD if byte in (9, 10) else BREAK if byte < 32 or byte in (34, 92, 127) else byte
    for byte in bytes(range(256)).lower()
)


@dataclass(frozen=True)
class Pieces:
    """Digests of long pieces beside the quick keys of a filter, of short runs by length, and fields of 4 to 7 bytes."""

    long: Words
    quick: Words
    short: dict[int, tuple[Words, Words]]  # digests and first words by length
    tiny: Words  # the bytes themselves, followed by zeros


def quick_keys(first: Words, second: Words) -> Words:
    """What the first look of the search computes at every byte; digests are for the few that pass."""
    return np.asarray((first * ODD) ^ ((second * ODD) >> np.uint64(29)), dtype=np.uint64)


def cut(fields: bytes) -> Pieces:
    """All pieces of fields in UTF-8 with a newline (or tab) after each."""
    return cut_folded(_with_other_letters(fields).translate(FOLD))


def _with_other_letters(fields: bytes) -> bytes:
    """The fields, and those with letters beyond ASCII once more in small letters and in capitals."""
    if fields.isascii():
        return fields + b"\n"
    other = b"\n".join(line for line in fields.split(b"\n") if not line.isascii()).decode(errors="replace")
    return b"\n".join((fields, other.lower().encode(), other.upper().encode(), b""))


def cut_folded(folded: bytes) -> Pieces:
    """The pieces of what FOLD has been applied to."""
    text = padded(folded)
    words = words_at_each(text)
    ends = np.flatnonzero(text[: len(folded)] <= FIELD)
    starts = np.concatenate((np.zeros(1, dtype=ends.dtype), ends[:-1] + 1))[: len(ends)]
    lengths = ends - starts
    at = _piece_starts(starts, ends, lengths)
    short: dict[int, tuple[Words, Words]] = {}
    for length in range(WORD, PIECE):
        here = starts[lengths == length]
        here = here[~_everywhere(text, here, length)]
        first = words[here]
        short[length] = (digest(first, words[here + WORD] & MASKS[length - WORD], length), first)
    return Pieces(
        long=digest(words[at], words[at + WORD]),
        quick=quick_keys(words[at], words[at + WORD]),
        short=short,
        tiny=_tiny(text, words, starts, ends, lengths),
    )


def _everywhere(text: np.ndarray, starts: np.ndarray, length: int) -> np.ndarray:
    """Which runs are numbers of fewer than 10 digits: sizes and counts that any file is full of."""
    if length >= TELLING:
        return np.zeros(len(starts), dtype=bool)
    digits = text[starts[:, None] + np.arange(length)] - np.uint8(ord("0"))
    return np.asarray((digits <= 9).all(axis=1))


def _piece_starts(starts: np.ndarray, ends: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Where pieces begin: every 16 bytes of a run, the last one as far back as it needs to be whole."""
    enough = lengths >= PIECE
    counts = -(-lengths[enough] // PIECE)
    firsts = np.repeat(np.cumsum(counts) - counts, counts)
    within = np.arange(int(counts.sum())) - firsts
    at = np.repeat(starts[enough], counts) + within * PIECE
    return np.asarray(np.minimum(at, np.repeat(ends[enough] - PIECE, counts)))


def _tiny(text: np.ndarray, words: Words, starts: np.ndarray, ends: np.ndarray, lengths: np.ndarray) -> Words:
    """Whole fields of 4 to 7 bytes that hold a letter."""
    before = np.concatenate((np.array([FIELD], dtype=np.uint8), text[ends[:-1]]))[: len(ends)]
    whole = (text[ends] == FIELD) & (before == FIELD) & (lengths >= SHORTEST) & (lengths < WORD)
    fields = once(words[starts[whole]] & MASKS[lengths[whole]])
    letters = fields.view(np.uint8).reshape(-1, WORD)
    return fields[((letters >= ord("a")) & (letters <= ord("z")) | (letters >= 128)).any(axis=1)]
