"""What the desk answers after a step: the case again, the inbox, or the refusal beside what was typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from geo.errors import DomainError, NotFound
from incidents.access import Viewer, incident_for, staff
from incidents.desk.case import case_context
from incidents.desk.worklist import DESK_ROLES


def seen_in(request: HttpRequest) -> int | None:
    """The newest entry that the page showed; None when the form does not say (accepting needs no news)."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= 18 else None


def word_in(request: HttpRequest, name: str) -> str:
    """A short field of a form, as it can be looked up."""
    return request.POST.get(name, "").replace("\x00", "").strip()


def after_step(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Where one is after a step: the case again, or the inbox when it has left the agency."""
    if not request.headers.get("HX-Request"):
        try:
            incident_for(viewer, pk)
        except NotFound:
            return HttpResponseRedirect(reverse("desk:inbox"))
        return HttpResponseRedirect(reverse("desk:case", args=[pk]))
    try:
        response = render(request, "desk/pane.html", case_context(viewer, pk))
    except NotFound:
        response = render(request, "desk/left.html")
    # The rail and the list load themselves again when they hear this.
    response["HX-Trigger"] = "cases-changed"
    return response


def refused(request: HttpRequest, pk: int, error: DomainError) -> HttpResponse:
    """The refusal beside what was typed; nothing of it is lost."""
    context: dict[str, Any] = {"refusal": error, "typed": request.POST}
    if request.headers.get("HX-Request"):
        context |= case_again(request, pk)
        context |= _since(request, context)
        response = render(request, "desk/refusal.html", context, status=error.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#refusal", "innerHTML"
        return response
    return _refused_page(request, pk, error, context)


def move_refused(request: HttpRequest, pk: int, action: str, error: DomainError) -> HttpResponse:
    """The same for one of the forms of desk/moves.html: the form comes back with its words and why."""
    context: dict[str, Any] = {"move_refusal": error, "refused_move": action, "move_typed": request.POST}
    if not request.headers.get("HX-Request"):
        return _refused_page(request, pk, error, context)
    again = case_again(request, pk)
    form = next((one for one in again.get("moves", ()) if one.kind == action), None)
    context |= again | {"refusal": error, "form": form, "typed": request.POST}
    context |= _since(request, context)
    template = "desk/move_again.html" if form else "desk/move_over.html"
    response = render(request, template, context, status=error.status)
    response["HX-Retarget"] = f"#move-{action}" if form else "#moves"
    response["HX-Reswap"] = "outerHTML" if form else "afterbegin"
    return response


def _refused_page(request: HttpRequest, pk: int, error: DomainError, context: dict[str, Any]) -> HttpResponse:
    viewer = staff(request, *DESK_ROLES)
    try:
        context |= case_context(viewer, pk)
    except NotFound:  # it has left the agency meanwhile: the words are the person's, the case is not any more
        gone = context | {"refusal": error, "typed": request.POST}
        return render(request, "desk/gone.html", gone, status=error.status)
    return render(request, "desk/case.html", context | _since(request, context), status=error.status)


def _since(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What happened after the page was shown that the step was taken from: the answer to “what did I miss?”."""
    seen = seen_in(request)
    if seen is None or "file" not in context:
        return {}
    return {"missed": [told for told in context["file"].timeline if told.pk > seen]}


def case_again(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The case as it is now, for what was refused because it had moved on; nothing when it is no longer theirs."""
    try:
        return case_context(staff(request, *DESK_ROLES), pk)
    except DomainError:
        return {}
