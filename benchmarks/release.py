"""release_rows_per_s: from a million incidents to every format of a release, attacked and public.

One month of a million incidents in the demo city with its households and catchments; then the way that a worker goes:
read, anonymise, write CSV, GeoJSON, GeoPackage, GeoParquet and PMTiles, attack all of it, copy the rows into the
released table. The writers beside their peers are release_formats.py, measured in the same run.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from benchmarks import city, million, release_formats
from benchmarks.figure import Figure, sized, versions

DATASET = "kejadian-ruang-publik"
# All of it came in within one month; what was solved keeps how long that took.
INTO_ONE_MONTH = """
UPDATE incidents_incident SET opened_at = made.at, due_at = made.at + (due_at - opened_at),
    resolved_at = made.at + (resolved_at - opened_at), first_answer_at = made.at + (first_answer_at - opened_at)
FROM (SELECT id AS key, %(start)s::timestamptz + random() * (%(end)s::timestamptz - %(start)s::timestamptz) AS at
      FROM incidents_incident) made WHERE id = key
"""


def fill(count: int) -> str:
    """The incidents, all of the open tier and of one closed month; gives the month."""
    from django.utils import timezone

    from geo.city import city_zone
    from incidents.models import Category, FormerTier
    from opendata.weeks import Period

    zone = city_zone()
    month = Period.month_of(timezone.now() - timedelta(days=45), zone)
    Category.objects.update(tier=Category.Tier.OPEN)
    FormerTier.objects.all().delete()  # as if they had been open from the start
    million.fill(os.environ["DATABASE_URL"], count, lines=False)
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection, million.bare(connection):
        connection.execute(INTO_ONE_MONTH, {"start": month.start(zone), "end": month.end(zone)})
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE incidents_incident")
    return str(month)


def release(month: str) -> tuple[dict[str, float], int]:
    """Seconds until the candidate had passed its attacks and until it was public, and its rows."""
    from opendata.approve import decide, release_approved
    from opendata.building import carry_out, new_build
    from opendata.definitions import defined

    began = time.perf_counter()
    build = carry_out(new_build(defined(DATASET), month, 0, None).pk)
    if build.state != build.State.READY:
        sys.exit(f"kentongan: the build is {build.state}: {build.message} {build.audit}")
    ready = time.perf_counter() - began
    decide(build, None)
    done = release_approved(build.pk)
    if done.release is None:
        sys.exit(f"kentongan: not released: {done.message}")
    return {"ready": ready, "public": time.perf_counter() - began}, done.release.rows


def main() -> None:
    with TemporaryDirectory() as folder:
        os.environ["RELEASE_ROOT"] = folder
        city.start()
        count = sized(million.STATED)
        month = fill(count)
        took, rows = release(month)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        files = {path.name: path.stat().st_size for path in sorted(Path(folder, DATASET, month).iterdir())}
    detail: dict[str, Any] = {
        "incidents": count,
        "rows": rows,
        "seconds": {name: round(seconds, 1) for name, seconds in took.items()},
        "memory_mb": memory,
        "bytes": files,
        **versions("pyarrow", "pyogrio", "pandas", "scipy"),
    }
    value = round(rows / took["public"], 1)
    print(Figure("release_rows_per_s", value, "per second", value, 0.0, detail).line(), flush=True)
    release_formats.main()


if __name__ == "__main__":
    main()
