"""The rows of a release into its table: read back from its own Parquet file and copied as text.

What the API and the pages read is thereby what the file says. In batches, so memory stays bounded.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import shapely
from django.contrib.gis.db.models import GeometryField
from django.db import connection
from django.db.models import Field, IntegerField
from numpy.typing import NDArray
from psycopg import sql

from opendata.models import Release
from opendata.recipes.made import Recipe

BATCH = 100_000
GEOMETRY = "geometry"  # the column of GeoParquet


def copy_rows(release: Release, recipe: Recipe, parquet: Path) -> int:
    """Write the rows of a Parquet file as the release's; gives how many. Call inside the release's transaction."""
    fields = _fields(recipe, pq.read_schema(parquet).names)
    columns = [
        sql.Identifier(name) for name in ("release_id", *(str(field.column) for field in fields.values()))
    ]
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(recipe.rows._meta.db_table),
        sql.SQL(", ").join(columns),
    )
    rows = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in _batches(parquet, list(fields)):
            copy.write(_as_csv(batch, fields, release.pk))
            rows += batch.num_rows
    return rows


def _fields(recipe: Recipe, in_file: list[str]) -> dict[str, Field]:  # type: ignore[type-arg]
    """Column of the file → field of the table: the recipe's columns, and the shape where the table keeps one."""
    known = {field.name: field for field in recipe.rows._meta.get_fields() if isinstance(field, Field)}
    found = {name: known[recipe.fields.get(name, name)] for name in recipe.column_names}
    shape = next((field for field in known.values() if isinstance(field, GeometryField)), None)
    if shape is not None and GEOMETRY in in_file:
        found[GEOMETRY] = shape
    return found


def _batches(parquet: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(parquet) as file:
        yield from file.iter_batches(BATCH, columns=columns)


def _as_csv(batch: pa.RecordBatch, fields: dict[str, Field], release: int) -> bytes:  # type: ignore[type-arg]
    """An empty text is quoted, what is not known is not: so PostgreSQL tells them apart."""
    columns = [pa.array([release]).take(pa.array([0] * batch.num_rows))]
    columns += [_column(batch.column(name), field) for name, field in fields.items()]
    written = io.BytesIO()
    table = pa.table(columns, names=["release", *fields])
    pacsv.write_csv(table, written, pacsv.WriteOptions(include_header=False))
    return written.getvalue()


def _column(values: pa.Array, field: Field) -> pa.Array:  # type: ignore[type-arg]
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if isinstance(field, GeometryField):
        shapes = shapely.from_wkb(values.to_numpy(zero_copy_only=False))
        return pa.array(shapely.to_wkb(shapely.set_srid(_multi(shapes), 4326), hex=True, include_srid=True))
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), None, values)
        return values.cast(pa.int64()) if isinstance(field, IntegerField) else values
    return values


def _multi(shapes: NDArray[Any]) -> NDArray[Any]:
    """Tables keep MultiPolygons, files a Polygon where there is one part."""
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    shapes[single] = [shapely.MultiPolygon([shape]) for shape in shapes[single]]
    return shapes
