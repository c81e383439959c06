"""The data steward's page of a dataset: what is due, what waits for approval, and how orders stand."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from geo.errors import DomainError, Invalid
from incidents.access import data_steward
from opendata.approve import approve, discard
from opendata.building import order
from opendata.definitions import defined
from opendata.due import due
from opendata.models import Build, Definition
from opendata.standing import latest
from opendata.versions import next_revision


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publish_page(request: HttpRequest, slug: str) -> HttpResponse:
    """See how it stands (GET); order a period, approve a candidate or discard it (POST)."""
    viewer = data_steward(request)
    wanted = defined(slug)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            _do(request, wanted, viewer.user)
        except DomainError as error:
            refusal = error
        else:
            return redirect(request.path)
    choices = [one.period_text for one in due(timezone.now(), [wanted])]
    context = {**_state(wanted), "choices": choices, "refusal": refusal}
    return render(request, "opendata/publish.html", context, status=refusal.status if refusal else 200)


def _do(request: HttpRequest, wanted: Definition, by: User) -> None:
    """One of the page's three buttons. Raises Invalid for another, and as what it asks for does."""
    if "period" in request.POST:
        period = request.POST["period"]
        order(wanted, period, next_revision(wanted.slug, "") if not period else 0, by)
        return
    number = request.POST.get("build", "")
    build = (
        Build.objects.filter(dataset=wanted.slug, pk=number).first()
        if number.isascii() and number.isdigit()
        else None
    )
    if build is None:
        raise Invalid(_("There is no such order."))
    if request.POST.get("do") == "approve":
        approve(build, by)
    else:
        discard(build, by, request.POST.get("reason", "")[:500].replace("\x00", ""))


@never_cache
@require_safe
def runs(request: HttpRequest, slug: str) -> HttpResponse:
    """How the orders stand, as a fragment that the page fetches again while one is under way."""
    data_steward(request)
    return render(request, "opendata/runs.html", _state(defined(slug)))


def _state(wanted: Definition) -> dict[str, Any]:
    told = latest(wanted.slug)
    return {"definition": wanted, "runs": told, "moving": any(one.moving for one in told)}
