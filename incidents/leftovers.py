"""Photo files whose row was never committed: a process can be killed between the file and its row."""

from __future__ import annotations

import time

from incidents.models import Photo
from incidents.photos import drop_file, photo_files

# Far longer than any request takes: a younger file may still get its row.
AGE_SECONDS = 24 * 3600
BATCH = 1000


def forget_leftovers() -> int:
    """Delete photo files older than a day that no row names; returns how many."""
    before = time.time() - AGE_SECONDS
    old = [path.name for path in photo_files() if path.stat().st_mtime < before]
    forgotten = 0
    for begin in range(0, len(old), BATCH):
        names = old[begin : begin + BATCH]
        named = set(Photo.objects.filter(file__in=names).values_list("file", flat=True))
        for name in set(names) - named:
            drop_file(name)
            forgotten += 1
    return forgotten
