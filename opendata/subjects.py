"""A candidate as the audit meets it: read back from its own file, beside the truth and all that attackers know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import shapely
from django.utils import timezone

from geo.cells import cell_shapes
from geo.models import Area, Edition
from incidents.models import Category
from opendata.audit.facts import known_homes, public_lists, simulator
from opendata.audit.subject import Earlier, Subject
from opendata.earlier import is_withdrawn, releases_of_recipe, rows_of
from opendata.formats import kinds
from opendata.formats.about import About
from opendata.models import Release
from opendata.recipes.made import Made, Order, Recipe
from opendata.released_borders import released_borders
from opendata.sources import Borders, borders
from opendata.traces.blank import blank_words
from opendata.traces.people import Canaries, canaries_of
from opendata.traces.public import Public

GEOMETRY = "geometry"  # GeoParquet's column: the published shape of the place that the row names
EARLIER_PART = "kelurahan_code"
YEAR = timedelta(days=366)


def subject_of(recipe: Recipe, order: Order, made: Made, folder: Path, about: About) -> Subject:
    """What is attacked; call in the snapshot in which it was made.

    Raises Conflict when sealed contacts cannot be opened, so that nobody could look for them.
    """
    frame = read_back(folder / kinds.PARQUET.file(kinds.stem(recipe.name)))
    public = borders(frame[EARLIER_PART].astype("str").unique() if EARLIER_PART in frame else ())
    lists = public_lists(public.areas, order.numbers)
    free = _public(recipe, about, public, lists)
    return Subject(
        recipe=recipe,
        order=order,
        frame=frame,
        truth=made.truth.reset_index(drop=True),
        homes=known_homes(),
        shapes={**public.shapes, **cell_shapes(), **made.shapes},
        areas=public.shapes,
        lists=lists,
        earlier=earlier_of(order, recipe),
        simulate=simulator(recipe, order),
        silenced=made.silenced,
        folder=folder,
        canaries=free.left_of(canaries_in(order)),
        public=free,
    )


def canaries_in(order: Order) -> Canaries:
    """What people wrote in its period; for what has none: in the year before now."""
    if order.period is None:
        return canaries_of(timezone.now() - YEAR, timezone.now())
    return canaries_of(order.period.start(order.zone), order.period.end(order.zone))


def _public(recipe: Recipe, about: About, public: Borders, lists: Mapping[str, frozenset[str]]) -> Public:
    """What anybody may read, from anywhere but the candidate."""
    names = [*chain.from_iterable(lists.values()), *public.areas.astype("str").to_numpy().ravel()]
    names += [word for row in Category.objects.values_list("name_id", "name_en") for word in row]
    wider = Area.objects.filter(edition__status=Edition.Status.ACTIVE).exclude(level=Area.Level.VILLAGE)
    borders = [shapely.from_wkb(bytes(geom.wkb)) for geom in wider.values_list("geom", flat=True)]
    shapes = [*public.shapes.values(), *cell_shapes().values(), *borders, *released_borders(public).values()]
    return Public.of([*names, blank_words(recipe, about)], shapes)


def read_back(parquet: Path) -> pd.DataFrame:
    """All columns of the file but the shape that its place names."""
    names = [name for name in pq.read_schema(parquet).names if name != GEOMETRY]
    frame: pd.DataFrame = pq.read_table(parquet, columns=names).to_pandas()
    return frame


def earlier_of(order: Order, recipe: Recipe) -> tuple[Earlier, ...]:
    """All that is out of this recipe already, whatever the dataset: releases of the same period first.

    Of other datasets only the rows of topics that this one may have; nothing is read before it is asked for.
    """
    period = str(order.period) if order.period else ""
    releases = [one for one in releases_of_recipe(recipe.name) if not is_withdrawn(one)]
    return tuple(
        Earlier(one.dataset.slug, one.version, one.period, one.revision, partial(_told, one, recipe, order))
        for one in sorted(releases, key=lambda one: one.period != period)
    )


def _told(release: Release, recipe: Recipe, order: Order) -> pd.DataFrame:
    frame = rows_of(release, recipe)
    if release.dataset.slug == order.slug or not order.categories or "category" not in frame:
        return frame
    return frame[frame["category"].isin(order.categories)]
