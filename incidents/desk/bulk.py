"""One step for many cases: each goes through the workflow by itself, and each is answered for by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from geo.errors import DomainError, Invalid
from geo.models import Agency
from incidents.access import Viewer, assignment_for, incident_for, staff
from incidents.assigning import assign
from incidents.desk.worklist import DESK_ROLES, works_for_agency
from incidents.models import Assignment, Entry
from incidents.moves import Actor, Move, move
from incidents.workflow import Step, take_step

MOST = 200
Do = Callable[[int], object]


@dataclass(frozen=True)
class BulkAction:
    """One way to go on with many cases. `question` is asked with their number before anything happens."""

    name: str
    label: str | Promise
    question: str | Promise
    icon: str
    needs: str = ""  # "agency" or "text"


ACCEPT = BulkAction(
    "terima",
    pgettext_lazy("step", "Accept"),
    gettext_lazy("Accept {n} cases? Their reporters see that your agency has taken them up."),
    "user-check",
)
VERIFY = BulkAction(
    "verifikasi",
    pgettext_lazy("step", "Verify"),
    gettext_lazy("Mark {n} cases as verified?"),
    "badge-check",
)
ASSIGN = BulkAction(
    "disposisi",
    gettext_lazy("Give to an agency"),
    gettext_lazy("Give {n} cases to this agency? It gets an e-mail for each."),
    "send",
    needs="agency",
)
ARCHIVE = BulkAction(
    "arsipkan",
    pgettext_lazy("step", "Archive"),
    gettext_lazy("Archive {n} cases? They leave the inbox, and their reporters read your reason."),
    "archive",
    needs="text",
)


@dataclass(frozen=True)
class Outcome:
    """What became of one case."""

    pk: int
    done: bool
    text: str


def bulk_actions(viewer: Viewer) -> tuple[BulkAction, ...]:
    """What this person may do with many cases at once."""
    return (ACCEPT,) if works_for_agency(viewer) else (VERIFY, ASSIGN, ARCHIVE)


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """POST /meja/massal with `aksi`, `kasus` (up to 200) and what the step needs; the outcome of each case."""
    viewer = staff(request, *DESK_ROLES)
    action = next((one for one in bulk_actions(viewer) if one.name == request.POST.get("aksi")), None)
    if action is None:
        raise Invalid.at("aksi", _("Please choose what to do."))
    do = _doing(request, viewer, action)
    outcomes = [_outcome(pk, do) for pk in chosen_cases(request)]
    context: dict[str, Any] = {
        "action": action,
        "outcomes": outcomes,
        "done": sum(one.done for one in outcomes),
        "refused": [one for one in outcomes if not one.done],
    }
    part = bool(request.headers.get("HX-Request"))
    return render(request, "desk/bulk_outcome.html" if part else "desk/bulk_done.html", context)


def chosen_cases(request: HttpRequest) -> list[int]:
    """The numbers of the ticked cases. Raises Invalid: none, too many, or something that is no number."""
    said = list(dict.fromkeys(request.POST.getlist("kasus")))
    if not said:
        raise Invalid.at("kasus", _("Please tick the cases first."))
    if len(said) > MOST:
        raise Invalid.at("kasus", _("At most %(n)d cases at once.") % {"n": MOST})
    if not all(one.isascii() and one.isdigit() and len(one) <= 18 for one in said):
        raise Invalid.at("kasus", _("This is no number of a case."))
    return [int(one) for one in said]


def _outcome(pk: int, do: Do) -> Outcome:
    try:
        do(pk)
    except DomainError as error:
        said = "; ".join(str(one.message) for one in error.errors) or str(error.detail or error.title)
        return Outcome(pk, False, said)
    return Outcome(pk, True, _("done"))


def _doing(request: HttpRequest, viewer: Viewer, action: BulkAction) -> Do:
    """The step as a function of a case's number. Raises Invalid when something is missing for all of them."""
    text = request.POST.get("text", "").strip()
    if action is ACCEPT:
        return lambda pk: take_step(
            Step(by=viewer, assignment=assignment_for(viewer, pk), kind=Entry.Kind.ACCEPTED)
        )
    if action is ASSIGN:
        agency, role = _given(request)
        return lambda pk: assign(incident_for(viewer, pk), agency, role, viewer)
    if action is ARCHIVE and not text:
        raise Invalid.at("text", _("Please give the reason."))
    kind = Entry.Kind.ARCHIVED if action is ARCHIVE else Entry.Kind.VERIFIED
    return lambda pk: move(Move(incident_for(viewer, pk), kind, Actor.of(viewer), text=text))


def _given(request: HttpRequest) -> tuple[Agency, Assignment.Role]:
    agency = Agency.objects.filter(code=request.POST.get("agency", "").replace("\x00", "")).first()
    role = request.POST.get("role", "")
    if agency is None:
        raise Invalid.at("agency", _("Please choose an agency."))
    if role not in Assignment.Role.values:
        raise Invalid.at("role", _("Please choose whether the agency is in charge or supports."))
    return agency, Assignment.Role(role)
