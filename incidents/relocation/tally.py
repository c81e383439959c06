"""What a relocation has done, or would do, counted: per move, per agency, and what is left to a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo.locate import Place
from geo.models import Agency
from incidents.models import Doubt
from incidents.relocation.batches import Batch
from incidents.relocation.decide import Change

PARTS = ("got", "lost", "supports")  # leads now, has no part any more, led and only supports now
NAMED = 20  # case numbers that a message to an agency lists


@dataclass
class Tally:
    """`moves`: cases per pair of kelurahan. `handed`: cases per pair of agencies (codes; "" for nobody)."""

    total: int = 0
    moved: int = 0
    rerouted: int = 0
    moves: Counter[tuple[Place, Place]] = field(default_factory=Counter)
    handed: Counter[tuple[str, str]] = field(default_factory=Counter)
    doubts: dict[int, Doubt.Reason] = field(default_factory=dict)
    agencies: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, batch: Batch, agencies: Mapping[int, Agency]) -> None:
        self.total += batch.count
        self.doubts |= batch.doubts
        for change in batch.changes:
            if change.moved:
                self.moved += 1
                self.moves[change.case.spot.village, change.spot.village] += 1
            if change.rerouted:
                self.rerouted += 1
                lost = next((agencies[one.agency].code for one in change.case.held if one.leads), "")
                got = agencies[change.got[0]].code if change.got else ""
                self.handed[lost, got] += 1
                if not change.case.demo:  # made-up cases trouble nobody
                    self._tell(change, agencies)

    def _tell(self, change: Change, agencies: Mapping[int, Agency]) -> None:
        gone = [one.agency for one in change.gone]
        for word, keys in zip(PARTS, (change.got, gone, change.supports), strict=True):
            for key in keys:
                told = self.agencies.setdefault(agencies[key].code, _nothing())
                told[word] += 1
                if len(told[f"{word}_cases"]) < NAMED:
                    told[f"{word}_cases"].append(change.case.pk)


def _nothing() -> dict[str, Any]:
    return {name: value for word in PARTS for name, value in ((word, 0), (f"{word}_cases", []))}


def merged(
    kept: dict[str, dict[str, Any]], more: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Two counts of the same agencies as one."""
    both = {code: _nothing() | told for code, told in kept.items()}
    for code, told in more.items():
        there = both.setdefault(code, _nothing())
        for word in PARTS:
            there[word] += told[word]
            there[f"{word}_cases"] = [*there[f"{word}_cases"], *told[f"{word}_cases"]][:NAMED]
    return both
