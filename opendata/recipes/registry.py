"""All kinds of datasets that this house can make, by name."""

from __future__ import annotations

from collections.abc import Mapping

from opendata.recipes import areas, catchments, counts, incidents
from opendata.recipes.made import Recipe

RECIPES: Mapping[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        incidents.RECIPE,
        counts.RECIPE,
        catchments.RECIPE,
        areas.RECIPE,
    )
}
