"""A frame as Arrow columns, small ones by their distinct values, and the places that its rows name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from shapely.geometry.base import BaseGeometry

from opendata.recipes.made import Column, Made

CHUNK = 16_384  # rows that are text at one time
TYPES = {"text": pa.large_string(), "integer": pa.int64(), "number": pa.float64()}
SAMPLE = 10_000


@dataclass(frozen=True)
class Table:
    """The released columns in their order. Texts that repeat are dictionaries: indices into their distinct values."""

    columns: dict[str, pa.Array]
    rows: int

    def chunks(self) -> Iterator[tuple[int, int]]:
        """(first row, number of rows) of each piece."""
        for start in range(0, self.rows, CHUNK):
            yield start, min(CHUNK, self.rows - start)


@dataclass(frozen=True)
class Places:
    """Shapes by their codes, in the order of the codes; `at` is each row's place among them, null for none."""

    codes: list[str]
    shapes: list[shapely.MultiPolygon]
    at: pa.Array
    own: bool  # every row is one place, and every place one row: the rows are the places

    def wkb(self) -> list[bytes]:
        """ISO WKB, little-endian."""
        return [shapely.to_wkb(shape, byte_order=1, flavor="iso") for shape in self.shapes]


def table(frame: pd.DataFrame, columns: tuple[Column, ...]) -> Table:
    """The recipe's columns of a frame. Raises KeyError or ArrowInvalid when the frame does not hold them."""
    return Table({one.name: _array(frame[one.name], one.type) for one in columns}, len(frame))


def places(made: Made) -> Places | None:
    """The places of what was made; None when it has no shapes."""
    if not made.place or not made.shapes:
        return None
    codes = sorted(made.shapes)
    named = _array(made.places, "text")
    at = pc.index_in(pc.cast(named, pa.large_string()), pa.array(codes, pa.large_string()))
    own = len(made.frame) == len(codes) == pc.count_distinct(at).as_py() and at.null_count == 0
    return Places(codes, [_multi(made.shapes[code]) for code in codes], at.cast(pa.int32()), own)


def distinct(array: pa.Array) -> pa.Array:
    """The distinct values of a dictionary, or all values of another array."""
    return array.dictionary if pa.types.is_dictionary(array.type) else array


def _array(series: pd.Series[str], kind: str) -> pa.Array:
    wanted = TYPES[kind]
    read = pa.array(series, from_pandas=True)
    if isinstance(read, pa.ChunkedArray):
        read = read.combine_chunks()
    if pa.types.is_dictionary(read.type):
        return pa.DictionaryArray.from_arrays(read.indices, read.dictionary.cast(wanted))
    read = read.cast(wanted)
    return read.dictionary_encode() if kind == "text" and _repeats(read) else read


def _repeats(read: pa.Array) -> bool:
    """Whether it is worth it: ids do not repeat, names do."""
    head = read.slice(0, SAMPLE)
    return len(head) > 0 and pc.count_distinct(head).as_py() * 2 <= len(head)


def _multi(shape: BaseGeometry) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])
