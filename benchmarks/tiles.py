"""tile_cold_vs_raw_mvt: a staff tile made by get_tile against its bare statement run by psycopg. 1 is as fast.

Nothing of the tile is remembered on either side (cold); both have the table in memory. The same tiles take turns, so
that whatever else the machine does hits both. The median is over tiles.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg

from benchmarks import city
from benchmarks.figure import Figure, sized, versions

if TYPE_CHECKING:
    from tiles.scope import Scope

STATED = 1_000_000
ROUNDS = 3
ZOOMS = (11, 12, 13, 14, 15, 16)
PER_ZOOM = 12
PHASES = {"diterima": "baru", "dikerjakan": "dikerjakan", "selesai": "selesai"}
COLUMNS = (
    "category_id, status, phase, source, confidential, demo, location, edition_id, kelurahan_code, kelurahan,"
    " kecamatan_code, kecamatan, approximate, opened_at, due_at, updated_at"
)


def fill(url: str, count: int) -> None:
    """So many incidents of the last year, each led by an agency."""
    from django.utils import timezone

    from geo.models import Edition
    from geo.registry import current_locator
    from incidents.models import Category

    places = city.points(count)
    locator = current_locator()
    villages = locator.locate_many(places[:, 0], places[:, 1]).village
    topics = list(Category.objects.filter(active=True, children=None).values_list("pk", flat=True))
    edition = Edition.objects.get(status=Edition.Status.ACTIVE).pk
    random, now = np.random.default_rng(2), timezone.now().timestamp()
    ages = random.uniform(0, 365 * 86400, count)
    states = random.choice(["diterima", "dikerjakan", "selesai"], count)
    kinds = random.choice(["warga", "cctv", "keduanya"], count)
    with psycopg.connect(url) as connection:
        with connection.cursor().copy(f"COPY incidents_incident ({COLUMNS}) FROM STDIN") as copy:
            for i in range(count):
                village = locator.villages[villages[i]]
                opened = time.strftime("%Y-%m-%d %H:%M:%S+00", time.gmtime(now - ages[i]))
                point = f"SRID=4326;POINT({places[i, 0]} {places[i, 1]})"
                where = (village.place.code, village.place.name, village.district.code, village.district.name)
                stands = states[i], PHASES[states[i]]
                what = (topics[i % len(topics)], *stands, kinds[i], False, True, point, edition)
                copy.write_row((*what, *where, False, opened, opened, opened))
        connection.execute(
            """
            INSERT INTO incidents_assignment (incident_id, agency_id, role, status, why, assigned_at, updated_at)
            SELECT i.id, coalesce(c.lead_id, (SELECT min(id) FROM geo_agency)), 'lead', 'sent', '', opened_at, opened_at
            FROM incidents_incident i JOIN incidents_category c ON c.id = i.category_id
            """
        )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE incidents_incident")
        connection.execute("VACUUM ANALYZE incidents_assignment")


def wanted_tiles() -> list[tuple[str, int, int, int]]:
    """Layer and address of tiles over random points of the city, some of each zoom."""
    chosen: dict[tuple[str, int, int, int], None] = {}
    for zoom in ZOOMS:
        places = np.radians(city.points(PER_ZOOM, seed=zoom))
        n = 2**zoom
        x = ((np.degrees(places[:, 0]) + 180) / 360 * n).astype(int)
        y = ((1 - np.arcsinh(np.tan(places[:, 1])) / np.pi) / 2 * n).astype(int)
        for layer in ("heat", "incidents"):
            chosen |= {(layer, zoom, int(a), int(b)): None for a, b in zip(x, y, strict=True)}
    return list(chosen)


def scopes() -> dict[str, Scope]:
    """Who looks: somebody who sees the whole city, and the agency with the most cases."""
    from django.db.models import Count

    from geo.models import Agency
    from incidents.access import events_of, incidents_of
    from incidents.models import CctvEvent, Incident
    from tiles.scope import Scope

    busiest = Agency.objects.annotate(n=Count("assignments")).order_by("-n")[0]
    return {
        "city": Scope(Incident.objects.all(), CctvEvent.objects.all()),
        "agency": Scope(incidents_of(busiest), events_of(busiest)),
    }


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def compare(url: str) -> list[tuple[str, float, float, int]]:
    """Per viewer and tile: what it is, our milliseconds, psycopg's, bytes. The median of some rounds of each."""
    from tiles.filters import Filters
    from tiles.grid import Tile
    from tiles.mvt import get_tile, layer_named, tile_statement

    found = []
    with psycopg.connect(url, autocommit=True) as connection:

        def raw(statement: tuple[str, list[Any]]) -> bytes:
            row = connection.execute(*statement).fetchone()
            return bytes(row[0]) if row else b""

        for who, scope in scopes().items():
            for layer, z, x, y in wanted_tiles():
                statement = tile_statement(layer_named(layer), Tile(z, x, y), scope, Filters())
                assert statement is not None
                plain = (statement[0], [v.value if hasattr(v, "value") else v for v in statement[1]])
                size = len(raw(plain))
                if size != len(get_tile(layer, z, x, y, scope, Filters())):
                    sys.exit(f"kentongan: {layer}/{z}/{x}/{y} differs from its statement")
                ours, peer = [], []
                for _round in range(ROUNDS):
                    ours.append(timed(partial(get_tile, layer, z, x, y, scope, Filters())))
                    peer.append(timed(partial(raw, plain)))
                found.append((f"{who} {layer} z{z}", statistics.median(ours), statistics.median(peer), size))
    return found


def main() -> None:
    url = os.environ["DATABASE_URL"]
    city.start()
    count = sized(STATED)
    fill(url, count)
    found = compare(url)
    ratio = statistics.median(peer / ours for _what, ours, peer, _size in found)
    ours = statistics.median(ours for _what, ours, _peer, _size in found)
    peer = statistics.median(peer for _what, _ours, peer, _size in found)
    kinds = sorted({what.rsplit(" ", 1)[0] for what, *_rest in found})
    detail = {
        "incidents": count,
        "tiles": len(found),
        "ratio_by_kind": {
            kind: round(statistics.median(p / o for what, o, p, _s in found if what.startswith(kind)), 3)
            for kind in kinds
        },
        "milliseconds_worst": round(max(ours for _what, ours, _peer, _size in found), 1),
        "bytes_largest": max(size for *_rest, size in found),
        "peer": "the same statement run by psycopg, in milliseconds per tile",
        **versions("django", "psycopg"),
    }
    print(
        Figure(
            "tile_cold_vs_raw_mvt", round(ratio, 3), "ratio", round(ours, 2), round(peer, 2), detail
        ).line()
    )


if __name__ == "__main__":
    main()
