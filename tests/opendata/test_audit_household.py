"""Guessing the household: the strong release withstands, each weakened one falls to whoever reads its values."""

from __future__ import annotations

import pytest
import shapely
from scipy.stats import binomtest

from opendata.audit.gate import examine
from opendata.audit.homes import scattered
from opendata.audit.household import examine as guess_households
from opendata.audit.statistics import lower_bound, upper_bound
from opendata.audit.subject import Subject
from opendata.audit.verdicts import AuditFailed, Verdict, require
from tests.opendata.attacked import (
    Weaken,
    attacked,
    renamed,
    with_hidden_text_of_the_place,
    with_ids_that_stay,
    with_jitter,
    with_points,
)
from tests.opendata.simulated_city import City, built


@pytest.fixture(scope="session")
def simulated_city() -> City:
    return built()


def fell(subject: Subject) -> set[str]:
    return {verdict.attack for verdict in guess_households(subject) if not verdict.passed}


@pytest.mark.parametrize(("successes", "tried"), [(0, 10), (3, 50), (447, 21550), (50, 50), (0, 1)])
def test_bounds_are_those_of_the_reference(successes: int, tried: int) -> None:
    less = binomtest(successes, tried, alternative="less").proportion_ci(0.95, method="exact")
    more = binomtest(successes, tried, alternative="greater").proportion_ci(0.95, method="exact")

    assert upper_bound(successes, tried) == pytest.approx(less.high)
    assert lower_bound(successes, tried) == pytest.approx(more.low)


def test_without_a_try_nothing_is_known() -> None:
    assert upper_bound(0, 0) == 1
    with pytest.raises(ValueError, match="3 successes of 2 tries"):
        upper_bound(3, 2)


def test_a_strong_release_withstands_every_attack(simulated_city: City) -> None:
    verdicts = examine(attacked(simulated_city, trials=10_000))

    require(verdicts)
    guesses = [verdict for verdict in verdicts if verdict.attack.startswith("household")]
    assert len(guesses) == 3
    assert all(verdict.tried >= 10_000 and 0 < verdict.figure <= 0.05 for verdict in guesses)


@pytest.mark.parametrize(
    "weaken", [with_points, with_hidden_text_of_the_place, with_ids_that_stay, with_jitter(30)]
)
def test_a_release_with_places_or_names_in_it_falls(simulated_city: City, weaken: Weaken) -> None:
    subject = attacked(simulated_city, weaken=weaken)

    assert {"household-own", "household-homes"} <= fell(subject)
    assert {"household-own", "household-homes"} <= fell(renamed(subject))


def test_jitter_falls_to_whoever_averages_over_repetition(simulated_city: City) -> None:
    """So wide that a single row withstands: one guess in thirty is right."""
    subject = attacked(simulated_city, weaken=with_jitter(60))

    assert "household-again" in fell(subject)
    assert "household-homes" not in fell(subject)
    assert "household-again" in fell(renamed(subject))


def test_cells_that_are_too_small_fall(simulated_city: City) -> None:
    small = simulated_city.cells(5)

    assert "household-smallest" in fell(attacked(simulated_city, small))
    assert "household-smallest" in fell(renamed(attacked(simulated_city, small)))


def test_new_names_for_the_columns_do_not_stop_a_strong_release(simulated_city: City) -> None:
    assert fell(renamed(attacked(simulated_city))) == set()


def test_the_same_candidate_gets_the_same_verdicts(simulated_city: City) -> None:
    assert guess_households(attacked(simulated_city)) == guess_households(attacked(simulated_city))


def test_a_failed_audit_says_which_attack_succeeded_and_not_what_it_found(simulated_city: City) -> None:
    with pytest.raises(AuditFailed) as stopped:
        require(guess_households(attacked(simulated_city, weaken=with_points)))

    assert "household-own" in str(stopped.value.detail)
    assert "112." not in str(stopped.value.detail)


def test_a_verdict_is_read_as_it_was_kept() -> None:
    verdict = Verdict("household-own", 0.0311, 0.05, True, 10880, 308, "sekali", "once")

    assert Verdict.read(verdict.as_json()) == verdict


def test_where_no_household_is_known_homes_are_scattered_over_the_borders(simulated_city: City) -> None:
    rng = attacked(simulated_city).rng("homes")
    homes = scattered(simulated_city.kelurahan.values(), 10_000, rng)

    assert homes.units == 10_000
    whole = shapely.union_all(list(simulated_city.kelurahan.values()))
    assert shapely.contains_xy(whole, homes.lon, homes.lat).all()
