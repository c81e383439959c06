"""Whether the counts of cameras are of crowds of events, and of none that must stay inside.

Every event of the period, also those that were held back, is put into its cell again with the standard library only,
not by the recipe's code. A count that is too small, that tells of a confidential or closed case, or that is another
than the recount, fails.
"""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import pandas as pd

from opendata.audit.public import as_text
from opendata.audit.subject import Subject
from opendata.audit.verdicts import Verdict

EVENT = [
    "kelurahan_code",
    "catchment",
    "class",
    "tier",
    "confidential",
    "happened_at",
]  # columns of the truth
TOLD = {"open", "aggregate"}
Cell = tuple[str, str, str, str]  # kelurahan_code, catchment, week, class


def examine(subject: Subject) -> list[Verdict]:
    """How many published cells are not what at least k events that may be told make of them; none may be."""
    k, tried = subject.order.numbers.k, len(subject.rows)
    may = _recounted(subject.truth, subject.order.zone)
    rows = subject.rows.to_dict("records")
    cells = [
        (str(row["kelurahan_code"]), str(row["catchment"]), str(row["week"]), str(row["class"]))
        for row in rows
    ]
    again = Counter(cells)
    failed = sum(
        may[cell] < k or int(row["events"]) != may[cell] or again[cell] > 1
        for cell, row in zip(cells, rows, strict=True)
    )
    return [
        Verdict(
            attack="camera-cells",
            figure=failed / tried if tried else 0.0,
            bound=0.0,
            passed=failed == 0,
            tried=tried,
            successes=failed,
            words_id="Setiap angka kamera dihitung ulang dari setiap kejadian, tanpa yang rahasia atau tertutup: "
            f"{failed} dari {tried} angka berdiri atas kurang dari {k} kejadian atau berbeda dari hitungan ulang itu; "
            "tidak satu pun boleh.",
            words_en=f"Each count of cameras was made again from single events, without confidential and closed ones: "
            f"{failed} of {tried} counts stand for fewer than {k} events or differ from that recount; none may.",
        )
    ]


def _recounted(truth: pd.DataFrame, zone: ZoneInfo) -> Counter[Cell]:
    """The events that may be told, by cell."""
    texts = as_text(truth[["kelurahan_code", "catchment", "class", "tier"]])
    found: Counter[Cell] = Counter()
    columns = (texts[name].tolist() for name in texts.columns)
    moments = truth["happened_at"].dt.to_pydatetime()
    for kelurahan, catchment, klass, tier, secret, at in zip(
        *columns, truth["confidential"].tolist(), moments, strict=True
    ):
        if tier in TOLD and not secret:
            year, week, _day = at.astimezone(zone).isocalendar()
            found[kelurahan, catchment, f"{year}-W{week:02d}", klass] += 1
    return found
