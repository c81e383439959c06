"""The lists of codes that released rows use, each with what it belongs to and its names in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from django.utils import translation

from geo.models import Agency
from incidents.models import Category, CctvEvent
from opendata.bands import ARCHIVED, CASES, DONE, LONGEST, OPEN, band_codes, outcome_codes, report_codes
from opendata.inside.copying import snapshot
from opendata.inside.digest import digest
from opendata.models import ReleasedCode
from opendata.policy import Numbers
from opendata.recipes.made import Column, Made, Order, Recipe
from opendata.recipes.urusan import URUSAN
from opendata.sources import Borders, borders

COLUMNS = (
    Column(
        "list",
        "text",
        "Daftar yang memuat kode ini; kamus tiap dataset menyebut daftarnya.",
        "The list that has this code; each dataset’s dictionary names its lists.",
    ),
    Column("code", "text", "Kode seperti pada baris rilis.", "The code as it stands in released rows."),
    Column(
        "parent",
        "text",
        "Kode di atasnya: kelompok sebuah kategori, kecamatan sebuah kelurahan; boleh kosong.",
        "The code above it: a category’s group, a kelurahan’s kecamatan; may be empty.",
    ),
    Column("name_id", "text", "Nama dalam bahasa Indonesia.", "Name in Indonesian."),
    Column("name_en", "text", "Nama dalam bahasa Inggris.", "Name in English."),
)
SOURCES = (
    ("warga", "Dilaporkan warga", "Reported by citizens"),
    ("cctv", "Terlihat kamera", "Seen by cameras"),
    ("keduanya", "Dilaporkan warga dan terlihat kamera", "Reported by citizens and seen by cameras"),
)
LEVELS = (
    ("kelurahan", "Kelurahan atau desa", "Kelurahan or desa"),
    ("kecamatan", "Kecamatan", "Kecamatan"),
    ("kota", "Seluruh kota atau kabupaten", "The whole city or regency"),
    (
        "rest",
        "Gabungan wilayah yang tidak disebut sendiri-sendiri",
        "Places together that are not named one by one",
    ),
)
TIERS = (
    ("open", "Ruang publik: satu baris per kejadian", "Public space: a row for each incident"),
    ("aggregate", "Hanya dihitung", "Counted only"),
)
ENDS = {
    OPEN: ("Belum selesai saat rilis dibuat", "Not solved when the release was made"),
    ARCHIVED: ("Diarsipkan", "Archived"),
    DONE: ("Selesai, lamanya tidak diketahui", "Solved, nobody knows how fast"),
}
Row = tuple[str, str, str, str, str]


def make(order: Order) -> Made:
    """All lists as they are today. Raises Conflict without boundaries."""
    with snapshot():
        edition = borders(())
        frame = all_codes(order.numbers, edition)
    return Made(
        frame=frame,
        truth=pd.DataFrame(index=frame.index),
        counted=len(frame),
        edition=edition.edition,
        approximate=edition.approximate,
        utility={"rows": len(frame)},
        input_digest=_digest(frame),
    )


def input_digest(order: Order) -> str:
    """What `Made.input_digest` would be now."""
    with snapshot():
        return _digest(all_codes(order.numbers, borders(())))


def all_codes(numbers: Numbers, edition: Borders) -> pd.DataFrame:
    """Every list, by list and code, as COLUMNS."""
    rows = [*_topics(), *_bands(numbers), *_others(), *_places(edition)]
    return pd.DataFrame(sorted(rows), columns=[column.name for column in COLUMNS], dtype="str")


def _digest(frame: pd.DataFrame) -> str:
    return digest(frame.assign(row=frame["list"] + "\0" + frame["code"]), "row")


def _topics() -> Iterator[Row]:
    names = ("code", "parent__code", "name_id", "name_en")
    for code, parent, name_id, name_en in Category.objects.values_list(*names):
        yield "category", code, parent or "", name_id, name_en
    for code, name_id, name_en in URUSAN:
        yield "urusan", code, "", name_id, name_en


def _bands(numbers: Numbers) -> Iterator[Row]:
    longest = numbers.outcome_days[-1]
    for code in outcome_codes(numbers.outcome_days):
        days = code.removeprefix(f"{DONE}-").removesuffix("d")
        within = f"Selesai dalam {days} hari", f"Solved within {days} days"
        more = f"Selesai setelah lebih dari {longest} hari", f"Solved after more than {longest} days"
        yield ("outcome", code, "", *(more if code == LONGEST else ENDS.get(code, within)))
    for code in report_codes(numbers.report_bands):
        camera = "Tidak ada laporan warga, hanya kamera", "No citizen’s report, a camera only"
        yield ("reports", code, "", *(camera if code == "0" else (f"{code} laporan", f"{code} reports")))
    for code in band_codes(CASES):
        yield "cases", code, "", f"{code} kasus", f"{code} cases"


def _others() -> Iterator[Row]:
    for code, name_id, name_en in SOURCES:
        yield "source", code, "", name_id, name_en
    for code, name_id, name_en in LEVELS:
        yield "level", code, "", name_id, name_en
    for code, name_id, name_en in TIERS:
        yield "tier", code, "", name_id, name_en
    for klass in CctvEvent.Class:
        with translation.override("id"):
            name_id = str(klass.label)
        with translation.override("en"):
            yield "class", klass.value, "", name_id, str(klass.label)
    for code, name in Agency.objects.values_list("code", "name"):
        yield "agency", code, "", name, name


def _places(edition: Borders) -> Iterator[Row]:
    for code, name, parent, _kecamatan in edition.areas.itertuples(index=False, name=None):
        yield "kelurahan", code, parent, name, name
    kecamatan = edition.areas[["kecamatan_code", "kecamatan"]].drop_duplicates()
    for code, name in kecamatan.itertuples(index=False, name=None):
        yield "kecamatan", code, "", name, name


RECIPE = Recipe(
    name="codes",
    rhythm="change",
    tier="",
    columns=COLUMNS,
    rows=ReleasedCode,
    fields={},
    make=make,
    digest=input_digest,
)
