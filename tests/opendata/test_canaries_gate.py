"""A candidate that holds anything of what people wrote or left does not come to wait for approval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from django.contrib.auth.models import User

from incidents.models import Complaint
from opendata.building import carry_out, order
from opendata.models import Build, Definition
from opendata.recipes.made import Made, Order
from opendata.recipes.registry import RECIPES
from opendata.store import folder_of
from tests.conftest import IN_KEBONSARI
from tests.opendata import small_recipe
from tests.opendata.conftest import TEXT, Report

pytestmark = pytest.mark.django_db
Press = Callable[[str], Build]


@pytest.fixture
def press(trial: Definition, steward: User, monkeypatch: pytest.MonkeyPatch) -> Press:
    """Builds October by a recipe that writes something into a column where it has no place."""

    def with_words(words: str) -> Build:
        def make(given: Order) -> Made:
            made = small_recipe.make(given)
            return replace(made, frame=made.frame.assign(outcome=pd.Series([words] * len(made.frame))))

        monkeypatch.setitem(RECIPES, "codes", replace(small_recipe.RECIPE, make=make))
        return carry_out(order(trial, "2026-10", 0, steward).pk)

    return with_words


def test_what_only_says_public_words_passes(press: Press) -> None:
    build = press("Kebonsari")

    (told,) = [one for one in build.audit if one["attack"] == "canaries"]
    assert build.state == Build.State.READY
    assert (told["figure"], told["passed"]) == (0, True)
    assert told["tried"] > 90_000


def test_words_of_a_report_in_a_column_are_refused_and_never_repeated(press: Press) -> None:
    build = press(TEXT)

    (told,) = [one for one in build.audit if one["attack"] == "canaries"]
    assert build.state == Build.State.REFUSED
    assert not told["passed"]
    assert "kode.csv" in told["words_id"]
    assert "karung" not in f"{build.message} {build.audit}"
    assert not (folder_of(small_recipe.SLUG, "x").parent / build.folder).exists()


def test_a_pin_or_the_code_of_a_confidential_report_is_refused(
    press: Press, report: Report, october: list[Complaint]
) -> None:
    lon, lat = (
        IN_KEBONSARI[0] + 0.00123,
        IN_KEBONSARI[1] - 0.00217,
    )  # no corner and no middle of anything public
    confidential = report("sampah", at=(lon, lat), confidential=True)

    assert press(f"{lat} {lon}").state == Build.State.REFUSED
    assert press(confidential.tracking_code).state == Build.State.REFUSED


def test_a_report_that_happens_to_say_what_the_audit_says_stops_nothing(press: Press, report: Report) -> None:
    report("sampah", description="Sudah dicari potongan tulisan, nama, kontak, kode, foto, dan titik lokasi.")

    assert press("Kebonsari").state == Build.State.READY
