"""The attack on counts of cameras: it lets the recipe's through, and sees what should have stayed inside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from opendata.anonymise import camera_counts
from opendata.audit.camera_cells import EVENT
from opendata.audit.gate import BY_RECIPE
from opendata.audit.subject import Subject
from opendata.audit.verdicts import Verdict
from opendata.policy import Numbers
from opendata.recipes.cameras import RECIPE
from opendata.recipes.made import Order
from opendata.weeks import Period

SUNDAY_EVENING = datetime(2026, 10, 18, 16, 59, tzinfo=UTC)  # 23.59 in the city
PLACE = ("35.75.01.1001", "Kebonsari", "35.75.01", "Purworejo")
AREAS = pd.DataFrame([PLACE], columns=["kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan"])
GROUPS = [  # class, catchment, events, tier, confidential, minutes after the Sunday
    ("sampah", "35.75.01.1001-001", 12, "open", False, 0),
    ("sampah", "35.75.01.1001-001", 11, "open", False, 1),
    ("sampah", "", 10, "aggregate", False, 0),
    ("sampah", "35.75.01.1001-001", 3, "open", True, 0),
    ("genangan", "35.75.01.1001-001", 9, "open", False, 0),
    ("genangan", "35.75.01.1001-002", 20, "closed", False, 0),
]


def seen() -> pd.DataFrame:
    """A month's events, those that stay inside among them."""
    rows = [
        (PLACE[0], catchment, klass, tier, secret, SUNDAY_EVENING + timedelta(minutes=minutes))
        for klass, catchment, count, tier, secret, minutes in GROUPS
        for _n in range(count)
    ]
    return pd.DataFrame(rows, columns=EVENT)


def made(events: pd.DataFrame, k: int = 10) -> pd.DataFrame:
    return camera_counts(events, AREAS, Numbers(k=k), ZoneInfo("Asia/Jakarta"))


def attacked(frame: pd.DataFrame) -> Verdict:
    order = Order("kamera", Period.parse("2026-10"), 0, Numbers(), ZoneInfo("Asia/Jakarta"), bytes(32))
    subject = Subject(RECIPE, order, frame, seen())
    found = {one.attack: one for attack in BY_RECIPE["cameras"] for one in attack(subject)}
    return found["camera-cells"]


def test_a_strong_table_of_cameras_holds() -> None:
    frame = made(seen())

    assert sorted(frame["events"]) == [10, 11, 12]
    found = attacked(frame)
    assert (found.passed, found.tried, found.successes) == (True, 3, 0)


def weak(how: str) -> pd.DataFrame:
    if how == "single events":
        return made(seen(), k=1)
    if how == "confidential events":
        return made(seen().assign(confidential=False))
    if how == "closed cases":
        return made(seen().assign(tier="open"))
    if how == "a cell twice":
        return pd.concat([made(seen())] * 2, ignore_index=True)
    if how == "weeks of another zone":
        return camera_counts(seen(), AREAS, Numbers(), ZoneInfo("UTC"))
    return made(seen()).assign(events=lambda frame: frame["events"] + 1)


@pytest.mark.parametrize(
    "how",
    [
        "single events",
        "confidential events",
        "closed cases",
        "a cell twice",
        "weeks of another zone",
        "a shifted number",
    ],
)
def test_events_that_should_have_stayed_inside_are_seen_in_the_counts(how: str) -> None:
    found = attacked(weak(how))

    assert not found.passed
    assert found.successes > 0
