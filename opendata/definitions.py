"""The datasets of this house: what they are called, what they tell, and the columns that may leave, each explained.

Texts are data in both languages, since they go into the files and the API, not only on pages.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from geo.errors import NotFound
from opendata import models
from opendata.defaults import DEFAULTS
from opendata.models import is_english
from opendata.recipes.made import Recipe
from opendata.recipes.registry import RECIPES


@dataclass(frozen=True)
class Column:
    """One column that may leave the house: its type (text, integer) and its meaning."""

    name: str
    type: str
    meaning_id: str
    meaning_en: str


@dataclass(frozen=True)
class Definition:
    """A dataset before any release. `columns` is the allow-list, in the order of the files.

    The notes' first paragraph says what the dataset tells, the second how to read its rows.
    """

    slug: str
    title_id: str
    title_en: str
    notes_id: str
    notes_en: str
    tags: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        """The title in the language of the moment."""
        return self.title_en if is_english() else self.title_id

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


COUNTS = Definition(
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

DEFINITIONS = {COUNTS.slug: COUNTS}


def definition(slug: str) -> Definition:
    """The dataset of this name. Raises NotFound, naming those that exist."""
    if slug not in DEFINITIONS:
        known = ", ".join(DEFINITIONS)
        raise NotFound(
            _("There is no dataset “%(slug)s”. There are: %(known)s.") % {"slug": slug, "known": known}
        )
    return DEFINITIONS[slug]


def all_defined() -> list[models.Definition]:
    """Every dataset as the steward defines it, by name; the usual ones are written when they are not there yet."""
    found = {one.slug: one for one in models.Definition.objects.all()}
    missing = [default for default in DEFAULTS if default.slug not in found]
    if missing:
        rows = [models.Definition(**{**asdict(one), "tags": list(one.tags)}) for one in missing]
        models.Definition.objects.bulk_create(rows, ignore_conflicts=True)
        found = {one.slug: one for one in models.Definition.objects.all()}
    return [found[slug] for slug in sorted(found)]


def in_use() -> list[models.Definition]:
    """Those that are released, by name."""
    return [one for one in all_defined() if one.active]


def defined(slug: str) -> models.Definition:
    """The dataset of this name. Raises NotFound, naming those that exist."""
    found = {one.slug: one for one in all_defined()}
    if slug not in found:
        raise NotFound(
            _("There is no dataset “%(slug)s”. There are: %(known)s.")
            % {"slug": slug, "known": ", ".join(found)}
        )
    return found[slug]


def recipe_of(definition: models.Definition) -> Recipe:
    """How its rows are made. Raises NotFound for a recipe that this version does not know."""
    if definition.recipe not in RECIPES:
        raise NotFound(_("There is no recipe “%(name)s”.") % {"name": definition.recipe})
    return RECIPES[definition.recipe]
