"""relocate_incidents_per_s: open cases placed and routed again in the database after two kelurahan merged.

End to end: reading, placing, routing, and writing what changes (case, assignments, timeline, doubts, progress), batch
by batch, each durable. Topics are led by agencies with service areas, so that a merge also changes who answers. The
peer is the naive way to do the first half in SQL: one UPDATE joined by ST_Covers; places only, no routing, no history.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
import shapely

from benchmarks import city
from benchmarks.database import durability
from benchmarks.figure import Figure, sized, versions

if TYPE_CHECKING:
    from geo.models import Edition
    from incidents.models import Relocation

STATED = 1_000_000
OPEN = ("diterima", "dikerjakan")
PHASES = {"diterima": "baru", "dikerjakan": "dikerjakan"}
COLUMNS = (
    "category_id, status, phase, source, confidential, demo, location, edition_id, kelurahan_code, kelurahan,"
    " kecamatan_code, kecamatan, approximate, opened_at, due_at, updated_at"
)
NAIVE = """
UPDATE incidents_incident i
SET kelurahan_code = a.code, kelurahan = a.name, kecamatan_code = a.parent_code, edition_id = a.edition_id
FROM geo_area a
WHERE a.edition_id = %s AND a.level = 'kelurahan_desa' AND i.phase IN ('baru', 'dikerjakan')
  AND ST_Covers(a.geom, i.location) AND i.kelurahan_code <> a.code
"""

# Open cases whose kelurahan does not cover their point; one that lies in none may be approximate.
ELSEWHERE = """
SELECT count(*) FROM incidents_incident i
WHERE i.phase IN ('baru', 'dikerjakan') AND NOT EXISTS (
    SELECT FROM geo_area a
    WHERE a.edition_id = %(edition)s AND a.code = i.kelurahan_code AND a.name = i.kelurahan
      AND ST_Covers(a.geom, i.location)
) AND NOT (i.approximate AND NOT EXISTS (
    SELECT FROM geo_area a
    WHERE a.edition_id = %(edition)s AND a.level = 'kelurahan_desa' AND ST_Covers(a.geom, i.location)
))
"""


def fill(url: str, count: int) -> None:
    """So many open cases of the last year, routed by the city's own rules, each with its first timeline entry."""
    from django.utils import timezone

    from geo.models import Edition
    from geo.registry import current_locator
    from incidents.models import Category
    from incidents.routing import route

    places, locator = city.points(count), current_locator()
    placed = locator.locate_many(places[:, 0], places[:, 1])
    topics = list(Category.objects.filter(active=True, children=None).select_related("parent", "lead"))
    edition = Edition.objects.get(status=Edition.Status.ACTIVE).pk
    random, now = np.random.default_rng(2), timezone.now().timestamp()
    ages, states = random.uniform(0, 365 * 86400, count), random.choice(OPEN, count)
    routed: dict[tuple[int, int], list[tuple[int, str, str]]] = {}
    with psycopg.connect(url) as connection:
        given = []
        with connection.cursor().copy(f"COPY incidents_incident ({COLUMNS}) FROM STDIN") as copy:
            for i in range(count):
                village, topic = locator.villages[placed.village[i]], topics[i % len(topics)]
                key = int(placed.group[i]), topic.pk
                if key not in routed:
                    answer = locator.answer(key[0])
                    routed[key] = [(one.agency.pk, str(one.role), one.why) for one in route(topic, answer)]
                given.append(routed[key])
                opened = time.strftime("%Y-%m-%d %H:%M:%S+00", time.gmtime(now - ages[i]))
                point = f"SRID=4326;POINT({places[i, 0]} {places[i, 1]})"
                where = (village.place.code, village.place.name, village.district.code, village.district.name)
                what = (topic.pk, states[i], PHASES[states[i]], "warga", False, False, point, edition)
                copy.write_row((*what, *where, bool(placed.approximate[i]), opened, opened, opened))
        write_assignments(
            connection, given, ["accepted" if one == "dikerjakan" else "sent" for one in states]
        )
        connection.execute(
            "INSERT INTO incidents_entry (incident_id, at, kind, public, data)"
            " SELECT id, opened_at, 'received', true, '{}' FROM incidents_incident"
        )
    tidy(url)


def write_assignments(
    connection: psycopg.Connection, given: list[list[tuple[int, str, str]]], states: list[str]
) -> None:
    """The agencies (key, role, why) of the cases in the order in which they were written."""
    row = connection.execute("SELECT min(id) FROM incidents_incident").fetchone()
    assert row
    with connection.cursor().copy(
        "COPY incidents_assignment (incident_id, agency_id, role, status, why, assigned_at, updated_at) FROM STDIN"
    ) as copy:
        for number, (agencies, state) in enumerate(zip(given, states, strict=True)):
            for agency, role, why in agencies:
                copy.write_row((row[0] + number, agency, role, state, why, "now", "now"))


