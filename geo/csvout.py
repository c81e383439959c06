"""CSV that leaves the house: as spreadsheets read it, and harmless in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: object) -> object:
    """Text that a spreadsheet would run as a formula is kept as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def csv_response(header: Sequence[str], lines: Iterable[Sequence[object]], name: str) -> HttpResponse:
    """A table as a file to take home; nobody keeps a copy on the way."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    response.write("\ufeff")  # without it spreadsheets take UTF-8 for something else
    writer = csv.writer(response)
    writer.writerow(header)
    writer.writerows([[harmless(cell) for cell in line] for line in lines])
    return response
