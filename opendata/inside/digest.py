"""What a candidate was made from, in 64 digits: to see later, cheaply, whether it may still leave as it is."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from opendata.columns import categorical


def digest(frame: pd.DataFrame, by: str) -> str:
    """SHA-256 of the frame's columns and values, rows in the order of the column `by` (its values are distinct)."""
    rows = frame.iloc[np.argsort(frame[by].to_numpy(), kind="stable")]
    found = hashlib.sha256()
    for name in sorted(rows.columns):
        found.update(f"\0{name}\0".encode())
        for part in _parts(rows[name]):
            found.update(part)
    return found.hexdigest()


def _parts(column: pd.Series[Any]) -> list[bytes]:
    if column.dtype.kind in "biuf":
        return [np.ascontiguousarray(column.to_numpy()).tobytes()]
    known = categorical(column).cat
    return ["\0".join(known.categories).encode(), known.codes.to_numpy().astype("<i4").tobytes()]
