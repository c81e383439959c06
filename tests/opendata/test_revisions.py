"""What a holder of a release and of its revision may see: nothing by which a report that became silent stands out."""

from __future__ import annotations

import pandas as pd
import pytest

from opendata.policy import Numbers
from opendata.revisions import difference, may_leave

COLUMNS = ("id", "category", "kelurahan_code", "catchment", "week", "outcome")


def table(*rows: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype("str")


FLOOD = ("banjir", "99.01.01.1001", "99.01.01.1001-001", "2026-W42")
ROAD = ("jalan", "99.01.01.1001", "99.01.01.1001-002", "2026-W43")


def test_new_ids_and_another_order_say_nothing() -> None:
    before = table(("a", *FLOOD, "open"), ("b", *ROAD, "open"))
    after = table(("x", *ROAD, "open"), ("y", *FLOOD, "open"))

    assert difference(before, after).same


def test_an_outcome_that_changed_is_the_same_case() -> None:
    found = difference(table(("a", *FLOOD, "open")), table(("x", *FLOOD, "done-7d")))

    assert (found.same, found.vanished) == (False, 0)


def test_rows_that_went_are_counted_also_among_equal_ones() -> None:
    before = table(("a", *FLOOD, "open"), ("b", *FLOOD, "open"), ("c", *ROAD, "open"))
    after = table(("x", *FLOOD, "open"), ("y", *ROAD, "open"), ("z", *ROAD, "open"))

    assert difference(before, after).vanished == 1


@pytest.mark.parametrize(
    ("vanished", "regretted", "leaves"),
    [
        (0, 0, True),
        (1, 0, False),  # a single row that goes is noticed, whatever the reason was
        (9, 0, False),
        (10, 0, True),
        (19, 1, False),
        (200, 1, False),  # others may know why the 199 went: their topic was closed
        (0, 1, False),  # it went, but another with the same values came
    ],
)
def test_a_revision_leaves_when_nothing_became_protected_and_none_or_many_rows_went(
    vanished: int, regretted: int, leaves: bool
) -> None:
    assert may_leave(vanished, regretted, Numbers()) == leaves
