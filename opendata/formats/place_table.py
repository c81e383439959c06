"""A row per place: its code, its names, and how much is told of it; what maps draw instead of a million rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from opendata.formats.columns import Places
from opendata.recipes.made import Made, Recipe

NAMES = ("kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan")
KINDS = ("category", "class")
AMOUNTS = ("reports", "events")


def place_table(made: Made, recipe: Recipe, places: Places) -> pd.DataFrame:
    """In the order of the places. Where the rows are the places themselves: their columns.

    Else `code`, the names that go with it, `rows`, and of each category or class `n_<code>`: the sum of the counted
    reports or events, where the rows count any, or the number of rows.
    """
    frame, number = made.frame, len(places.codes)
    if places.own:
        return frame.set_index(made.places).loc[places.codes].reset_index(drop=True)
    at: NDArray[np.int32] = places.at.fill_null(-1).to_numpy()
    drawn = np.flatnonzero(at >= 0)
    first = np.full(number, -1)
    first[at[drawn[::-1]]] = drawn[::-1]  # of many, what is written last stays: the first row
    told = pd.DataFrame({"code": places.codes})
    for name in NAMES:
        if name in frame and name != made.place:
            told[name] = _texts(frame[name], first)
    told["rows"] = np.bincount(at[drawn], minlength=number)
    kind = next((name for name in KINDS if name in frame), None)
    if kind is None:
        return told
    return pd.concat([told, _amounts(frame.iloc[drawn], at[drawn], number, kind, recipe)], axis=1)


def _texts(column: pd.Series[str], rows: NDArray[np.int64]) -> NDArray[np.object_]:
    """The column's texts in some rows; empty for -1."""
    found = column.iloc[np.maximum(rows, 0)].to_numpy(dtype=object) if len(column) else np.full(len(rows), "")
    return np.where(rows >= 0, found, "")


def _amounts(
    frame: pd.DataFrame, at: NDArray[np.int32], number: int, kind: str, recipe: Recipe
) -> pd.DataFrame:
    counted = {one.name for one in recipe.columns if one.type == "integer"}
    amount = next((name for name in AMOUNTS if name in counted), None)
    which, kinds = pd.factorize(frame[kind], sort=True)
    weights = frame[amount].to_numpy(dtype=np.float64) if amount else None
    cells = np.bincount(at.astype(np.int64) * len(kinds) + which, weights, minlength=number * len(kinds))
    table = cells.astype(np.int64).reshape(number, len(kinds))
    return pd.DataFrame(table, columns=[f"n_{one}" for one in kinds])
