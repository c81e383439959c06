"""What must be found nowhere in a release: the words, codes, names and places of the very reports that it counts.

A canary is a piece of text. Long texts are cut into pieces, so that a part that leaks is found as well. What is
public anyway (names of places and categories, borders) is no canary: else a report that says "Kebonsari", or that
imitates a row of the file, would stop a release.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from geo.errors import Conflict
from incidents.models import Photo, Reporter
from opendata.periods import Window
from opendata.sources import received_in

PIECE = 16  # characters; a leaked run of twice that length always holds a whole piece
SHORTEST = 4  # characters that say something
KEY = 8  # bytes by which the long ones are looked up
ESCAPED = re.compile(r'["\\\x00-\x1f]+')  # what CSV and JSON write differently
PUNCTUATION = re.compile(r"[,:{}\[\]]+")  # what CSV and JSON put between values
CHUNK = 4 * 1024 * 1024


@dataclass(frozen=True)
class Canaries:
    """Pieces of what people wrote and left, and pins as files would write them."""

    texts: frozenset[str]
    pins: frozenset[str]


def canaries_of(window: Window) -> Canaries:
    """All canaries of the reports received in the window, those that are held back included.

    Raises Conflict when sealed contacts cannot be opened: what cannot be looked for cannot be ruled out.
    """
    try:
        return Canaries(frozenset(_texts(window)), frozenset(_pins(window)))
    except ImproperlyConfigured:
        raise Conflict(
            _("Contacts cannot be opened with FIELD_KEYS, so the audit cannot look for them.")
        ) from None


def _texts(window: Window) -> Iterator[str]:
    complaints = received_in(window.start, window.end)
    for code, text, note in complaints.values_list("tracking_code", "description", "address_note"):
        yield from (code, code.replace("-", ""))
        yield from pieces(text)
        yield from pieces(note)
    for reporter in Reporter.objects.filter(complaint__in=complaints):
        for field in (reporter.name, reporter.email, reporter.phone, re.sub(r"\D", "", reporter.phone)):
            yield from pieces(field)
    for file, digest in Photo.objects.filter(complaint__in=complaints).values_list("file", "sha256"):
        yield from (file.rsplit(".", 1)[0], digest)


def pieces(text: str) -> Iterator[str]:
    """The pieces of a text, between the characters that formats escape; the last one reaches back to be whole."""
    for run in ESCAPED.split(text):
        if len(run) <= PIECE:
            if len(run) >= SHORTEST:
                yield run
            continue
        for start in range(0, len(run) - PIECE, PIECE):
            yield run[start : start + PIECE]
        yield run[-PIECE:]


def _pins(window: Window) -> Iterator[str]:
    located = received_in(window.start, window.end).filter(incident__location__isnull=False)
    for point in located.values_list("incident__location", flat=True):
        if point:
            yield from pin_texts(point.x, point.y)


def pin_texts(lon: float, lat: float) -> Iterator[str]:
    """A pin as files would write it: both coordinates together, since a border may share one of them."""
    for digits in (5, 6, 7, 15):
        x, y = (repr(round(value, digits)) for value in (lon, lat))
        yield from (f"{x},{y}", f"{x}, {y}", f"{y},{x}", f"{y}, {x}", f"{x} {y}")


def traces(canaries: Canaries, artefact: bytes, public_words: bytes) -> int:
    """How many canaries occur in the artefact and are more than public words with punctuation between them."""
    public = public_words.lower()
    texts = {hit for hit in found(canaries.texts, artefact) if not _is_public(hit, public)}
    pins = {hit for hit in found(canaries.pins, artefact) if hit not in public}
    return len(texts) + len(pins)


def _is_public(hit: bytes, public: bytes) -> bool:
    return all(word.encode() in public for word in PUNCTUATION.split(hit.decode()))


def found(canaries: Iterable[str], artefact: bytes) -> set[bytes]:
    """The canaries that occur in the artefact, whatever the case of their letters.

    Long ones are looked up by their first 8 bytes among all positions at once (n log m), then compared in full.
    """
    everything = artefact.lower()
    needles = {canary.lower().encode() for canary in canaries}
    by_key: dict[int, list[bytes]] = {}
    for needle in needles:
        if len(needle) >= KEY:
            by_key.setdefault(int.from_bytes(needle[:KEY], "little"), []).append(needle)
    hits = {needle for needle in needles if len(needle) < KEY and needle in everything}
    for key in _keys_in(everything, by_key):
        hits.update(needle for needle in by_key[key] if needle in everything)
    return hits


def _keys_in(everything: bytes, wanted: Iterable[int]) -> set[int]:
    """Which of the 8-byte keys occur anywhere."""
    keys = np.array(sorted(wanted), dtype="<u8")
    present: set[int] = set()
    if not len(keys):
        return present
    for start in range(0, max(len(everything) - KEY + 1, 0), CHUNK):
        part = np.frombuffer(everything[start : start + CHUNK + KEY - 1], dtype=np.uint8)
        windows = (
            np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(part, KEY)).view("<u8").ravel()
        )
        at = np.searchsorted(keys, windows).clip(max=len(keys) - 1)
        present.update(keys[at[keys[at] == windows]].tolist())
    return present
