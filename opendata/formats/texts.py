"""CSV and GeoJSON: the formats that are text, written piece by piece."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from opendata.formats.about import About, compact_json
from opendata.formats.cells import TEXT, csv_cells, joined, json_cells, piece
from opendata.formats.columns import Places, Table
from opendata.shapes import geometry_json

NEWLINE = "\r\n"  # RFC 4180


def write_csv(path: Path, table: Table) -> None:
    """RFC 4180, UTF-8 without a mark, CRLF; the header is never quoted, since names of columns are plain."""
    cells = [csv_cells(array) for array in table.columns.values()]
    with path.open("wb") as file:
        file.write((",".join(table.columns) + NEWLINE).encode())
        for start, rows in table.chunks():
            parts: list[pa.Array | str] = []
            for column in cells:
                parts += [piece(column, start, rows), ","]
            parts[-1] = NEWLINE
            file.write(joined(parts))


def write_geojson(path: Path, table: Table, places: Places, about: About) -> None:
    """RFC 7946, one feature per row and line with the shape of the row's place, null without one.

    Foreign members of the collection (name, license …) say what it is when it travels alone.
    """
    shapes = pa.array([geometry_json(shape) for shape in places.shapes], TEXT)
    cells = [(name, json_cells(array)) for name, array in table.columns.items()]
    head = "".join(f"{compact_json(key)}:{compact_json(value)},\n" for key, value in about.members.items())
    with path.open("wb") as file:
        file.write(f'{{"type":"FeatureCollection",\n{head}"features":['.encode())
        for start, rows in table.chunks():
            geometry = pc.fill_null(pc.take(shapes, places.at.slice(start, rows)), "null")
            text = joined(_feature(cells, geometry, start, rows))
            file.write(text if start else text[1:])  # no comma before the first
        file.write(b"\n]}\n")


def _feature(
    cells: list[tuple[str, pa.Array]], geometry: pa.Array, start: int, rows: int
) -> list[pa.Array | str]:
    parts: list[pa.Array | str] = []
    before = ',\n{"type":"Feature","properties":{'
    for name, column in cells:
        parts += [f"{before}{compact_json(name)}:", piece(column, start, rows)]
        before = ","
    return [*parts, '},"geometry":', geometry, "}"]
