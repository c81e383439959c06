"""Arrow columns as text, cell by cell: escaped once per distinct value, joined row by row in C++."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from opendata.formats.about import compact_json
from opendata.formats.columns import distinct

TEXT = pa.large_string()
FORMULA = r"^[=+\-@\t\r]"
NEEDS_QUOTES = r'[",\r\n]'
NEEDS_ESCAPE = r'[\x00-\x1f"\\]'


def csv_cells(array: pa.Array) -> pa.Array:
    """Texts as RFC 4180 has them, quoted where they must be; an empty cell for null.

    What a spreadsheet would run as a formula gets an apostrophe before it. Numbers stay numbers.
    """
    return _over_distinct(array, _csv_texts, "")


def json_cells(array: pa.Array) -> pa.Array:
    """JSON texts of the values; `null` for null, and for numbers that JSON does not know."""
    return _over_distinct(array, _json_texts, "null")


def piece(cells: pa.Array, start: int, rows: int) -> pa.Array:
    """Some rows of a column, as texts that can be joined."""
    part = cells.slice(start, rows)
    return part.dictionary_decode() if pa.types.is_dictionary(part.type) else part


def joined(parts: list[pa.Array | str]) -> memoryview:
    """The rows that columns and constant texts make, end to end, as UTF-8."""
    lines = _beside(*parts)
    offsets = memoryview(lines.buffers()[1]).cast("q")
    return memoryview(lines.buffers()[2])[offsets[lines.offset] : offsets[lines.offset + len(lines)]]


def _beside(*parts: pa.Array | str) -> pa.Array:
    scalars = [pa.scalar(part, TEXT) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*scalars, pa.scalar("", TEXT))


def _over_distinct(array: pa.Array, texts: Callable[[pa.Array], pa.Array], null: str) -> pa.Array:
    made = texts(distinct(array))
    if not pa.types.is_dictionary(array.type):
        return pc.fill_null(made, null)
    if array.null_count == 0:
        return pa.DictionaryArray.from_arrays(array.indices, made)
    return pc.fill_null(pc.take(made, array.indices), null)


def _csv_texts(values: pa.Array) -> pa.Array:
    if not pa.types.is_large_string(values.type):
        return values.cast(TEXT)
    formula = pc.match_substring_regex(values, FORMULA)
    if pc.any(formula).as_py():
        values = pc.if_else(formula, _beside("'", values), values)
    special = pc.match_substring_regex(values, NEEDS_QUOTES)
    if pc.any(special).as_py():
        doubled = pc.replace_substring(values, '"', '""')
        values = pc.if_else(special, _beside('"', doubled, '"'), values)
    return values


def _json_texts(values: pa.Array) -> pa.Array:
    if pa.types.is_floating(values.type):
        return pc.if_else(pc.is_finite(values), values, None).cast(TEXT)
    if not pa.types.is_large_string(values.type):
        return values.cast(TEXT)
    if pc.any(pc.match_substring_regex(values, NEEDS_ESCAPE)).as_py():
        return pa.array([None if text is None else compact_json(text) for text in values.to_pylist()], TEXT)
    return _beside('"', values, '"')
