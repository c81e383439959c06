"""A dataset that follows a retired one tells of no period again that the other one has told of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from geo.errors import Conflict
from opendata.approve import approve, release_approved
from opendata.building import carry_out, new_build
from opendata.due import due, due_revisions
from opendata.models import Build, Dataset, Definition
from opendata.orders import fresh_order
from opendata.overlaps import released_elsewhere
from opendata.policy import in_force
from opendata.recipes.registry import RECIPES
from opendata.subjects import earlier_of
from tests.opendata.conftest import Report
from tests.opendata.released import release, withdraw

pytestmark = pytest.mark.django_db


def anew(trial: Definition) -> Definition:
    """The same again under another name, after the first was retired."""
    Definition.objects.filter(pk=trial.pk).update(active=False)
    return Definition.objects.create(slug="uji-lagi", recipe=trial.recipe, title_en="Again", title_id="Lagi")


def test_the_same_defined_anew_starts_with_the_first_month_that_nobody_has_released(
    ready: Build, trial: Definition, steward: User, report: Report
) -> None:
    release_approved(approve(ready, steward).pk)
    report("sampah", received=datetime(2026, 11, 12, 3, 0, tzinfo=UTC))
    again = anew(trial)

    assert [one.period_text for one in due(datetime(2026, 12, 20, tzinfo=UTC), [again])] == ["2026-11"]
    with pytest.raises(Conflict, match=r"“A trial” .* has released 2026-10"):
        new_build(again, "2026-10", 0, steward)
    assert not Build.objects.filter(dataset="uji-lagi").exists()


def test_what_was_ordered_or_waits_while_another_one_left_does_not_leave(
    ready: Build, trial: Definition, steward: User
) -> None:
    again = anew(trial)
    waiting = carry_out(new_build(again, "2026-10", 0, None).pk)
    ordered = Build.objects.create(
        dataset="uji-lagi", period="2026-10", revision=1, requested_at=timezone.now()
    )
    assert waiting.state == Build.State.READY
    assert release_approved(approve(ready, steward).pk).state == Build.State.RELEASED

    stopped = release_approved(approve(waiting, steward).pk)

    assert (stopped.state, stopped.release) == (Build.State.READY, None)
    assert "A trial" in stopped.message
    assert carry_out(ordered.pk).state == Build.State.FAILED


def test_months_that_two_have_released_in_the_past_are_not_revised(trial: Definition) -> None:
    Definition.objects.filter(pk=trial.pk).update(recipe="incidents", slug="contoh-incidents")
    former = Dataset.objects.create(slug="dulu", recipe="incidents", title_id="Dulu", title_en="Once")
    release("incidents", dataset=former)
    for period in ("2026-09", "2026-10"):
        release("incidents", period)

    assert [one.period_text for one in due_revisions(datetime(2027, 4, 20, tzinfo=UTC))] == ["2026-09"]


def test_topics_that_a_release_had_in_its_rows_are_told_whatever_became_of_its_definition() -> None:
    made = release("incidents")  # of rubbish
    Definition.objects.create(slug="contoh-incidents", recipe="incidents", categories=["pohon"])

    def covered(*topics: str) -> list[str]:
        return list(released_elsewhere(Definition(slug="x", recipe="incidents", categories=list(topics))))

    assert covered("banjir") == []
    assert covered("banjir", "sampah") == covered("pohon") == covered() == ["2026-10"]
    withdraw(made)
    assert covered("sampah") == ["2026-10"]
    assert not released_elsewhere(Definition(slug="x", recipe="cameras"))


def test_the_audit_gets_every_release_of_the_kind_and_reads_it_when_it_is_compared() -> None:
    for period in ("2026-08", "2026-10", "2026-09"):
        release("incidents", period, rows=3_000_000)
    definition = Definition(slug="x", recipe="incidents", categories=["sampah"])
    order, recipe = fresh_order(definition, "2026-10", 0, in_force()[1]), RECIPES["incidents"]

    found = earlier_of(order, recipe)

    assert found[0].period == "2026-10"
    assert [len(one.frame) for one in found] == [3, 3, 3]
    definition.categories = ["banjir"]
    elsewhere = earlier_of(fresh_order(definition, "2026-10", 0, in_force()[1]), recipe)
    assert [len(one.frame) for one in elsewhere] == [0, 0, 0]
