"""What everybody holds already: the rows of earlier releases, read back as frames with the columns of the files."""

from __future__ import annotations

import json

import pandas as pd

from opendata.imprint import MANIFEST
from opendata.models import Release
from opendata.recipes.made import Recipe
from opendata.store import folder_of


def releases_of(slug: str, *, period: str | None = None) -> list[Release]:
    """The releases of a dataset (of one period), the newest first; those that were withdrawn are among them."""
    found = Release.objects.filter(dataset__slug=slug).select_related("withdrawal", "dataset")
    if period is not None:
        found = found.filter(period=period)
    return list(found.order_by("-released_at", "-id"))


def releases_of_recipe(name: str) -> list[Release]:
    """The releases of all datasets of a recipe, the newest first; those that were withdrawn are among them."""
    found = Release.objects.filter(dataset__recipe=name).select_related("dataset", "withdrawal")
    return list(found.order_by("-released_at", "-id"))


def rows_of(release: Release, recipe: Recipe) -> pd.DataFrame:
    """The rows as published, columns as in the files; empty for a release that was withdrawn."""
    fields = [recipe.fields.get(name, name) for name in recipe.column_names]
    rows = recipe.rows._default_manager.filter(release=release).order_by("pk").values_list(*fields)
    return pd.DataFrame.from_records(list(rows), columns=list(recipe.column_names))


def catchments_of(release: Release, recipe: Recipe) -> str | None:
    """The version of the catchments that its rows name, as its manifest says; None: nobody can tell (withdrawn)."""
    if "catchment" not in recipe.column_names:
        return ""
    try:
        told = json.loads((folder_of(release.dataset.slug, release.version) / MANIFEST).read_text())
    except (OSError, ValueError):
        return None
    return str(told["catchments"] or "")


def is_withdrawn(release: Release) -> bool:
    """Whether only its tombstone is left."""
    return hasattr(release, "withdrawal")
