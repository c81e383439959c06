"""What cameras saw: events by catchment, week and class, from k on. Never a picture, never a single event."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from opendata.anonymise import TOLD, camera_counts, reasons
from opendata.audit.camera_cells import EVENT
from opendata.inside.copying import snapshot
from opendata.inside.digest import digest
from opendata.inside.events import events_in
from opendata.models import ReleasedCamera
from opendata.recipes.made import Column, Made, Order, Recipe
from opendata.recipes.shared import CATCHMENT_COLUMN, PLACE_COLUMNS, coarseness, drawn
from opendata.sources import Borders, borders

COLUMNS = (
    *PLACE_COLUMNS,
    CATCHMENT_COLUMN,
    Column(
        "week",
        "text",
        "Minggu ISO 8601 saat kejadian mulai terlihat, misalnya 2026-W47; Senin sampai Minggu menurut waktu kota.",
        "ISO 8601 week in which the events began, e.g. 2026-W47; Monday to Sunday in the city’s time.",
    ),
    Column(
        "class",
        "text",
        "Yang dikenali kamera (dataset kode), misalnya sampah atau genangan.",
        "What the cameras recognised (dataset of codes), e.g. rubbish (sampah) or flooding (genangan).",
        codes="class",
    ),
    Column(
        "events",
        "integer",
        "Jumlah kejadian yang terlihat. Sel dengan kejadian lebih sedikit daripada yang ditetapkan kebijakan rilis itu "
        "(angka k) tidak dirilis: tidak ada barisnya bukan berarti nol.",
        "Number of events seen. Cells of fewer events than the release’s policy asks (its number k) are not released: "
        "no row does not mean none.",
    ),
)
SHAPING = ["pk", "class", "kelurahan_code", "catchment"]


def make(order: Order) -> Made:
    """Counts of a period's events. Raises Conflict without boundaries."""
    with snapshot():
        events, edition = _read(order)
    frame = camera_counts(events, edition.areas, order.numbers, order.zone, edition.thin)
    counted = int(frame["events"].sum())
    held = reasons(events, edition.areas, TOLD, edition.thin)
    told = {str(reason): int(n) for reason, n in held.value_counts().items() if reason != "" and n}
    few = int((held == "").sum()) - counted
    made = Made(
        frame=frame,
        truth=events[EVENT],
        place="catchment",
        place_else="kelurahan_code",
        held=told | ({"few": few} if few else {}),
        counted=counted,
        edition=edition.edition,
        approximate=edition.approximate,
        demo=bool(events.loc[(held == "").to_numpy(), "demo"].any()),
        input_digest=_digest(events, edition),
    )
    shapes = drawn(edition, made.places)
    utility = {"rows": len(frame), "events": counted, **coarseness(made.places, shapes)}
    return replace(made, shapes=shapes, utility=utility)


def input_digest(order: Order) -> str:
    """What `Made.input_digest` would be now."""
    with snapshot():
        return _digest(*_read(order))


def _read(order: Order) -> tuple[pd.DataFrame, Borders]:
    assert order.period is not None
    events = events_in(order.period, order.zone)
    return events, borders(events["kelurahan_code"].cat.categories)


def _digest(events: pd.DataFrame, edition: Borders) -> str:
    return digest(events[SHAPING].assign(reason=reasons(events, edition.areas, TOLD, edition.thin)), "pk")


RECIPE = Recipe(
    name="cameras",
    rhythm="month",
    tier="",
    columns=COLUMNS,
    rows=ReleasedCamera,
    fields={"class": "klass"},
    make=make,
    digest=input_digest,
)
