"""`make bench [FIGURE=…]`: measure, print and keep one JSON line per figure.

Each file of figures runs in a process and a database of its own; the database is dropped afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # started as a file: the packages lie above it

from benchmarks.database import own_database  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results.jsonl"
FILES = {
    "intake": ("intake_http_per_s",),
    "duplicates": ("duplicates_ms",),
    "tiles": ("tile_cold_vs_raw_mvt",),
    "locate": (
        "locate_bulk_vs_geopandas",
        "locate_bulk_vs_sedonadb",
        "locate_bulk_vs_postgis",
        "locate_bulk_skewed_vs_geopandas",
        "locate_single_us",
        "locate_nation_points_per_s",
    ),
    "relocate": ("relocate_incidents_per_s",),
    "desk": ("desk_inbox_ms",),
    "release": ("release_rows_per_s", "release_csv_vs_copy", "release_parquet_vs_pyarrow"),
}


def chosen(wanted: Sequence[str]) -> list[str]:
    """The files to run: all, or those that are named themselves or by one of their figures."""
    known = {name: file for file, figures in FILES.items() for name in (file, *figures)}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"kentongan: there is no figure {unknown[0]}; known are {', '.join(sorted(known))}")
    return list(dict.fromkeys(known[name] for name in wanted)) if wanted else list(FILES)


def measure(file: str) -> list[str]:
    """The lines of a file's figures. A failing measurement ends everything: it has said why itself."""
    with own_database(f"kentongan_bench_{os.getpid()}") as env:
        argv = [sys.executable, "-m", f"benchmarks.{file}"]
        done = subprocess.run(argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout.splitlines()


def main(wanted: Sequence[str]) -> None:
    for file in chosen(wanted):
        for line in measure(file):
            print(line, flush=True)
            with RESULTS.open("a", encoding="utf-8") as results:
                results.write(line + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
