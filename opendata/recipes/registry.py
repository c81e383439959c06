"""All kinds of datasets that this house can make, by name."""

from __future__ import annotations

from collections.abc import Mapping

from opendata.recipes import areas, cameras, catchments, codes, counts, incidents, performance
from opendata.recipes.made import Recipe

RECIPES: Mapping[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        incidents.RECIPE,
        counts.RECIPE,
        cameras.RECIPE,
        performance.RECIPE,
        catchments.RECIPE,
        areas.RECIPE,
        codes.RECIPE,
    )
}
