"""/pengelola/wilayah-layanan, for administrators: service areas over the map, gaps, overlaps, "who gets this here?"."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from geo.errors import DomainError, Invalid
from geo.registry import current_locator
from incidents.access import administrator
from incidents.coverage.features import category_features, city_features, fixed_features
from incidents.coverage.question import Found, Question, answered, chosen
from incidents.coverage.shown import Teller, coverage_shown, rows_of
from incidents.coverage.survey import current_ground, idle_services, leaves, survey
from incidents.models import Category
from incidents.policy import Policy, current_policy


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All categories, or the chosen one; with the answer when a place is named. A fault is told in the page (422)."""
    administrator(request)
    question, policy = Question.read(request.GET), current_policy()
    refusal: DomainError | None = None
    category, context = None, {}
    try:
        category = chosen(question)
        context = answer_context(answered(question)) if question.asked else {}
    except Invalid as error:
        refusal = error
    shown = category_context(category, policy) if category else city_context(policy)
    choices = {"topics": leaves(policy), "villages": _villages(), "question": question, "category": category}
    context = {**choices, **shown, **context, "refusal": refusal}
    return render(request, "coverage/page.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """The answer alone, for a click on the map. A fault is told in its place (422)."""
    administrator(request)
    try:
        context = answer_context(answered(Question.read(request.GET)))
    except Invalid as error:
        return render(request, "coverage/answer.html", {"refusal": error}, status=error.status)
    return render(request, "coverage/answer.html", context)


@never_cache
@require_safe
def shapes(request: HttpRequest) -> JsonResponse:
    """What the map draws, of one category or of all. Raises Invalid."""
    administrator(request)
    policy, (locator, ground) = current_policy(), current_ground()
    category = chosen(Question.read(request.GET))
    if category is None:
        return JsonResponse(city_features(survey(leaves(policy), ground), ground))
    [found] = survey([category], ground)
    if found.coverage is None:
        return JsonResponse(fixed_features(str(found.fixed), ground))
    return JsonResponse(category_features(Teller(locator, policy), found.coverage, ground))


def city_context(policy: Policy) -> dict[str, Any]:
    """The summary of all categories, and the service areas that do nothing."""
    locator, ground = current_ground()
    teller = Teller(locator, policy)
    rows = rows_of(teller, survey(leaves(policy), ground))
    idle = idle_services(locator, ground, policy)
    return {
        "rows": rows,
        "with_gaps": sum(bool(row.gaps) for row in rows),
        "with_ties": sum(bool(row.ties) for row in rows),
        "idle": [(teller.service(service), reason.label) for service, reason in idle],
    }


def category_context(category: Category, policy: Policy) -> dict[str, Any]:
    """Who leads one category where."""
    locator, ground = current_ground()
    [found] = survey([category], ground)
    if found.coverage is None:
        return {"fixed": found.fixed}
    return coverage_shown(Teller(locator, policy), found.coverage, ground)


def answer_context(found: Found) -> dict[str, Any]:
    """What the answer's template says."""
    teller = Teller(current_locator(), current_policy())
    one = teller.answer(found.answers[0]) if found.single else {}
    return {"found": found, "placement": found.placement, **one}


def _villages() -> list[Any]:
    return sorted((village.place for village in current_locator().villages), key=lambda place: place.name)
