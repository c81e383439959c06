"""Columns of moments and of codes, handled by their few distinct values: a million rows in a blink."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike

MONDAY = 3  # 1970-01-01, day 0, was a Thursday


def coded(codes: ArrayLike, names: Iterable[str]) -> pd.Categorical:
    """A column by the places of its values in `names`, each of which is there once; -1 is none of them."""
    categories = pd.Index(list(names), dtype="str")
    made: pd.Categorical = pd.Categorical.from_codes(np.asarray(codes, dtype=np.int64), categories=categories)
    return made


def iso_weeks(moments: pd.Series[pd.Timestamp], zone: ZoneInfo) -> pd.Categorical:
    """The ISO 8601 week (`2026-W53`) of UTC moments in a zone. The year is the week's, not the calendar's."""
    local = pd.DatetimeIndex(moments).tz_convert(zone).tz_localize(None)
    days = local.to_numpy().astype("datetime64[D]").astype(np.int64)
    mondays = days - (days + MONDAY) % 7
    codes, distinct = pd.factorize(mondays, sort=True)
    return coded(codes, (_week(int(monday)) for monday in distinct))


def _week(monday: int) -> str:
    year, week, _day = np.datetime64(monday, "D").item().isocalendar()
    return f"{year}-W{week:02d}"


def categorical(column: pd.Series[str]) -> pd.Series[str]:
    """The column by its distinct values, those only that occur, in their order: what was held back leaves no name."""
    kept = column.astype("category").cat.remove_unused_categories()
    return cast("pd.Series[str]", kept.cat.reorder_categories(sorted(kept.cat.categories)))


def written(codes: pd.Series[str]) -> pd.Series[str]:
    """A column of codes as texts; where a categorical one says nothing: empty."""
    if not isinstance(codes.dtype, pd.CategoricalDtype):
        return codes.astype("str")
    names = pa.array([*codes.cat.categories, ""], pa.large_string())
    places = codes.cat.codes.to_numpy().astype(np.int64)
    found = pa.DictionaryArray.from_arrays(np.where(places < 0, len(names) - 1, places), names)
    return pd.Series(found.dictionary_decode(), index=codes.index, dtype="str")


def looked_up(codes: pd.Series[str], names: pd.Series[str]) -> pd.Series[str]:
    """What each code (a column of `categorical`) is called: `names` has each code once. Unknown ones are empty."""
    called = names.reindex(codes.cat.categories).fillna("").astype("str")
    places, distinct = pd.factorize(called, sort=True)
    values = np.append(places, -1)[codes.cat.codes.to_numpy()]
    return pd.Series(coded(values, distinct), index=codes.index)
