"""A layer in a file's own words → one row per area in ours, or all features that cannot be one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from django.utils.translation import gettext as _

from geo.boundary_codes import (
    CITY,
    Numbering,
    guess_numbering,
    level_from_word,
    level_of,
    normalise_code,
    parent_of,
)
from geo.boundary_crs import WGS84
from geo.boundary_fields import Fields, recognise
from geo.boundary_read import Layer, feature_place
from geo.refusal import Fault, FileRefused, refuse_if_any

COLUMNS = ["code", "name", "level", "parent_code", "foreign_code", "parent_name", "city_name"]
LONGEST_NAME = 120
LONGEST_FOREIGN_CODE = 40


@dataclass(frozen=True)
class Rows:
    """`frame`: COLUMNS and `geometry` in EPSG:4326, in the file's order; its index is the row in the file."""

    frame: gpd.GeoDataFrame
    fields: Fields
    numbering: Numbering


def rows_from(path: Path, layer: Layer, mapping: Mapping[str, str], within: str = "") -> Rows:
    """Turn the columns of `layer` into COLUMNS. `within`: keep the areas of this city's or kecamatan's code only.

    FileRefused, naming all of them, for features without a usable shape (`layer.faults`), without code or name, with a
    code that is none of Kemendagri's shape, one that disagrees with its level, and one that comes twice.
    """
    table = {
        str(column): [cell_text(value) for value in layer.frame[column]]
        for column in layer.frame.columns.drop(layer.frame.geometry.name)
    }
    filled = {column for column, values in table.items() if any(values)}
    fields = recognise(path, list(table), filled, mapping)
    numbering = guess_numbering(table[fields.code], table.get(fields.parent_code, []))
    rows: dict[int, dict[str, str]] = {}
    faults = defaultdict[int, list[str]](list)
    first_with: dict[str, int] = {}
    for number in range(len(layer.frame)):
        row = _row(table, fields, number)
        code = normalise_code(row["code"], numbering)
        if within and code and not f"{code}.".startswith(f"{within}."):
            continue
        rows[number] = _finished(row, code, numbering)
        if reason := _fault(row, code) or _twice(code, number, first_with):
            faults[number].append(reason)
    for number, reason in layer.faults:
        if number in rows:
            faults[number].append(reason)
    refuse_if_any(path, [
        Fault(feature_place(layer.frame, number), reason) for number in sorted(faults) for reason in faults[number]
    ])  # fmt: skip
    if not rows:
        raise FileRefused(path, _("no area in it belongs to %(code)s") % {"code": within})
    shapes = layer.frame.geometry.values[list(rows)]
    frame = pd.DataFrame(list(rows.values()), columns=COLUMNS, index=list(rows))
    return Rows(gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84), fields, numbering)


def _row(table: Mapping[str, Sequence[str]], fields: Fields, number: int) -> dict[str, str]:
    """One feature in our words; in a layered file it belongs to the lowest level of which it has a code or a name."""

    def cell(word: str) -> str:
        column = getattr(fields, word)
        return table[column][number] if column else ""

    row = {word: cell(word) for word in COLUMNS}
    if not fields.city_code or row["code"] or row["name"]:
        return row
    row["foreign_code"] = ""
    if cell("parent_code"):
        return row | {
            "code": cell("parent_code"), "name": cell("parent_name"), "parent_code": cell("city_code"),
            "parent_name": cell("city_name"), "city_name": "",
        }  # fmt: skip
    empty = {"parent_code": "", "parent_name": "", "city_name": ""}
    return row | {"code": cell("city_code"), "name": cell("city_name")} | empty


def _twice(code: str, number: int, first_with: dict[str, int]) -> str:
    first = first_with.setdefault(code, number)
    if first == number:
        return ""
    return _("the code %(code)s comes twice, first in feature %(first)d") % {"code": code, "first": first + 1}


def _fault(row: Mapping[str, str], code: str) -> str:
    """Why this row can be no area; '' if it can."""
    raw = row["code"]
    if not raw:
        return _("it has no code")
    if not code:
        return _("“%(code)s” is no area code (as in 35.75.01.1001)") % {"code": raw[:40]}
    level = level_of(code)
    if not level:
        return _("the code %(code)s is a province's; a city begins at kabupaten/kota") % {"code": code}
    stated = level_from_word(row["level"])
    if row["level"] and not stated:
        return _("“%(level)s” is no level (kabupaten_kota, kecamatan, kelurahan_desa)") % {
            "level": row["level"][:40]
        }
    if stated and stated != level:
        return _("the code %(code)s is of level %(level)s, not %(stated)s") % {
            "code": code,
            "level": level,
            "stated": stated,
        }
    if not row["name"]:
        return _("it has no name")
    if len(row["name"]) > LONGEST_NAME or len(row["foreign_code"]) > LONGEST_FOREIGN_CODE:
        return _("its name or foreign code is too long")
    return ""


def _finished(row: dict[str, str], code: str, numbering: Numbering) -> dict[str, str]:
    # Above a city nothing is loaded, so nothing may be stated there that could turn the tree into a ring.
    stated = "" if level_of(code) == CITY else normalise_code(row["parent_code"], numbering)
    foreign = row["foreign_code"] or row["code"]
    if "".join(filter(str.isalnum, foreign)) == code.replace(".", ""):
        foreign = ""
    return {
        **row,
        "code": code,
        "level": level_of(code),
        "parent_code": stated or parent_of(code),
        "foreign_code": foreign[:LONGEST_FOREIGN_CODE],
    }


def cell_text(value: Any) -> str:
    """A cell as text: numbers without their `.0`, nothing for null, single spaces, no control characters."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(value)).split())
