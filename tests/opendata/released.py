"""Releases of every kind, written as their rows: for what reads them, whoever made them."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from django.contrib.gis.geos import MultiPolygon

from opendata.models import (
    Dataset,
    Release,
    ReleasedAggregate,
    ReleasedArea,
    ReleasedCamera,
    ReleasedCatchment,
    ReleasedCode,
    ReleasedIncident,
    ReleasedPerformance,
    Resource,
    Withdrawal,
)
from opendata.policy import Numbers
from opendata.weeks import Period
from tests.conftest import AREAS, square

PLACES = [
    (code, name, parent, "Barat" if parent == "99.01.01" else "Timur")
    for code, name, level, parent, _corner, _size in AREAS
    if level == "kelurahan_desa"
]
COLUMNS: dict[str, list[tuple[str, str]]] = {
    "incidents": [
        (name, "text")
        for name in (
            "id", "category", "urusan", "kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan", "catchment",
            "week", "outcome", "source", "reports",
        )
    ],
    "counts": [(n, "text") for n in ("level", "place_code", "place", "period", "category", "urusan")]
    + [("reports", "integer")],
    "cameras": [(n, "text") for n in ("kelurahan_code", "kelurahan", "catchment", "week", "class")]
    + [("events", "integer")],
    "performance": [
        *((n, "text") for n in ("agency_code", "agency", "period", "tier", "cases")),
        ("answer_days_median", "number"),
        ("late_percent", "integer"),
    ],
    "catchments": [("catchment", "text"), ("kelurahan_code", "text"), ("households", "integer")],
    "areas": [("code", "text"), ("name", "text"), ("level", "text"), ("people", "integer")],
    "codes": [("list", "text"), ("code", "text"), ("name_id", "text"), ("name_en", "text")],
}  # fmt: skip
TOPICS = [{"code": "sampah", "name_id": "Sampah menumpuk", "name_en": "Piled-up rubbish"}]
VERDICTS = [
    {
        "attack": "household-homes",
        "figure": 0.031,
        "bound": 0.05,
        "passed": True,
        "tried": 10_000,
        "words_id": "Penyerang yang menebak rumah pelapor benar paling banyak 3 kali dari 100.",
        "words_en": "An attacker who guesses the reporter’s home is right at most 3 times in 100.",
    }
]


def release(recipe: str, period: str = "2026-10", **given: Any) -> Release:
    """A release with rows of its kind; `given` goes into its row (version, revision, utility …)."""
    dataset, _made = Dataset.objects.get_or_create(
        slug=f"contoh-{recipe}",
        defaults={
            "recipe": recipe,
            "title_id": f"Contoh {recipe}",
            "title_en": f"Sample of {recipe}",
            "notes_id": "Apa yang diceritakan.\n\nSatu baris per hal.",
            "notes_en": "What it tells.\n\nOne row per thing.",
            "organization": "Pemerintah Kota Contoh",
            "tags": ["contoh"],
        },
    )
    span = Period.parse(period) if period else Period(2026, 10)
    values: dict[str, Any] = {
        "version": period or "1",
        "period": period,
        "starts_on": span.first_day,
        "ends_on": span.last_day,
        "zone": "Asia/Jakarta",
        "rows": 3,
        "reports": 3,
        "edition": "uji",
        "policy": {"version": 1, "numbers": Numbers().as_json()},
        "audit": VERDICTS,
        "dictionary": {"columns": [_column(name, kind) for name, kind in COLUMNS[recipe]]},
        "released_at": datetime(2026, 11, 4, tzinfo=UTC),
    }
    made = Release.objects.create(**{"dataset": dataset, **values, **given})
    ROWS[recipe](made)
    _file(made)
    return made


def withdraw(made: Release, reason: str = "Satu laporan menjadi rahasia.") -> Release:
    """Its tombstone (the rows and files are others' work)."""
    Withdrawal.objects.create(release=made, reason_id=reason)
    return Release.objects.get(pk=made.pk)


def _column(name: str, kind: str) -> dict[str, Any]:
    codes = {"codes": TOPICS} if name == "category" else {}
    return {
        "name": name,
        "type": kind,
        "meaning_id": f"Arti {name}.",
        "meaning_en": f"About {name}.",
        **codes,
    }


def _file(made: Release) -> None:
    content = f"{made.dataset.slug} {made.version}".encode()
    Resource.objects.create(
        release=made, uuid=uuid.uuid4(), file="kejadian.csv", format="CSV", media_type="text/csv", size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), position=0,
    )  # fmt: skip


def _place(number: int) -> dict[str, str]:
    return dict(
        zip(("kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan"), PLACES[number], strict=True)
    )


def _incidents(made: Release) -> None:
    """Two in Kebonsari's first cell, one in Kepel without a cell."""
    for number, (place, cell) in enumerate(((0, "99.01.01.1001-001"), (0, "99.01.01.1001-001"), (3, ""))):
        ReleasedIncident.objects.create(
            release=made, row=f"{made.pk:08x}{number:024x}", category="sampah", urusan="2.11", catchment=cell,
            week="2026-W42", outcome="done-3d", source="warga", reports="1", **_place(place),
        )  # fmt: skip


def _counts(made: Release) -> None:
    cells = [
        ("kelurahan", PLACES[0][0], "Kebonsari", 12),
        ("rest", "99.01.01", "Barat", 11),
        ("kota", "99.01", "Kota", 23),
    ]
    for level, code, place, total in cells:
        ReleasedAggregate.objects.create(
            release=made, level=level, place_code=code, place=place, period="2026-10", category="jentik",
            urusan="1.02", reports=total,
        )  # fmt: skip


def _cameras(made: Release) -> None:
    ReleasedCamera.objects.create(
        release=made, catchment="", week="2026-W42", klass="sampah", events=14, **_place(0)
    )


def _performance(made: Release) -> None:
    ReleasedPerformance.objects.create(
        release=made, agency_code="dlh", agency="Dinas Lingkungan Hidup", period="2026-Q3", tier="open",
        cases="20-49", answer_days_median=1.5, late_percent=20,
    )  # fmt: skip


def _catchments(made: Release) -> None:
    """Kebonsari's two halves."""
    for number, west in enumerate((112.90, 112.91), 1):
        half = MultiPolygon(square(west, -7.68, 0.01)[0], srid=4326)
        ReleasedCatchment.objects.create(
            release=made, catchment=f"99.01.01.1001-{number:03}", households=24, geom=half, **_place(0)
        )


def _areas(made: Release) -> None:
    for code, name, level, parent, (lon, lat), size in AREAS:
        if level == "kelurahan_desa":
            ReleasedArea.objects.create(
                release=made, code=code, name=name, kecamatan_code=parent, kecamatan=parent,
                geom=square(lon, lat, size), people=2000, people_year=2025,
            )  # fmt: skip


def _codes(made: Release) -> None:
    ReleasedCode.objects.create(
        release=made, list="category", code="sampah", name_id="Sampah menumpuk", name_en="Piled-up rubbish"
    )


ROWS: dict[str, Any] = {
    "incidents": _incidents, "counts": _counts, "cameras": _cameras, "performance": _performance,
    "catchments": _catchments, "areas": _areas, "codes": _codes,
}  # fmt: skip
