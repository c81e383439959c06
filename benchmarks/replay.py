"""`python -m benchmarks.replay [ROWS]`: Surabaya's real complaints through `import_complaints`, timed, with figures.

Beside our figures stand those that pandas finds in the files alone. Works in a database of its own.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from benchmarks.real_rows import RealCity, as_csv, surabaya
from setup.common import ROOT

SHARED = ROOT.parent / "shared" / "data"


def load_city(city: RealCity, folder: Path) -> None:
    """The city with its borders, agencies and categories, by the commands that a city uses."""
    from django.contrib.gis.geos import Point
    from django.core.management import call_command

    from geo.models import City

    borders = folder / "batas.geojson"
    borders.write_text(json.dumps(city.borders), encoding="utf-8")
    middle = Point(*_middle(city), srid=4326)
    City.objects.create(code=city.code, name=city.name, zone=city.zone, center=middle, languages=["id"])
    quiet: dict[str, Any] = {"stdout": open(os.devnull, "w")}  # noqa: SIM115 (lives as long as the process)
    call_command("load_areas", str(borders), edition="nyata", activate=True, **quiet)
    for command, rows in (("load_agencies", city.agencies), ("load_categories", city.categories)):
        call_command(command, str(as_csv(rows, folder / f"{command}.csv")), **quiet)


def _middle(city: RealCity) -> tuple[float, float]:
    return float(city.rows[0]["lon"]), float(city.rows[0]["lat"])


def replay(city: RealCity, folder: Path) -> dict[str, int]:
    """Import the rows; how many became what."""
    from django.core.management import call_command

    report = folder / "hasil.csv"
    with open(os.devnull, "w") as nowhere:
        call_command(
            "import_complaints", str(as_csv(city.rows, folder / "aduan.csv")), report=report, stdout=nowhere
        )
    with report.open(encoding="utf-8-sig", newline="") as file:
        return dict(Counter(row["hasil"] for row in csv.DictReader(file)))


def expected(city: RealCity) -> pd.DataFrame:
    """The rows that can be taken, with their duration in `days` and the agency in charge, without our own code."""
    leads = {one["code"]: one["lead"] for one in city.categories}
    frame = pd.DataFrame(city.rows)
    began, ended = pd.to_datetime(frame["received_at"]), pd.to_datetime(frame["closed_at"])
    frame["days"] = (ended - began).dt.total_seconds() / 86400
    frame["lead"] = frame["category"].map(leads)
    return frame[~(frame["days"] < 0)]


INSIDE = "--inside"  # the program that works in the database made for it


def main(rows: int | None) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    city = surabaya(SHARED)
    city.rows = city.rows[:rows]
    with TemporaryDirectory() as folder:
        load_city(city, Path(folder))
        began = time.perf_counter()
        counts = replay(city, Path(folder))
        seconds = time.perf_counter() - began
    took = {"seconds": round(seconds, 1), "rows_per_s": round(len(city.rows) / seconds, 1)}
    print(json.dumps({"rows": len(city.rows), **counts, **took, **measured(city)}, ensure_ascii=False))


def measured(city: RealCity) -> dict[str, object]:
    """The figures of what was loaded, beside the same from pandas."""
    from datetime import date

    from incidents.figures.period import Period
    from incidents.figures.tables import by_agency, by_category, by_kelurahan, total
    from incidents.models import Incident

    period, cases, real = Period(date(2022, 1, 1), date(2023, 12, 31)), Incident.objects.all(), expected(city)
    began = time.perf_counter()
    found = total(cases, period)
    tables = {name: len(rows(cases, period)) for name, rows in
              (("agencies", by_agency), ("categories", by_category), ("kelurahan", by_kelurahan))}  # fmt: skip
    return {
        "open": found.open,
        "median_days": found.solution.median,
        "pandas_median_days": float(real["days"].median()),
        "p90_days": found.solution.slow,
        "pandas_p90_days": float(real["days"].quantile(0.9)),
        **tables,
        "figures_s": round(time.perf_counter() - began, 3),
    }


if __name__ == "__main__":
    if INSIDE in sys.argv:
        sys.argv.remove(INSIDE)
        main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
    else:
        from benchmarks.database import own_database

        with own_database(f"kentongan_replay_{os.getpid()}") as env:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.replay", INSIDE, *sys.argv[1:]], cwd=ROOT, env=env
            )
        sys.exit(done.returncode)
