"""Time series go on when codes change: under which kelurahan of the borders in force an incident counts.

Closed incidents keep the borders in which they happened. Where those codes go on as others, they are counted under the
successor: all of a merge's under the one that it became; a divided kelurahan's by where their point lies now, and those
without a point stay under the old code, since nobody knows better.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Case, CharField, Expression, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from geo.edition_compare import WHOLE
from geo.models import Area, Edition, Predecessor

Links = dict[tuple[int, str], list[tuple[str, float]]]


def kelurahan_in_force(prefix: str = "") -> Expression | F:
    """The code under which incidents count, as an expression; `prefix` leads to them, e.g. `incident__`."""
    own = F(f"{prefix}kelurahan_code")
    active, links = _links()
    if not links:
        return own
    # First what is usual: incidents of the borders in force need no looking up.
    whens = [When(**{f"{prefix}edition": active}, then=own)]
    for (edition, successor), codes in _whole(links).items():
        whens.append(_when(prefix, edition, codes, Value(successor)))
    for (edition, code), found in links.items():
        if found[0][1] < WHOLE:
            there = _lying_in(active, [successor for successor, _share in found], f"{prefix}location")
            whens.append(_when(prefix, edition, [code], Coalesce(there, own)))
    return Case(*whens, default=own, output_field=CharField())


def _links() -> tuple[int, Links]:
    """The edition in force (key) and its successors by (edition, code), the largest share first."""
    active = 0
    rows = Predecessor.objects.filter(edition__status=Edition.Status.ACTIVE).order_by("-share", "code")
    links: Links = defaultdict(list)
    columns = ("edition", "predecessor_edition", "predecessor_code", "code", "share")
    for active, edition, old, code, share in rows.values_list(*columns):  # noqa: B007 (the same in every row)
        links[edition, old].append((code, share))
    return active, dict(links)


def _whole(links: Links) -> dict[tuple[int, str], list[str]]:
    """Old codes that go on as a whole, by edition and successor."""
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for (edition, old), successors in links.items():
        code, share = successors[0]
        if share >= WHOLE:
            found[edition, code].append(old)
    return found


def _when(prefix: str, edition: int, codes: list[str], then: Any) -> When:
    condition = {f"{prefix}edition": edition, f"{prefix}kelurahan_code__in": codes}
    return When(**condition, then=then)


def _lying_in(edition: int, codes: list[str], location: str) -> Subquery:
    """The lowest of these codes whose area covers the incident's point; null without one."""
    areas = Area.objects.filter(edition=edition, code__in=codes, geom__covers=OuterRef(location))
    return Subquery(areas.order_by("code").values("code")[:1])
