"""Ids of one release: keyed hashes that nobody can compare with another release's, or try out, without the key.

BLAKE2b with a 256-bit key (RFC 7693 § 2.9) of a case's number. The key lives as long as the build.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

BYTES = 16


def row_ids(numbers: NDArray[np.int64], key: bytes) -> NDArray[np.uint8]:
    """(n, 16) bytes, a hash of each number under the key."""
    fresh = hashlib.blake2b(key=key, digest_size=BYTES)
    packed = np.ascontiguousarray(numbers, dtype=">i8").tobytes()
    found = bytearray()
    for at in range(0, len(packed), 8):
        one = fresh.copy()
        one.update(packed[at : at + 8])
        found += one.digest()
    return np.frombuffer(bytes(found), dtype=np.uint8).reshape(-1, BYTES)


def order_of(ids: NDArray[np.uint8]) -> NDArray[np.intp]:
    """The places of the ids in ascending order: chance, for whoever does not have the key."""
    halves = np.ascontiguousarray(ids).view(">u8")
    return np.lexsort((halves[:, 1], halves[:, 0]))


def as_text(ids: NDArray[np.uint8]) -> pd.Series[str]:
    """Each id as 32 hexadecimal digits."""
    digits = np.ascontiguousarray(ids).tobytes().hex().encode()
    starts = np.arange(len(ids) + 1, dtype=np.int64) * BYTES * 2
    column = pa.LargeStringArray.from_buffers(len(ids), pa.py_buffer(starts), pa.py_buffer(digits))
    return pd.Series(column, dtype="str")
