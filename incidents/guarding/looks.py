"""/meja/catatan-akses, for the auditor: who looked at what is covered, when and why."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from incidents.access import auditor
from incidents.models import AccessLog, Member

PAGE = 50
NUMBER_DIGITS = 18


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The log, newest first; `q` is a case's number or a part of a colleague's name."""
    auditor(request)
    q = request.GET.get("q", "").replace("\x00", "").strip().lstrip("#")[:60]
    what = request.GET.get("apa", "")
    looks = AccessLog.objects.select_related("user", "agency")
    if q.isascii() and q.isdigit():
        looks = looks.filter(case=int(q)) if len(q) <= NUMBER_DIGITS else looks.none()
    elif q:
        named = (
            Q(user__email__icontains=q) | Q(user__first_name__icontains=q) | Q(user__last_name__icontains=q)
        )
        looks = looks.filter(named)
    if what in AccessLog.What.values:
        looks = looks.filter(what=what)
    context = {
        "page": Paginator(looks, PAGE).get_page(request.GET.get("page")),
        "q": q,
        "what": what,
        "kinds": AccessLog.What.choices,
        "roles": dict(Member.Role.choices),
        "query": urlencode({"q": q, "apa": what}) + "&",
    }
    return render(request, "guarding/looks.html", context)
