"""One problem, one case, on the desk of operators: what may be the same, merge, split, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geo.errors import DomainError, Invalid
from incidents.access import Viewer, incident_for, staff
from incidents.desk.replies import after_step, refused, seen_in
from incidents.fusion.merge import merge
from incidents.fusion.undo import not_the_same, split, undo
from incidents.models import Incident, Member

MOST_REPORTS = 200  # that can be chosen by hand
Doing = Callable[[Viewer, Incident], tuple[str, int]]


def _do(request: HttpRequest, pk: int, doing: Doing) -> HttpResponse:
    """Do it, say what happened, and show the case that goes on."""
    try:
        viewer = staff(request, Member.Role.OPERATOR)
        said, shown = doing(viewer, incident_for(viewer, pk))
    except DomainError as error:
        return refused(request, pk, error)
    messages.success(request, said)
    return after_step(request, viewer, shown)


@require_POST
def put_together(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /meja/kasus/{id}/gabung: merge with the case `other`."""

    def doing(viewer: Viewer, incident: Incident) -> tuple[str, int]:
        done = merge(
            incident, _number(request, "other"), viewer, seen_in(request), secret="secret" in request.POST
        )
        words = {"n": done.other_id, "into": done.kept_id}
        return _("Case #%(n)s is now part of #%(into)s. You can undo this.") % words, done.kept_id

    return _do(request, pk, doing)


@require_POST
def keep_apart(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /meja/kasus/{id}/bukan-sama: `other` is another problem."""

    def doing(viewer: Viewer, incident: Incident) -> tuple[str, int]:
        other = _number(request, "other")
        not_the_same(incident, other, viewer)
        return _("#%(n)s is not suggested here any more.") % {"n": other}, pk

    return _do(request, pk, doing)


@require_POST
def split_off(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /meja/kasus/{id}/pisah: a case of its own for the chosen `reports`."""

    def doing(viewer: Viewer, incident: Incident) -> tuple[str, int]:
        chosen = [int(one) for one in request.POST.getlist("reports") if _is_number(one)]
        done = split(incident, chosen[:MOST_REPORTS], viewer, seen_in(request))
        return _("The reports are now case #%(n)s. You can undo this.") % {"n": done.other_id}, pk

    return _do(request, pk, doing)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /meja/kasus/{id}/batal-gabung: undo the merge or split `fusion`."""

    def doing(viewer: Viewer, incident: Incident) -> tuple[str, int]:
        undo(incident, _number(request, "fusion"), viewer, secret="secret" in request.POST)
        return _("Undone: everything is where it was before."), pk

    return _do(request, pk, doing)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").strip().removeprefix("#")
    if not _is_number(text):
        raise Invalid.at(name, _("Please give the number of a case."))
    return int(text)
