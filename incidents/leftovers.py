"""Photo files whose row was never committed: a process can be killed between the file and its row."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from incidents.models import Photo
from incidents.photos import drop_file, drop_original, original_files, photo_files

# Far longer than any request takes: a younger file may still get its row.
AGE_SECONDS = 24 * 3600
BATCH = 1000


def forget_leftovers() -> int:
    """Delete photo files older than a day that no row names, originals too; returns how many."""
    return _forget(photo_files(), "file", drop_file) + _forget(original_files(), "original", drop_original)


def _forget(files: Iterable[Path], column: str, drop: Callable[[str], None]) -> int:
    before = time.time() - AGE_SECONDS
    old = [path.name for path in files if path.stat().st_mtime < before]
    forgotten = 0
    for begin in range(0, len(old), BATCH):
        names = old[begin : begin + BATCH]
        named = set(Photo.objects.filter(**{f"{column}__in": names}).values_list(column, flat=True))
        for name in set(names) - named:
            drop(name)
            forgotten += 1
    return forgotten
