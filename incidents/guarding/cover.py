"""Covering parts of a photo: rectangles drawn on it or typed as numbers, with faces suggested."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from geo.errors import DomainError, Invalid, NotFound
from incidents.access import Viewer, staff
from incidents.blur import MOST, Box
from incidents.covering import cover, photo_to_cover, suggested, uncover
from incidents.desk.worklist import DESK_ROLES
from incidents.models import Member, Photo
from incidents.photos import original_path
from incidents.reveal import reveal_original

FIELDS = ("x", "y", "width", "height")
EMPTY_ROWS = 3


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The photo with its rectangles; POST covers them."""
    viewer = staff(request, *DESK_ROLES)
    photo = photo_to_cover(viewer, pk)
    if request.method != "POST":
        return _page(request, viewer, photo, [box.numbers for box in suggested(photo)])
    try:
        cover(photo, read_boxes(request))
    except DomainError as refusal:
        return _page(request, viewer, photo, _typed(request), refusal)
    messages.success(request, _("The marked parts are covered. Everybody now gets the covered photo."))
    return HttpResponseRedirect(_back(photo))


@require_POST
def uncovered(request: HttpRequest, pk: int) -> HttpResponse:
    """An operator shows the original again."""
    viewer = staff(request, Member.Role.OPERATOR)
    photo = uncover(viewer, photo_to_cover(viewer, pk))
    messages.success(request, _("The photo is shown as it was taken."))
    return HttpResponseRedirect(_back(photo))


@never_cache
@require_POST
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The original of a covered photo, after its reason was written down."""
    viewer = staff(request, *DESK_ROLES)
    try:
        photo = reveal_original(viewer, pk, request.POST.get("reason", ""))
    except Invalid as refusal:
        kept = photo_to_cover(viewer, pk)
        return _page(request, viewer, kept, kept.covered, refusal)
    try:
        file = original_path(photo.original).open("rb")
    except FileNotFoundError:
        raise NotFound(_("This photo was erased.")) from None
    response = FileResponse(file, content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    return response


def read_boxes(request: HttpRequest) -> list[Box]:
    """The rectangles of the form; rows left empty are none. Raises Invalid."""
    boxes = []
    for row in _typed(request):
        if not any(row):
            continue
        if not all(text.isascii() and text.isdigit() and len(text) <= 5 for text in row):
            raise Invalid.at("boxes", _("Each part needs four whole numbers: left, top, width and height."))
        boxes.append(Box(*(int(text) for text in row)))
    return boxes


def _typed(request: HttpRequest) -> list[tuple[str, ...]]:
    columns = [[text.strip() for text in request.POST.getlist(name)[: MOST + 1]] for name in FIELDS]
    return list(zip(*columns, strict=False))


def _page(
    request: HttpRequest, viewer: Viewer, photo: Photo, rows: object, refusal: DomainError | None = None
) -> HttpResponse:
    owner = photo.complaint or photo.entry
    assert owner is not None
    context = {
        "photo": photo,
        "incident_pk": owner.incident_id,
        "rows": rows,
        "empty_rows": range(EMPTY_ROWS),
        "operates": viewer.role == Member.Role.OPERATOR,
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "guarding/cover.html", context, status=refusal.status if refusal else 200)


def _back(photo: Photo) -> str:
    owner = photo.complaint or photo.entry
    assert owner is not None
    return reverse("desk:case", args=[owner.incident_id])
