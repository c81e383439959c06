"""/pimpinan/peta: heat, choropleth and points of what the viewer may see, with the figures beside them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geo.errors import BadRequest, NotFound
from geo.models import Agency
from incidents.access import Viewer, overseer
from incidents.models import Category, Member
from tiles.heatmap import figures
from tiles.heatmap.export import area_csv, category_csv
from tiles.heatmap.picture import choropleth, histogram, map_data
from tiles.heatmap.selection import Measure, Selection, View, read_selection, usual_selection
from tiles.heatmap.trend import trend_of_count, trend_of_days
from tiles.scope import scope_of


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page; a malformed address shows the usual selection and says what was wrong (400)."""
    viewer = overseer(request)
    try:
        selection, faults, status = read_selection(request.GET), [], 200
    except BadRequest as error:
        selection, faults, status = usual_selection(), error.errors, 400
    context = {"faults": faults, **choices(viewer), **looked_at(viewer, selection)}
    response = render(request, "heatmap/page.html", context, status=status)
    response["Cache-Control"] = "private, no-cache"
    return response


def choices(viewer: Viewer) -> dict[str, Any]:
    """What the filters offer; only who sees several agencies can choose among them."""
    topics = Category.objects.filter(active=True, parent=None).prefetch_related("children")
    agencies = Agency.objects.filter(active=True).order_by("name") if viewer.agency is None else []
    return {"viewer": viewer, "topics": topics, "agencies": agencies, "views": View, "measures": Measure}


def looked_at(viewer: Viewer, selection: Selection) -> dict[str, Any]:
    """Everything that depends on the selection: figures, trends, tables, histogram, and what the map needs."""
    scope = scope_of(viewer)
    incidents = selection.filters.fitting(scope.incidents)
    now = figures.totals(incidents, selection.period)
    before = figures.totals(incidents, selection.period.before())
    areas = figures.by_area(incidents, selection.period)
    picture = choropleth(areas, selection.measure)
    hottest = figures.hottest(scope, selection.filters)
    return {
        "selection": selection,
        "now": now,
        "trends": {
            "new": trend_of_count(now.new, before.new),
            "late": trend_of_count(now.late, before.late),
            "median": trend_of_days(now.median_days, before.median_days),
        },
        "sightings": figures.sightings(scope, selection.filters),
        "area_rows": areas,
        "categories": figures.by_category(incidents, selection.period),
        "without_people": [row.name for row in areas if row.people is None],
        "picture": picture,
        "bars": histogram(incidents, selection.period),
        "map_data": map_data(selection, areas, picture, hottest, viewer.role != Member.Role.LEADERSHIP),
    }


@require_safe
def table(request: HttpRequest, by: str) -> HttpResponse:
    """The same figures as CSV. Raises NotFound, BadRequest."""
    viewer = overseer(request)
    selection = read_selection(request.GET)
    incidents = selection.filters.fitting(scope_of(viewer).incidents)
    if by == "kelurahan":
        return area_csv(figures.by_area(incidents, selection.period), selection.period)
    if by == "kategori":
        return category_csv(figures.by_category(incidents, selection.period), selection.period)
    raise NotFound()
