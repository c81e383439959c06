"""What everybody can read in a table: which of its columns hold public codes, found by their values alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from opendata.audit.homes import Ints

WEEK = re.compile(r"\d{4}-W\d{2}", re.ASCII)
PERIOD = re.compile(r"\d{4}-(W\d{2}|Q[1-4]|\d{2})", re.ASCII)
WEEKS = "weeks"
# Lists that say where, when and about what: what the adversary of the guarantee knows of a report.
PLACES = ("kelurahan", "kelurahan names", "kecamatan", "kecamatan names", "catchments")
TOPICS = ("categories", "urusan")
COARSE = (*PLACES, *TOPICS, WEEKS)


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Values as they stand in a CSV file; what is missing is empty."""
    return pd.DataFrame({name: _text(frame[name]) for name in frame.columns}, index=frame.index)


def _text(column: pd.Series[Any]) -> pd.Series[str]:
    """By its different values only: a million rows have few."""
    codes, unique = pd.factorize(column)
    texts = np.array([*map(str, unique), ""], dtype=object)
    return pd.Series(texts[codes], index=column.index, dtype="str")


def public_columns(frame: pd.DataFrame, lists: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """List → the first column of `frame` (text) whose values all stand on that list; a column answers to one list.

    ISO weeks need no list. A second column of the same list is left out: it is not needed to say the same again,
    so what it says is not known.
    """
    found: dict[str, str] = {}
    for name in frame.columns:
        values = {value for value in frame[name].unique() if value}
        if not values:
            continue
        if all(WEEK.fullmatch(value) for value in values):
            found.setdefault(WEEKS, name)
            continue
        for title, codes in lists.items():
            if title not in found and values <= codes:
                found[title] = name
                break
    return found


def unknown_columns(frame: pd.DataFrame, lists: Mapping[str, frozenset[str]]) -> list[str]:
    """The other columns that say anything at all, and more than another name for a public code (a place's name)."""
    public = set(public_columns(frame, lists).values())
    other = [name for name in frame.columns if name not in public and frame[name].nunique() > 1]
    return [name for name in other if not any(_says_the_same(frame, code, name) for code in public)]


def _says_the_same(frame: pd.DataFrame, code: str, name: str) -> bool:
    """Does each value of `code` go with one of `name`, though they are met often enough to differ?"""
    kinds = frame[code].nunique()
    return kinds <= len(frame) / 4 and len(np.unique(grouped(frame, [code, name]))) == kinds


def grouped(frame: pd.DataFrame, columns: Iterable[str]) -> Ints:
    """One number per row, equal where the rows are equal in `columns`; all 0 without a column."""
    code = np.zeros(len(frame), dtype=np.int64)
    for name in columns:
        more, unique = pd.factorize(frame[name])
        code = pd.factorize(code * (len(unique) + 1) + more)[0].astype(np.int64)
    return code
