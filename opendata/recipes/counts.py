"""Reports of the aggregate tier, counted: by category at a place of a level in a month, or in the city in a quarter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.city import current_city
from incidents.models import Category
from opendata.anonymise import reasons
from opendata.cells import CITY, REPORTS, STEPS
from opendata.inside.copying import snapshot
from opendata.inside.digest import digest
from opendata.inside.eligible import eligible
from opendata.inside.reports import reports_in
from opendata.ladder import fix
from opendata.models import ReleasedAggregate
from opendata.recipes.made import Column, Made, Order, Recipe
from opendata.recipes.shared import CATEGORY_COLUMN, URUSAN_COLUMN
from opendata.shapes import released_shapes
from opendata.sources import Borders, borders
from opendata.suppress import suppress
from opendata.weeks import Period

TIER = Category.Tier.AGGREGATE
BY_QUARTER = STEPS[-1]
COLUMNS = (
    Column(
        "level",
        "text",
        "Tingkat tempat: kelurahan, kecamatan, kota; rest = sisa suatu tempat di luar bagian yang diterbitkan.",
        "Level of the place: kelurahan, kecamatan, kota (city); rest = what its published parts leave.",
        codes="level",
    ),
    Column(
        "place_code",
        "text",
        "Kode tempat menurut Kemendagri; pada baris rest: tempat yang bersisa. Teks, bukan angka.",
        "Code of the place (Ministry of Home Affairs); in a rest row that of which it is left. Text, not a number.",
    ),
    Column("place", "text", "Nama tempat.", "Name of the place."),
    Column(
        "period",
        "text",
        "Bulan (2026-10) atau triwulan (2026-Q4) saat laporan diterima, dalam minggu ISO utuh: bulan hari Kamisnya.",
        "Month (2026-10) or quarter (2026-Q4) of receipt, in whole ISO weeks: the month of their Thursday.",
    ),
    CATEGORY_COLUMN,
    URUSAN_COLUMN,
    Column(
        "reports",
        "integer",
        "Jumlah laporan, dari sedikitnya k pelapor berbeda (angka kebijakan rilis); tanpa laporan rahasia. Semua "
        "laporan tanpa kontak terverifikasi dihitung sebagai satu pelapor. Yang tidak ada di tabel belum tentu nol.",
        "Number of reports, by at least k different reporters (a number of the policy); without confidential ones. All "
        "reports without a verified contact count as one reporter. What is not in the table need not be zero.",
    ),
)
SHAPING = ["pk", "category", "kelurahan_code", "month", "verified"]


@dataclass(frozen=True)
class _Read:
    """The reports of the order's months with the reason why each stays inside, and the borders in force."""

    reports: pd.DataFrame
    edition: Borders
    city: str
    city_name: str

    def counted(self) -> pd.DataFrame:
        """Those that may be counted, as cells.REPORTS."""
        kept = self.reports[(self.reports["reason"] == "").to_numpy()]
        within = self.edition.areas.set_index("kelurahan_code")["kecamatan_code"]
        kept = kept.assign(
            kecamatan_code=kept["kelurahan_code"].astype("str").map(within), period=kept["month"]
        )
        return kept[REPORTS]

    def above(self) -> dict[str, str]:
        """The place in which each kelurahan and kecamatan lies."""
        areas = self.edition.areas
        within = dict(zip(areas["kelurahan_code"], areas["kecamatan_code"], strict=True))
        return within | dict.fromkeys(areas["kecamatan_code"], self.city)

    def names(self) -> dict[str, str]:
        areas = self.edition.areas
        named = dict(zip(areas["kelurahan_code"], areas["kelurahan"], strict=True))
        return (
            named
            | dict(zip(areas["kecamatan_code"], areas["kecamatan"], strict=True))
            | {self.city: self.city_name}
        )


def make(order: Order) -> Made:
    """The counts of the order's month, and of its quarter if that ends with it.

    Raises Conflict without boundaries, or when contacts cannot be opened.
    """
    topics = _topics(order)
    rungs = fixed_rungs(order)
    with snapshot():
        read = _read(order, *_months(order))
        allowed = eligible(*_months(order), order.zone)
    reports = _of_periods(read.counted(), rungs, order)
    table, truth = suppress(reports, rungs, order.numbers, read.city)
    frame = table.assign(
        place=table["place_code"].map(read.names()).fillna("").astype("str"),
        urusan=table["category"].map(topics).fillna("").astype("str"),
    )[[column.name for column in COLUMNS]]
    whole = frame[frame["level"] == CITY]
    return Made(
        frame=frame,
        truth=truth.assign(eligible=pd.Series(_eligible(frame, allowed), index=truth.index, dtype=object)),
        place="place_code",
        shapes=_drawn(read, set(frame["place_code"])),
        held=_held(read, len(reports) - int(whole["reports"].sum())),
        utility=_utility(frame),
        counted=int(whole["reports"].sum()),
        edition=read.edition.edition,
        approximate=read.edition.approximate,
        demo=bool(read.reports["demo"].any()),
        input_digest=_digest(read),
    )


