"""Incidents of the open tier, one row each: what, in which catchment and week, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from shapely.geometry.base import BaseGeometry

from incidents.models import Category, Complaint
from opendata.anonymise import open_rows, reasons
from opendata.columns import categorical
from opendata.inside.cases import cases_in
from opendata.inside.copying import snapshot
from opendata.inside.digest import digest
from opendata.inside.lineage import lineage
from opendata.inside.made_up import made_up_cases
from opendata.inside.reporters import by_case, verified
from opendata.models import ReleasedIncident
from opendata.recipes.made import Column, Made, Order, Recipe
from opendata.recipes.shared import (
    CATCHMENT_COLUMN,
    CATEGORY_COLUMN,
    PLACE_COLUMNS,
    URUSAN_COLUMN,
    coarseness,
    drawn,
)
from opendata.sources import Borders, borders

COLUMNS = (
    Column(
        "id",
        "text",
        "Kunci acak satu baris, hanya untuk rilis ini: kejadian yang sama punya kunci lain di rilis lain.",
        "Random key of the row, of this release only: the same incident has another one in another release.",
    ),
    CATEGORY_COLUMN,
    URUSAN_COLUMN,
    *PLACE_COLUMNS,
    CATCHMENT_COLUMN,
    Column(
        "week",
        "text",
        "Minggu ISO 8601 saat kejadian pertama kali dilaporkan, misalnya 2026-W47; Senin sampai Minggu menurut waktu "
        "kota.",
        "ISO 8601 week in which the incident was first reported, e.g. 2026-W47; Monday to Sunday in the city’s time.",
    ),
    Column(
        "outcome",
        "text",
        "Yang terjadi sampai rilis dibuat: masih terbuka, diarsipkan, atau selesai dalam sekian hari kalender.",
        "What became of it until the release was made: still open, archived, or solved within so many calendar days.",
        codes="outcome",
    ),
    Column(
        "source",
        "text",
        "Siapa yang melihatnya: warga, cctv, atau keduanya.",
        "Who saw it: citizens (warga), cameras (cctv) or both (keduanya).",
        codes="source",
    ),
    Column(
        "reports",
        "text",
        "Jumlah laporan warga tentang kejadian itu, dalam rentang; 0 bila hanya kamera yang melihatnya.",
        "How many citizens’ reports there were about it, as a band; 0 where only a camera saw it.",
        codes="reports",
    ),
)
ALIKE = ["category", "week"]
SHAPING = ["pk", "category", "kelurahan_code", "catchment"]


def make(order: Order) -> Made:
    """The open incidents of a period. Raises Conflict without boundaries, or when contacts cannot be opened."""
    with snapshot():
        cases, edition = _read(order)
        topics = _topics(order)
        frame = open_rows(cases, edition.areas, topics, order.key, order.numbers, order.zone, edition.thin)
        kept = cases.loc[frame.index]
        truth = kept[["pk", "lon", "lat"]].rename(columns={"pk": "incident"})
        truth["reporters"] = _reporters(order).reindex(kept["pk"]).fillna("").to_numpy()
    made = Made(
        frame=frame.reset_index(drop=True),
        truth=truth.reset_index(drop=True),
        place="catchment",
        place_else="kelurahan_code",
        held=_held(cases, edition),
        silenced=_silenced(order, cases, edition, topics) if order.revision else None,
        counted=len(frame),
        edition=edition.edition,
        approximate=edition.approximate,
        demo=bool(kept["demo"].any()),
        input_digest=_digest(cases, edition),
    )
    places = made.places
    shapes = drawn(edition, places)
    return replace(made, shapes=shapes, utility=_utility(made.frame, places, shapes))


def input_digest(order: Order) -> str:
    """What `Made.input_digest` would be now: much cheaper than making all of it."""
    with snapshot():
        return _digest(*_read(order))


def simulate(order: Order, pins: pd.DataFrame) -> pd.DataFrame:
    """Made-up reports (lon, lat, reporter, topic, at) as this recipe would release them; index as `pins`."""
    topics = _topics(order)
    cases = made_up_cases(order, pins, topics)
    edition = borders(())
    return open_rows(cases, edition.areas, topics, order.key, order.numbers, order.zone, edition.thin)


def _read(order: Order) -> tuple[pd.DataFrame, Borders]:
    """The cases of the period and of the order's categories, and the borders in force."""
    assert order.period is not None
    cases = cases_in(order.period, order.zone)
    if order.categories:
        cases = cases[cases["category"].isin(order.categories).to_numpy()]
    return cases, borders(cases["kelurahan_code"].cat.categories)


def _topics(order: Order) -> pd.DataFrame:
    """category, urusan of all that are open today; of the order's alone where it names some."""
    open_today = Category.objects.filter(tier=Category.Tier.OPEN).order_by("code")
    rows = [(code, urusan) for code, urusan in open_today.values_list("code", "urusan")
            if not order.categories or code in order.categories]  # fmt: skip
    return pd.DataFrame(rows, columns=["category", "urusan"])


def _silenced(order: Order, cases: pd.DataFrame, edition: Borders, topics: pd.DataFrame) -> pd.DataFrame:
    """The rows that confidential cases would have been."""
    secret = cases[cases["confidential"].to_numpy()].assign(confidential=False)
    rows = open_rows(secret, edition.areas, topics, order.key, order.numbers, order.zone, edition.thin)
    return rows.reset_index(drop=True)


def _reporters(order: Order) -> pd.Series[str]:
    """By case: the keys of those who reported it and whose contact is verified."""
    assert order.period is not None
    begin, end = order.period.start(order.zone), order.period.end(order.zone)
    own = Complaint.objects.filter(incident__opened_at__gte=begin, incident__opened_at__lt=end)
    merged = Complaint.objects.filter(incident__merged_into__isnull=False)
    return by_case(verified(own | merged, order.key), lineage().roots)


def _held(cases: pd.DataFrame, edition: Borders) -> dict[str, int]:
    """Reason → how many cases it keeps inside."""
    counted = reasons(cases, edition.areas, thin=edition.thin).value_counts()
    return {str(reason): int(count) for reason, count in counted.items() if reason != "" and count}


def _digest(cases: pd.DataFrame, edition: Borders) -> str:
    """Of who is in it, where and under what; outcomes and who else reported are left out: they change every hour."""
    return digest(cases[SHAPING].assign(reason=reasons(cases, edition.areas, thin=edition.thin)), "pk")


def _utility(
    frame: pd.DataFrame, places: pd.Series[str], shapes: Mapping[str, BaseGeometry]
) -> dict[str, Any]:
    """What coarsening cost, by published rows alone: nothing that was held back can be subtracted from it."""
    alike = frame.groupby([categorical(places), *ALIKE], observed=True)["id"].transform("size")
    return {
        "rows": len(frame),
        "without_catchment_percent": _percent(frame["catchment"] == ""),
        "alike_percent": _percent(alike > 1),  # not alone in their place, week and category
        "median_alike": float(alike.median()) if len(frame) else None,
        **coarseness(places, shapes),
    }


def _percent(which: pd.Series[bool]) -> float | None:
    return round(100 * float(which.mean()), 1) if len(which) else None


RECIPE = Recipe(
    name="incidents",
    rhythm="month",
    tier=Category.Tier.OPEN.value,
    columns=COLUMNS,
    rows=ReleasedIncident,
    fields={"id": "row"},
    make=make,
    digest=input_digest,
    simulate=simulate,
)
