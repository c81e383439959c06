"""A dataset of the tests' own: one row per report of a month, quickly made, with everything that a real one has."""

from __future__ import annotations

import hashlib

import pandas as pd

from incidents.models import Complaint
from opendata.definitions import all_defined
from opendata.models import Definition, ReleasedIncident
from opendata.recipes.made import Column, Made, Order, Recipe

SLUG = "uji-coba"
COLUMNS = (
    "id", "category", "urusan", "kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan", "catchment", "week",
    "outcome", "source", "reports",
)  # fmt: skip


def make(order: Order) -> Made:
    """Reports that are not confidential: their category, and a code that depends on the build's key."""
    assert order.period
    reports = Complaint.objects.filter(
        received_at__gte=order.period.start(order.zone), received_at__lt=order.period.end(order.zone)
    ).select_related("incident__category")
    told = [one for one in reports.order_by("pk") if not one.incident.confidential]
    rows = [
        (hashlib.blake2b(str(one.pk).encode(), key=order.key, digest_size=16).hexdigest(), one.incident.category.code,
         "", one.incident.kelurahan_code, "=1+1", "99.01.01", "Barat", "", "2026-W42", "open", "warga", "1")
        for one in told
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype("str").sort_values("id", ignore_index=True)
    return Made(
        frame=frame,
        truth=pd.DataFrame({"incident": range(len(frame))}),
        held={"confidential": len(reports) - len(told)},
        utility={"rows": len(frame)},
        counted=len(frame),
        edition="uji",
        input_digest=digest(order),
    )


def digest(order: Order) -> str:
    assert order.period
    reports = Complaint.objects.filter(
        received_at__gte=order.period.start(order.zone), received_at__lt=order.period.end(order.zone)
    )
    told = sorted(reports.values_list("pk", "incident__confidential", "incident__category__code"))
    return hashlib.sha256(repr(told).encode()).hexdigest()


RECIPE = Recipe(
    name="codes",
    rhythm="month",
    tier="open",
    columns=tuple(Column(name, "text", f"arti {name}", f"meaning of {name}") for name in COLUMNS),
    rows=ReleasedIncident,
    fields={"id": "row"},
    make=make,
    digest=digest,
)


def define() -> Definition:
    """Its definition, the only one that is in use."""
    all_defined()
    Definition.objects.update(active=False)
    return Definition.objects.create(
        slug=SLUG,
        recipe=RECIPE.name,
        title_id="Uji coba",
        title_en="A trial",
        notes_id="Uji.",
        notes_en="Trial.",
    )
