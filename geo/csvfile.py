"""CSV files of a city, read strictly: a row that is wrong is named by its number as a spreadsheet shows it."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from geo.errors import Text
from geo.refusal import Fault, FileRefused, refuse_if_any

LONGEST_CELL = 10_000
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Row:
    """One row: `place` as people find it (`row 7`, the header being row 1); `cells` by column, stripped."""

    path: Path
    place: str
    cells: dict[str, str]

    def refused(self, reason: Text, column: str = "") -> FileRefused:
        """The error of this row, to be raised."""
        return FileRefused(self.path, f"{column}: {reason}" if column else reason, self.place)

    def text(self, column: str, longest: int, *, needed: bool = True) -> str:
        """A text of at most `longest` characters."""
        value = self.cells[column]
        if needed and not value:
            raise self.refused(_("is empty"), column)
        if len(value) > longest:
            raise self.refused(_("is longer than %(longest)d characters") % {"longest": longest}, column)
        return value

    def whole(self, column: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number in [low, high]; an empty cell is `default`, if there is one."""
        if default is not None and not self.cells[column]:
            return default
        cell = self.cells[column]
        if not _DECIMAL.fullmatch(cell) or not float(cell).is_integer():
            words = _("“%(cell)s” is no whole number (as in 10)")
            raise self.refused(words % {"cell": cell[:40]}, column)
        value = self.decimal(column, low, high)
        return int(value)

    def decimal(self, column: str, low: float, high: float) -> float:
        """A number with a decimal point in [low, high]."""
        cell = self.cells[column]
        if not _DECIMAL.fullmatch(cell) or not math.isfinite(float(cell)):
            raise self.refused(_("“%(cell)s” is no number (as in -7.65)") % {"cell": cell[:40]}, column)
        if not low <= float(cell) <= high:
            raise self.refused(_("must be between %(low)s and %(high)s") % {"low": low, "high": high}, column)
        return float(cell)


def read_csv(path: Path, needed: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """The rows of a CSV file in UTF-8 with a header that has all `needed` columns; blank rows are passed over.

    Commas, or semicolons as spreadsheets write them where the comma is the decimal sign. Other columns are ignored.
    Raises FileRefused.
    """
    text = _text(path)
    header, *records = _records(path, text)
    columns = [cell.strip() for cell in header]
    missing = [column for column in needed if column not in columns]
    if missing:
        raise FileRefused(path, _("column missing: %(columns)s") % {"columns": ", ".join(missing)})
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise FileRefused(path, _("column twice: %(columns)s") % {"columns": ", ".join(twice)})
    rows = []
    for number, record in enumerate(records, start=2):
        if not any(cell.strip() for cell in record):
            continue
        cells = dict.fromkeys((*needed, *optional), "") | dict(
            zip(columns, map(str.strip, record), strict=False)
        )
        row = Row(path, _place(number), cells)
        if len(record) > len(columns):
            raise row.refused(_("has more cells than the header; put texts with commas in quotes"))
        rows.append(row)
    return rows


def demand_unique(rows: Sequence[Row], *columns: str) -> None:
    """Refuse all rows that have the same values in `columns` as one before them."""
    demand(rows, repeated(rows, *columns))


def repeated(rows: Sequence[Row], *columns: str) -> list[Fault]:
    """The rows that have the same values in `columns` as one before them."""
    first: dict[tuple[str, ...], str] = {}
    faults = []
    for row in rows:
        key = tuple(row.cells[column] for column in columns)
        if first.setdefault(key, row.place) != row.place:
            words = {"key": ", ".join(filter(None, key)), "first": first[key]}
            faults.append(Fault(row.place, _("%(key)s is already in %(first)s") % words))
    return faults


def demand(rows: Sequence[Row], faults: Sequence[Fault] = (), *readers: Callable[[Row], object]) -> None:
    """Refuse the file of `rows` for all `faults`, and for whatever any of the `readers` refuses in any row."""
    found = list(faults)
    for row in rows:
        for read in readers:
            try:
                read(row)
            except FileRefused as error:
                found += error.faults
    if found:
        place = {row.place: number for number, row in enumerate(rows)}
        refuse_if_any(rows[0].path, sorted(found, key=lambda fault: place.get(fault.place, 0)))


def _place(number: int) -> str:
    return _("row %(row)d") % {"row": number}


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FileRefused(path, _("it cannot be opened")) from error
    except UnicodeDecodeError as error:
        raise FileRefused(path, _("it is not UTF-8; save it as “CSV UTF-8”")) from error
    if "\x00" in text:
        raise FileRefused(path, _("it is no text file"))
    return text


def _records(path: Path, text: str) -> list[list[str]]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        reason = _(
            "it is no CSV file: a quotation mark is not closed or stands inside a cell, or a cell is too long"
        )
        raise FileRefused(path, reason) from error
    if not records:
        raise FileRefused(path, _("it is empty"))
    for number, record in enumerate(records, start=1):
        if any(len(cell) > LONGEST_CELL for cell in record):
            raise FileRefused(path, _("a cell is too long"), _place(number))
    return records
