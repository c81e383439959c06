"""Boundary files made up for tests: a small city of squares, in any format, style and CRS."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely import Polygon, box

WEST, SOUTH, SIDE = 112.9, -7.7, 0.01
SHP_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def cell(column: int, row: int) -> Polygon:
    """The square in this column and row, each about 1.1 km wide."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return box(west, south, west + SIDE, south + SIDE)


def villages(**changes: Any) -> gpd.GeoDataFrame:
    """Two kecamatan of two kelurahan each, Kemendagri-style, kelurahan only. `changes` replaces whole columns."""
    columns: dict[str, Any] = {
        "code": ["35.75.01.1001", "35.75.01.1002", "35.75.02.1001", "35.75.02.1002"],
        "name": ["Karangketug", "Gentong", "Wirogunan", "Purworejo"],
        "level": ["kelurahan_desa"] * 4,
        "parent_code": ["35.75.01", "35.75.01", "35.75.02", "35.75.02"],
        "parent_name": ["Gadingrejo", "Gadingrejo", "Purworejo", "Purworejo"],
        "geometry": [cell(0, 0), cell(1, 0), cell(0, 1), cell(1, 1)],
    }
    return gpd.GeoDataFrame(columns | changes, geometry="geometry", crs="EPSG:4326")


def write(frame: gpd.GeoDataFrame, path: Path) -> Path:
    """Write `frame` in the format of the suffix (.zip: a Shapefile in a folder of the archive)."""
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix in {".kml", ".kmz"}:
        frame.to_file(path, engine="pyogrio", driver="LIBKML")
    elif path.suffix == ".zip":
        shape = write(frame, path.with_name("kelurahan.shp"))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in (shape.with_suffix(suffix) for suffix in SHP_PARTS):
                if part.exists():
                    archive.write(part, f"batas/{part.name}")
    else:
        # A Shapefile's column names end at ten letters; that is a thing to test, not to warn of.
        short = {column: column[:10] for column in frame.columns} if path.suffix == ".shp" else {}
        frame.rename(columns=short).to_file(path, engine="pyogrio")
    return path


def measured(shp: Path, kind: int) -> Path:
    """Rewrite a Shapefile of polygons as one with heights (15) or measures (25), as GPS programs write them."""
    content, index = shp.read_bytes(), shp.with_suffix(".shx").read_bytes()
    records, places, at = b"", b"", 100
    while at < len(content):
        number, words = struct.unpack_from(">2i", content, at)
        record = content[at + 8 : at + 8 + 2 * words]
        points = struct.unpack_from("<i", record, 40)[0]
        values = struct.pack(f"<2d{points}d", 7.0, 7.0, *[7.0] * points)
        record = struct.pack("<i", kind) + record[4:] + values * (2 if kind == 15 else 1)
        places += struct.pack(">2i", 50 + len(records) // 2, len(record) // 2)
        records += struct.pack(">2i", number, len(record) // 2) + record
        at += 8 + 2 * words
    for path, head, body in ((shp, content, records), (shp.with_suffix(".shx"), index, places)):
        size = struct.pack(">i", 50 + len(body) // 2)
        path.write_bytes(head[:24] + size + head[28:32] + struct.pack("<i", kind) + head[36:100] + body)
    return shp
