"""One case as a page of its own, as the third pane of the desk, and its photos."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from geo.around import around
from geo.errors import NotFound
from incidents.access import Viewer, incident_for, photo_for, staff
from incidents.desk.casefile import case_file
from incidents.desk.same import duplicates_of, goes_on_as
from incidents.desk.talk_offer import talk_for
from incidents.desk.worklist import DESK_ROLES
from incidents.models import Assignment
from incidents.photos import photo_path

LANDMARKS = 3


def case_context(viewer: Viewer, pk: int) -> dict[str, Any]:
    """What the templates of a case need. Raises NotFound."""
    file = case_file(viewer, pk, timezone.now())
    context: dict[str, Any] = {"viewer": viewer, "file": file, "case": file.incident, "moves": file.moves}
    context["duplicates"] = duplicates_of(viewer, file.incident)
    if location := file.incident.location:
        context["around"] = around(location.x, location.y, LANDMARKS)
    context["talk"] = talk_for(viewer, file.incident, [one.complaint.pk for one in file.statements])
    if file.may_assign:
        context["roles"] = Assignment.Role.choices
    return context


@never_cache
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """The case at /meja/kasus/{id}; for htmx only its pane."""
    viewer = staff(request, *DESK_ROLES)
    pane = bool(request.headers.get("HX-Request"))
    try:
        context = case_context(viewer, pk)
    except NotFound:  # merged into another one: links and printed numbers go on to lead somewhere
        into = goes_on_as(pk)
        if into == pk:
            raise
        if not pane:
            return HttpResponseRedirect(reverse("desk:case", args=[incident_for(viewer, into).pk]))
        context = case_context(viewer, into)
    return render(request, "desk/pane.html" if pane else "desk/case.html", context)


@never_cache
@require_safe
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """A photo of a case that the viewer may see."""
    kept = photo_for(staff(request, *DESK_ROLES), pk)
    try:
        file = photo_path(kept.file).open("rb")
    except FileNotFoundError:
        raise NotFound(_("This photo was erased.")) from None
    return FileResponse(file, content_type="image/jpeg")
