"""The catchments in force: the cells of at least so many households that other releases name as their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
from shapely.geometry.base import BaseGeometry

from geo.catchment_rows import read_cells
from geo.catchment_versions import active_version
from geo.city import current_city
from geo.models import CatchmentVersion
from opendata.inside.copying import snapshot
from opendata.models import ReleasedCatchment
from opendata.recipes.made import Column, Made, Order, Recipe
from opendata.recipes.shared import CATCHMENT_COLUMN, PLACE_COLUMNS, coarseness
from opendata.released_borders import boundaries_licence, released_catchments
from opendata.sources import borders

COLUMNS = (
    replace(
        CATCHMENT_COLUMN,
        meaning_id="Kode petak: kode kelurahannya dan sebuah nomor yang tidak pernah dipakai lagi di sana.",
        meaning_en="Code of the catchment: that of its kelurahan and a number that is never used again there.",
    ),
    *PLACE_COLUMNS,
    Column(
        "households",
        "integer",
        "Jumlah rumah tangga di dalam petak, dihitung dari titik rumah; sedikitnya sebanyak yang "
        "ditetapkan kebijakan rilis itu.",
        "Households in the catchment, counted from points of houses; at least as many as the release’s policy asks.",
    ),
)


def make(order: Order) -> Made:
    """The catchments in force that hold as many households as the policy asks. Raises Conflict without borders."""
    with snapshot():
        version, edition = active_version(), borders(())
        cells = read_cells(version) if version else ()
        shapes = released_catchments() if boundaries_licence() else {}
        found = input_digest(order)
    rows = [(cell.code, cell.kelurahan, cell.households) for cell in cells]
    frame = pd.DataFrame(rows, columns=["catchment", "kelurahan_code", "households"])
    frame = frame.merge(edition.areas, on="kelurahan_code", validate="many_to_one").sort_values("catchment")
    enough = frame["households"] >= order.numbers.households
    frame = frame.loc[enough, [column.name for column in COLUMNS]].reset_index(drop=True)
    shapes = {code: shapes[code] for code in frame["catchment"] if code in shapes}
    city = current_city()
    return Made(
        frame=frame,
        truth=pd.DataFrame(index=frame.index),
        place="catchment",
        shapes=shapes,
        held={"small": int((~enough).sum())} if not enough.all() else {},
        utility=_utility(frame, shapes, version),
        counted=int(frame["households"].sum()),
        edition=edition.edition,
        approximate=edition.approximate,
        demo=bool(city and city.demo),
        input_digest=found,
    )


def input_digest(_order: Order) -> str:
    """The version, which never changes, and whether shapes may leave."""
    version = active_version()
    return f"{version.number if version else 0} {boundaries_licence()}"


def _utility(
    frame: pd.DataFrame, shapes: Mapping[str, BaseGeometry], version: CatchmentVersion | None
) -> dict[str, object]:
    sizes = frame["households"]
    return {
        "rows": len(frame),
        "version": version.number if version else None,
        "smallest": int(sizes.min()) if len(frame) else None,
        "median_households": float(sizes.median()) if len(frame) else None,
        "kelurahan_without": len(version.report["without"]) if version else None,
        **coarseness(frame["catchment"], shapes),
    }


RECIPE = Recipe(
    name="catchments",
    rhythm="change",
    tier="",
    columns=COLUMNS,
    rows=ReleasedCatchment,
    fields={},
    make=make,
    digest=input_digest,
)
