"""What a release would hold, be coarsened by and hold back, without writing anything."""

from __future__ import annotations

from opendata.definitions import recipe_of
from opendata.locks import snapshot
from opendata.models import Definition
from opendata.orders import fresh_order
from opendata.policy import in_force
from opendata.recipes.made import Made


def forecast(definition: Definition, period: str, revision: int = 0) -> Made:
    """Make a period as a build would, by the numbers in force. Raises as its recipe does."""
    with snapshot():
        return recipe_of(definition).make(fresh_order(definition, period, revision, in_force()[1]))
