"""One's own cases as a file: CSV as it is read, or a workbook; always what the list shows, never more.

Rows are read some at a time, so that a hundred thousand need no more memory than fifty. A cell that a spreadsheet would
take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import IO

from django.db.models import Prefetch
from django.http import FileResponse, HttpRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE as ILLEGAL

from geo.errors import NotFound
from incidents.access import Viewer, staff, visible_incidents
from incidents.desk.bulk import chosen_cases
from incidents.desk.filters import Filters
from incidents.desk.listing import Listing
from incidents.desk.worklist import DESK_ROLES, state_of
from incidents.flow import current_flow
from incidents.masking import masked
from incidents.models import AccessLog, Assignment, Complaint, InboxLine, Incident

MOST = 100_000
AT_ONCE = 1000
WORDS_LENGTH = 2000
SUSPECT = ("=", "+", "-", "@", "\t", "\r", "\n")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """GET /meja/unduh.csv|.xlsx?{filter}, POST the same with `kasus`: the ticked cases only."""
    viewer = staff(request, *DESK_ROLES)
    if kind not in TYPES:
        raise NotFound(_("There is no such file."))
    said = request.POST if request.method == "POST" else request.GET
    listing = Listing(viewer, Filters.read(_query(said), viewer), timezone.now())
    keys = chosen_cases(request) if request.method == "POST" else listing.keys(MOST)
    _log(viewer, listing, len(keys))
    table = _table(listing, keys)
    name = f"kasus-{timezone.localdate():%Y-%m-%d}.{kind}"
    response: HttpResponseBase
    if kind == "csv":
        response = StreamingHttpResponse(_in_these_words(_csv(table)), content_type=TYPES[kind])
    else:
        response = FileResponse(_workbook(table), content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _query(said: QueryDict) -> QueryDict:
    return QueryDict(said.get("query", "")) if "query" in said else said


def _log(viewer: Viewer, listing: Listing, rows: int) -> None:
    """Taking many cases along is a look, too: how many, and by which filter (what was searched for is not kept)."""
    filters = replace(listing.filters, q="…" if listing.filters.q else "")
    AccessLog.objects.create(
        at=listing.now, user=viewer.user, role=viewer.role, agency=viewer.agency, case=0,
        what=AccessLog.What.EXPORT, subject=rows, reason=filters.address[:500],
    )  # fmt: skip


def _table(listing: Listing, keys: Sequence[int]) -> Iterator[Sequence[str | int]]:
    """The heading, then one row for each case."""
    yield (
        _("Case number"), _("Topic"), _("State"), _("Status"), _("Kelurahan"), _("Kecamatan"),
        _("Received"), _("Deadline"), _("First answer"), _("Resolved"),
        _("In charge"), _("Supporting"), _("Source"), _("Channel"), _("Reports"),
        _("Confidential"), _("Anonymous"), _("What was reported"),
    )  # fmt: skip
    for start in range(0, len(keys), AT_ONCE):
        yield from _rows(listing, keys[start : start + AT_ONCE])


def _rows(listing: Listing, keys: Sequence[int]) -> Iterator[Sequence[str | int]]:
    """Some cases in their order: three queries, however many."""
    visible = visible_incidents(listing.viewer).filter(pk__in=keys)
    cases = {
        case.pk: case for case in visible.prefetch_related(
            Prefetch("complaints", Complaint.objects.order_by("received_at", "pk").defer("body_digest")),
            Prefetch("assignments", Assignment.objects.exclude(status__in=Assignment.GONE).select_related("agency")),
        )
    }  # fmt: skip
    lines = InboxLine.objects.filter(scope=listing.scope, incident_id__in=list(cases))
    states = {line.incident_id: state_of(line.place, line.late_at, listing.now) for line in lines}
    for key in keys:
        if key in cases and key in states:
            yield _row(cases[key], states[key].label, listing)


def _row(case: Incident, state: object, listing: Listing) -> Sequence[str | int]:
    complaints = list(case.complaints.all())
    by_role = {
        role: ", ".join(str(one.agency) for one in case.assignments.all() if one.role == role)
        for role in Assignment.Role.values
    }
    words = masked(complaints[0].description) if complaints else ""
    return (
        case.pk, listing.topic_names.get(case.category_id, ""), str(state), current_flow().name(case.status),
        case.kelurahan, case.kecamatan, *map(_moment, (case.opened_at, case.due_at, case.first_answer_at,
        case.resolved_at)), by_role["lead"], by_role["support"], str(case.get_source_display()),
        str(complaints[0].get_channel_display()) if complaints else "", len(complaints), _yes(case.confidential),
        _yes(any(one.anonymous for one in complaints)), words[:WORDS_LENGTH],
    )  # fmt: skip


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


def _yes(said: bool) -> str:
    return _("yes") if said else _("no")


def _safe(cell: str | int) -> str | int:
    """A text that a spreadsheet cannot take for a formula, nor break at a control character."""
    if isinstance(cell, int):
        return cell
    text = ILLEGAL.sub(" ", cell)
    return f"'{text}" if text.lstrip(" ").startswith(SUSPECT) else text


class _Echo:
    """What csv.writer writes to: the line itself is what we want."""

    def write(self, line: str) -> str:
        return line


def _csv(table: Iterator[Sequence[str | int]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # so that Excel reads UTF-8
    for row in table:
        yield writer.writerow([_safe(cell) for cell in row])


def _workbook(table: Iterator[Sequence[str | int]]) -> IO[bytes]:
    """The rows in a temporary file: openpyxl keeps one row at a time."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Cases"))
    sheet.freeze_panes = "A2"
    for row in table:
        sheet.append([_safe(cell) for cell in row])
    kept = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    book.save(kept)
    kept.seek(0)
    return kept


def _in_these_words(lines: Iterator[str]) -> Iterator[str]:
    """The lines in the language and the zone of the request, which is over when they are written."""
    language, zone = get_language() or "id", timezone.get_current_timezone()

    def written() -> Iterator[str]:
        with override(language), timezone.override(zone):
            yield from lines

    return written()
