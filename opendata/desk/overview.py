"""/data/kelola/: what is due, what waits for a decision, what is being built, what was stopped, what is regretted."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from geo.city import city_zone
from geo.errors import DomainError, Invalid
from incidents.access import data_steward
from opendata import telling
from opendata.building import order
from opendata.catalogue.period_words import period_told
from opendata.definitions import defined
from opendata.desk.calendar import TONES, calendar
from opendata.due import Due, due, due_revisions
from opendata.models import Build, Definition
from opendata.regrets import WHAT_REMAINS, regrets
from opendata.standing import Standing, standings

STOPPED = (Build.State.REFUSED, Build.State.FAILED, Build.State.STALE)
STOPPED_SHOWN = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Everything at a glance (GET); have a period built (POST: dataset, period, revision)."""
    viewer = data_steward(request)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            order(
                defined(request.POST.get("dataset", "")),
                request.POST.get("period", ""),
                _revision(request),
                viewer.user,
            )
        except DomainError as error:
            refusal = error
        else:
            return redirect("steward:overview")
    context = {"section": "overview", "refusal": refusal, **_overview()}
    return render(request, "opendata/desk/overview.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_safe
def moving(request: HttpRequest) -> HttpResponse:
    """What is being built, as the page asks for it again while anything moves; then the page itself is renewed."""
    data_steward(request)
    under_way = _under_way()
    answer = render(request, "opendata/desk/moving.html", {"moving": under_way})
    if not any(one["standing"].moving for one in under_way):
        answer["HX-Refresh"] = "true"
    return answer


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Invalid.at("revision", text[:20])
    return int(text)


def _overview() -> dict[str, Any]:
    now, zone = timezone.now(), city_zone()
    waiting = due(now)
    open_now = set(Build.objects.filter(state__in=Build.OPEN).values_list("dataset", "period", "revision"))
    titles = {one.slug: one for one in Definition.objects.all()}
    return {
        "due": [
            _due_told(one)
            for one in (*waiting, *due_revisions(now))
            if (one.definition.slug, one.period_text, one.revision) not in open_now
        ],
        "ready": [told(one, titles) for one in _builds(Build.State.READY)],
        "moving": _under_way(),
        "stopped": [told(one, titles) for one in _stopped()],
        "regrets": [(one, period_told(one.release.period)) for one in regrets()],
        "what_remains": WHAT_REMAINS,
        "calendar": calendar(now, zone, waiting),
        "now": now,
    }


def _due_told(one: Due) -> dict[str, Any]:
    return {"due": one, "period": period_told(one.period_text)}


def _builds(*states: str) -> list[Standing]:
    found = Build.objects.filter(state__in=states).select_related("requested_by", "policy")
    return standings(found)


def _under_way() -> list[dict[str, Any]]:
    titles = {one.slug: one for one in Definition.objects.all()}
    states = [state for state in Build.OPEN if state != Build.State.READY]
    return [told(one, titles) for one in _builds(*states)]


def told(standing: Standing, titles: dict[str, Definition]) -> dict[str, Any]:
    """A build in words: title, period, state with its tone and icon, and what is being done."""
    build = standing.build
    tone, icon = ("terlambat", "unplug") if standing.interrupted else TONES[build.state]
    return {
        "standing": standing,
        "build": build,
        "title": titles[build.dataset].title if build.dataset in titles else build.dataset,
        "period": period_told(build.period),
        "tone": tone,
        "icon": icon,
        "step": telling.step(build.step),
    }


def _stopped() -> list[Standing]:
    """The last try of each period, where it was stopped and nothing came of the period since."""
    newest = Build.objects.order_by("dataset", "period", "revision", "-requested_at", "-id")
    last = newest.distinct("dataset", "period", "revision").values("pk")
    found = Build.objects.filter(pk__in=last, state__in=STOPPED).select_related("requested_by")
    return standings(found[:STOPPED_SHOWN])
