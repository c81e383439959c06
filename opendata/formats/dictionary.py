"""The dictionary of a release: what each file holds, each column means and each code stands for."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from opendata.formats.about import About, compact_json
from opendata.formats.texts import NEWLINE
from opendata.recipes.made import Column, Recipe

HEADER = ("column", "type", "code", "meaning_id", "meaning_en")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def dictionary(recipe: Recipe, about: About) -> dict[str, Any]:
    """The columns in the order of the files, those with a closed set of codes with them."""
    columns = [_column(one, about) for one in recipe.columns]
    return {"dataset": about.slug, "version": about.version, "columns": columns}


def write_dictionary_json(path: Path, told: dict[str, Any]) -> None:
    """For programs; a line per column."""
    head = [f"{compact_json(key)}:{compact_json(told[key])}" for key in ("dataset", "version")]
    lines = ",\n".join(compact_json(column) for column in told["columns"])
    text = f'{{{",".join(head)},"columns":[\n{lines}\n]}}\n'
    path.write_text(text, encoding="utf-8", newline="")


def write_dictionary_csv(path: Path, told: dict[str, Any]) -> None:
    """To read: a row per column and, below it, a row per code that can stand in it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator=NEWLINE)
        writer.writerow(HEADER)
        for column in told["columns"]:
            writer.writerow(
                _safe(column["name"], column["type"], "", column["meaning_id"], column["meaning_en"])
            )
            for code in column.get("codes", ()):
                writer.writerow(_safe(column["name"], "", code["code"], code["name_id"], code["name_en"]))


def _column(column: Column, about: About) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "meaning_id": column.meaning_id,
        "meaning_en": column.meaning_en,
    }
    if column.codes and column.codes in about.codes:
        told["codes"] = [
            {"code": one.code, "name_id": one.name_id, "name_en": one.name_en}
            for one in about.codes[column.codes]
        ]
    return told


def _safe(*cells: str) -> list[str]:
    """What a spreadsheet would run as a formula gets an apostrophe before it."""
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]
