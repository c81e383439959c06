"""duplicates_ms: the search for what may be the same problem, at a million incidents, as the desk asks it. p95.

Beside it, in the same run: what one would write first, a distance over geography and similar words, without an index of
its own, and the search at intake (the open case that a report joins).
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg

from benchmarks import city, million
from benchmarks.figure import Figure, sized, versions

ASKED = 400
PEER_ASKED = 20
PEER = """
SELECT i.id FROM incidents_incident i JOIN incidents_complaint c ON c.incident_id = i.id
WHERE i.phase IN ('baru', 'dikerjakan', 'dikembalikan', 'menunggu', 'luar') AND i.id <> %(pk)s
  AND ST_DWithin(i.location::geography, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography, %(metres)s)
ORDER BY similarity(c.description, %(words)s) DESC LIMIT 5
"""


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


def asked(count: int) -> list[Any]:
    """Open cases with a pin, spread over all of them, with their topics at hand."""
    from incidents.models import Incident

    keys = list(Incident.objects.filter(phase__in=Incident.OPEN).order_by("pk").values_list("pk", flat=True))
    chosen = keys[:: max(1, len(keys) // count)][:count]
    return list(Incident.objects.select_related("category").filter(pk__in=chosen))


def suggested(cases: list[Any]) -> list[float]:
    from incidents.fusion.suggest import suggestions

    for case in cases[:20]:
        suggestions(case)
    return [milliseconds(lambda case=case: suggestions(case)) for case in cases]  # type: ignore[misc]


def joined(cases: list[Any]) -> list[float]:
    from datetime import timedelta

    from django.utils import timezone

    from incidents.fusion.nearest import Search, nearest

    since = timezone.now() - timedelta(days=14)
    searches = [
        Search(one.category_id, one.location.x, one.location.y, 10, one.kelurahan_code, since, False)
        for one in cases
    ]
    return [milliseconds(lambda one=one: nearest(one)) for one in searches]  # type: ignore[misc]


def first_thought(url: str, cases: list[Any]) -> list[float]:
    with psycopg.connect(url, autocommit=True) as connection:
        given = [
            {
                "pk": one.pk,
                "lon": one.location.x,
                "lat": one.location.y,
                "metres": one.category.near_metres,
                "words": "Selokan mampet dan meluap di depan pasar, mohon segera ditangani.",
            }
            for one in cases
        ]
        return [milliseconds(lambda one=one: connection.execute(PEER, one).fetchall()) for one in given]  # type: ignore[misc]


def main() -> None:
    url = os.environ["DATABASE_URL"]
    city.start()
    count = sized(million.STATED)
    million.fill(url, count, lines=False)
    cases = asked(ASKED)
    ours, at_intake, peer = suggested(cases), joined(cases), first_thought(url, cases[:PEER_ASKED])
    detail = {
        "incidents": count,
        "asked": len(cases),
        "milliseconds_median": round(statistics.median(ours), 2),
        "intake_search_p95": round(p95(at_intake), 2),
        "peer": "ST_DWithin over geography and similarity() of words, median of milliseconds",
        **versions("django", "psycopg"),
    }
    value = round(p95(ours), 2)
    print(Figure("duplicates_ms", value, "ms", value, round(statistics.median(peer), 2), detail).line())


if __name__ == "__main__":
    main()
