"""/data/kelola/rilis: every release, and the way to withdraw one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from geo.errors import DomainError
from incidents.access import data_steward
from opendata.catalogue.period_words import period_words
from opendata.models import Release
from opendata.regrets import regrets
from opendata.withdraw import LONGEST_REASON, release_named, what_remains, withdraw

PAGE = 50


class WithdrawForm(forms.Form):
    """Why a release goes, for the public; and that the steward knows it cannot be taken back."""

    reason_id = forms.CharField(
        label=gettext_lazy("Why, in Indonesian"),
        help_text=gettext_lazy(
            "Everybody will read this. Name nobody, and nothing by which somebody could be found."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
    )
    reason_en = forms.CharField(
        label=gettext_lazy("Why, in English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
    )
    sure = forms.BooleanField(
        label=gettext_lazy("I know that this cannot be taken back"),
        help_text=gettext_lazy(
            "The version's name stays taken. A revision is possible after a quarter’s end only, "
            "and never of tables of numbers."
        ),
    )


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All releases, the newest first."""
    data_steward(request)
    every = Release.objects.select_related("dataset", "withdrawal").order_by("-released_at", "-id")
    page = Paginator(every, PAGE).get_page(request.GET.get("page"))
    regretted = {one.release.pk for one in regrets()}
    context = {
        "section": "releases",
        "page": page,
        "releases": [(one, period_words(one), one.pk in regretted) for one in page],
    }
    return render(request, "opendata/desk/releases.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_page(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """What would remain (GET); withdraw with a reason (POST)."""
    viewer = data_steward(request)
    release = release_named(slug, version)
    form = WithdrawForm(request.POST or None)
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(release, form.cleaned_data["reason_id"], form.cleaned_data["reason_en"], viewer.user)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("%(version)s is withdrawn.") % {"version": version})
            return redirect("steward:releases")
    context: dict[str, Any] = {
        "section": "releases",
        "release": release,
        "period": period_words(release),
        "remains": what_remains(release),
        "gone": hasattr(release, "withdrawal"),
        "form": form,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "opendata/desk/withdraw.html", context, status=status)
