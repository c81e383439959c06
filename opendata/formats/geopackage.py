"""GeoPackage: a million rows as a table of attributes, beside each place once as a layer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
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
    """The rows as attributes `name`, the places as layer `tempat`; where the rows are the places, `name` is the layer.

    `name`_peta is a view that joins rows and places by the column `place` of the rows, for programs that draw.
    """
    with still_clock(about):
        if places and per_place is not None:
            write_places(path, "GPKG", name if places.own else PLACES, places, per_place)
        if not (places and places.own):
            schema = pa.schema([(one, _plain(array).type) for one, array in table.columns.items()])
            reader = pa.RecordBatchReader.from_batches(schema, _batches(table, schema))
            pyogrio.raw.write_arrow(reader, path, layer=name, driver="GPKG")


def add_view(path: Path, name: str, place: str, columns: list[str], about: About) -> None:
    """Register `name`_peta: each row with the shape of its place (OGC 12-128r19, annex on views)."""
    view = f"{name}_peta"
    chosen = ", ".join(f"r.{quoted(column)}" for column in columns)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute(f"CREATE INDEX {quoted(f'{name}_{place}')} ON {quoted(name)} ({quoted(place)})")
        database.execute(
            f"CREATE VIEW {quoted(view)} AS SELECT r.fid AS OGC_FID, {chosen}, t.geom AS geom "  # noqa: S608
            f"FROM {quoted(name)} r JOIN {quoted(PLACES)} t ON t.code = r.{quoted(place)}"
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


def quoted(name: str) -> str:
    """An identifier of SQLite, which has no parameters for them."""
    return '"' + name.replace('"', '""') + '"'


def _batches(table: Table, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for start in range(0, table.rows, BATCH):
        parts = [piece(array, start, BATCH) for array in table.columns.values()]
        yield pa.RecordBatch.from_arrays(parts, schema=schema)


def _plain(array: pa.Array) -> pa.Array:
    return piece(array, 0, 0)
