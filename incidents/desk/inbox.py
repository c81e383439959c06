"""The inbox: saved views, the list, and the same cases as points for the map beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from geo.errors import NotFound
from geo.locate import Village
from geo.registry import current_locator
from incidents.access import Viewer, staff
from incidents.desk.case import case_context
from incidents.desk.filters import Filters, Sort, View, counts, views_for
from incidents.desk.rows import category_name_field, rows
from incidents.desk.worklist import DESK_ROLES, State, worklist, works_for_agency
from incidents.models import Assignment, Category, Incident

PER_PAGE = 50
MOST_POINTS = 2000
ICONS = {
    View.OPEN: "inbox",
    View.UNLED: "user-x",
    View.RETURNED: "undo-2",
    View.ALL: "archive",
}


@dataclass(frozen=True)
class SavedView:
    """One entry of the rail; `state` draws its shape, else `icon`."""

    label: str | Promise
    url: str
    count: int
    current: bool
    state: str
    icon: str


if TYPE_CHECKING:
    CasePaginator = Paginator[Incident]
else:
    CasePaginator = Paginator


class CountedPaginator(CasePaginator):
    """A paginator that was told how many there are, so that it does not ask again."""

    def __init__(self, cases: QuerySet[Incident], per_page: int, count: int) -> None:
        super().__init__(cases, per_page)
        self.count = count


@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The page at /meja; for htmx only the rail and the list. `kasus` opens a case beside them."""
    viewer = staff(request, *DESK_ROLES)
    filters = Filters.read(request.GET, viewer)
    context = inbox_context(request, viewer, filters)
    if request.headers.get("HX-Request"):
        return render(request, "desk/lists.html", context)
    return render(request, "desk/inbox.html", context | _open_case(request, viewer))


def inbox_context(request: HttpRequest, viewer: Viewer, filters: Filters) -> dict[str, Any]:
    now = timezone.now()
    cases = worklist(viewer, now)
    numbers = counts(filters.narrowed(cases), views_for(viewer))
    paginator = CountedPaginator(filters.shown(cases), PER_PAGE, numbers[filters.view])
    page = paginator.get_page(request.GET.get("page"))
    wanted = page.object_list
    assert isinstance(wanted, QuerySet)
    address = filters.address
    return {
        "viewer": viewer,
        "for_agency": works_for_agency(viewer),
        "filters": filters,
        "saved_views": _saved_views(filters, numbers),
        "page": page,
        "rows": list(rows(wanted, now)),
        "page_query": f"{address}&" if address else "",
        "address": address,
        "points_url": f"{reverse('desk:points')}?{address}",
        "categories": _categories(),
        "villages": _villages(),
        "roles": Assignment.Role.choices,
        "sorts": Sort.choices,
    }


def _saved_views(filters: Filters, numbers: dict[View, int]) -> list[SavedView]:
    desk = reverse("desk:inbox")
    return [
        SavedView(
            label=view.label,
            url=f"{desk}?{address}" if (address := filters.for_view(view).address) else desk,
            count=count,
            current=view == filters.view,
            state=view.value if view.value in State.values and view not in ICONS else "",
            icon=ICONS.get(view, ""),
        )
        for view, count in numbers.items()
    ]


def _categories() -> list[Category]:
    """The topics that a case can have, by their group."""
    leaves = Category.objects.filter(active=True, parent__isnull=False).select_related("parent")
    return list(leaves.order_by("parent__position", "parent__code", "position", "code"))


def _villages() -> Sequence[Village]:
    return sorted(current_locator().villages, key=lambda village: village.place.name)


def _open_case(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    """What the third pane shows; a case that is gone leaves it empty."""
    number = request.GET.get("kasus", "")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return {}
    try:
        return case_context(viewer, int(number))
    except NotFound:
        return {}


@never_cache
@require_safe
def points(request: HttpRequest) -> JsonResponse:
    """The cases of the list as GeoJSON points, all pages; says how many have no point, and if there are too many."""
    viewer = staff(request, *DESK_ROLES)
    filters = Filters.read(request.GET, viewer)
    shown = filters.shown(worklist(viewer, timezone.now())).annotate(
        category_name=F(f"category__{category_name_field()}")
    )
    found = shown.values_list("pk", "location", "state", "category_name")[: MOST_POINTS + 1]
    cases = list(found)[:MOST_POINTS]
    features = [
        {
            "type": "Feature",
            "id": pk,
            "geometry": {"type": "Point", "coordinates": [location.x, location.y]},
            "properties": {"id": pk, "state": state, "title": title},
        }
        for pk, location, state, title in cases
        if location
    ]
    without = len(cases) - len(features)
    return JsonResponse(
        {"type": "FeatureCollection", "features": features, "without_point": without,
         "cut_off": len(found) > MOST_POINTS}
    )  # fmt: skip
