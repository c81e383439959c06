"""GeoPackage: a million rows as a table of attributes, beside each place once as a layer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyogrio

from opendata.formats.about import About
from opendata.formats.cells import piece
from opendata.formats.columns import Places, Table
from opendata.formats.gdal import still_clock, write_places

PLACES = "tempat"
BATCH = 65_536  # rows


def write_geopackage(
    path: Path, name: str, table: Table, places: Places | None, per_place: pd.DataFrame | None, about: About
) -> None:
    """The rows as attributes `name`, the places as a layer `tempat`; where rows are places, `name` is the layer."""
    with still_clock(about):
        if places and per_place is not None:
            write_places(path, "GPKG", name if places.own else PLACES, places, per_place)
        if not (places and places.own):
            schema = pa.schema([(one, piece(array, 0, 0).type) for one, array in table.columns.items()])
            reader = pa.RecordBatchReader.from_batches(schema, _batches(table, schema))
            pyogrio.raw.write_arrow(reader, path, layer=name, driver="GPKG")


def add_view(path: Path, name: str, columns: Iterable[str], place: Sequence[str], about: About) -> None:
    """Register the view `name`_peta, each row with the shape of its place, for programs that draw.

    `place`: the columns that name it, the first that is not empty. A view is allowed by OGC 12-128r19, 2.1.3.1.
    """
    view = f"{name}_peta"
    chosen = ", ".join(f"r.{quoted(column)}" for column in columns)
    code = ", ".join([*(f"NULLIF(r.{quoted(column)}, '')" for column in place), "NULL"])
    with still_clock(about), closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute(f"CREATE UNIQUE INDEX {quoted(f'{PLACES}_code')} ON {quoted(PLACES)} (code)")
        database.execute(
            f"CREATE VIEW {quoted(view)} AS SELECT r.fid AS OGC_FID, {chosen}, t.geom AS geom "  # noqa: S608
            f"FROM {quoted(name)} r JOIN {quoted(PLACES)} t ON t.code = COALESCE({code})"
        )
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, "
            "min_x, min_y, max_x, max_y, srs_id) SELECT ?, 'features', ?, ?, last_change, "
            "min_x, min_y, max_x, max_y, srs_id FROM gpkg_contents WHERE table_name = ?",
            [view, view, about.title_id, PLACES],
        )
        database.execute(
            "INSERT INTO gpkg_geometry_columns SELECT ?, column_name, geometry_type_name, srs_id, z, m "
            "FROM gpkg_geometry_columns WHERE table_name = ?",
            [view, PLACES],
        )


def _batches(table: Table, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for start in range(0, table.rows, BATCH):
        parts = [piece(array, start, BATCH) for array in table.columns.values()]
        yield pa.RecordBatch.from_arrays(parts, schema=schema)


def quoted(name: str) -> str:
    """An identifier of SQLite, which has no parameters for them."""
    return '"' + name.replace('"', '""') + '"'
