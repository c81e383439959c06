"""Parquet, and GeoParquet 1.1 where rows have places: each shape once per group of rows, then a number per row."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from opendata.formats.about import About, compact_json
from opendata.formats.columns import Places, Table

GEOMETRY = "geometry"
GROUP = 262_144  # rows
DICTIONARY_LIMIT = 64 << 20  # bytes of shapes in a group, before they would be repeated row by row


def write_parquet(path: Path, table: Table, places: Places | None, about: About) -> None:
    """zstd, without a time; CRS of the shapes is OGC:CRS84, the default of GeoParquet.

    The Arrow schema is left out: it would make readers see dictionaries where there are texts.
    """
    columns = dict(table.columns)
    told = dict(about.members)
    if places:
        columns[GEOMETRY] = pa.DictionaryArray.from_arrays(places.at, pa.array(places.wkb(), pa.binary()))
        told["geo"] = compact_json(_geo(places))
    made = pa.table(columns)
    with pq.ParquetWriter(
        path,
        made.schema,
        compression="zstd",
        store_schema=False,
        dictionary_pagesize_limit=DICTIONARY_LIMIT,
        write_statistics=list(table.columns),
    ) as writer:
        writer.write_table(made, row_group_size=GROUP)
        writer.add_key_value_metadata(told)


def _geo(places: Places) -> dict[str, object]:
    """The metadata of the standard (geoparquet.org, 1.1.0)."""
    column: dict[str, object] = {"encoding": "WKB", "geometry_types": ["MultiPolygon"]}
    column["bbox"] = list(shapely.total_bounds(places.shapes))
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
