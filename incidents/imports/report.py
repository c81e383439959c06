"""The report of an import: a line per row, as CSV for spreadsheets, in the words of the reader."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

from geo.csvout import harmless
from incidents.imports.load import Outcome

HEADER = ["baris", "external_id", "hasil", "kode_pelacakan", "kolom", "keterangan"]


def begin_report(file: TextIO) -> None:
    file.write("\ufeff")  # without it spreadsheets take UTF-8 for something else
    csv.writer(file).writerow(HEADER)


def write_report(file: TextIO, outcomes: Iterable[Outcome]) -> None:
    """One line per row; what is wrong with it is in the last two cells."""
    writer = csv.writer(file)
    for one in outcomes:
        columns = " ".join(dict.fromkeys(fault.field for fault in one.faults if fault.field))
        line = [one.row, one.external_id, str(one.result.label), one.tracking_code, columns, reasons(one)]
        writer.writerow([harmless(cell) for cell in line])


def reasons(one: Outcome) -> str:
    return " ".join(str(fault.message) for fault in one.faults)
