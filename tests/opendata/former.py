"""Releases of the first dataset, as they were made and are kept: reports counted by kelurahan, category and week.

No longer made by this house; pages, the API and the wall go on reading those that are out.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from geo.city import city_zone
from geo.models import Area
from geo.people import people_in_force
from incidents.models import Complaint
from opendata.models import Dataset, Release, ReleasedArea, ReleasedCount, Resource
from opendata.store import folder_of


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    meaning_id: str
    meaning_en: str


@dataclass(frozen=True)
class Former:
    """What was said of the dataset."""

    slug: str
    title_id: str
    title_en: str
    notes_id: str
    notes_en: str
    tags: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


COUNTS = Former(
    slug="laporan-warga-per-kelurahan",
    title_id="Laporan warga per kelurahan, kategori, dan minggu",
    title_en="Citizens’ reports by kelurahan, category and week",
    notes_id=(
        "Berapa banyak laporan tentang ruang publik (jalan, drainase, sampah, penerangan, dan lainnya) yang dikirim "
        "warga dari setiap kelurahan, menurut kategori dan minggu diterimanya."
        "\n\nSatu baris per kelurahan, kategori, dan minggu. Gabungan yang tidak ada barisnya berarti nol laporan."
    ),
    notes_en=(
        "How many reports about public space (roads, drains, rubbish, lights and more) citizens sent from each "
        "kelurahan, by category and by the week in which they were received."
        "\n\nOne row per kelurahan, category and week. A combination without a row means no report."
    ),
    tags=("laporan-warga", "pengaduan", "kelurahan", "mingguan"),
    columns=(
        Column(
            "kelurahan_code",
            "text",
            "Kode kelurahan atau desa menurut Kemendagri, misalnya 35.75.01.1001. Teks, bukan angka.",
            "Code of the kelurahan or desa (Ministry of Home Affairs), e.g. 35.75.01.1001. Text, not a number.",
        ),
        Column("kelurahan", "text", "Nama kelurahan atau desa.", "Name of the kelurahan or desa."),
        Column(
            "kecamatan_code",
            "text",
            "Kode kecamatan menurut Kemendagri. Teks, bukan angka.",
            "Code of the kecamatan (Ministry of Home Affairs). Text, not a number.",
        ),
        Column("kecamatan", "text", "Nama kecamatan.", "Name of the kecamatan (district)."),
        Column(
            "category",
            "text",
            "Kode kategori laporan. Hanya kategori ruang publik; daftarnya ada pada kamus ini.",
            "Code of the report’s category. Only categories of public space; this dictionary lists them.",
        ),
        Column("category_name", "text", "Nama kategori.", "Name of the category, in Indonesian."),
        Column(
            "urusan",
            "text",
            "Kode urusan pemerintahan dari kategori itu (UU 23/2014), misalnya 1.03 pekerjaan umum. Teks, bukan angka.",
            "Code of the category’s field of government (Law 23/2014), e.g. 1.03 public works. Text, not a number.",
        ),
        Column(
            "week",
            "text",
            "Minggu ISO 8601 saat laporan diterima, misalnya 2026-W47; Senin sampai Minggu menurut waktu kota. Minggu "
            "yang melewati pergantian bulan terbagi ke dua rilis: jumlahkan keduanya.",
            "ISO 8601 week in which the reports were received, e.g. 2026-W47; Monday to Sunday in the city’s time. A "
            "week across the turn of a month is split over two releases: add them up.",
        ),
        Column(
            "reports",
            "integer",
            "Jumlah laporan warga. Laporan rahasia tidak pernah ikut dihitung.",
            "Number of citizens’ reports. Confidential reports are never counted.",
        ),
    ),
)


CHECKS = [
    {"check": name, "looked_at": 4, "wrong": 0, "passed": True}
    for name in ("columns", "categories", "totals", "places", "traces")
]
TYPES = {
    "laporan.csv": ("CSV", "text/csv; charset=utf-8; header=present"),
    "laporan.geojson": ("GeoJSON", "application/geo+json"),
    "kamus.csv": ("CSV", "text/csv; charset=utf-8; header=present"),
    "kamus.json": ("JSON", "application/json"),
}


def release_former(month: str, *, partial: bool = False) -> Release:
    """A calendar month of it, counted from the reports that are there; rows, files and checksums as they were."""
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    rows, demo = _rows(first, last)
    earlier = Release.objects.filter(dataset__slug=COUNTS.slug, period=month).count()
    version = f"{month}-p{earlier + 1}" if partial else month
    dictionary = _dictionary(version, rows)
    release = Release.objects.create(
        dataset=_dataset(),
        version=version,
        period=month,
        starts_on=first,
        ends_on=timezone.localdate() if partial else last,
        zone=city_zone().key,
        partial=partial,
        rows=len(rows),
        reports=sum(row["reports"] for row in rows),
        edition="uji",
        demo=demo,
        audit=CHECKS,
        dictionary=dictionary,
        released_at=timezone.now(),
    )
    ReleasedCount.objects.bulk_create([ReleasedCount(release=release, **row) for row in rows])
    _draw(release)
    _keep(release, rows, dictionary)
    return release


def _dataset() -> Dataset:
    told = {name: getattr(COUNTS, name) for name in ("title_id", "title_en", "notes_id", "notes_en")}
    told |= {"organization": "Pemerintah Kota Contoh", "tags": list(COUNTS.tags)}
    return Dataset.objects.get_or_create(slug=COUNTS.slug, defaults=told)[0]


def _rows(first: date, last: date) -> tuple[list[dict[str, Any]], bool]:
    zone = city_zone()
    cells: Counter[tuple[str, ...]] = Counter()
    demo = False
    for one in Complaint.objects.select_related("incident__category"):
        case, day = one.incident, one.received_at.astimezone(zone).date()
        if case.confidential or case.category.tier != "open" or not first <= day <= last:
            continue
        year, week, _day = day.isocalendar()
        place = (case.kelurahan_code, case.kelurahan, case.kecamatan_code, case.kecamatan)
        topic = (case.category.code, case.category.name_id, case.category.urusan)
        cells[(*place, *topic, f"{year}-W{week:02d}")] += 1
        demo |= one.demo
    return [
        dict(zip(COUNTS.column_names, (*cell, n), strict=True)) for cell, n in sorted(cells.items())
    ], demo


def _dictionary(version: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    names = {"sampah": ("Sampah menumpuk", "Piled-up rubbish"), "banjir": ("Banjir", "Flood")}
    used = sorted({row["category"] for row in rows})
    codes = [{"code": one, "name_id": names[one][0], "name_en": names[one][1]} for one in used]
    columns = [asdict(one) | ({"codes": codes} if one.name == "category" else {}) for one in COUNTS.columns]
    return {"dataset": COUNTS.slug, "version": version, "columns": columns}


def _draw(release: Release) -> None:
    people = people_in_force()
    names = dict(Area.objects.values_list("code", "name"))
    for area in Area.objects.filter(level=Area.Level.VILLAGE, edition__status="active").order_by("code"):
        count, year = people.get(area.code, (None, None))
        ReleasedArea.objects.create(
            release=release, code=area.code, name=area.name, kecamatan_code=area.parent_code,
            kecamatan=names[area.parent_code], geom=area.geom, people=count, people_year=year,
        )  # fmt: skip


def _keep(release: Release, rows: list[dict[str, Any]], dictionary: dict[str, Any]) -> None:
    shapes = {area.code: json.loads(area.geom.geojson) for area in release.areas.all()}
    features = [
        {"type": "Feature", "properties": row, "geometry": shapes.get(row["kelurahan_code"])} for row in rows
    ]
    files = {
        "laporan.csv": _csv([COUNTS.column_names, *(tuple(row.values()) for row in rows)]),
        "laporan.geojson": json.dumps({"type": "FeatureCollection", "features": features}),
        "kamus.csv": _csv([("column", "type"), *((one.name, one.type) for one in COUNTS.columns)]),
        "kamus.json": json.dumps(dictionary),
    }
    folder = folder_of(COUNTS.slug, release.version)
    folder.mkdir(parents=True)
    for position, (name, text) in enumerate(files.items()):
        content = text.encode()
        (folder / name).write_bytes(content)
        kind, media_type = TYPES[name]
        Resource.objects.create(
            release=release, uuid=uuid.uuid4(), file=name, format=kind, media_type=media_type, size=len(content),
            sha256=hashlib.sha256(content).hexdigest(), position=position,
        )  # fmt: skip


def _csv(rows: list[tuple[Any, ...]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()
