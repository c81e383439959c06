"""The datasets of this house as the steward defines them: rows, of which every city begins with the usual ones."""

from __future__ import annotations

from dataclasses import asdict

from django.utils.translation import gettext as _

from geo.errors import NotFound
from opendata.defaults import DEFAULTS
from opendata.models import Definition
from opendata.recipes.made import Recipe
from opendata.recipes.registry import RECIPES


def all_defined() -> list[Definition]:
    """Every dataset as the steward defines it, by name; the usual ones are written when they are not there yet."""
    found = {one.slug: one for one in Definition.objects.all()}
    missing = [default for default in DEFAULTS if default.slug not in found]
    if missing:
        rows = [Definition(**{**asdict(one), "tags": list(one.tags)}) for one in missing]
        Definition.objects.bulk_create(rows, ignore_conflicts=True)
        found = {one.slug: one for one in Definition.objects.all()}
    return [found[slug] for slug in sorted(found)]


def in_use() -> list[Definition]:
    """Those that are released, by name."""
    return [one for one in all_defined() if one.active]


def defined(slug: str) -> Definition:
    """The dataset of this name. Raises NotFound, naming those that exist."""
    found = {one.slug: one for one in all_defined()}
    if slug not in found:
        raise NotFound(
            _("There is no dataset “%(slug)s”. There are: %(known)s.")
            % {"slug": slug, "known": ", ".join(found)}
        )
    return found[slug]


def recipe_of(definition: Definition) -> Recipe:
    """How its rows are made. Raises NotFound for a recipe that this version does not know."""
    if definition.recipe not in RECIPES:
        raise NotFound(_("There is no recipe “%(name)s”.") % {"name": definition.recipe})
    return RECIPES[definition.recipe]
