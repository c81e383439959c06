"""A row per place: its code, its names, and how much is told of it; what maps draw instead of a million rows."""

from __future__ import annotations

import pandas as pd

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
    frame, named = made.frame, made.places
    if places.own:
        return frame.set_index(named).loc[places.codes].reset_index(drop=True)
    drawn = named.isin(places.codes)
    frame, named = frame[drawn], named[drawn]
    by_place = frame.groupby(named.to_numpy(), sort=True)
    told = pd.DataFrame({"code": places.codes}).set_index("code", drop=False)
    for name in NAMES:
        if name in frame and name != made.place:
            told[name] = by_place[name].first().astype(str).reindex(places.codes).fillna("")
    told["rows"] = by_place.size().reindex(places.codes).fillna(0).astype("int64")
    kind = next((name for name in KINDS if name in frame), None)
    if kind and len(frame):
        amounts = _amounts(frame, named, kind, recipe).reindex(places.codes)
        told = told.join(amounts.fillna(0).astype("int64"))
    return told.reset_index(drop=True)


def _amounts(frame: pd.DataFrame, named: pd.Series[str], kind: str, recipe: Recipe) -> pd.DataFrame:
    counted = {one.name for one in recipe.columns if one.type == "integer"}
    amount = next((name for name in AMOUNTS if name in counted), None)
    groups = frame.groupby([named.to_numpy(), frame[kind].astype(str).to_numpy()])
    sums = groups[amount].sum() if amount else groups.size()
    return sums.unstack(fill_value=0).sort_index(axis=1).add_prefix("n_")
