"""The attack on agencies' figures: it lets the recipe's through, and sees cases that should have stayed inside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from opendata.anonymise import performance
from opendata.audit.gate import examine
from opendata.audit.small_topics import BEHIND
from opendata.audit.subject import Subject
from opendata.audit.verdicts import Verdict
from opendata.policy import Numbers
from opendata.recipes.made import Order
from opendata.recipes.performance import RECIPE
from opendata.weeks import Period

GROUPS = [  # category, tier, cases, people, days until the answer, confidential
    ("sampah", "open", 40, 1, 1.25, False),
    ("gizi", "aggregate", 25, 25, 2.7, False),
    ("jentik", "aggregate", 12, 11, 4.1, False),
    ("kusta", "aggregate", 8, 8, 30.0, False),
    ("wabah", "aggregate", 14, 3, 31.0, False),
    ("gizi", "aggregate", 6, 6, 90.0, True),
    ("pungli", "closed", 15, 15, 60.0, False),
]


def quarter() -> tuple[pd.DataFrame, pd.DataFrame]:
    """An agency's cases, and who reported them."""
    rows: list[dict[str, Any]] = []
    for category, tier, cases, people, days, secret in GROUPS:
        rows += [
            {
                "agency_code": "dinkes", "agency": "Dinas Kesehatan", "case": len(rows) + n, "category": category,
                "tier": tier, "confidential": secret, "opened": True, "answer_days": days + n % 5 / 10,
                "solved_days": days * 2 if n % 2 else float("nan"), "unsolved": n % 2 == 0, "late": days > 20,
                "ended": n % 2 == 1, "reopened": days > 20 and n % 4 == 1, "who": f"{category} {secret} {n % people}",
            }
            for n in range(cases)
        ]  # fmt: skip
    steps = pd.DataFrame(rows)
    return steps, steps[["case", "who"]].rename(columns={"who": "reporter"})


def attacked(frame: pd.DataFrame, steps: pd.DataFrame) -> Verdict:
    known = steps.assign(who=steps["who"].map(lambda who: (who,)))
    behind = tuple(known[list(BEHIND)].itertuples(index=False, name=None))
    order = Order("kinerja", Period.parse("2026-Q4"), 0, Numbers(), ZoneInfo("Asia/Jakarta"), bytes(32))
    truth = pd.DataFrame({"behind": [behind] * len(frame)})
    (verdict,) = (
        one for one in examine(Subject(RECIPE, order, frame, truth)) if one.attack == "small-topics"
    )
    return verdict


def made(steps: pd.DataFrame, voices: pd.DataFrame, numbers: Numbers | None = None) -> pd.DataFrame:
    return performance(steps, voices, numbers or Numbers(), "2026-Q4")


def test_a_strong_table_of_agencies_holds() -> None:
    steps, voices = quarter()
    frame = made(steps, voices)

    assert list(frame["tier"]) == ["aggregate", "open"]
    found = attacked(frame, steps)
    assert (found.attack, found.passed, found.tried, found.successes) == ("small-topics", True, 14, 0)


def weak(steps: pd.DataFrame, voices: pd.DataFrame, how: str) -> pd.DataFrame:
    if how == "topics of few people":
        return made(steps, voices, replace(Numbers(), k=3))
    if how == "whoever is not known counts as a person":
        return made(steps, voices.assign(reporter=voices["case"].astype("str")))
    if how == "confidential cases":
        return made(steps.assign(confidential=False), voices)
    if how == "both tiers in one row":
        return made(steps.assign(tier="open"), voices)
    return made(steps.assign(tier=steps["tier"].replace("closed", "open")), voices)


@pytest.mark.parametrize(
    "how",
    [
        "topics of few people",
        "whoever is not known counts as a person",
        "confidential cases",
        "both tiers in one row",
        "closed topics",
    ],
)
def test_cases_that_should_have_stayed_inside_are_seen_in_the_figures(how: str) -> None:
    steps, voices = quarter()

    found = attacked(weak(steps, voices, how), steps)

    assert not found.passed
    assert found.successes > 0
