"""What a release would hold, be coarsened by and hold back, without writing anything."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from geo.city import city_zone
from opendata.definitions import recipe_of
from opendata.inside.copying import snapshot
from opendata.models import Definition
from opendata.orders import fresh_order
from opendata.policy import in_force
from opendata.recipes.made import Made, Order, Recipe
from opendata.versions import period_of, refuse_running


def forecast(definition: Definition, period: str, revision: int = 0) -> Made:
    """Make a period as a build would, by the numbers in force. Raises as its recipe does; Invalid before its end."""
    recipe = recipe_of(definition)
    refuse_running(period_of(recipe, period), city_zone(), timezone.now())
    return tried(recipe, fresh_order(definition, period, revision, in_force()[1]))


def tried(recipe: Recipe, order: Order) -> Made:
    """What a recipe makes, with everything taken back that it wrote: steps of the ladder are fixed by builds only."""
    with snapshot():
        made = recipe.make(order)
        transaction.set_rollback(True)
    return made
