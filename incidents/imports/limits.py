"""How large a list may be."""

from __future__ import annotations

FILE_BYTES = 64 * 2**20
UNPACKED_BYTES = 256 * 2**20
ROWS = 200_000
COLUMNS = 64
CELL = 10_000
