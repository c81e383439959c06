"""The borders in force: kelurahan and kecamatan with their people, where the borders' licence lets them out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pandas as pd
import shapely
from django.utils.translation import gettext_lazy as _

from geo.city import current_city
from geo.errors import Conflict
from geo.models import Area
from opendata.inside.copying import snapshot
from opendata.models import ReleasedArea
from opendata.recipes.made import Column, Made, Order, Recipe
from opendata.recipes.shared import square_kilometres
from opendata.released_borders import boundaries_licence
from opendata.shapes import as_released, released_shapes
from opendata.sources import Borders, borders

COLUMNS = (
    Column(
        "code",
        "text",
        "Kode wilayah menurut Kemendagri, misalnya 35.75.01.1001. Teks, bukan angka.",
        "Code of the area (Ministry of Home Affairs), e.g. 35.75.01.1001. Text, not a number.",
    ),
    Column("name", "text", "Nama wilayah.", "Name of the area."),
    Column(
        "level",
        "text",
        "Tingkat wilayah: kelurahan_desa atau kecamatan.",
        "Level of the area: kelurahan_desa (village) or kecamatan (district).",
    ),
    Column(
        "kecamatan_code",
        "text",
        "Kode kecamatan tempat wilayah itu; bagi kecamatan, kodenya sendiri.",
        "Code of the kecamatan in which it lies; of a kecamatan its own.",
    ),
    Column("kecamatan", "text", "Nama kecamatan itu.", "Name of that kecamatan."),
    Column(
        "people",
        "integer",
        "Jumlah penduduk menurut hitungan terbaru; kosong bila tidak diketahui.",
        "People after the newest count; empty where it is not known.",
    ),
    Column(
        "people_year",
        "integer",
        "Tahun hitungan penduduk itu; kosong bila tidak diketahui.",
        "Year of that count; empty where it is not known.",
    ),
)


def make(order: Order) -> Made:
    """Kelurahan and kecamatan of the edition in force. Raises Conflict without borders, or without their licence."""
    with snapshot():
        found, edition = input_digest(order), borders(())
    frame = _rows(edition)
    shapes = _shapes(edition)
    city = current_city()
    return Made(
        frame=frame,
        truth=pd.DataFrame(index=frame.index),
        place="code",
        shapes={code: shapes[code] for code in frame["code"]},
        utility=_utility(frame, shapes),
        counted=len(frame),
        edition=edition.edition,
        approximate=edition.approximate,
        demo=bool(city and city.demo),
        input_digest=found,
    )


def input_digest(_order: Order) -> str:
    """Of the edition, people and licence of now. Raises Conflict without borders, or without their licence."""
    if not boundaries_licence():
        raise Conflict(
            _("The licence of the borders is not known (boundaries_licence in city.toml): they stay inside.")
        )
    with snapshot():
        edition = borders(())
    known = (edition.edition, boundaries_licence(), sorted(edition.people.items()))
    return hashlib.sha256(repr(known).encode()).hexdigest()


def _rows(edition: Borders) -> pd.DataFrame:
    kelurahan = edition.areas.rename(columns={"kelurahan_code": "code", "kelurahan": "name"})
    kecamatan = kelurahan[["kecamatan_code", "kecamatan"]].drop_duplicates("kecamatan_code")
    kecamatan = kecamatan.assign(code=kecamatan["kecamatan_code"], name=kecamatan["kecamatan"])
    levels = [
        kecamatan.assign(level=Area.Level.DISTRICT.value),
        kelurahan.assign(level=Area.Level.VILLAGE.value),
    ]
    frame = pd.concat(levels, ignore_index=True).sort_values("code", ignore_index=True)
    counts = [edition.people.get(code, (None, None)) for code in frame["code"]]
    people = pd.DataFrame(counts, columns=["people", "people_year"], dtype="Int64")
    return pd.concat([frame, people], axis=1)[[column.name for column in COLUMNS]]


def _shapes(edition: Borders) -> dict[str, shapely.MultiPolygon]:
    """Kelurahan simplified together; a kecamatan is made of those, so that their borders stay the same lines."""
    found = released_shapes(edition.shapes)
    parts: dict[str, list[shapely.MultiPolygon]] = {}
    for row in edition.areas.itertuples():
        parts.setdefault(str(row.kecamatan_code), []).append(found[str(row.kelurahan_code)])
    return found | as_released({code: shapely.union_all(shapes) for code, shapes in parts.items()})


def _utility(frame: pd.DataFrame, shapes: Mapping[str, shapely.MultiPolygon]) -> dict[str, object]:
    villages = frame[frame["level"] == Area.Level.VILLAGE]
    areas = pd.Series(square_kilometres(shapes[code] for code in villages["code"]))
    return {
        "rows": len(frame),
        "places": len(villages),
        "median_km2": round(float(areas.median()), 4) if len(areas) else None,
        "without_people": int(frame["people"].isna().sum()),
    }


RECIPE = Recipe(
    name="areas",
    rhythm="change",
    tier="",
    columns=COLUMNS,
    rows=ReleasedArea,
    fields={},
    make=make,
    digest=input_digest,
)
