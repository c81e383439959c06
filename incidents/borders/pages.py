"""/pengelola/edisi, for administrators: which borders are in force, what others would change, forward and back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from geo.errors import BadRequest, DomainError, NotFound
from geo.models import Edition
from incidents.access import administrator
from incidents.borders.outlines import differing_outlines
from incidents.borders.shown import comparison_shown, editions_shown, runs_shown
from incidents.relocation.order import active_edition, order_again, put_in_force


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Editions and relocations."""
    administrator(request)
    return _index(request)


@never_cache
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """How the relocations stand, as a fragment that the page fetches again while one is under way."""
    administrator(request)
    return render(request, "borders/runs.html", runs_shown())


@never_cache
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two editions side by side (`dari`, `ke`: names). Raises NotFound."""
    administrator(request)
    old, new = (_edition(request.GET.get(word, "")) for word in ("dari", "ke"))
    return render(request, "borders/compare.html", comparison_shown(old, new, active_edition()))


@never_cache
@require_safe
def shapes(request: HttpRequest) -> JsonResponse:
    """The outlines that differ, old and new, for the map of the comparison. Raises NotFound."""
    administrator(request)
    old, new = (_edition(request.GET.get(word, "")) for word in ("dari", "ke"))
    return JsonResponse(differing_outlines(old, new))


@require_POST
def activate(request: HttpRequest) -> HttpResponse:
    """Put an edition in force and have the open cases placed in it. Told in the page when it cannot be."""
    user = administrator(request)
    edition = _edition(request.POST.get("edition", ""))
    try:
        put_in_force(edition, user, follow=request.POST.get("follow") == "1")
    except DomainError as refusal:
        return _index(request, refusal)
    return redirect("borders:index")


@require_POST
def relocate(request: HttpRequest) -> HttpResponse:
    """Have the open cases placed again, or go on with what was interrupted."""
    user = administrator(request)
    try:
        order_again(user)
    except DomainError as refusal:
        return _index(request, refusal)
    return redirect("borders:index")


def _index(request: HttpRequest, refusal: DomainError | None = None) -> HttpResponse:
    context = {**editions_shown(), **runs_shown(), "refusal": refusal}
    return render(request, "borders/index.html", context, status=refusal.status if refusal else 200)


def _edition(name: str) -> Edition:
    if "\x00" in name:
        raise BadRequest(_("This holds characters that are no text."))
    edition = Edition.objects.filter(name=name).first()
    if edition is None:
        raise NotFound(_("There is no such edition of the borders."))
    return edition
