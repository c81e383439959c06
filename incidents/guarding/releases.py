"""/meja/rilis, for operators: agencies' answers before followers see them; released or held back, never edited."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from geo.errors import DomainError, Invalid
from incidents.access import staff
from incidents.desk.history import pictures, words_of
from incidents.models import Entry, Member
from incidents.releases import hold_back, release, waiting
from incidents.timeline import tell_followers

PAGE = 20
RELEASE, HOLD = "rilis", "tahan"


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What waits for a release."""
    staff(request, Member.Role.OPERATOR)
    return _page(request)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Release an answer, or hold it back with a reason."""
    viewer = staff(request, Member.Role.OPERATOR)
    try:
        wanted = request.POST.get("do", "")
        if wanted == RELEASE:
            with transaction.atomic():
                tell_followers(release(viewer, pk))
            messages.success(request, _("Released: followers read the answer now."))
        elif wanted == HOLD:
            hold_back(viewer, pk, request.POST.get("reason", ""))
            messages.success(request, _("Held back: nobody outside reads it, the agency sees your reason."))
        else:
            raise Invalid.at("do", _("Please choose what to do."))
    except DomainError as refusal:
        return _page(request, refusal, pk)
    return HttpResponseRedirect(reverse("guarding:releases"))


def _page(
    request: HttpRequest, refusal: DomainError | None = None, refused: int | None = None
) -> HttpResponse:
    entries = waiting().select_related("incident__category", "agency", "note").prefetch_related("photos")
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    answers = [_answer(entry) for entry in page]
    context = {
        "page": page,
        "answers": answers,
        "refusal": refusal,
        "refused": refused,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "guarding/releases.html", context, status=refusal.status if refusal else 200)


def _answer(entry: Entry) -> dict[str, object]:
    return {
        "entry": entry,
        "text": words_of(entry.note) if entry.note else "",
        "photos": pictures(entry.photos.all(), _("Photo by the agency")),
        "followed": entry.followed,  # type: ignore[attr-defined]  # annotated by waiting()
    }
