"""A candidate as the audit meets it: read back from its own file, beside the truth and all that attackers know."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from geo.cells import cell_shapes
from opendata.audit.facts import known_homes, public_lists, simulator
from opendata.audit.subject import Earlier, Subject
from opendata.earlier import is_withdrawn, releases_of, rows_of
from opendata.formats import kinds
from opendata.recipes.made import Made, Order, Recipe
from opendata.sources import borders

GEOMETRY = "geometry"  # GeoParquet's column: the published shape of the place that the row names
EARLIER_ROWS = 2_000_000  # of earlier releases at most in memory, the newest first
EARLIER_PART = "kelurahan_code"


def subject_of(recipe: Recipe, order: Order, made: Made, folder: Path) -> Subject:
    """What is attacked; call in the snapshot in which it was made."""
    frame = read_back(folder / kinds.PARQUET.file(kinds.stem(recipe.name)))
    public = borders(frame[EARLIER_PART].astype("str").unique() if EARLIER_PART in frame else ())
    return Subject(
        recipe=recipe,
        order=order,
        frame=frame,
        truth=made.truth.reset_index(drop=True),
        homes=known_homes(),
        shapes={**public.shapes, **cell_shapes(), **made.shapes},
        areas=public.shapes,
        lists=public_lists(public.areas, order.numbers),
        earlier=earlier_of(order, recipe),
        simulate=simulator(recipe, order),
        silenced=made.silenced,
        folder=folder,
    )


def read_back(parquet: Path) -> pd.DataFrame:
    """All columns of the file but the shape that its place names."""
    names = [name for name in pq.read_schema(parquet).names if name != GEOMETRY]
    frame: pd.DataFrame = pq.read_table(parquet, columns=names).to_pandas()
    return frame


def earlier_of(order: Order, recipe: Recipe) -> tuple[Earlier, ...]:
    """What is out of this dataset already: releases of the same period first, then the newest of the others."""
    period = str(order.period) if order.period else ""
    found, rows = [], 0
    releases = [one for one in releases_of(order.slug) if not is_withdrawn(one)]
    for release in sorted(releases, key=lambda one: one.period != period):
        rows += release.rows
        if rows > EARLIER_ROWS:
            break
        frame = rows_of(release, recipe)
        found.append(Earlier(order.slug, release.version, release.period, release.revision, frame))
    return tuple(found)
