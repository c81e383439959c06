"""/pimpinan/angka: how the city deals with what it is told, per agency, category and kelurahan; and as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.csvout import csv_response
from geo.errors import BadRequest, FieldError, NotFound
from incidents.access import countable_incidents, figures_reader
from incidents.figures.period import OWN, Period, last_days, read_day, read_period
from incidents.figures.tables import FEW, Row, Times, by_agency, by_category, by_kelurahan, total
from incidents.models import Incident

PRESETS, USUAL = (30, 90, 365), 90
NAMES = ("period", "from", "to")
TABLES: dict[str, Callable[[QuerySet[Incident], Period], list[Row]]] = {
    "opd": by_agency,
    "kategori": by_category,
    "kelurahan": by_kelurahan,
}
# Column names stay the same in every language: programs read them.
COLUMNS = (
    "kode", "nama", "bagian_dari", "masuk", "terbuka", "terlambat", "dijawab", "jawaban_median_hari",
    "jawaban_p90_hari", "selesai", "selesai_median_hari", "selesai_p90_hari", "pernah_selesai", "dibuka_kembali",
)  # fmt: skip


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page; a malformed address shows the usual period and says what was wrong (400)."""
    viewer = figures_reader(request)
    try:
        period, faults, status = read(request.GET), [], 200
    except BadRequest as error:
        period, faults, status = last_days(USUAL), error.errors, 400
    cases = countable_incidents(viewer)
    context: dict[str, Any] = {
        "viewer": viewer,
        "period": period,
        "presets": PRESETS,
        "faults": faults,
        "few": FEW,
        "query": _query(period),
        "all": total(cases, period),
        "tables": [
            ("opd", _("By agency in charge"), _("Agency"), by_agency(cases, period)),
            ("kategori", _("By category"), _("Category"), by_category(cases, period)),
            ("kelurahan", _("By kelurahan"), _("Kelurahan"), by_kelurahan(cases, period)),
        ],
    }
    response = render(request, "figures/page.html", context, status=status)
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def table(request: HttpRequest, by: str) -> HttpResponse:
    """One of the tables as CSV. Raises NotFound, BadRequest."""
    viewer = figures_reader(request)
    if by not in TABLES:
        raise NotFound()
    period = read(request.GET)
    lines = [_line(row) for row in TABLES[by](countable_incidents(viewer), period)]
    return csv_response(COLUMNS, lines, f"angka-{by}-{period.since}-{period.until}")


def read(query: QueryDict) -> Period:
    """The period of an address. Raises BadRequest."""
    errors = [FieldError(name, _("This parameter is not known here.")) for name in query if name not in NAMES]
    since, until = read_day(query, "from", errors), read_day(query, "to", errors)
    if since and until and since > until:
        errors.append(FieldError("to", _("The last day comes before the first day.")))
    if errors:
        raise BadRequest(_("Please correct the parameters named below."), errors)
    return read_period(query, since, until, PRESETS, USUAL)


def _query(period: Period) -> str:
    if period.preset:
        return urlencode({"period": period.preset})
    return urlencode({"period": OWN, "from": period.since.isoformat(), "to": period.until.isoformat()})


def _line(row: Row) -> list[object]:
    f = row.figures
    return [
        row.code, row.name, row.within, f.new, f.open, f.late, *_times(f.answer), *_times(f.solution),
        f.ended, f.reopened if f.ended >= FEW else None,
    ]  # fmt: skip


def _times(times: Times) -> list[float | int | None]:
    return [times.cases, *(None if days is None else round(days, 2) for days in (times.median, times.slow))]
