"""/data/kelola/dataset: define a dataset from a recipe, change its words, take it out of use and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from geo.errors import Conflict, NotFound
from incidents.access import data_steward
from opendata.definitions import all_defined, defined
from opendata.desk.dataset_form import DatasetForm, is_released
from opendata.desk.recipe_words import recipe_words
from opendata.models import Build, Definition
from opendata.overlaps import released_elsewhere, twin_in_use
from opendata.recipes.made import Recipe
from opendata.recipes.registry import RECIPES


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All datasets, those in use first, and the kinds from which another can be defined."""
    data_steward(request)
    found = sorted(all_defined(), key=lambda one: (not one.active, one.slug))
    context = {
        "section": "datasets",
        "datasets": [(one, recipe_words(one.recipe), is_released(one.slug)) for one in found],
        "recipes": [recipe_words(name) for name in RECIPES],
    }
    return render(request, "opendata/desk/datasets.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Another dataset of a recipe (`?resep=incidents`)."""
    data_steward(request)
    recipe = _recipe(request.GET.get("resep", ""))
    form = DatasetForm(request.POST or None, recipe=recipe, instance=Definition(active=True))
    if request.method == "POST" and form.is_valid():
        made = form.save()
        messages.success(request, _first_words(made))
        return redirect("steward:datasets")
    return _form(request, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a dataset's words, categories and way out."""
    data_steward(request)
    wanted = defined(slug)
    form = DatasetForm(request.POST or None, recipe=_recipe(wanted.recipe), instance=wanted)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        messages.success(
            request, _("Saved. It holds for “%(title)s” from the next build on.") % {"title": made.title}
        )
        return redirect("steward:datasets")
    return _form(request, form, dataset=defined(slug))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a dataset out of use (`pakai=tidak`; GET asks once more) or back into it. Releases stay as they are."""
    data_steward(request)
    wanted = defined(slug)
    asks = request.method != "POST"
    active = not asks and request.POST.get("pakai") != "tidak"
    if asks and not wanted.active:
        raise Conflict(_("“%(title)s” is retired already.") % {"title": wanted.title})
    if active and (twin := twin_in_use(wanted, wanted.categories)):
        raise Conflict(
            _("“%(title)s” shows the same already. Only one of the two can be in use.")
            % {"title": twin.title}
        )
    if not active and Build.objects.filter(dataset=slug, state__in=Build.OPEN).exists():
        raise Conflict(_("A build of this dataset is under way or waits for you. Decide about it first."))
    if asks:
        return render(request, "opendata/desk/retire.html", {"section": "datasets", "dataset": wanted})
    wanted.active = active
    wanted.save(update_fields=["active", "changed_at"])
    said = (
        _("“%(title)s” is in use again.") if active else _("“%(title)s” is retired; what was released stays.")
    )
    messages.success(request, said % {"title": wanted.title})
    return redirect("steward:datasets")


def _first_words(made: Definition) -> str:
    """That it is defined, and with which period it can start."""
    if released_elsewhere(made):
        said = _(
            "“%(title)s” is defined. It starts with the first period that no release of its kind covers."
        )
    else:
        said = _("“%(title)s” is defined. Its first period can be built now.")
    return said % {"title": made.title}


def _recipe(name: str) -> Recipe:
    if name not in RECIPES:
        raise NotFound(_("There is no such kind of dataset."))
    return RECIPES[name]


def _form(request: HttpRequest, form: DatasetForm, **more: Any) -> HttpResponse:
    status = 422 if form.is_bound and not form.is_valid() else 200
    context = {"section": "datasets", "form": form, "recipe": recipe_words(form.recipe.name), **more}
    return render(request, "opendata/desk/dataset_form.html", context, status=status)
