"""Parquet: the values of every column, dictionaries with what no row uses, metadata, and pairs of numbers."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from opendata.traces.pins import Floats
from opendata.traces.views.text import unescaped
from opendata.traces.views.view import View

MAGIC = b"PAR1"
SCALES = (1, 10**4, 10**5, 10**6, 10**7)  # whole numbers may be degrees times such
MOST_DEGREES = 180
AT_ONCE = 20_000  # values


def parquet_views(path: Path) -> Iterator[View]:
    """Metadata of the file, and per group of rows each text once and all pairs of numbers that could be a place."""
    with pq.ParquetFile(path, memory_map=True) as file:
        yield from _metadata(file.schema_arrow.metadata or {}, file.metadata.metadata or {})
        names = file.schema_arrow.names
    words = [name for name in names if _is_words(file.schema_arrow.field(name).type)]
    with pq.ParquetFile(path, memory_map=True, read_dictionary=words) as file:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group)
            numbers: list[Floats] = []
            for column in _flat(table).columns:
                yield from _words(column)
                numbers += _degrees(column)
            yield from _pairs(numbers)


def _metadata(*entries: dict[bytes, bytes]) -> Iterator[View]:
    for entry in entries:
        for key, value in entry.items():
            text = b"\n".join((key, value, _from_base64(value), b""))
            yield View(text, text=True)
            yield from unescaped(text)


def _from_base64(value: bytes) -> bytes:
    """What a value holds that is written as base64 (the schema of Arrow)."""
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return b""


def _is_words(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _flat(table: pa.Table) -> pa.Table:
    """Structures (a row's bounding box) as columns of their own, to any depth."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def _words(column: pa.ChunkedArray) -> Iterator[View]:
    """Each text of a column once, a line for each; geometries and other bytes as they are."""
    for chunk in column.chunks:
        values = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
        while pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
            values = values.flatten()
        if not len(values) or not _is_words(values.type):
            continue
        texts = pc.drop_null(pc.unique(values))
        is_text = not (pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type))
        for start in range(0, len(texts), AT_ONCE):
            lines = _joined(texts[start : start + AT_ONCE])
            yield View(lines, text=is_text)
            if is_text:
                yield from unescaped(lines)


def _joined(texts: pa.Array) -> bytes:
    """Each value with a newline before and behind."""
    as_list = pa.ListArray.from_arrays([0, len(texts)], texts.cast(pa.binary()))
    return b"\n" + bytes(pc.binary_join(as_list, b"\n")[0].as_buffer()) + b"\n"


def _degrees(column: pa.ChunkedArray) -> list[Floats]:
    """A column of numbers as degrees, once for each scale in which it could be written."""
    kind = column.type
    if pa.types.is_decimal(kind):
        column, kind = column.cast(pa.float64()), pa.float64()
    if not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
        return []
    values = column.to_numpy().astype(np.float64)
    scales = SCALES if pa.types.is_integer(kind) else SCALES[:1]
    scaled = [values / scale for scale in scales]
    return [one for one in scaled if np.nanmax(np.abs(one), initial=0) <= MOST_DEGREES and np.any(one % 1)]


def _pairs(numbers: list[Floats]) -> Iterator[View]:
    for x, y in permutations(numbers, 2):
        yield View(points=np.unique(np.column_stack((x, y)), axis=0))
