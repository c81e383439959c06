"""`load_agencies FILE.csv`; docs/commands.md."""

from __future__ import annotations

from pathlib import Path

from geo.agencies import load_agencies
from geo.changes import Changes
from geo.management.file_command import FileCommand


class Command(FileCommand):
    help = "Add or change agencies from a CSV file (code, name, short_name, kind, email), all or nothing."

    def load(self, path: Path) -> Changes:
        return load_agencies(path)
