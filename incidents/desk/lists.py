"""/meja/impor: a list from elsewhere is looked over row by row first, then loaded; the report is there to take home."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.errors import DomainError, NotFound
from incidents.access import Viewer, operator
from incidents.imports.columns import KNOWN, NEEDED
from incidents.imports.limits import FILE_BYTES, ROWS
from incidents.imports.load import Result
from incidents.imports.runs import new_run, order_loading, path_of
from incidents.jobs_imports import carry_out_import
from incidents.models import ImportRun

SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """One's own lists, and the form that brings a new one."""
    viewer = operator(request)
    if request.method != "POST":
        return _shown(request, viewer)
    try:
        run = new_run(request.FILES.get("file"), request.POST.get("system", ""), viewer.user)
    except DomainError as refused:
        return _shown(request, viewer, refused)
    carry_out_import.defer(run_id=run.pk)
    return redirect("desk:lists")


@never_cache
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """How the lists stand, as a fragment that the page fetches again while one is under way."""
    return render(request, "desk/list_runs.html", _runs(operator(request)))


@require_POST
def load(request: HttpRequest, pk: int) -> HttpResponse:
    """Load what was looked over."""
    viewer = operator(request)
    try:
        run = order_loading(pk, viewer.user)
    except DomainError as refused:
        return _shown(request, viewer, refused)
    carry_out_import.defer(run_id=run.pk)
    return redirect("desk:lists")


@never_cache
@require_safe
def report(request: HttpRequest, pk: int) -> FileResponse:
    """The report per row as CSV. Raises NotFound, also once it was deleted."""
    viewer = operator(request)
    run = ImportRun.objects.filter(pk=pk, by=viewer.user).exclude(report="").first()
    if run is None or not path_of(run.report).is_file():
        raise NotFound(_("This report is not kept any more."))
    file = path_of(run.report).open("rb")
    return FileResponse(
        file, as_attachment=True, filename=f"impor-{run.pk}.csv", content_type="text/csv; charset=utf-8"
    )


def _runs(viewer: Viewer) -> dict[str, Any]:
    found = list(ImportRun.objects.filter(by=viewer.user)[:SHOWN])
    for run in found:
        run.told = [(one.label, run.counts[one]) for one in Result if run.counts.get(one)]  # type: ignore[attr-defined]
    return {"runs": found, "moving": any(run.state in ImportRun.MOVING for run in found)}


def _shown(request: HttpRequest, viewer: Viewer, refusal: DomainError | None = None) -> HttpResponse:
    context = {
        **_runs(viewer),
        "refusal": refusal,
        "system": request.POST.get("system", ""),
        "needed": NEEDED,
        "others": [name for name in KNOWN if name not in NEEDED],
        "rows": ROWS,
        "megabytes": FILE_BYTES // 2**20,
    }
    return render(request, "desk/lists_page.html", context, status=refusal.status if refusal else 200)
