"""The attacks on tables of counts: they let a strong table through and stop weakened ones, each by its own success."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from opendata.audit.gate import examine
from opendata.audit.subject import Earlier, Subject
from opendata.audit.verdicts import Verdict
from opendata.cells import REPORTS, STEPS
from opendata.policy import Numbers
from opendata.recipes.counts import RECIPE
from opendata.recipes.made import Order
from opendata.suppress import suppress
from opendata.weeks import Period

CITY = "99.01"
KELURAHAN = [f"99.01.{kecamatan:02d}.{n}" for kecamatan in (1, 2, 3) for n in range(1001, 1005)]
TOPICS = [f"topik-{n}" for n in range(6)]
FINEST = dict.fromkeys(TOPICS, STEPS[0])
NUMBERS = Numbers()


def reports_of(seed: int, mean: float, period: str = "2026-10") -> pd.DataFrame:
    """A city's month: some topics are frequent, some are not; some people report twice, some without a contact."""
    rng = np.random.default_rng(seed)
    rows = []
    for at, topic in enumerate(TOPICS):
        for place in KELURAHAN:
            for n in range(rng.poisson(mean * (1 + at % 4) / 2)):
                who = "" if rng.random() < 0.2 else f"{place} {n}"
                rows += [(topic, place, place[:8], period, who)] * (2 if rng.random() < 0.1 else 1)
    return pd.DataFrame(rows, columns=REPORTS)


def of_each(parts: tuple[Any, ...]) -> tuple[tuple[str, int], ...]:
    return tuple((kelurahan, reports) for kelurahan, _kecamatan, reports, _who in parts)


def subject(frame: pd.DataFrame, truth: pd.DataFrame, period: str = "2026-10", **more: Any) -> Subject:
    """As the audit meets it: rows read back from the files, numbers as text."""
    if "eligible" not in truth:
        truth = truth.assign(eligible=truth["parts"].map(of_each))
    order = Order("hitungan", Period.parse(period), 0, NUMBERS, ZoneInfo("Asia/Jakarta"), bytes(32))
    return Subject(
        RECIPE, order, frame.astype(str).reset_index(drop=True), truth.reset_index(drop=True),
        areas=dict.fromkeys(KELURAHAN), **more,  # type: ignore[arg-type]  # the attacks ask for the codes only
    )  # fmt: skip


def verdicts(attacked: Subject) -> dict[str, Verdict]:
    return {verdict.attack: verdict for verdict in examine(attacked)}


def failed(attacked: Subject) -> set[str]:
    return {name for name, verdict in verdicts(attacked).items() if not verdict.passed}


@pytest.fixture(scope="module")
def strong() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A city's table with all levels and remainders, and what is behind it."""
    frame, truth = suppress(reports_of(1, 18), FINEST, NUMBERS, CITY)
    assert set(frame["level"]) == {"kelurahan", "kecamatan", "kota", "rest"}
    return frame, truth


