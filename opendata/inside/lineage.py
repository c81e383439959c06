"""What a case inherits: from what was merged into it, and from the stricter topics under which its reports came in.

Whoever reported under a closed topic was promised that nothing of it is published. A correction of the topic, a merge
or a split takes nothing of that back: the strictest tier counts, as it does where cases are offered
(`incidents.access.offerable()`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.fields.json import KT

from incidents.models import Category, Entry, Incident, Stay

TIERS = [tier.value for tier in Category.Tier]  # the more published, the earlier


@dataclass(frozen=True)
class Lineage:
    """`roots`: merged case → the one that stands for it. `tiers`: case that stands for itself → a tier (its place in
    `TIERS`) that it has at least. `silent`: cases into which one was merged that was confidential."""

    roots: dict[int, int]
    tiers: dict[int, int]
    silent: set[int]


def lineage() -> Lineage:
    """Of all cases: usually few have any."""
    merged = {
        pk: (into, secret, _rank(tier))
        for pk, into, secret, tier in Incident.every.filter(merged_into__isnull=False).values_list(
            "pk", "merged_into", "confidential", "category__tier"
        )
    }
    into = {pk: parent for pk, (parent, _secret, _tier) in merged.items() if parent}
    roots = {pk: _root(pk, into) for pk in into}
    tiers: dict[int, int] = {}
    inherited = [(pk, rank) for pk, (_into, _secret, rank) in merged.items()]
    for pk, rank in (*inherited, *_corrected()):
        root = roots.get(pk, pk)
        tiers[root] = max(rank, tiers.get(root, 0))
    tiers = {pk: rank for pk, rank in tiers.items() if rank}
    silent = {roots[pk] for pk, (_into, secret, _rank) in merged.items() if secret}
    return Lineage(roots, tiers, silent)


def _corrected() -> list[tuple[int, int]]:
    """Cases whose topic was once a stricter one, with its rank; also those to which reports went from such a case."""
    known = {code: _rank(tier) for code, tier in Category.objects.values_list("code", "tier")}
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
