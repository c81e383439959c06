"""What a case inherits: from what was merged into it, and from the stricter topics under which its reports came in.

Whoever reported under a closed topic was promised that nothing of it is published. A correction of the topic, a merge
or a split takes nothing of that back, and neither does a category that is opened later: the strictest tier counts, as
it does where cases are offered (`incidents.access.offerable()`). A case that ever held a confidential report stays
silent, too: told from a later release on, it would stand out as the row that came alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from django.db.models import QuerySet
from django.db.models.fields.json import KT

from incidents.models import Category, ClosedTime, Entry, FormerTier, Incident, Stay
from opendata.columns import coded

TIERS = [tier.value for tier in Category.Tier]  # the more published, the earlier


@dataclass(frozen=True)
class Lineage:
    """`roots`: merged case → the one that stands for it. `tiers`: case that stands for itself → a tier (its place in
    `TIERS`) that it has at least. `silent`: cases that were confidential once, and into which such a one was merged.
    `former`: stricter tiers that categories had, and until when: code, tier, moment."""

    roots: dict[int, int]
    tiers: dict[int, int]
    silent: set[int]
    former: list[tuple[str, int, datetime]]

    def strictest(self, rows: pd.DataFrame) -> pd.Categorical:
        """The tier of each row (pk, category, tier, opened_at), or a stricter one that its case has inherited, or that
        its category had when it was opened or since. One that is not known is closed."""
        own = pd.Categorical(rows["tier"], categories=TIERS).codes.astype(np.int64)
        found = np.where(own < 0, len(TIERS) - 1, own)
        least = rows["pk"].map(pd.Series(self.tiers, dtype="float64")).fillna(0).to_numpy(dtype=np.int64)
        found = np.maximum(found, least)
        for code, rank, until in self.former:
            then = (rows["category"] == code).to_numpy() & (
                rows["opened_at"] < pd.Timestamp(until)
            ).to_numpy()
            found = np.where(then, np.maximum(found, rank), found)
        return coded(found, TIERS)


def lineage() -> Lineage:
    """Of all cases: usually few have inherited anything."""
    merged = {
        pk: (into, secret, _rank(tier))
        for pk, into, secret, tier in Incident.every.filter(merged_into__isnull=False).values_list(
            "pk", "merged_into", "confidential", "category__tier"
        )
    }
    into = {pk: parent for pk, (parent, _secret, _tier) in merged.items() if parent}
    roots = {pk: _root(pk, into) for pk in into}
    tiers: dict[int, int] = {}
    former = _former()
    inherited = [(pk, rank) for pk, (_into, _secret, rank) in merged.items()]
    for pk, rank in (*inherited, *_corrected(former)):
        root = roots.get(pk, pk)
        tiers[root] = max(rank, tiers.get(root, 0))
    tiers = {pk: rank for pk, rank in tiers.items() if rank}
    secret = {pk for pk, (_into, secret, _tier) in merged.items() if secret}
    silent = {roots.get(pk, pk) for pk in secret.union(*once_secret())}
    return Lineage(roots, tiers, silent, former)


def once_secret() -> tuple[QuerySet[Entry, int], QuerySet[ClosedTime, int]]:
    """The cases of which a confidential report was lowered, and those that one has left: numbers of cases."""
    lowered = Entry.objects.filter(kind=Entry.Kind.PRIVACY, data__lowered__contains="confidential")
    return (
        lowered.order_by().values_list("incident", flat=True),
        ClosedTime.objects.order_by().values_list("incident", flat=True),
    )


def _former() -> list[tuple[str, int, datetime]]:
    rows = FormerTier.objects.values_list("category__code", "tier", "until")
    return [(code, _rank(tier), until) for code, tier, until in rows if _rank(tier)]


def _corrected(former: Iterable[tuple[str, int, datetime]]) -> list[tuple[int, int]]:
    """Cases whose topic was once a stricter one, with its rank; also those to which reports went from such a case."""
    known = {code: _rank(tier) for code, tier in Category.objects.values_list("code", "tier")}
    for code, rank, _until in former:
        known[code] = max(rank, known[code])
    rows = (
        Entry.objects.filter(kind=Entry.Kind.CORRECTED, data__has_key="category")
        .annotate(was=KT("data__category__from__code"))
        .values_list("incident", "was")
    )
    found = [(pk, known.get(was, len(TIERS) - 1)) for pk, was in rows]
    strict = {pk: rank for pk, rank in sorted(found, key=lambda one: one[1]) if rank}
    return [*strict.items(), *((went, strict[came]) for went, came in _went_on(strict))]


def _went_on(cases: Iterable[int]) -> list[tuple[int, int]]:
    """(where it is now, where it was) of the reports that have been in these cases."""
    return list(Stay.objects.filter(incident__in=cases).values_list("complaint__incident", "incident"))


def _rank(tier: str) -> int:
    return TIERS.index(tier) if tier in TIERS else len(TIERS) - 1


def _root(pk: int, into: dict[int, int]) -> int:
    while pk in into:
        pk = into[pk]
    return pk