def test_a_strong_table_is_let_through_by_every_attack(strong: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    found = verdicts(subject(*strong))

    assert {name for name, verdict in found.items() if verdict.passed} == {
        "intervals", "crowd", "topics", "dominance", "subtraction", "differencing-cells",
    }  # fmt: skip
    assert found["intervals"].tried > 0
    assert found["subtraction"].tried > 0
    assert found["crowd"].figure >= 10
    assert found["topics"].figure >= 3
    assert found["dominance"].figure <= 0.7


def test_a_suppressed_count_that_the_total_gives_back_is_found() -> None:
    """Each count of fewer than ten is left out, and nothing else is: where one is missing, the total has it."""
    reports = reports_of(2, 18)
    naive, truth = suppress(reports, FINEST, replace(NUMBERS, k=1, share=1.0), CITY)
    kept = (naive["level"] != "rest") & (truth["reporters"] >= NUMBERS.k)

    assert {"intervals", "subtraction"} <= failed(subject(naive[kept], truth[kept]))


def test_confidential_rows_in_a_total_are_found() -> None:
    allowed, secret = reports_of(1, 18), reports_of(7, 3)
    secret["reporter"] = "r " + secret["reporter"]
    frame, truth = suppress(pd.concat([allowed, secret]), FINEST, NUMBERS, CITY)
    may = {
        topic: tuple(of["kelurahan_code"].value_counts().items()) for topic, of in allowed.groupby("category")
    }
    truth["eligible"] = frame["category"].map(may).where(truth["parts"].map(len) > 0, ())

    assert failed(subject(frame, truth)) == {"subtraction"}


def test_a_table_of_three_reporters_a_cell_is_found_by_the_other_library() -> None:
    assert "crowd" in failed(subject(*suppress(reports_of(3, 5), FINEST, replace(NUMBERS, k=3), CITY)))


@pytest.mark.parametrize(
    ("weak", "attack"), [({"share": 1.0}, "dominance"), ({"share": 1.0, "categories": 1}, "topics")]
)
def test_a_place_of_one_topic_is_found_by_the_other_library(weak: dict[str, Any], attack: str) -> None:
    reports = reports_of(4, 18)
    one = reports["kelurahan_code"] == KELURAHAN[0]
    if attack == "topics":
        reports = reports[~one | (reports["category"] == TOPICS[3])]
    else:
        more = [
            pd.DataFrame(
                [(TOPICS[3], KELURAHAN[0], KELURAHAN[0][:8], "2026-10", f"n {n}") for n in range(1500)],
                columns=REPORTS,
            )
        ]
        reports = pd.concat([reports, *more])

    assert attack in failed(subject(*suppress(reports, FINEST, replace(NUMBERS, **weak), CITY)))


def earlier(frame: pd.DataFrame, period: str, version: str) -> Earlier:
    return Earlier("hitungan", version, period, 0, lambda: frame.astype(str))


def test_a_cumulative_table_gives_back_what_came_since_the_last_one() -> None:
    whole = reports_of(5, 18)
    # The last of six of each crowd came after the first table.
    first, _truth = suppress(whole.sample(frac=0.97, random_state=5), FINEST, NUMBERS, CITY)

    assert "differencing-cells" in failed(
        subject(*suppress(whole, FINEST, NUMBERS, CITY), earlier=(earlier(first, "2026-10", "2026-10-s1"),))
    )


def test_a_quarters_total_less_its_published_months_gives_back_the_month_that_was_held_back() -> None:
    months = {period: reports_of(at, 18, period) for at, period in enumerate(["2026-10", "2026-11"])}
    few = reports_of(9, 18, "2026-12").iloc[::60]
    earlier_ones = tuple(
        earlier(suppress(reports, FINEST, NUMBERS, CITY)[0], period, period)
        for period, reports in months.items()
    )
    quarter = pd.concat([*months.values(), few]).assign(period="2026-Q4")
    weak = suppress(quarter, dict.fromkeys(TOPICS, STEPS[3]), NUMBERS, CITY)

    assert "intervals" in failed(subject(*weak, "2026-12", earlier=earlier_ones))
    assert "intervals" not in failed(subject(*weak, "2026-12"))


@given(st.integers(0, 10_000), st.sampled_from([4, 9, 14, 20, 30]), st.sampled_from([STEPS[0], STEPS[1]]))
@settings(deadline=None, max_examples=8, phases=[Phase.generate])  # each takes a third of a second
def test_of_no_city_can_the_attack_narrow_a_count_or_subtract_a_small_group(
    seed: int, mean: float, step: str
) -> None:
    rungs = {topic: step if at % 3 else STEPS[0] for at, topic in enumerate(TOPICS)}

    attacked = subject(*suppress(reports_of(seed, mean), rungs, NUMBERS, CITY))

    assert not failed(attacked)
