"""The files of a release, written: CSV beside `COPY TO`, GeoParquet beside pyarrow, the others by themselves.

The release figure imports `made_up`, `seconds_by_format`, `copied` and `by_pyarrow`.
"""

from __future__ import annotations

import gc
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from psycopg import sql

from benchmarks import city
from benchmarks.figure import Figure, sized, versions

STATED = 1_000_000
KELURAHAN, CELLS = 34, 40  # a city of Pasuruan's size: catchments of each kelurahan
BEST_OF = 2


def made_up(rows: int, seed: int = 1) -> Any:
    """A `Made` of the incidents recipe: random keys, names as categories, catchments with twelve corners."""
    from opendata.recipes.incidents import COLUMNS
    from opendata.recipes.made import Made

    random = np.random.default_rng(seed)
    shapes = catchments()
    codes = sorted(shapes)
    at = random.integers(0, len(codes), rows)
    villages = [code[:13] for code in codes]
    raw = random.bytes(16 * rows).hex()
    values: dict[str, Any] = {
        "id": pd.Series([raw[n : n + 32] for n in range(0, 32 * rows, 32)], dtype="str"),
        "category": named(random.integers(0, 40, rows), [f"kategori-{n:02}" for n in range(40)]),
        "urusan": named(random.integers(0, 12, rows), [f"1.{n:02}" for n in range(12)]),
        "kelurahan_code": named(at, villages),
        "kelurahan": named(at, [f"Kelurahan {code[-4:]}" for code in villages]),
        "kecamatan_code": named(at, [code[:8] for code in codes]),
        "kecamatan": named(at, [f"Kecamatan {code[6:8]}" for code in codes]),
        "catchment": named(at, codes),
        "week": named(random.integers(0, 5, rows), [f"2026-W{n}" for n in range(40, 45)]),
        "outcome": named(random.integers(0, 4, rows), ["archived", "done-3d", "done-7d", "open"]),
        "source": named(random.integers(0, 3, rows), ["cctv", "keduanya", "warga"]),
        "reports": named(random.integers(0, 5, rows), ["0", "1", "10+", "2-4", "5-9"]),
    }
    frame = pd.DataFrame({column.name: values[column.name] for column in COLUMNS})
    return Made(frame, pd.DataFrame(index=frame.index), place="catchment", shapes=shapes, counted=rows)


def named(at: Any, names: list[str]) -> Any:
    """A column by the places of its values; equal names are one."""
    places, distinct = pd.factorize(np.array(names, dtype=object), sort=True)
    return pd.Series(pd.Categorical.from_codes(places[at], categories=pd.Index(distinct, dtype="str")))


def catchments() -> dict[str, shapely.MultiPolygon]:
    """Cells side by side, by code."""
    found = {}
    for village in range(KELURAHAN):
        for cell in range(CELLS):
            centre = shapely.Point(112.9 + cell * 0.003, -7.7 + village * 0.003)
            code = f"35.75.{village // 10 + 1:02}.{1001 + village % 10}-{cell + 1:03}"
            found[code] = shapely.MultiPolygon([centre.buffer(0.0014, quad_segs=3)])
    return found


def about_it() -> Any:
    from opendata.formats.about import About

    return About(
        slug="kejadian", version="2026-10", title_id="Kejadian", title_en="Incidents", publisher="Pemerintah Kota",
        licence="CC-BY-4.0", licence_url="https://creativecommons.org/licenses/by/4.0/", starts_on=date(2026, 9, 28),
        ends_on=date(2026, 11, 1), zone="Asia/Jakarta", policy_version=1, numbers={"k": 10}, edition="1",
    )  # fmt: skip


def seconds_by_format(folder: Path, made: Any) -> dict[str, float]:
    """The best of some runs of each writer; the frame as Arrow columns, which all share, is timed as `columns`."""
    from opendata.formats.columns import places, table
    from opendata.formats.geopackage import add_view, write_geopackage
    from opendata.formats.parquet import write_parquet
    from opendata.formats.place_table import place_table
    from opendata.formats.pmtiles import write_pmtiles
    from opendata.formats.texts import write_csv, write_geojson
    from opendata.recipes.incidents import RECIPE

    about, rows, where = about_it(), table(made.frame, RECIPE.columns), places(made)
    assert where
    per_place = place_table(made, RECIPE, where)

    def geopackage() -> None:
        path = folder / "x.gpkg"
        path.unlink(missing_ok=True)
        write_geopackage(path, "kejadian", rows, where, per_place, about)
        add_view(path, "kejadian", rows.columns, ["catchment", "kelurahan_code"], about)

    def pmtiles() -> None:
        (folder / "x.pmtiles").unlink(missing_ok=True)
        write_pmtiles(folder / "x.pmtiles", "kejadian", where, per_place, about)

    return {
        "columns": best(lambda: (table(made.frame, RECIPE.columns), places(made))),
        "csv": best(lambda: write_csv(folder / "x.csv", rows)),
        "parquet": best(lambda: write_parquet(folder / "x.parquet", rows, where, about)),
        "geojson": best(lambda: write_geojson(folder / "x.geojson", rows, where, about)),
        "gpkg": best(geopackage),
        "pmtiles": best(pmtiles),
    }


def copied(url: str, folder: Path) -> float:
    """`COPY TO` of the same columns, which `x.csv` brings into a table first, to a file of the client's."""
    with (folder / "x.csv").open("rb") as file:
        names = file.readline().decode().strip().split(",")
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in names)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TEMP TABLE written ({})").format(columns))
        fill = "COPY written FROM STDIN (FORMAT csv, HEADER)"
        with cursor.copy(fill) as copy, (folder / "x.csv").open("rb") as file:
            while chunk := file.read(1 << 20):
                copy.write(chunk)

        def out() -> None:
            drain = "COPY written TO STDOUT (FORMAT csv, HEADER)"
            with cursor.copy(drain) as copy, (folder / "copied.csv").open("wb") as file:
                for piece in copy:
                    file.write(piece)

        return best(out)


def by_pyarrow(made: Any, folder: Path) -> float:
    """pyarrow of the same columns as it writes them when left alone, without shapes and with the same compression."""
    plain = pa.Table.from_pandas(made.frame, preserve_index=False)
    return best(lambda: pq.write_table(plain, folder / "peer.parquet", compression="zstd"))


def best(run: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs."""
    took = []
    for _ in range(BEST_OF):
        gc.collect()
        started = time.perf_counter()
        run()
        took.append(time.perf_counter() - started)
    return min(took)


def main() -> None:
    city.start()
    rows = sized(STATED)
    with tempfile.TemporaryDirectory() as made_in:
        folder = Path(made_in)
        made = made_up(rows)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        took = seconds_by_format(folder, made)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sizes = {path.suffix[1:]: path.stat().st_size for path in sorted(folder.glob("x.*"))}
        copy, arrow = copied(os.environ["DATABASE_URL"], folder), by_pyarrow(made, folder)
    detail: dict[str, Any] = {
        "rows": rows,
        "rows_per_s": {name: round(rows / seconds) for name, seconds in took.items()},
        "bytes": sizes,
        "memory_mb": memory,
        "memory_mb_before": before,
        **versions("pyarrow", "pyogrio", "psycopg"),
    }
    for figure, ours, peer in (
        ("release_csv_vs_copy", took["csv"], copy),
        ("release_parquet_vs_pyarrow", took["parquet"], arrow),
    ):
        speeds = round(rows / ours), round(rows / peer)
        print(Figure(figure, round(peer / ours, 2), "times", *speeds, detail).line())


if __name__ == "__main__":
    main()
