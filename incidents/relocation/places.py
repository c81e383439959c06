"""Where open cases belong in an edition, and who leads there: arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from geo.edition_links import Successors, successors
from geo.locate import OUTSIDE, Locator, Placement
from geo.models import Agency, Edition
from incidents.models import Assignment, Category, Doubt
from incidents.relocation.rows import NOBODY, Rows
from incidents.routing import Routed, route

R = Doubt.Reason
UNKNOWN = -1
# Where a case without a point had its place when this edition was in force before (a roll back).
BEFORE = """
SELECT DISTINCT ON (incident_id) incident_id, data #>> '{from,kelurahan,code}'
FROM incidents_entry
WHERE kind = 'moved' AND incident_id = ANY(%s) AND data #>> '{from,edition}' = %s
ORDER BY incident_id, id DESC
"""


@dataclass(frozen=True)
class Placed:
    """Where n cases belong, each array (n,).

    `village`: number in the locator, UNKNOWN where a person must decide. `lead`: who leads there (key; NOBODY). `slot`:
    by which `Placer.routed` spells the agencies out. `doubt`: what a person must decide, by the case's key.
    """

    village: NDArray[np.int32]
    approximate: NDArray[np.bool_]
    lead: NDArray[np.int64]
    slot: NDArray[np.int64]
    doubt: dict[int, Doubt.Reason]


class Placer:
    """Places and routes for one edition. `locator` is of that edition; routing is asked once per place and category."""

    def __init__(self, edition: Edition, locator: Locator) -> None:
        self.edition, self.locator = edition, locator
        every = Category.objects.select_related("parent", "lead").prefetch_related("support")
        self.categories = {one.pk: one for one in every}
        self.agencies = {one.pk: one for one in Agency.objects.all()}
        self._successors = cache(self._read_successors)
        self._routed: dict[tuple[int, int], list[Routed]] = {}

    def place(self, rows: Rows) -> Placed:
        found = self.locator.locate_many(rows.lon, rows.lat)
        village, slot = found.village.copy(), found.group.astype(np.int64)
        pointed = ~np.isnan(rows.lon)
        doubt = {int(key): R.OUTSIDE for key in rows.id[pointed & (village == OUTSIDE)]}
        self._by_code(rows, village, doubt)
        slot[~pointed] = -2 - village[~pointed].astype(np.int64)  # whole villages, numbered apart from groups
        lead = self._leads(slot, rows.category, known=village != UNKNOWN)
        return Placed(village, found.approximate, lead, slot, doubt)

    def routed(self, slot: int, category: int) -> list[Routed]:
        """Who gets a case of this category at the place with this slot; asked once."""
        key = (slot, category)
        if key not in self._routed:
            self._routed[key] = route(self.categories[category], self._placement(slot))
        return self._routed[key]

    def _placement(self, slot: int) -> Placement:
        if slot >= 0:
            return self.locator.answer(slot)
        return self.locator.locate_code(self.locator.villages[-2 - slot].place.code)

    def _leads(self, slot: NDArray[Any], category: NDArray[Any], known: NDArray[Any]) -> NDArray[np.int64]:
        lead = np.full(len(slot), NOBODY, dtype=np.int64)
        width = 1 + max(self.categories, default=0)
        pairs, which = np.unique(slot[known] * width + category[known], return_inverse=True)
        found = [self._lead(*divmod(pair, width)) for pair in pairs.tolist()]
        lead[known] = np.array(found, dtype=np.int64)[which]
        return lead

    def _lead(self, slot: int, category: int) -> int:
        routed = self.routed(slot, category)
        return routed[0].agency.pk if routed and routed[0].role == Assignment.Role.LEAD else NOBODY

    def _by_code(self, rows: Rows, village: NDArray[np.int32], doubt: dict[int, Doubt.Reason]) -> None:
        """Cases without a point: by what they had here before, else by the code that goes on with theirs."""
        at = np.flatnonzero(rows.place >= 0)
        if not len(at):
            return
        known = [self._village_of(*place) for place in rows.places]
        before = self._had_before(rows.id[at[rows.edition[at] != self.edition.pk]])
        for i in at.tolist():
            key, place = int(rows.id[i]), int(rows.place[i])
            village[i] = self.locator.by_code.get(before.get(key, ""), known[place])
            if village[i] == UNKNOWN:
                edition, code = rows.places[place]
                doubt[key] = R.SPLIT if self._successors(edition).of(code) else R.GONE

    def _village_of(self, edition: int, code: str) -> int:
        if edition != self.edition.pk:
            code = self._successors(edition).clear(code) or ""
        return self.locator.by_code.get(code, UNKNOWN)

    def _read_successors(self, edition: int) -> Successors:
        return successors(edition, self.edition)

    def _had_before(self, keys: NDArray[np.int64]) -> dict[int, str]:
        if not len(keys):
            return {}
        with connection.cursor() as cursor:
            cursor.execute(BEFORE, [keys.tolist(), self.edition.name])
            return dict(cursor.fetchall())
