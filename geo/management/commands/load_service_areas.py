"""`load_service_areas FILE`; docs/commands.md."""

from __future__ import annotations

from pathlib import Path

from geo.changes import Changes
from geo.management.file_command import FileCommand
from geo.service_areas import load_service_areas


class Command(FileCommand):
    help = "Load service areas from a CSV of area codes or a file of polygons, all or nothing."

    def load(self, path: Path) -> Changes:
        return load_service_areas(path)
