"""Counts of the aggregate tier: what may be published, and that the totals give nothing of the rest back."""

from __future__ import annotations

import time
from itertools import count

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.cells import REPORTS, STEPS
from opendata.policy import Numbers
from opendata.suppress import suppress

CITY = "99.01"
BARAT = ["99.01.01.1001", "99.01.01.1002", "99.01.01.1003"]
TIMUR = ["99.01.02.1001", "99.01.02.1002"]
TOPICS = ["bansos", "jentik", "pungli", "puskesmas"]
FINEST = dict.fromkeys(TOPICS, "kelurahan-month")
NUMBERS = Numbers()
fresh = count(1)

Cells = dict[tuple[str, str], int]


def people(cells: Cells, period: str = "2026-10") -> pd.DataFrame:
    """As many verified reporters, with a report each, as the cells (topic, kelurahan) say."""
    rows = [
        (topic, place, place[:8], period, f"orang-{next(fresh)}")
        for (topic, place), n in cells.items()
        for _ in range(n)
    ]
    return pd.DataFrame(rows, columns=REPORTS)


def everywhere(n: int, **changed: dict[str, int]) -> Cells:
    """`n` reporters of each topic in each kelurahan, but for what is said otherwise: topic → {kelurahan: n}."""
    cells = {(topic, place): n for topic in TOPICS for place in BARAT + TIMUR}
    cells |= {(topic, place): n for topic, places in changed.items() for place, n in places.items()}
    return {key: n for key, n in cells.items() if n}


def table(reports: pd.DataFrame, rungs: dict[str, str] = FINEST) -> dict[tuple[str, str, str], int]:
    frame, _truth = suppress(reports, rungs, NUMBERS, CITY)
    return dict(
        zip(
            zip(frame["level"], frame["place_code"], frame["category"], strict=True),
            frame["reports"],
            strict=True,
        )
    )


def test_where_everything_is_large_enough_everything_is_published_and_adds_up() -> None:
    counts = table(people(everywhere(20)))

    assert len(counts) == len(TOPICS) * (5 + 2 + 1)
    assert counts["kota", CITY, "jentik"] == 100
    assert not [key for key in counts if key[0] == "rest"]


def test_a_cell_of_nine_is_held_back_and_another_one_with_it_so_that_the_total_does_not_give_it_back() -> (
    None
):
    counts = table(people(everywhere(25, jentik={BARAT[0]: 9}, bansos={BARAT[1]: 9}, pungli={BARAT[2]: 9})))

    assert ("kelurahan", BARAT[0], "jentik") not in counts
    shown = [place for place in BARAT if ("kelurahan", place, "jentik") in counts]
    assert len(shown) == 1
    assert counts["kecamatan", "99.01.01", "jentik"] == 59
    assert counts["rest", "99.01.01", "jentik"] == 34
    assert all(("kelurahan", place, "jentik") in counts for place in TIMUR)


def test_all_reports_without_a_verified_contact_are_one_reporter() -> None:
    known = people(everywhere(20, jentik={BARAT[0]: 8}))
    nobody = people({("jentik", BARAT[0]): 500}).assign(reporter="")

    counts = table(pd.concat([known, nobody]))

    assert ("kelurahan", BARAT[0], "jentik") not in counts


def test_one_who_sends_most_reports_of_a_cell_makes_it_no_crowd() -> None:
    crowd = people(everywhere(20))
    busy = people({("jentik", BARAT[0]): 60}).assign(reporter="orang-0")

    counts = table(pd.concat([crowd, busy]))

    assert ("kelurahan", BARAT[0], "jentik") not in counts


@pytest.mark.parametrize(
    "topics", [{"jentik": 100, "bansos": 20, "pungli": 20}, {"jentik": 30, "bansos": 30}]
)
def test_a_place_with_one_topic_above_the_share_or_only_two_topics_shows_none(topics: dict[str, int]) -> None:
    cells = everywhere(40)
    cells = {key: n for key, n in cells.items() if key[1] != BARAT[0]}
    counts = table(people(cells | {(topic, BARAT[0]): n for topic, n in topics.items()}))

    assert not [key for key in counts if key[1] == BARAT[0]]
    assert ("kecamatan", "99.01.01", "jentik") in counts


def test_what_is_left_of_a_place_tells_no_topic_either() -> None:
    # Only jentik has a remainder: whoever lives in the kelurahan without rows and reported, reported that.
    cells = everywhere(40, **{topic: {BARAT[0]: 0} for topic in TOPICS})
    cells[("jentik", BARAT[0])] = 40
    counts = table(people(cells))

    assert not [place for level, place, _topic in counts if level == "kelurahan" and place in BARAT]
    assert ("kecamatan", "99.01.01", "bansos") in counts


def test_a_topic_of_one_place_has_no_total_that_is_that_place() -> None:
    # Nine at one kelurahan of Timur, none elsewhere there: the kecamatan would be that kelurahan.
    alone = everywhere(30, jentik={TIMUR[0]: 60, TIMUR[1]: 0})
    alone = {key: n for key, n in alone.items() if key[1] != TIMUR[0] or key[0] == "jentik"}
    counts = table(people(alone))

    assert ("kelurahan", TIMUR[0], "jentik") not in counts
    assert ("kecamatan", "99.01.02", "jentik") not in counts