def input_digest(order: Order) -> str:
    """What `Made.input_digest` would be now."""
    with snapshot():
        return _digest(_read(order, *_months(order)))


def _months(order: Order) -> tuple[Period, Period]:
    """The first and last month that the order needs: the whole quarter with its last month."""
    month = order.period
    assert month is not None
    ends_quarter = month == month.quarter.parts()[-1]
    return (month.quarter.parts()[0] if ends_quarter else month), month


def _topics(order: Order) -> dict[str, str]:
    """Category → urusan, of the tier today; of the order's alone where it names some."""
    rows = Category.objects.filter(tier=TIER).order_by("code").values_list("code", "urusan")
    return {code: urusan for code, urusan in rows if not order.categories or code in order.categories}


def fixed_rungs(order: Order) -> dict[str, str]:
    """The step of each category in the order's quarter; fixed now where that is not done yet."""
    assert order.period is not None

    def earlier(first: Period, last: Period) -> pd.DataFrame:
        with snapshot():
            return _read(order, first, last).counted()

    city = current_city()
    return fix(order.period.quarter, _topics(order), earlier, order.numbers, city.code if city else "")


def _read(order: Order, first: Period, last: Period) -> _Read:
    reports = reports_in(first, last, order.zone, order.key)
    if order.categories:
        reports = reports[reports["category"].isin(order.categories).to_numpy()]
    edition = borders(reports["kelurahan_code"].unique())
    city = current_city()
    assert city is not None  # where there are boundaries, there is one
    why = reasons(reports, edition.areas, (TIER.value,)).astype("str")
    return _Read(reports.assign(reason=why), edition, city.code, city.name)


def _of_periods(reports: pd.DataFrame, rungs: Mapping[str, str], order: Order) -> pd.DataFrame:
    """Categories that are counted by quarter get that period; of the others only the month that is asked for."""
    month = order.period
    assert month is not None
    by_quarter = reports["category"].map(rungs).astype("str") == BY_QUARTER
    first, _last = _months(order)
    whole = reports[by_quarter] if first != month else reports[:0]
    monthly = reports[~by_quarter & (reports["period"] == str(month))]
    return pd.concat([monthly, whole.assign(period=str(month.quarter))], ignore_index=True)


def _eligible(
    frame: pd.DataFrame, allowed: Mapping[tuple[str, str, str], int]
) -> list[tuple[tuple[str, int], ...]]:
    """For each row of the whole city: how many reports may be counted in each kelurahan; else empty."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (category, month, place), n in allowed.items():
        found[category, month][place] += n
        found[category, str(Period.parse(month).quarter)][place] += n
    return [
        tuple(sorted(found[category, period].items())) if level == CITY else ()
        for level, category, period in zip(frame["level"], frame["category"], frame["period"], strict=True)
    ]


def _drawn(read: _Read, places: set[str]) -> Mapping[str, BaseGeometry]:
    """The shapes of these places; those of kecamatan and city are their kelurahan put together."""
    above, drawn = read.above(), released_shapes(read.edition.shapes)
    parts: dict[str, list[BaseGeometry]] = {}
    for code, shape in drawn.items():
        place = code
        while place:
            parts.setdefault(place, []).append(shape)
            place = above.get(place, "")
    joined = {place: shapely.union_all(shapes) for place, shapes in sorted(parts.items()) if place in places}
    return released_shapes(joined)


def _held(read: _Read, small: int) -> dict[str, int]:
    """Reason → how many reports are in no published number. `small`: too few, or one category too common."""
    counted = read.reports["reason"].value_counts()
    held = {str(reason): int(count) for reason, count in counted.items() if reason != ""}
    return held | ({"small": small} if small > 0 else {})


def _utility(frame: pd.DataFrame) -> dict[str, Any]:
    """What coarsening cost, by published rows alone: how much of what is told of the city is told of smaller places."""
    sums = frame.groupby("level")["reports"].sum()
    whole = int(sums.get(CITY, 0))
    shares = {
        f"at_{level}_percent": round(100 * int(sums.get(level, 0)) / whole, 1) if whole else None
        for level in ("kelurahan", "kecamatan")
    }
    return {"rows": len(frame), "reports": whole, "categories": int(frame["category"].nunique()), **shares}


def _digest(read: _Read) -> str:
    reports = read.reports.assign(verified=read.reports["reporter"] != "")
    return digest(reports[SHAPING].assign(reason=reports["reason"]), "pk")


RECIPE = Recipe(
    name="counts",
    rhythm="month",
    tier=TIER.value,
    columns=COLUMNS,
    rows=ReleasedAggregate,
    fields={},
    make=make,
    digest=input_digest,
    prepare=fixed_rungs,
)
