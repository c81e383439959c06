"""/pengelola/alur, for administrators: how cases go, drawn and as a list; what a draft changes; forward and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from geo.errors import DomainError, NotFound
from incidents.access import administrator
from incidents.flow import ASSIGNMENT, INCIDENT, current_flow, read_flow
from incidents.flow_pages.drawing import draw
from incidents.flow_versions import copy_as_draft, differences, faults, put_in_force
from incidents.models import Transition, Workflow


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The version in force, or another one with `?versi=` and what it would change."""
    administrator(request)
    return render(request, "workflow/index.html", _shown(_wanted(request.GET.get("versi", ""))))


def _wanted(version: str) -> Workflow:
    if not version:
        return Workflow.objects.get(state=Workflow.State.ACTIVE)
    if not (version.isascii() and version.isdigit() and len(version) <= 9):
        raise NotFound(_("There is no such version of the workflow."))
    found = Workflow.objects.filter(version=int(version)).first()
    if found is None:
        raise NotFound(_("There is no such version of the workflow."))
    return found


def _shown(workflow: Workflow) -> dict[str, Any]:
    flow = read_flow(workflow)
    is_active = workflow.state == Workflow.State.ACTIVE
    steps = [step for (level, _a, _s), step in flow.steps.items() if level == INCIDENT]
    return {
        "workflow": workflow,
        "versions": Workflow.objects.select_related("made_by"),
        "drawing": draw(flow),
        "statuses": [(one, _of(steps, one.code)) for one in flow.statuses.values()],
        "agency_steps": [step for (level, _a, _s), step in flow.steps.items() if level == ASSIGNMENT],
        "changes": [] if is_active else differences(current_flow(), flow),
        "faults": [] if is_active else list(faults(flow)),
        "is_active": is_active,
    }


def _of(steps: list[Transition], status: str) -> list[Transition]:
    return [one for one in steps if one.source == status]


@require_POST
def copy(request: HttpRequest, version: int) -> HttpResponse:
    """A new draft from a version: it opens where it can be edited."""
    user = administrator(request)
    draft = copy_as_draft(_wanted(str(version)), user)
    messages.success(
        request, _("Version %(n)s is a draft now. Edit it here, then put it in force.") % {"n": draft.version}
    )
    return redirect("admin:incidents_workflow_change", draft.pk)


@require_POST
def activate(request: HttpRequest, version: int) -> HttpResponse:
    """Put a version in force."""
    administrator(request)
    workflow = _wanted(str(version))
    try:
        put_in_force(workflow)
    except DomainError as refusal:
        context = _shown(workflow) | {"refusal": refusal}
        return render(request, "workflow/index.html", context, status=refusal.status)
    messages.success(request, _("Version %(n)s of the workflow is in force.") % {"n": workflow.version})
    return redirect("workflow:index")
