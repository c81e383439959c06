"""In which catchment points lie: the smallest place that is ever told of them."""

from __future__ import annotations

import pandas as pd

from geo.catchment_versions import active_version
from geo.cells import numbers_of
from opendata.columns import coded


def cells(rows: pd.DataFrame) -> pd.Categorical:
    """The catchment of each row (lon, lat: NaN without a point; kelurahan_code); "" where there is none."""
    version = active_version()
    if version is None:
        return coded([0] * len(rows), [""])
    lon, lat, kelurahan = (rows[name].to_numpy() for name in ("lon", "lat", "kelurahan_code"))
    return coded(*numbers_of(lon, lat, kelurahan=kelurahan, version=version))
