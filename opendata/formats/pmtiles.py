"""PMTiles: the places with their numbers as vector tiles in one file, small enough for any web server."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from opendata.formats.about import About
from opendata.formats.columns import Places
from opendata.formats.gdal import still_clock, write_places

ZOOMS = {"MINZOOM": "6", "MAXZOOM": "14"}


def write_pmtiles(path: Path, layer: str, places: Places, per_place: pd.DataFrame, about: About) -> None:
    """PMTiles 3 by GDAL: one feature per place in zoom levels 6 to 14."""
    named = {"NAME": about.name, "DESCRIPTION": about.title_id, "TYPE": "overlay"}
    with still_clock(about):
        write_places(path, "PMTiles", layer, places, per_place, {**ZOOMS, **named})
