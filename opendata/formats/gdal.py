"""GDAL as a writer whose clock stands still: the same input gives the same bytes."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from opendata.formats.about import About
from opendata.formats.columns import Places


@contextmanager
def still_clock(about: About) -> Iterator[str]:
    """What GDAL takes for now: the end of the period. One thread, since the order in which many finish is chance.

    Raises OSError for what GDAL and SQLite could not write.
    """
    now = f"{about.ends_on.isoformat()}T00:00:00.000Z"
    # The file is no file of anybody's yet; store.py makes it durable as a whole.
    options = {"OGR_CURRENT_DATE": now, "GDAL_NUM_THREADS": "1", "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {key: pyogrio.get_gdal_config_option(key) for key in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield now
    except (DataSourceError, DataLayerError, sqlite3.Error) as error:
        raise _refused(error) from error
    finally:
        pyogrio.set_gdal_config_options(before)


def _refused(error: Exception) -> OSError:
    """GDAL and SQLite tell the cause in words of their own, if at all; those of a row never leave with it."""
    code = errno.ENOSPC if "full" in str(error) else errno.EIO
    return OSError(code, f"{os.strerror(code)} ({type(error).__name__})")


def write_places(
    path: Path,
    driver: str,
    layer: str,
    places: Places,
    per_place: pd.DataFrame,
    dataset_options: Mapping[str, str] | None = None,
) -> None:
    """A layer of MultiPolygons (EPSG:4326), one per place, with the columns of `per_place`."""
    pyogrio.raw.write(
        path,
        geometry=np.array(places.wkb(), dtype=object),
        field_data=[_values(per_place[name]) for name in per_place.columns],
        fields=list(per_place.columns),
        layer=layer,
        driver=driver,
        geometry_type="MultiPolygon",
        crs="EPSG:4326",
        dataset_options=dict(dataset_options or {}),
    )


def _values(series: pd.Series[str]) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
    if pd.api.types.is_integer_dtype(series) or pd.api.types.is_float_dtype(series):
        return series.to_numpy()
    return series.astype(object).where(series.notna(), None).to_numpy(dtype=object)
