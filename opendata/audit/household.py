"""Guess the household of the reporter from a released row. The number that the whole guarantee rests on.

Adversary: knows all households of the city, the recipe and every released value; has tried the recipe on homes of its
own. Measured: how often the best of many attackers names the right household in rows that it has not learned from, with
the upper Clopper–Pearson bound. Which attacker is best is decided on rows kept apart for it, so that choosing among
many adds no luck to the figure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from opendata.audit import repetition
from opendata.audit.attackers import all_guesses
from opendata.audit.homes import Homes
from opendata.audit.statistics import lower_bound, upper_bound
from opendata.audit.subject import Subject
from opendata.audit.trials import TEST, VALID, Flags, Trials, trials_of
from opendata.audit.verdicts import Verdict, told

PLAINLY = 0.9999  # sure that few rows are not just unlucky
WORDS = {
    "own": (
        "Penyerang menebak rumah tangga pelapor dari baris rilis ini (bila barisnya sedikit, ditambah laporan buatan)",
        "An attacker guessed the reporter's household from this release (if its rows are few, also from made-up ones)",
    ),
    "homes": (
        "Penyerang menebak rumah tangga pelapor dari laporan buatan, dari rumah-rumah di seluruh kota",
        "An attacker guessed the reporter's household from made-up reports of homes all over the city",
    ),
    "smallest": (
        "Penyerang menebak rumah tangga pelapor dari laporan buatan di petak-petak terkecil",
        "An attacker guessed the reporter's household from made-up reports in the smallest cells",
    ),
    "again": (
        "Penyerang menebak rumah tangga orang yang sering melapor dari rata-rata baris-barisnya (laporan buatan)",
        "An attacker guessed the household of people who report often from the mean of their rows (made-up reports)",
    ),
}


def examine(subject: Subject) -> list[Verdict]:
    """One verdict for the candidate's own rows, one for homes at random, one for those of the smallest cells."""
    rng = subject.rng("household")
    homes = subject.known_homes
    trials = trials_of(subject, homes, rng)
    best = best_attackers(trials, subject, homes, rng)
    others = {"own": best.get("homes")}
    again = _again(trials, subject, homes, rng)
    if again:
        best["again"] = again
    return [_verdict(name, best[name], others.get(name), subject) for name in WORDS if name in best]


def _again(trials: Trials, subject: Subject, homes: Homes, rng: np.random.Generator) -> Score | None:
    """The best of those who average over repetition, chosen on half of the homes and judged on the other."""
    best: Score | None = None
    test: Flags | None = None
    for right in repetition.guesses(trials, subject, homes, rng):
        test = rng.random(len(right)) < 0.5 if test is None else test
        score = Score("repetition", float(right[~test].mean()), int(right[test].sum()), int(test.sum()))
        best = score if best is None or score.merit > best.merit else best
    return best


@dataclass(frozen=True)
class Score:
    """How one attacker did in one stratum: chosen by `merit`, judged by `successes` of `tried`."""

    attacker: str
    merit: float
    successes: int
    tried: int


def best_attackers(
    trials: Trials, subject: Subject, homes: Homes, rng: np.random.Generator
) -> dict[str, Score]:
    """Per stratum, the attacker that does best on the validation rows, as it does on the test rows."""
    best: dict[str, Score] = {}
    for guess in all_guesses(trials, homes, subject.residents, rng):
        right = guess.units == trials.unit
        for name, member in trials.strata.items():
            score = _score(guess.attacker, right, member, trials)
            if score.tried and (name not in best or score.merit > best[name].merit):
                best[name] = score
    return best


def _score(attacker: str, right: Flags, member: Flags, trials: Trials) -> Score:
    tested, chosen_by = member & (trials.role == TEST), member & (trials.role == VALID)
    merit = float(right[chosen_by].mean()) if chosen_by.any() else 0.0
    return Score(attacker, merit, int(right[tested].sum()), int(tested.sum()))


def _verdict(stratum: str, score: Score, others: Score | None, subject: Subject) -> Verdict:
    """Few rows say little by themselves: then simulated homes make up the number, unless the rows are plainly worse."""
    numbers = subject.order.numbers
    tried, successes = score.tried, score.successes
    plainly = lower_bound(successes, tried, PLAINLY) > numbers.risk
    if others and tried < numbers.homes and not plainly:
        tried, successes = tried + others.tried, successes + others.successes
    figure = upper_bound(successes, tried, numbers.confidence)
    words_id, words_en = told(*WORDS[stratum], tried, successes, figure, numbers.risk)
    return Verdict(
        attack=f"household-{stratum}",
        figure=figure,
        bound=numbers.risk,
        passed=figure <= numbers.risk,
        tried=tried,
        successes=successes,
        words_id=words_id,
        words_en=words_en,
    )
