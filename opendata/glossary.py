"""The codes that a release's dictionary explains: of fixed lists all, of the others those that stand in its rows."""

from __future__ import annotations

from opendata.formats.about import Code
from opendata.policy import Numbers
from opendata.recipes.codes import all_codes
from opendata.recipes.made import Made, Recipe
from opendata.sources import borders

WHOLE = {
    "outcome",
    "reports",
    "source",
    "level",
    "cases",
    "class",
}  # so that a missing code tells something, too


def glossary(recipe: Recipe, made: Made, numbers: Numbers) -> dict[str, list[Code]]:
    """By the names of the lists that the recipe's columns use. Raises Conflict without boundaries."""
    columns = [column for column in recipe.columns if column.codes]
    if not columns:
        return {}
    known = all_codes(numbers, borders(()))
    lists = {name: rows for name, rows in known.groupby("list")}
    found: dict[str, list[Code]] = {}
    for column in columns:
        rows = lists.get(column.codes)
        if rows is None:
            continue
        if column.codes not in WHOLE:
            rows = rows[rows["code"].isin(made.frame[column.name].unique())]
        found[column.codes] = [
            Code(str(one["code"]), str(one["name_id"]), str(one["name_en"]))
            for one in rows.to_dict("records")
        ]
    return found
