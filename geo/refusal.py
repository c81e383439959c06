"""Why a file was not loaded: which file, where in it, and the reason, in one line for the person who brought it."""

from __future__ import annotations

from pathlib import Path

from geo.errors import Invalid, Text


class FileRefused(Invalid):
    """Nothing of the file was used. `place` names the feature or row, e.g. `feature 12 (35.75.01.1001)` or `row 7`."""

    def __init__(self, path: Path, reason: Text, place: Text = "") -> None:
        self.file = path.name
        self.place = str(place)
        self.reason = str(reason)
        where = f"{self.file}, {self.place}" if self.place else self.file
        super().__init__(f"{where}: {self.reason}")