def test_nothing_is_shown_inside_a_place_that_is_not_shown() -> None:
    # Timur has one topic almost alone, so it shows none; Barat goes with it, or the city less Barat would be Timur.
    crowd = everywhere(300) | {(topic, TIMUR[0]): 30 for topic in TOPICS}
    crowd = {key: n for key, n in crowd.items() if key[1] != TIMUR[1]} | {("jentik", TIMUR[1]): 1000}

    assert {level for level, _place, _topic in table(people(crowd))} == {"kota"}


def test_what_was_held_back_for_others_has_at_least_ten_which_everybody_may_know() -> None:
    # 8 and 11 are 19: whoever knows that the eleven were held back for the eight knows that those are at most 9.
    counts = table(people(everywhere(25, jentik=dict(zip(BARAT, (8, 11, 11), strict=True)))))

    assert not [
        place
        for level, place, topic in counts
        if level == "kelurahan" and place in BARAT and topic == "jentik"
    ]
    assert counts["kecamatan", "99.01.01", "jentik"] == 30


def test_a_category_is_counted_from_its_rung_upwards_only() -> None:
    rungs = dict(zip(TOPICS, STEPS, strict=True))

    counts = table(people(everywhere(50)), rungs)

    levels = {topic: {level for level, _place, of in counts if of == topic} for topic in TOPICS}
    assert levels == {
        # two further topics are no three, so the kelurahan and kecamatan show nothing
        "bansos": {"kota"}, "jentik": {"kota"}, "pungli": {"kota"}, "puskesmas": {"kota"},
    }  # fmt: skip


def test_without_reports_the_table_is_empty_and_has_its_columns() -> None:
    frame, truth = suppress(people({}), FINEST, NUMBERS, CITY)

    assert frame.empty
    assert list(frame.columns) == ["level", "place_code", "period", "category", "reports"]
    assert list(truth.columns) == ["reporters", "parts"]


SMALL = Numbers(k=3)
cities = st.dictionaries(
    st.tuples(st.sampled_from(TOPICS), st.sampled_from(BARAT + TIMUR)), st.integers(0, 9), min_size=6
)


@given(cities, st.fixed_dictionaries({topic: st.sampled_from(STEPS[:3]) for topic in TOPICS}), st.randoms())
@settings(deadline=None, max_examples=40)
def test_of_any_city_the_table_adds_up_keeps_its_rules_and_does_not_depend_on_the_order(
    cells: Cells, rungs: dict[str, str], chance: object
) -> None:
    reports = people(cells)
    # Every third report has no contact, some people report twice.
    reports["reporter"] = [
        "" if at % 3 == 0 else f"orang-{at // 2 if at % 5 == 0 else at}" for at in range(len(reports))
    ]

    frame, truth = suppress(reports, rungs, SMALL, CITY)
    shuffled = reports.sample(frac=1, random_state=chance.randrange(99))  # type: ignore[attr-defined]
    again, _truth = suppress(shuffled, rungs, SMALL, CITY)

    assert frame.equals(again)
    assert (truth["reporters"] >= SMALL.k).all()
    for _place, rows in frame[frame["level"] != "rest"].groupby(["level", "place_code"]):
        assert len(rows) >= SMALL.categories
        assert rows["reports"].max() <= SMALL.share * rows["reports"].sum()
    rests = frame[frame["level"] == "rest"]
    for place, topic, rest in zip(rests["place_code"], rests["category"], rests["reports"], strict=True):
        of = frame[(frame["category"] == topic) & (frame["level"] != "rest")].set_index("place_code")[
            "reports"
        ]
        parts = [n for code, n in of.items() if str(code).rpartition(".")[0] == place]
        assert parts
        assert of[place] == sum(parts) + rest


def test_a_year_of_34_kelurahan_and_30_topics_takes_well_under_two_seconds() -> None:
    rng = np.random.default_rng(5)
    size = 60_000
    kecamatan, kelurahan = rng.integers(1, 5, size), rng.integers(1001, 1010, size)
    reports = pd.DataFrame(
        {
            "category": [f"topik-{at:02d}" for at in (rng.zipf(1.3, size) - 1) % 30],
            "kecamatan_code": [f"99.01.{at:02d}" for at in kecamatan],
            "kelurahan_code": [f"99.01.{k:02d}.{n}" for k, n in zip(kecamatan, kelurahan, strict=True)],
            "period": [f"2026-{at:02d}" for at in rng.integers(1, 13, size)],
            "reporter": [f"orang-{at}" for at in rng.integers(0, 40_000, size)],
        }
    )  # fmt: skip
    rungs = {f"topik-{at:02d}": STEPS[0] for at in range(30)}

    began = time.process_time()
    frame, _truth = suppress(reports, rungs, NUMBERS, CITY)

    assert time.process_time() - began < 2
    assert {"kelurahan", "kecamatan", "kota", "rest"} == set(frame["level"])
