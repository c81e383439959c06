"""`load_households FILE`: where people live (lon, lat, count), the whole of it; docs/catchments.md."""

from __future__ import annotations

from pathlib import Path

from geo.changes import Changes
from geo.households import load_households
from geo.management.file_command import FileCommand


class Command(FileCommand):
    help = "Replace the households (CSV or Parquet with lon, lat, count) and let the catchments follow, all or nothing."

    def load(self, path: Path) -> Changes:
        return load_households(path)
