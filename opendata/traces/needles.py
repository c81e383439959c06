"""All pieces that must not be found, as sorted digests and tables of bits: about 8 bytes for 16 of a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from opendata.traces.digests import MOST, ODD, PIECE, WORD, Bits, Words, known, once
from opendata.traces.pieces import Pieces, cut

FEW = 1_000_000  # pieces that may be held more than once
NONE: Words = np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True)
class Needles:
    """Sorted digests of the long pieces; digests and first words of the short ones by length; the tiny ones as such."""

    long: Words
    short: dict[int, tuple[Words, Words]]
    tiny: Words
    quick: Bits

    @cached_property
    def long_bits(self) -> Bits:
        return Bits.of(self.long)

    @cached_property
    def short_bits(self) -> Bits:
        return Bits.of(_joined([digests for digests, _starts in self.short.values()]))

    @cached_property
    def starts(self) -> Bits:
        """Filter of the first words of the short ones."""
        starts = [starts for _digests, starts in self.short.values()]
        return Bits.of(once(_joined(starts)) * ODD)

    def __len__(self) -> int:
        return len(self.long) + len(self.tiny) + sum(len(digests) for digests, _starts in self.short.values())

    def without(self, found: Words, tiny: Words) -> Needles:
        """Those that are not among the digests and tiny words `found`: what is public is no secret."""
        gone = once(found)
        short = {}
        for length, (digests, starts) in self.short.items():
            stay = ~known(gone, digests)
            short[length] = (digests[stay], starts[stay])
        long = self.long[~known(gone, self.long)]
        return Needles(long, short, self.tiny[~known(once(tiny), self.tiny)], self.quick)


@dataclass
class Gathering:
    """Pieces as they come in, block by block."""

    long: list[Words] = field(default_factory=list)
    short: dict[int, list[tuple[Words, Words]]] = field(default_factory=dict)
    tiny: list[Words] = field(default_factory=list)
    held: int = 0
    different: int = 0
    quick: Bits = field(default_factory=lambda: Bits(np.zeros(1 << (MOST - 3), dtype=np.uint8), MOST))

    def add(self, fields: bytes) -> None:
        """The pieces of fields in UTF-8, each followed by a newline."""
        self._take(cut(fields))

    def _take(self, pieces: Pieces) -> None:
        self.long.append(pieces.long)
        self.quick.add(pieces.quick)
        for length, short in pieces.short.items():
            self.short.setdefault(length, []).append(short)
        self.tiny.append(pieces.tiny)
        self.held += len(pieces.long)
        if self.held > self.different * 1.3 + FEW:  # the same is said again and again
            self._compact()

    def _compact(self) -> None:
        """Each long piece once. In place where it can be: this is the largest array of all."""
        whole = _joined(self.long)
        self.long.clear()
        whole.sort()
        self.long.append(
            whole[np.concatenate((np.ones(1, dtype=bool), whole[1:] != whole[:-1]))[: len(whole)]]
        )
        self.held = self.different = len(self.long[0])

    def needles(self) -> Needles:
        """Everything gathered, once each."""
        self._compact()
        long = self.long.pop()
        short = {}
        for length in range(WORD, PIECE):
            digests = _joined([one for one, _starts in self.short.get(length, [])])
            starts = _joined([starts for _one, starts in self.short.get(length, [])])
            digests, at = np.unique(digests, return_index=True)
            short[length] = (digests, starts[at])
        return Needles(long, short, once(_joined(self.tiny)), self.quick)


def _joined(parts: list[Words]) -> Words:
    return np.concatenate(parts) if parts else NONE
