"""Cases that never were, for the attacks of the audit: they pass through the same functions as real ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.registry import current_locator
from incidents.models import Phase
from opendata.columns import coded
from opendata.inside.cells import cells
from opendata.recipes.made import Order

PHASES = (Phase.WORKING.value, Phase.CLOSED.value, Phase.ARCHIVED.value)
SOURCES = ("warga", "cctv", "keduanya")
LONGEST_DAYS = 120


def made_up_cases(order: Order, pins: pd.DataFrame, topics: pd.DataFrame) -> pd.DataFrame:
    """A case per pin (lon, lat, topic: a number, at: UTC) with the columns of `cases.cases_in`; index as `pins`.

    `topics`: category of all that the order may release. Where the pin lies and in which catchment is asked of the
    borders and cells in force; what became of a case is drawn anew for each key. A pin outside the city has no
    kelurahan.
    """
    rng = np.random.default_rng(list(order.key))
    number = len(pins)
    locator = current_locator()
    village = locator.locate_many(pins["lon"].to_numpy(), pins["lat"].to_numpy()).village
    codes = [*(one.place.code for one in locator.villages), ""]
    rows = pd.DataFrame(
        {
            "pk": np.arange(1, number + 1, dtype=np.int64),
            "category": coded(pins["topic"].to_numpy() % max(1, len(topics)), topics["category"]),
            "tier": coded(np.zeros(number), ["open"]),
            "confidential": False,
            "kelurahan_code": coded(np.where(village < 0, len(codes) - 1, village), codes),
            "lon": pins["lon"].to_numpy(),
            "lat": pins["lat"].to_numpy(),
            "opened_at": pins["at"].to_numpy(),
            "resolved_at": (
                pins["at"] + pd.to_timedelta(rng.uniform(0, LONGEST_DAYS, number), unit="D")
            ).to_numpy(),
            "phase": coded(rng.integers(0, len(PHASES), number), PHASES),
            "source": coded(rng.integers(0, len(SOURCES), number), SOURCES),
            "demo": False,
            "approximate": False,
            "complaints": rng.geometric(0.7, number).astype(np.int64),
        },
        index=pins.index,
    )
    for moment in ("opened_at", "resolved_at"):
        rows[moment] = pd.to_datetime(rows[moment], utc=True)
    return rows.assign(catchment=cells(rows))
