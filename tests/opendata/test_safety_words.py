"""Every attack and every cost has words, and no figure looks smaller than it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from opendata.audit import canaries, household
from opendata.audit.report import as_html
from opendata.audit.verdicts import Verdict, percent, told
from opendata.catalogue.safety import ATTACKS, UTILITY, check_told, utility_words

CODE = Path(household.__file__).parents[1]


def attacks_in_the_code() -> Iterator[str]:
    """What `Verdict(…)`, or a function that makes one, is given as the attack; `ATTACK` is a module's only one."""
    for path in sorted((CODE / "audit").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Verdict", "_verdict"}:
                named = [one.value for one in node.keywords if one.arg == "attack"] or node.args[:1]
                for one in named:
                    if isinstance(one, ast.JoinedStr):
                        yield from (f"household-{stratum}" for stratum in household.WORDS)
                    elif isinstance(one, ast.Constant):
                        yield str(one.value)
                    elif isinstance(one, ast.Name) and one.id == "ATTACK":
                        yield canaries.ATTACK


def costs_in_the_code() -> Iterator[str]:
    for path in sorted((CODE / "recipes").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            makes = isinstance(node, ast.FunctionDef) and node.name in {"_utility", "coarseness"}
            given = [node.value] if isinstance(node, ast.keyword) and node.arg == "utility" else []
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "utility":
                given = [node.value]
            for tree in [node] if makes else given:
                for one in ast.walk(tree):
                    if isinstance(one, ast.Dict):
                        yield from (str(key.value) for key in one.keys if isinstance(key, ast.Constant))


def test_every_attack_of_the_audit_has_a_heading_in_both_languages() -> None:
    found = set(attacks_in_the_code())

    assert {"household-again", "correspondence-earlier", "crowd", "small-topics"} <= found
    assert found == set(ATTACKS)
    for attack in found:
        with translation.override("id"):
            indonesian = str(ATTACKS[attack])
        with translation.override("en"):
            assert str(ATTACKS[attack]) != indonesian


def test_every_cost_of_the_recipes_has_words_and_what_has_none_is_not_shown_by_its_key() -> None:
    found = set(costs_in_the_code())

    assert {"median_km2", "empty_percent", "events"} <= found
    assert found <= set(UTILITY)
    assert utility_words({"some_key": 3, "smallest": None}) == []
    with translation.override("id"):
        ((title, value),) = utility_words({"median_households": 41.0})
        assert (str(title), value) == ("Rumah tangga dalam satu petak, nilai tengah (median)", "41")


@pytest.mark.parametrize(
    ("figure", "shown", "sentence"),
    [
        (0.0307, "0,031", "3,1%"),
        (0.0504, "0,051", "5,1%"),
        (0.05, "0,050", "5,0%"),
        (0.0501, "0,051", "5,1%"),
    ],
)
def test_a_measured_success_is_rounded_up_like_the_sentence_beside_it(
    figure: float, shown: str, sentence: str
) -> None:
    verdict = Verdict("household-homes", figure, 0.05, figure <= 0.05, 10_000, 3, "", "").as_json()

    with translation.override("id"):
        check = check_told(verdict)

    assert check is not None
    assert (check.figure, check.bound, check.tried) == (shown, "0,050", "10.000")
    assert percent(figure)[0] == sentence


def test_what_is_not_limited_shows_no_limit_and_a_crowd_shows_its_least() -> None:
    alone = check_told(Verdict("uniqueness-alone", 0.4, 1.0, True, 10, 4, "", "").as_json())
    crowd = Verdict("crowd", 11.0, 10.0, True, 10, 0, "", "")
    shown = check_told(crowd.as_json())

    assert alone is not None
    assert shown is not None
    assert (alone.bound, shown.figure, shown.bound, shown.at_least) == ("", "11", "10", True)
    assert "<td>11</td><td>paling sedikit 10</td>" in as_html([crowd])


def test_large_numbers_are_grouped_as_each_language_does() -> None:
    indonesian, english = told("Dicoba", "Tried", 13_542, 1_204, 0.0931, 0.05)

    assert "13.542 kali dicoba, 1.204 kali berhasil" in indonesian
    assert "13,542 tries, 1,204 successes" in english
