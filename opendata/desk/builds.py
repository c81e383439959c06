"""/data/kelola/calon/…: one build: what would leave, what is held back, how it withstood; and the steward's word."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from geo.errors import Conflict, DomainError, NotFound
from incidents.access import Viewer, data_steward
from opendata import telling
from opendata.approve import approve, discard
from opendata.building import order
from opendata.candidates import files_of
from opendata.catalogue.safety import check_told, utility_words
from opendata.definitions import defined
from opendata.desk.overview import told
from opendata.formats import kinds
from opendata.models import Build, Definition
from opendata.standing import standings
from opendata.versions import version_of

PREVIEW_ROWS = 10
STEPS = {"setujui": "may_approve", "buang": "may_discard", "ulang": "may_build_again"}


@never_cache
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One build with all that a decision needs."""
    data_steward(request)
    return render(request, "opendata/desk/build.html", _context(_build(pk)))


@never_cache
@require_safe
def moving(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, asked again while it moves; then the page itself is renewed."""
    data_steward(request)
    one = _told(_build(pk))
    answer = render(request, "opendata/desk/progress.html", {"one": one})
    if not one["standing"].moving:
        answer["HX-Refresh"] = "true"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Approve, discard or build again: asks once more (GET) where it can be done, then does it (POST)."""
    viewer = data_steward(request)
    if name not in STEPS:
        raise NotFound(_("There is no such step."))
    build = _build(pk)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            following = _do(name, build, viewer, request.POST.get("reason", "").strip()[:500])
        except DomainError as error:
            refusal = error
        else:
            return redirect("steward:build", following.pk)
        build.refresh_from_db()
    context = _context(build)
    possible = context[STEPS[name]]
    if not possible and refusal is None:
        refusal = Conflict(_("This can no longer be done: %(state)s.") % {"state": build.get_state_display()})
    context |= {"name": name, "refusal": refusal, "possible": possible}
    return render(request, "opendata/desk/step.html", context, status=refusal.status if refusal else 200)


def _do(name: str, build: Build, viewer: Viewer, reason: str) -> Build:
    """Take a step. Raises Conflict when the build no longer is where it was."""
    if name == "setujui":
        return approve(build, viewer.user)
    if name == "buang":
        return discard(build, viewer.user, reason)
    with transaction.atomic():
        if build.state in Build.OPEN:
            discard(build, viewer.user, _("Built again."))
        return order(defined(build.dataset), build.period, build.revision, viewer.user)


def _build(pk: int) -> Build:
    found = Build.objects.select_related("policy", "requested_by", "decided_by", "release__dataset")
    build = found.filter(pk=pk).first()
    if build is None:
        raise NotFound(_("There is no such build."))
    return build


def _told(build: Build) -> dict[str, Any]:
    (standing,) = standings([build])
    return told(standing, {one.slug: one for one in Definition.objects.filter(slug=build.dataset)})


def _context(build: Build) -> dict[str, Any]:
    one = _told(build)
    checks = [check for verdict in build.audit if (check := check_told(verdict))]
    State = Build.State
    return {
        "section": "overview",
        "one": one,
        "build": build,
        "version": version_of(build.period, build.revision),
        "checks": sorted(checks, key=lambda check: check.passed),
        "held": [(telling.held(reason), number) for reason, number in build.held.items() if number],
        "utility": utility_words(build.utility),
        "may_approve": build.state == State.READY
        or (build.state == State.RELEASING and one["standing"].interrupted),
        "may_discard": build.state in {State.WAITING, State.READY} or one["standing"].interrupted,
        "may_build_again": build.state
        in {State.READY, State.REFUSED, State.STALE, State.FAILED, State.DISCARDED}
        or one["standing"].interrupted,
        **_candidate(build),
    }


def _candidate(build: Build) -> dict[str, Any]:
    """The files that wait, with the first rows of their table; nothing where there are none (any more)."""
    if build.state not in {Build.State.READY, Build.State.RELEASING} or not build.folder:
        return {"files": [], "preview": [], "columns": []}
    folder = files_of(build.dataset, build.folder, version_of(build.period, build.revision))
    try:
        files = [(path.name, path.stat().st_size) for path in sorted(folder.iterdir())]
        columns, preview = _first_rows(folder / kinds.CSV.file(kinds.stem(defined(build.dataset).recipe)))
    except (OSError, StopIteration):
        return {"files": [], "preview": [], "columns": []}
    return {"files": files, "preview": preview, "columns": columns}


def _first_rows(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and first rows of the candidate's table."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        return next(rows), list(islice(rows, PREVIEW_ROWS))
