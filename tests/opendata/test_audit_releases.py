"""What one release gives away beside others, or to whom who knows a neighbour: strong ones nothing, weak ones fall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from opendata.audit.correspondence import examine as look_again
from opendata.audit.differencing import cell_differences, examine_counts, examine_rows
from opendata.audit.gate import examine
from opendata.audit.homogeneity import examine as learn_more
from opendata.audit.homogeneity import learned
from opendata.audit.subject import Earlier, Subject
from opendata.audit.uniqueness import examine as count_candidates
from opendata.audit.verdicts import Verdict, require
from tests.opendata.attacked import (
    OTHER_KEY,
    Weaken,
    attacked,
    from_the_files,
    release,
    renamed,
    with_hidden_text_of_the_place,
    with_ids_that_stay,
    with_points,
)
from tests.opendata.simulated_city import NOVEMBER, OCTOBER, ZONE, City, built, rows_of


@pytest.fixture(scope="session")
def simulated_city() -> City:
    return built()


def failed(verdicts: list[Verdict]) -> set[str]:
    return {verdict.attack for verdict in verdicts if not verdict.passed}


def before(frame: pd.DataFrame, period: str = "2026-11", revision: int = 0) -> Earlier:
    return Earlier("kejadian", period, period, revision, lambda: frame)


def with_a_number_of_the_report(frame: pd.DataFrame, incidents: pd.DataFrame) -> pd.DataFrame:
    """Weak: ids made without a key."""
    return frame.assign(id=[f"{n:08x}" for n in incidents.index])


def with_a_secret(frame: pd.DataFrame, incidents: pd.DataFrame) -> pd.DataFrame:
    """Weak: something about the person that no list explains."""
    return frame.assign(nilai=(incidents["reporter"] * 7 % 3).map({0: "a", 1: "b", 2: "c"}))


def test_a_strong_release_beside_an_earlier_one_passes_every_attack(simulated_city: City) -> None:
    october = before(release(simulated_city, OCTOBER, simulated_city.strong, key=OTHER_KEY), "2026-10")
    verdicts = examine(attacked(simulated_city, earlier=(october,)))

    require(verdicts)
    assert {"household-own", "uniqueness", "homogeneity", "correspondence", "correspondence-earlier"} <= {
        verdict.attack for verdict in verdicts
    }
    again = examine(renamed(attacked(simulated_city, earlier=(october,))))
    assert failed(again) == set()


@pytest.mark.parametrize("weaken", [with_points, with_hidden_text_of_the_place, with_ids_that_stay])
def test_rows_that_fit_few_households_are_found(simulated_city: City, weaken: Weaken) -> None:
    assert failed(count_candidates(attacked(simulated_city, weaken=weaken))) == {"uniqueness"}
    assert failed(count_candidates(renamed(attacked(simulated_city, weaken=weaken)))) == {"uniqueness"}


def test_cells_by_area_alone_hold_too_few_households_somewhere(simulated_city: City) -> None:
    by_area = simulated_city.by_area(8)

    assert failed(count_candidates(attacked(simulated_city, by_area))) == {"uniqueness"}
    assert "household-smallest" in failed(examine(attacked(simulated_city, by_area)))


@pytest.mark.parametrize("weaken", [with_ids_that_stay, with_a_number_of_the_report, with_points])
def test_rows_that_can_be_found_again_stop_a_release(simulated_city: City, weaken: Weaken) -> None:
    october = before(release(simulated_city, OCTOBER, simulated_city.strong, weaken), "2026-10")
    subject = attacked(simulated_city, weaken=weaken, earlier=(october,))

    verdicts = look_again(subject)
    assert "correspondence" in failed(verdicts)
    assert failed(look_again(renamed(subject))) == failed(verdicts)
    if weaken is with_ids_that_stay:
        assert "correspondence-earlier" in failed(verdicts)


def test_what_no_public_list_explains_may_teach_nothing_about_a_neighbour(simulated_city: City) -> None:
    weak = attacked(simulated_city, weaken=with_a_secret)

    assert failed(learn_more(weak)) == {"homogeneity"}
    assert failed(learn_more(renamed(weak))) == {"homogeneity"}
    assert failed(learn_more(attacked(simulated_city))) == set()


def test_the_baseline_leaves_the_report_itself_out() -> None:
    secret, near, far = np.array([1, 1, 0, 2]), np.array([0, 0, 0, 1]), np.zeros(4, dtype=np.int64)

    found = learned(secret, near, far)

    # Attacker: 1, 1, 1 in the first group and 2 in the second. Without the report itself: 1 of (1, 0) or (0, 1),
    # never the 0, and for the last the most frequent of all others, which is 1.
    assert found.attack == 3
    assert found.baseline <= 2
    assert found.risk > 0


def test_a_cumulative_file_falls_to_subtraction(simulated_city: City) -> None:
    """October was released; then a report of it became confidential, and October and November leave in one file."""
    october = before(release(simulated_city, OCTOBER, simulated_city.strong, key=OTHER_KEY), "2026-10")
    both = simulated_city.of(OCTOBER, NOVEMBER)
    now_secret = both.index[both["at"] < OCTOBER.end(ZONE)][5]
    rows = from_the_files(
        rows_of(both.drop(now_secret), simulated_city.strong, simulated_city.kelurahan, OTHER_KEY)
    )
    subject = replace(attacked(simulated_city, earlier=(october,)), frame=rows)

    verdicts = examine_rows(subject)

    assert failed(verdicts) == {"differencing-overlap"}
    assert verdicts[0].successes == 1


def revised(city: City, gone: int, secret: int) -> Subject:
    """November once more: so many rows have vanished, so many of them because they are confidential now."""
    incidents = city.of(NOVEMBER)
    lost = incidents.iloc[:gone]
    everything = from_the_files(rows_of(incidents, city.strong, city.kelurahan, OTHER_KEY))
    silenced = from_the_files(rows_of(lost.iloc[:secret], city.strong, city.kelurahan, OTHER_KEY))
    rows = from_the_files(rows_of(incidents.drop(lost.index), city.strong, city.kelurahan, OTHER_KEY))
    return replace(attacked(city), frame=rows, earlier=(before(everything),), silenced=silenced)


@pytest.mark.parametrize(
    ("gone", "secret", "stopped"),
    [
        (0, 0, set()),
        (3, 0, {"differencing"}),
        (1, 1, {"differencing", "differencing-confidential"}),
        (40, 0, set()),
        (40, 2, set()),
        (40, 3, {"differencing-confidential"}),
    ],
)
def test_a_revision_points_at_nobody(simulated_city: City, gone: int, secret: int, stopped: set[str]) -> None:
    verdicts = examine_rows(revised(simulated_city, gone, secret))

    assert failed(verdicts) == stopped
    assert failed(examine_rows(renamed(revised(simulated_city, gone, secret)))) <= stopped


def test_the_number_of_confidential_rows_is_in_no_verdict(simulated_city: City) -> None:
    one, two = (examine_rows(revised(simulated_city, 40, secret)) for secret in (1, 2))

    assert one == two


def test_counts_that_change_by_a_few_are_found(simulated_city: City) -> None:
    cells = pd.DataFrame(
        {"level": "kelurahan", "place_code": ["a", "b", "c"], "period": "2026-10", "reports": [12, 30, 41]}
    )
    subject = replace(
        attacked(simulated_city), frame=cells.assign(reports=[12, 40, 44]), earlier=(before(cells),)
    )

    assert sorted(cell_differences(subject, subject.earlier[0])) == [0, 3, 10]
    assert failed(examine_counts(subject)) == {"differencing-cells"}
    assert failed(examine_counts(replace(subject, frame=cells))) == set()


def test_a_count_that_one_person_raised_by_many_reports_is_found(simulated_city: City) -> None:
    cells = pd.DataFrame({"place_code": ["a", "b", "c"], "period": "2026-10", "reports": [12, 30, 41]})
    subject = replace(
        attacked(simulated_city), frame=cells.assign(reports=[12, 60, 41]), earlier=(before(cells),)
    )

    assert failed(examine_counts(subject)) == {"differencing-cells"}


def test_a_cell_that_came_or_went_since_the_same_periods_release_is_found(simulated_city: City) -> None:
    cells = pd.DataFrame({"place_code": ["a", "b", "c"], "week": "2026-W45", "events": [12, 30, 41]})
    subject = replace(attacked(simulated_city), earlier=(before(cells),))

    for frame in (cells[:2], pd.concat([cells, cells[:1].assign(place_code="d")])):
        assert failed(examine_counts(replace(subject, frame=frame))) == {"differencing-cells"}
    other = replace(subject, frame=cells[:2], earlier=(before(cells, "2026-12"),))
    assert failed(examine_counts(other)) == set()


def test_a_figure_with_a_fraction_that_changed_is_found(simulated_city: City) -> None:
    cells = pd.DataFrame({"agency": ["a", "b"], "period": "2026-Q4", "days": [1.5, 2.0], "late": [35, 40]})
    subject = replace(attacked(simulated_city), frame=cells.assign(days=[1.5, 2.5]), earlier=(before(cells),))

    assert failed(examine_counts(subject)) == {"differencing-cells"}


def test_where_there_is_nothing_to_subtract_the_report_says_so(simulated_city: City) -> None:
    first = attacked(simulated_city)

    for (verdict,) in (examine_rows(first), examine_counts(first)):
        assert (verdict.passed, verdict.tried) == (True, 0)
        assert "tidak mengukur apa pun" in verdict.words_id
        assert "measured nothing" in verdict.words_en
