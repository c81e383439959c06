"""What a recipe is asked for, and whether what it would read has changed since it was asked."""

from __future__ import annotations

import secrets

from geo.city import city_zone
from opendata.definitions import recipe_of
from opendata.models import Build, Definition
from opendata.policy import Numbers, in_force
from opendata.recipes.made import Order
from opendata.versions import period_of


def fresh_order(definition: Definition, period: str, revision: int, numbers: Numbers) -> Order:
    """What is to be made, with a key of 256 bits that nobody keeps."""
    return Order(
        slug=definition.slug,
        period=period_of(recipe_of(definition), period),
        revision=revision,
        numbers=numbers,
        zone=city_zone(),
        key=secrets.token_bytes(32),
        categories=tuple(definition.categories),
    )


def digest_now(definition: Definition, period: str, revision: int, numbers: Numbers) -> str:
    """What `Made.input_digest` would be at this moment: who is in, where and under which topic."""
    recipe, order = recipe_of(definition), fresh_order(definition, period, revision, numbers)
    return recipe.digest(order) if recipe.digest else recipe.make(order).input_digest


def numbers_of(build: Build) -> Numbers:
    """The numbers by which it was built; those in force for one that has none yet."""
    return Numbers.read(build.policy.numbers) if build.policy else in_force()[1]
