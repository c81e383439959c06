"""Whether a revision may take an earlier release's place. Whoever holds both compares them, row by row.

A revision is whole and has new row ids. It leaves only if no case of the earlier release has become protected since: no
crowd hides such a row, since others may know why the rest went (a topic that was closed for all). Rows that went for
other reasons are none or at least k; what was protected then stays inside (opendata/inside/lineage.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from opendata.earlier import catchments_of, is_withdrawn, releases_of, rows_of
from opendata.imprint import catchments_named
from opendata.models import Build, Release
from opendata.policy import Numbers
from opendata.recipes.made import Made, Recipe
from opendata.regrets import regretted_since, told_from

# A row of a release and of its revision are of one case at most if these agree; the others may have changed in time.
LASTING = ("category", "kelurahan_code", "catchment", "week")


@dataclass(frozen=True)
class Difference:
    """What a holder of both sees: rows that are the same, and of the earlier ones those that went."""

    same: bool
    vanished: int


def difference(before: pd.DataFrame, after: pd.DataFrame) -> Difference:
    """Compares two tables with the same columns; row ids and the order of rows say nothing."""
    told = [name for name in after.columns if name != "id"]
    same = len(before) == len(after) and bool(
        np.array_equal(np.sort(_hashes(before[told])), np.sort(_hashes(after[told])))
    )
    lasting = [name for name in LASTING if name in after.columns]
    one, two = _hashes(before[lasting]), _hashes(after[lasting])
    every, places = np.unique(np.concatenate([one, two]), return_inverse=True)
    was = np.bincount(places[: len(one)], minlength=len(every))
    now = np.bincount(places[len(one) :], minlength=len(every))
    return Difference(same, int(np.maximum(was - now, 0).sum()))


def _hashes(frame: pd.DataFrame) -> NDArray[Any]:
    return pd.util.hash_pandas_object(frame.astype("str"), index=False).to_numpy()


def may_leave(vanished: int, regretted: int, numbers: Numbers) -> bool:
    """The rule above; `regretted`: cases that were told and must not be told any more."""
    return regretted == 0 and (vanished == 0 or vanished >= numbers.k)


@dataclass(frozen=True)
class Judged:
    """Whether a candidate says anything new, and why it is held back (empty: it is not)."""

    unchanged: bool
    refusal: str


def judge(build: Build, recipe: Recipe, made: Made, numbers: Numbers) -> Judged:
    """A candidate beside the newest release of its period; a first release is not judged here."""
    earlier = releases_of(build.dataset, period=build.period)
    if not earlier:
        return Judged(unchanged=False, refusal="")
    last = earlier[0]
    if not recipe.is_revised:
        return _of_no_cases(build, last, recipe, made)
    if (last.edition, catchments_of(last, recipe)) != (made.edition, catchments_named(recipe)):
        return Judged(unchanged=False, refusal=other_places())
    if is_withdrawn(last):
        return Judged(unchanged=False, refusal=_after_withdrawal(last, recipe, build))
    found = difference(rows_of(last, recipe), made.frame)
    if found.same:
        return Judged(unchanged=True, refusal="")
    regretted = regretted_since(build.period, recipe, told_from(last))
    if may_leave(found.vanished, regretted, numbers):
        return Judged(unchanged=False, refusal="")
    return Judged(unchanged=False, refusal=held_back())


def other_places() -> str:
    """Why rows of other borders or catchments stay inside: no row could be found again, so none could be missed."""
    return _(
        "Held back: borders or catchments are not those of the earlier release, or nobody can tell any more whether "
        "they are. Places that differ would hide from the audit which reports are missing."
    )


def numbers_stay() -> str:
    """Why there is no revision of counts, of cameras and of agencies' figures."""
    return _("Tables of numbers are published once for each period and never revised.")


def _of_no_cases(build: Build, last: Release, recipe: Recipe, made: Made) -> Judged:
    """Reference data change as they like; tables of numbers do not."""
    if build.period:
        return Judged(unchanged=False, refusal=numbers_stay())
    same = not is_withdrawn(last) and difference(rows_of(last, recipe), made.frame).same
    return Judged(unchanged=same, refusal="")


def held_back() -> str:
    """Why a revision stays inside, in words."""
    return _(
        "Held back: a case of the earlier release has become protected since, or a few rows have gone. Whoever "
        "compares the two could tell which. It is tried again at the next quarter’s end."
    )


def _after_withdrawal(last: Release, recipe: Recipe, build: Build) -> str:
    """The rows that were withdrawn are gone here, but copies remain: nothing may be missing from what follows."""
    return held_back() if regretted_since(build.period, recipe, told_from(last)) else ""
