"""A list as it lies in a file, CSV or XLSX, read row by row: a bad row is told, it does not stop the others.

Spreadsheets are archives: what they would unpack to is looked at before anything is unpacked.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from geo.refusal import FileRefused
from incidents.imports.limits import CELL, COLUMNS, FILE_BYTES, ROWS, UNPACKED_BYTES

ZIP = b"PK\x03\x04"
Opened = io.BufferedReader | io.BytesIO


@dataclass(frozen=True)
class Line:
    """One row: its number as a spreadsheet shows it (the header is 1), its cells by column; `fault`: what is wrong."""

    number: int
    cells: dict[str, str]
    fault: str = ""


def read_lines(
    path: Path, needed: Sequence[str], known: Sequence[str], content: bytes | None = None
) -> Iterator[Line]:
    """The rows of a list, one after the other; blank ones are passed over.

    `content`: what the file holds, where it lies sealed on the disk.
    `known` are all columns that mean something, in small letters; others are ignored. Raises FileRefused, also in the
    middle: where a file breaks off nothing after it can be trusted.
    """
    with _records(path, content) as records:
        header = [cell.strip().lower() for cell in next(records, [])]
        _check_header(path, header, needed)
        for number, record in enumerate(records, start=2):
            if number > ROWS + 1:
                raise FileRefused(path, _("it has more than %(n)d rows; please divide it") % {"n": ROWS})
            if any(cell.strip() for cell in record):
                yield _line(number, header, record, known)


def _check_header(path: Path, header: list[str], needed: Sequence[str]) -> None:
    if not any(header):
        raise FileRefused(path, _("it is empty"))
    missing = [column for column in needed if column not in header]
    if missing:
        raise FileRefused(path, _("column missing: %(columns)s") % {"columns": ", ".join(missing)})
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise FileRefused(path, _("column twice: %(columns)s") % {"columns": ", ".join(twice)})


def _line(number: int, header: list[str], record: list[str], known: Sequence[str]) -> Line:
    found = dict(zip(header, (cell.strip() for cell in record), strict=False))
    cells = {name: found.get(name, "") for name in known}
    if any(cell.strip() for cell in record[len(header) :]):
        return Line(number, cells, _("has more cells than the header; put texts with commas in quotes"))
    if any(len(cell) > CELL for cell in cells.values()):
        return Line(number, {name: cell[:100] for name, cell in cells.items()}, _("a cell is too long"))
    return Line(number, cells)


@contextmanager
def _records(path: Path, content: bytes | None) -> Iterator[Iterator[list[str]]]:
    try:
        if (path.stat().st_size if content is None else len(content)) > FILE_BYTES:
            raise FileRefused(path, _("it is larger than %(mb)d MB") % {"mb": FILE_BYTES // 2**20})
        with path.open("rb") if content is None else io.BytesIO(content) as file:
            start = file.read(4)
            file.seek(0)
            yield _from_workbook(path, file) if start == ZIP else _from_csv(path, file)
    except OSError as error:
        raise FileRefused(path, _("it cannot be opened")) from error


def _from_csv(path: Path, file: Opened) -> Iterator[list[str]]:
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        head = text.readline(CELL)
        text.seek(0)
        delimiter = max(",;\t", key=head.count)
        yield from csv.reader(text, delimiter=delimiter)
    except UnicodeDecodeError as error:
        raise FileRefused(path, _("it is not UTF-8; save it as “CSV UTF-8”")) from error
    except csv.Error as error:
        reason = _(
            "it is no CSV file: a quotation mark is not closed or stands inside a cell, or a cell is too long"
        )
        raise FileRefused(path, reason) from error


def _from_workbook(path: Path, file: Opened) -> Iterator[list[str]]:
    """The first sheet; formulas give what they last came to."""
    try:
        _refuse_bomb(path, file)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except FileRefused:
        raise
    except Exception as error:
        raise FileRefused(path, _("it is no spreadsheet that can be read; save it as XLSX or CSV")) from error
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is no promise
        for row in _rows(path, sheet.iter_rows(max_col=COLUMNS, values_only=True)):
            yield [_written(cell) for cell in row]
    finally:
        book.close()


def _rows(path: Path, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The rows of a sheet; a sheet that breaks in the middle is refused like any other file."""
    try:
        yield from rows
    except Exception as error:
        raise FileRefused(path, _("it is no spreadsheet that can be read; save it as XLSX or CSV")) from error


def _refuse_bomb(path: Path, file: Opened) -> None:
    with zipfile.ZipFile(file) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    file.seek(0)
    if unpacked > UNPACKED_BYTES:
        raise FileRefused(path, _("it unpacks to more than %(mb)d MB") % {"mb": UNPACKED_BYTES // 2**20})


def _written(cell: Any) -> str:
    """A cell as it would stand in a CSV file."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
