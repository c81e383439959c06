"""What is public anyway and therefore no trace: names of places and categories, words of the files' own, borders.

A report that only says "Kebonsari", or imitates a row of a release, must not stop it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from shapely.geometry.base import BaseGeometry

from opendata.traces.digests import WORD
from opendata.traces.needles import Needles
from opendata.traces.people import Canaries
from opendata.traces.search import digests_of, search

BETWEEN = re.compile(rb'[,:;{}\[\]"\s\x00-\x1f]+')  # what CSV and JSON put between values
PARTS = re.compile(rb"[^0-9a-z\x80-\xff.@_-]+")


@dataclass(frozen=True)
class Public:
    """`words`: all texts that anybody may read, lowered. `shapes`: what is published of the land."""

    words: bytes
    shapes: list[BaseGeometry] = field(default_factory=list)

    @classmethod
    def of(cls, words: Iterable[str | bytes], shapes: Iterable[BaseGeometry] = ()) -> Public:
        """From texts (or whole files without a row) and the released shapes in EPSG:4326."""
        texts = (word.encode() if isinstance(word, str) else word for word in words)
        return cls(b"\n" + b"\n".join(texts).lower() + b"\n", list(shapes))

    def also(self, words: Iterable[str]) -> Public:
        """With more texts that are public, too."""
        return Public(self.words + "\n".join(words).lower().encode() + b"\n", self.shapes)

    def left_of(self, canaries: Canaries) -> Canaries:
        """Those that are neither public words nor corners of what is published of the land."""
        return Canaries(self._needles_left(canaries.needles), canaries.pins.without(self.shapes))

    def _needles_left(self, needles: Needles) -> Needles:
        found = digests_of(search(needles, self.words))
        parts = {part for part in PARTS.split(self.words) if len(part) < WORD}
        tiny = np.array([int.from_bytes(part, "little") for part in parts], dtype=np.uint64)
        return needles.without(found, tiny)

    def explains(self, hit: bytes) -> bool:
        """Whether a hit is nothing but public words with punctuation between them."""
        return all(word in self.words for word in BETWEEN.split(hit))
