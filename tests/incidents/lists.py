"""Lists as tests of imports need them: rows with everything usual, written as CSV or XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

USUAL = {
    "external_id": "A-1",
    "received_at": "2026-03-02T08:00:00+07:00",
    "category": "sampah",
    "description": "Sampah menumpuk di depan pasar.",
    "lon": "112.91",
    "lat": "-7.67",
}
CLOSED = {
    "status": "ditutup",
    "first_answer_at": "2026-03-03T10:00:00+07:00",
    "closed_at": "2026-03-06T15:00:00+07:00",
}


def rows(*changes: dict[str, str]) -> list[dict[str, str]]:
    """One row for each dictionary of what is not usual in it; numbers count up."""
    return [USUAL | {"external_id": f"A-{n}"} | one for n, one in enumerate(changes, 1)]


def csv_text(wanted: Sequence[dict[str, str]]) -> str:
    columns = list(dict.fromkeys(name for row in wanted for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(wanted)
    return out.getvalue()


def csv_file(path: Path, *changes: dict[str, str]) -> Path:
    path.write_text(csv_text(rows(*changes)), encoding="utf-8")
    return path


def workbook(path: Path, table: Sequence[Sequence[Any]]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in table:
        sheet.append(list(line))
    book.save(path)
    return path
