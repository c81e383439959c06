"""Bands and roundings: values so coarse that they tell of no single case. Whole columns at a time, pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from incidents.models import Phase
from opendata.columns import coded

OPEN, ARCHIVED, DONE, LONGEST = "open", "archived", "done", "done-more"
ENDED = (Phase.RESOLVED, Phase.CLOSED)
CASES = (10, 20, 50, 100, 200)  # lower ends of the bands of an agency's cases
DAY = pd.Timedelta(days=1)


def outcome_codes(days: Sequence[int]) -> list[str]:
    """All codes of an outcome, in their order; `days` are the upper ends of the bands of a solution's duration."""
    return [OPEN, ARCHIVED, *(f"{DONE}-{upper}d" for upper in days), LONGEST, DONE]


def outcomes(
    phase: pd.Series[str],
    opened_at: pd.Series[pd.Timestamp],
    resolved_at: pd.Series[pd.Timestamp],
    days: Sequence[int],
) -> pd.Categorical:
    """What became of cases: open, archived, or within how many days (24 hours each) they were solved.

    A case that is open again is open, whenever it was solved before. `done` without days is for one that another system
    called solved without saying when. What was solved before it was opened (clocks of other systems) took no time.
    """
    codes = outcome_codes(days)
    took = ((resolved_at - opened_at) / DAY).to_numpy(dtype=float)
    band = 2 + np.searchsorted(np.asarray(days, dtype=float), took, side="left")
    band = np.where(np.isnan(took), codes.index(DONE), band)
    ended = phase.isin([one.value for one in ENDED]).to_numpy()
    band = np.where(ended, band, np.where((phase == Phase.ARCHIVED.value).to_numpy(), 1, 0))
    return coded(band, codes)


def band_codes(lowest: Sequence[int]) -> list[str]:
    """The names of bands by their lower ends: (1, 2, 5) are `1`, `2-4` and `5+`."""
    names = [f"{low}-{high - 1}" if high - low > 1 else f"{low}" for low, high in pairwise(lowest)]
    return [*names, f"{lowest[-1]}+"]


def report_codes(lowest: Sequence[int]) -> list[str]:
    """The bands of the number of reports, `0` first (only a camera saw it)."""
    return ["0", *band_codes(lowest)]


def banded(counts: ArrayLike, lowest: Sequence[int], below: str = "") -> pd.Categorical:
    """The band of each whole number; `below` for those under the lowest one."""
    place = np.searchsorted(np.asarray(lowest), np.asarray(counts), side="right")
    return coded(place, [below, *band_codes(lowest)])


def to_half(values: ArrayLike) -> NDArray[np.float64]:
    """Rounded to halves (of a day); what is not known stays so."""
    return np.asarray(np.round(np.asarray(values, dtype=float) * 2) / 2)


def to_five(shares: ArrayLike) -> NDArray[np.float64]:
    """Shares from 0 to 1 as per cent, rounded to fives; what is not known stays so."""
    return np.asarray(np.round(np.asarray(shares, dtype=float) * 20) * 5)
