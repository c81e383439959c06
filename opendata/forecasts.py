"""What a release would hold, be coarsened by and hold back, without writing anything; also by other numbers."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from geo.city import city_zone
from opendata.definitions import in_use, recipe_of
from opendata.due import periods_with_something
from opendata.inside.copying import snapshot
from opendata.models import Definition
from opendata.orders import fresh_order
from opendata.policy import Numbers, in_force
from opendata.recipes.made import Made


def forecast(definition: Definition, period: str, revision: int = 0, numbers: Numbers | None = None) -> Made:
    """Make a period as a build would; by the numbers in force unless others are given. Raises as a recipe does."""
    with snapshot():
        order = fresh_order(definition, period, revision, numbers or in_force()[1])
        return recipe_of(definition).make(order)


@dataclass(frozen=True)
class Cost:
    """A dataset's newest closed period by the numbers in force, and by those that somebody thinks of."""

    definition: Definition
    period: str
    before: Made
    after: Made

    @property
    def rows(self) -> int:
        """Rows more (or fewer, below zero) than now."""
        return len(self.after.frame) - len(self.before.frame)


def policy_cost(numbers: Numbers) -> list[Cost]:
    """What a change of the numbers would cost each dataset that has periods, seen on its newest closed one."""
    zone, now, costs = city_zone(), timezone.now(), []
    for definition in in_use():
        recipe = recipe_of(definition)
        if recipe.rhythm == "change":
            continue
        closed = [p for p in periods_with_something(definition, recipe, zone) if p.has_ended(zone, now)]
        if closed:
            period = str(closed[-1])
            before, after = (forecast(definition, period, 0, one) for one in (None, numbers))
            costs.append(Cost(definition, period, before, after))
    return costs
