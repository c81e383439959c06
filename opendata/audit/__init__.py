"""The gate before a release: what is about to leave is read back from its bytes and compared with what may leave.

Each check measures; none trusts a name. The verdicts are published with the release, so they hold no figure from which
held-back reports could be subtracted: not the number of canaries, not the totals of what stayed inside.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from opendata.audit.verdicts import AuditFailed
from opendata.canaries import Canaries, traces
from opendata.formats import CSV, GEOJSON


@dataclass(frozen=True)
class Truth:
    """What must hold, taken from elsewhere than the candidate."""

    columns: tuple[str, ...]
    total: int
    open_codes: frozenset[str]
    geometries: Mapping[str, str]
    canaries: Canaries
    public_words: bytes


@dataclass(frozen=True)
class Verdict:
    """One check: how much was looked at, and how much of it was wrong. Passed when nothing was."""

    check: str
    looked_at: int
    wrong: int

    @property
    def passed(self) -> bool:
        return self.wrong == 0

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed}


def examine(files: Mapping[str, bytes], truth: Truth) -> list[Verdict]:
    """All verdicts on the files of a candidate."""
    header, rows = read_table(files[CSV.file])
    features = json.loads(files[GEOJSON.file])["features"]
    return [
        _columns(header, features, truth),
        _categories(header, rows, features, truth),
        _totals(header, rows, features, truth),
        _places(features, truth),
        _traces(files, truth),
    ]


def require(verdicts: list[Verdict]) -> None:
    """Raises AuditFailed unless every check passed."""
    failed = [verdict.check for verdict in verdicts if not verdict.passed]
    if failed:
        raise AuditFailed(
            _("Nothing was released. Failed checks: %(checks)s.") % {"checks": ", ".join(failed)}
        )


def read_table(content: bytes) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV file."""
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    return header, rows


def _columns(header: list[str], features: list[dict[str, Any]], truth: Truth) -> Verdict:
    """Exactly the columns of the allow-list, in its order, in every format."""
    allowed = list(truth.columns)
    wrong = int(header != allowed) + sum(list(f["properties"]) != allowed or _has_extras(f) for f in features)
    return Verdict("columns", len(allowed), wrong)


def _has_extras(feature: dict[str, Any]) -> bool:
    return set(feature) != {"type", "properties", "geometry"}


def _categories(
    header: list[str], rows: list[list[str]], features: list[dict[str, Any]], truth: Truth
) -> Verdict:
    """Only categories of the open tier."""
    at = header.index("category") if "category" in header else -1
    used = [row[at] if at >= 0 else "" for row in rows] + [
        f["properties"].get("category", "") for f in features
    ]
    return Verdict("categories", len(set(used)), sum(code not in truth.open_codes for code in used))


def _totals(
    header: list[str], rows: list[list[str]], features: list[dict[str, Any]], truth: Truth
) -> Verdict:
    """Every format adds up to the reports that may be counted, as the database counts them by another way."""
    at = header.index("reports") if "reports" in header else -1
    in_table = sum(int(row[at]) if at >= 0 and row[at].isdecimal() else 0 for row in rows)
    in_map = sum(int(f["properties"].get("reports", 0)) for f in features)
    return Verdict("totals", truth.total, max(abs(in_table - truth.total), abs(in_map - truth.total)))


def _places(features: list[dict[str, Any]], truth: Truth) -> Verdict:
    """Every shape is the border of its kelurahan, never a point or a shape of somebody's own."""
    borders = {code: json.loads(text) for code, text in truth.geometries.items()}
    wrong = sum(
        feature["geometry"] != borders.get(feature["properties"].get("kelurahan_code"))
        for feature in features
    )
    return Verdict("places", len(features), wrong)


def _traces(files: Mapping[str, bytes], truth: Truth) -> Verdict:
    """No trace of a person in any byte of any file or file name."""
    everything = b"\n".join([*files.values(), *(name.encode() for name in files)])
    return Verdict("traces", len(everything), traces(truth.canaries, everything, truth.public_words))
