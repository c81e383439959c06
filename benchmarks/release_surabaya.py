"""`python -m benchmarks.release_surabaya [FOLDER]`: 18 months of Surabaya's real complaints, released as a city would.

The rows (times, topics, agencies and kelurahan are real, each point is random inside its kelurahan) go through
`import_complaints`; topics of the city's public works are the open tier, those of offices and services the aggregate
tier. No households are known there, so the kelurahan is the place. Prints what became of each release and what
coarsening cost; FOLDER keeps the files. Works in a database of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.real_rows import RealCity, surabaya
from benchmarks.replay import INSIDE, SHARED, load_city, replay
from setup.common import ROOT


def tiers(city: RealCity) -> None:
    """What the city itself files as physical is public space; offices and services are counted only."""
    import csv

    with (SHARED / "complaints" / "surabaya_topics.csv").open(encoding="utf-8", newline="") as file:
        kinds = {f"t{row['id']}": row["kind"] for row in csv.DictReader(file)}
    for category in city.categories:
        category["tier"] = "open" if kinds.get(category["code"]) == "fisik" else "aggregate"


def release_all() -> list[dict[str, Any]]:
    """Build, attack and release whatever is due, oldest first; a line for each."""
    from django.utils import timezone

    from opendata.approve import decide, release_approved
    from opendata.building import carry_out, new_build
    from opendata.due import due

    lines = []
    for one in due(timezone.now()):
        began = time.perf_counter()
        build = carry_out(new_build(one.definition, one.period_text, one.revision, None).pk)
        if build.state == build.State.READY:
            decide(build, None)
            build = release_approved(build.pk)
        attacks = {verdict["attack"]: [verdict["figure"], verdict["bound"]] for verdict in build.audit}
        lines.append(
            {"dataset": build.dataset, "period": build.period, "state": build.state, "rows": build.rows,
             "seconds": round(time.perf_counter() - began, 2), "message": build.message,
             "held": build.held, "utility": build.utility, "attacks": attacks}
        )  # fmt: skip
        print(json.dumps(lines[-1], ensure_ascii=False), flush=True)
    return lines


def main(keep: str | None) -> None:
    import django

    with TemporaryDirectory() as folder:
        os.environ["RELEASE_ROOT"] = keep or str(Path(folder, "rilis"))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        city = surabaya(SHARED)
        tiers(city)
        load_city(city, Path(folder))
        print(json.dumps({"imported": replay(city, Path(folder))}), flush=True)
        lines = release_all()
    states: dict[str, int] = {}
    for line in lines:
        states[f"{line['dataset']} {line['state']}"] = states.get(f"{line['dataset']} {line['state']}", 0) + 1
    print(json.dumps({"releases": states}, ensure_ascii=False))


if __name__ == "__main__":
    if INSIDE in sys.argv:
        sys.argv.remove(INSIDE)
        main(sys.argv[1] if len(sys.argv) > 1 else None)
    else:
        from benchmarks.database import own_database

        with own_database(f"kentongan_surabaya_{os.getpid()}") as env:
            argv = [sys.executable, "-m", "benchmarks.release_surabaya", INSIDE, *sys.argv[1:]]
            done = subprocess.run(argv, cwd=ROOT, env=env)
        sys.exit(done.returncode)
