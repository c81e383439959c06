"""A release that says nothing: what its formats, its dictionary and its imprint write of their own is public."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import shapely

from opendata.formats.about import About
from opendata.formats.writing import seal, write
from opendata.recipes.made import Made, Recipe
from opendata.traces.contents import FileBytes
from opendata.traces.release import views_of

VALUES = {"integer": 0, "number": 0.0}
PLACE = shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])


def blank_words(recipe: Recipe, about: About) -> bytes:
    """All readings of all files of releases of one and of two rows without a word; none of it comes from a report."""
    return b"\n".join(part for rows in (1, 2) for part in _files(_blank(recipe, rows), recipe, about))


def _files(made: Made, recipe: Recipe, about: About) -> list[bytes]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seal(folder, about, write(folder, made, recipe, about))
        return list(_read(folder))


def _blank(recipe: Recipe, rows: int) -> Made:
    text = next((one.name for one in recipe.columns if one.type == "text"), "")
    frame = pd.DataFrame({one.name: [VALUES.get(one.type, "")] * rows for one in recipe.columns})
    return Made(frame, pd.DataFrame(index=frame.index), place=text, shapes={"": PLACE})


def _read(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            for view in views_of(path, path.name, FileBytes(file.fileno())):
                yield bytes(view.content[:])
