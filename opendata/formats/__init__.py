"""A frame into files: CSV, GeoJSON and the dictionary. The same input gives the same bytes: no time, no chance."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
NEWLINE = "\r\n"  # RFC 4180


@dataclass(frozen=True)
class Format:
    """How a file is named and announced."""

    file: str
    name: str
    media_type: str


CSV = Format("laporan.csv", "CSV", "text/csv; charset=utf-8; header=present")
GEOJSON = Format("laporan.geojson", "GeoJSON", "application/geo+json")
DICTIONARY_CSV = Format("kamus.csv", "CSV", "text/csv; charset=utf-8; header=present")
DICTIONARY_JSON = Format("kamus.json", "JSON", "application/json")
FORMATS = {one.file: one for one in (CSV, GEOJSON, DICTIONARY_CSV, DICTIONARY_JSON)}


def safe_cell(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it; all else stays."""
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """A CSV file (RFC 4180, UTF-8 without a mark, CRLF)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=NEWLINE)
    writer.writerow(header)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def to_csv(frame: pd.DataFrame) -> bytes:
    """The frame's columns and rows in their order."""
    return table(frame.columns, frame.itertuples(index=False, name=None))


def to_geojson(frame: pd.DataFrame, geometries: Mapping[str, str], about: Mapping[str, str]) -> bytes:
    """RFC 7946, one feature per row and line; `geometries` are GeoJSON texts by kelurahan_code, null without one.

    `about` are foreign members of the collection (name, license …): a file that travels alone says what it is.
    """
    columns = list(frame.columns)
    place = columns.index("kelurahan_code")
    lines = []
    for row in frame.itertuples(index=False, name=None):
        properties = _json(dict(zip(columns, row, strict=True)))
        geometry = geometries.get(row[place], "null")
        lines.append(f'{{"type":"Feature","properties":{properties},"geometry":{geometry}}}')
    head = "".join(f"{_json(key)}:{_json(value)},\n" for key, value in about.items())
    features = ",\n".join(lines)
    return f'{{"type":"FeatureCollection",\n{head}"features":[\n{features}\n]}}\n'.encode()


def dictionary_json(dictionary: Mapping[str, Any]) -> bytes:
    return (json.dumps(dictionary, ensure_ascii=False, indent=1) + "\n").encode()


def dictionary_csv(dictionary: Mapping[str, Any]) -> bytes:
    """A row per column and, below it, a row per code that can stand in it."""
    rows: list[tuple[str, ...]] = []
    for column in dictionary["columns"]:
        rows.append((column["name"], column["type"], "", column["meaning_id"], column["meaning_en"]))
        rows += [
            (column["name"], "", code["code"], code["name_id"], code["name_en"])
            for code in column.get("codes", [])
        ]
    return table(("column", "type", "code", "meaning_id", "meaning_en"), rows)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
