"""The report that journalists read beside a release."""

from __future__ import annotations

import json
from dataclasses import replace

from opendata.audit.report import as_html, as_json, as_page
from opendata.audit.verdicts import Verdict, told

WORDS = told("Penyerang menebak <rumah>", "An attacker guessed a <home>", 10_000, 308, 0.0341, 0.05)
VERDICT = Verdict("household-own", 0.0341, 0.05, True, 10_000, 308, *WORDS)


def test_each_attack_is_told_in_both_languages_with_its_figure_and_its_limit() -> None:
    indonesian, english = as_html([VERDICT]), as_html([VERDICT], "en")

    assert "10.000 kali dicoba, 308 kali berhasil" in indonesian
    assert "<td>3,5%</td><td>5,0%</td><td>tertahan</td>" in indonesian
    assert "<td>3.5%</td><td>5.0%</td><td>held off</td>" in english


def test_texts_are_escaped_and_the_table_names_its_rows_and_columns() -> None:
    page = as_html([VERDICT])

    assert "&lt;rumah&gt;" in page
    assert page.count('scope="col"') == 4
    assert page.count('scope="row"') == 1
    assert "style=" not in page


def test_a_stopped_release_says_so() -> None:
    failed = replace(VERDICT, figure=0.9, passed=False)

    assert "berhasil: rilis dihentikan" in as_html([VERDICT, failed])
    assert "succeeded: the release was stopped" in as_page([VERDICT, failed])
    assert as_json([VERDICT, failed])["passed"] is False
    assert json.loads(json.dumps(as_json([VERDICT])))["verdicts"][0]["successes"] == 308
