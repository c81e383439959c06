"""`load_city_facts FOLDER`: city.toml, population.csv and facilities.csv of a city's folder; docs/commands.md."""

from __future__ import annotations

from pathlib import Path

from geo.changes import Changes
from geo.city_facts import load_city_row, load_facilities, load_population
from geo.management.file_command import FileCommand


def load_folder(folder: Path) -> Changes:
    """city.toml must be there; the other two may be missing."""
    changes = load_city_row(folder / "city.toml")
    for name, load in (("population.csv", load_population), ("facilities.csv", load_facilities)):
        if (folder / name).is_file():
            changes += load(folder / name)
    return changes


class Command(FileCommand):
    help = "Load city.toml, population.csv and facilities.csv of a city's folder, all or nothing."

    def load(self, path: Path) -> Changes:
        return load_folder(path)
