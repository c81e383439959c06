"""/data/kelola/kebijakan: the numbers of the guarantee, and a change of them with what it would cost."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from geo.errors import DomainError, NotFound
from incidents.access import data_steward
from opendata.desk.cost import compare
from opendata.desk.policy_form import PolicyForm, changes_told
from opendata.models import Policy
from opendata.policy import Numbers, in_force
from opendata.policy_change import put_in_force
from opendata.policy_words import numbers_told


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The numbers in force with what each means, and how they came to be."""
    data_steward(request)
    newest, numbers = in_force()
    versions = list(Policy.objects.select_related("created_by"))
    before = {one.version: Numbers.read(one.numbers) for one in versions}
    context = {
        "section": "policy",
        "policy": newest,
        "numbers": numbers_told(numbers.as_json()),
        "versions": [
            (one, changes_told(before[one.version - 1], before[one.version]) if one.version > 1 else [])
            for one in versions
        ],
    }
    return render(request, "opendata/desk/policy.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Other numbers: first what they would cost (`langkah=hitung`), then in force (`langkah=simpan`)."""
    viewer = data_steward(request)
    newest, numbers = in_force()
    if request.method != "POST":
        return _form(request, PolicyForm(numbers=_start(request, numbers)), newest)
    form = PolicyForm(request.POST, numbers=numbers)
    if not form.is_valid():
        return _form(request, form, newest, status=422)
    if request.POST.get("langkah") != "simpan":
        return _form(request, form, newest, compared=compare(numbers, form.numbers()))
    try:
        made = put_in_force(form.numbers(), form.cleaned_data["note"], viewer.user, instead_of=_seen(request))
    except DomainError as refusal:
        return _form(request, form, newest, status=refusal.status, refusal=refusal)
    messages.success(
        request,
        _("Version %(n)s of the policy is in force for all builds from now on.") % {"n": made.version},
    )
    return redirect("steward:policy")


def _start(request: HttpRequest, numbers: Numbers) -> Numbers:
    """The numbers that the form begins with: those in force, or those of an earlier version (`?dari=2`)."""
    wanted = request.GET.get("dari", "")
    if not wanted:
        return numbers
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 0
    found = Policy.objects.filter(version=number).first()
    if found is None:
        raise NotFound(_("There is no such version of the policy."))
    return Numbers.read(found.numbers)


def _seen(request: HttpRequest) -> int:
    """The version that the steward had before them."""
    text = request.POST.get("versi", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _form(
    request: HttpRequest, form: PolicyForm, newest: Policy, status: int = 200, **more: Any
) -> HttpResponse:
    numbers = Numbers.read(newest.numbers)
    changed = changes_told(numbers, form.numbers()) if form.is_bound and form.is_valid() else []
    context = {"section": "policy", "form": form, "policy": newest, "changed": changed, **more}
    return render(request, "opendata/desk/policy_change.html", context, status=status)