def tidy(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("incident", "assignment", "entry"):
            connection.execute(f"VACUUM ANALYZE incidents_{table}")


def merged_edition() -> Edition:
    """A second edition in which the two neighbours with the most cases of two kecamatan are one kelurahan."""
    from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
    from django.db.models import Count

    from geo.edition_links import link_to_used
    from geo.models import Area, Edition
    from incidents.models import Incident

    old = Edition.objects.get(status=Edition.Status.ACTIVE)
    counts = dict(
        Incident.objects.order_by()
        .values_list("kelurahan_code")
        .annotate(n=Count("pk"))
        .values_list("kelurahan_code", "n")
    )
    villages = list(old.areas.filter(level=Area.Level.VILLAGE))
    shapes = {one.code: shapely.from_wkb(bytes(one.geom.wkb)) for one in villages}
    wanted = sum(counts.values()) * 0.055
    pairs = [
        (a, b)
        for a in villages
        for b in villages
        if a.code < b.code and a.parent_code != b.parent_code and shapes[a.code].intersects(shapes[b.code])
    ]
    kept, gone = min(pairs, key=lambda two: abs(sum(counts.get(one.code, 0) for one in two) - wanted))
    both = shapely.union(shapes[kept.code], shapes[gone.code])
    new = Edition.objects.create(name="gabung", approximate=old.approximate)
    for area in old.areas.exclude(code__in=[kept.code, gone.code]):
        area.pk, area.edition = None, new
        area.save()
    whole = shapely.multipolygons(shapely.get_parts(both))
    geom = GEOSGeometry(memoryview(shapely.to_wkb(whole)), srid=4326)
    assert isinstance(geom, MultiPolygon)
    Area.objects.create(
        edition=new, code=f"{kept.parent_code}.1099", name="Gabungan", level=Area.Level.VILLAGE,
        parent_code=kept.parent_code, geom=geom, label_point=geom.point_on_surface,
    )  # fmt: skip
    link_to_used(new)
    return new


def renamed_edition() -> Edition:
    """A third edition with the same borders in which every kelurahan has another name: every case changes."""
    from geo.edition_links import link_to_used
    from geo.models import Area, Edition

    old = Edition.objects.get(status=Edition.Status.ACTIVE)
    new = Edition.objects.create(name="nama baru", approximate=old.approximate)
    for area in old.areas.all():
        area.pk, area.edition = None, new
        if area.level == Area.Level.VILLAGE:
            area.name = f"{area.name} Baru"
        area.save()
    link_to_used(new)
    return new


def relocated(url: str, edition: Edition, before: Edition) -> tuple[Relocation, float]:
    """Put an edition in force and relocate, checked; the run and its seconds."""
    from geo.editions import activate
    from incidents.relocation.run import carry_out, new_run

    activate(edition)
    run = new_run(edition, before, None)
    seconds = timed(lambda: carry_out(run.pk))
    run.refresh_from_db()
    check(url, run)
    return run, seconds


def naive_per_s(url: str, edition: int, count: int) -> float:
    """The peer, taken back afterwards."""
    with psycopg.connect(url) as connection:
        started = time.perf_counter()
        connection.execute(NAIVE, [edition])
        seconds = time.perf_counter() - started
        connection.rollback()
    tidy(url)
    return count / seconds


def check(url: str, run: Relocation) -> None:
    """Every case lies where PostGIS says, and each that moved has one entry about it."""
    from incidents.models import Entry

    entries = Entry.objects.filter(kind=Entry.Kind.MOVED, data__relocation=run.pk).count()
    if entries != run.moved:
        sys.exit(f"kentongan: {run.moved} moved, but {entries} entries say so")
    with psycopg.connect(url) as connection:
        row = connection.execute(ELSEWHERE, {"edition": run.edition_id}).fetchone()
    assert row
    if row[0]:
        sys.exit(f"kentongan: PostGIS sees {row[0]} cases elsewhere than they say")


def timed(work: Callable[[], object]) -> float:
    """Seconds that it took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    url = os.environ["DATABASE_URL"]
    promised = durability(url)
    city.start()
    from geo.models import Edition
    from geo.registry import load_locator
    from incidents.relocation.run import BATCH

    count = sized(STATED)
    fill(url, count)
    old, edition = Edition.objects.get(status=Edition.Status.ACTIVE), merged_edition()
    peer = naive_per_s(url, edition.pk, count)
    built = timed(lambda: load_locator(edition))
    run, seconds = relocated(url, edition, old)
    back, seconds_back = relocated(url, old, edition)
    tidy(url)
    every, seconds_every = relocated(url, renamed_edition(), old)
    detail: dict[str, Any] = {
        "incidents": count,
        "moved": run.moved,
        "rerouted": run.rerouted,
        "batch": BATCH,
        "seconds": round(seconds, 2),
        "changed_per_s": round(run.moved / seconds),
        "changed_per_s_when_every_case_changes": round(every.moved / seconds_every),
        "roll_back_per_s": round(count / seconds_back),
        "rolled_back": back.moved,
        "engine_build_s": round(built, 2),
        "memory_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "peer": "one UPDATE joined by ST_Covers: places only, without routing or history",
        **promised,
        **versions("django", "psycopg", "numpy", "shapely"),
    }
    ours = round(count / seconds)
    print(Figure("relocate_incidents_per_s", ours, "per second", ours, round(peer), detail).line())


if __name__ == "__main__":
    main()
