"""After publication: which releases hold cases that must be silent now, found without any link from row to case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from incidents.erasure import erase_report
from incidents.models import Category, Complaint, Entry, FormerTier, Incident, Stay
from incidents.visibility import What, raise_privacy
from opendata.models import Build, Release, Withdrawal
from opendata.recipes.incidents import RECIPE
from opendata.regrets import regrets, regretted_since
from tests.opendata import released as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def out(october: list[Complaint], now: time_machine.Traveller) -> Release:
    """October's incidents, released on 20 November; it is a week later."""
    release = made.release("incidents", "2026-10")
    Release.objects.filter(pk=release.pk).exists()
    now.move_to(release.released_at + timedelta(days=7))
    return release


def found() -> list[tuple[str, int, int]]:
    return [(one.release.version, one.silenced, one.erased) for one in regrets()]


def test_nothing_is_found_while_nothing_changes_also_what_was_confidential_from_the_start(
    out: Release,
) -> None:
    assert found() == []


def test_a_reporter_who_asks_for_confidence_afterwards_is_found_with_what_remains(
    out: Release, october: list[Complaint]
) -> None:
    raise_privacy(october[0], {What.CONFIDENTIAL})

    (one,) = regrets()
    assert (one.release, one.silenced, one.erased) == (out, 1, 0)
    assert "diunduh" in str(one.remains) or "downloaded" in str(one.remains)


def test_anonymity_is_no_confidence_and_asked_before_the_release_it_is_no_regret(
    out: Release, october: list[Complaint], now: time_machine.Traveller
) -> None:
    raise_privacy(october[0], {What.ANONYMOUS})
    now.move_to(out.released_at - timedelta(days=1))
    raise_privacy(october[1], {What.CONFIDENTIAL})

    assert found() == []


def test_a_topic_corrected_to_a_protected_one_is_found(
    out: Release, october: list[Complaint], categories: dict[str, Category]
) -> None:
    case = october[2].incident
    Incident.objects.filter(pk=case.pk).update(category=categories["pungli"])
    told = {"category": {"from": {"code": "sampah"}, "to": {"code": "pungli"}}}
    Entry.objects.create(incident=case, at=timezone.now(), kind=Entry.Kind.CORRECTED, data=told)

    assert found() == [("2026-10", 1, 0)]


def test_words_that_were_erased_are_told_apart(out: Release, october: list[Complaint]) -> None:
    erase_report(october[0])

    assert found() == [("2026-10", 0, 1)]


def test_only_the_release_of_that_period_is_named_and_a_withdrawn_one_is_settled(
    out: Release, october: list[Complaint]
) -> None:
    made.release("incidents", "2026-09")
    raise_privacy(october[0], {What.CONFIDENTIAL})
    assert found() == [("2026-10", 1, 0)]

    Withdrawal.objects.create(release=out, reason_id="Atas permintaan pelapor.")
    assert found() == []


def test_a_confidential_report_that_joined_afterwards_silences_the_case(
    out: Release, october: list[Complaint], report: Any
) -> None:
    joined = report("sampah", received=timezone.now(), confidential=True)
    Complaint.objects.filter(pk=joined.pk).update(incident=october[0].incident)

    assert found() == [("2026-10", 1, 0)]
    assert regretted_since("2026-10", RECIPE, out.released_at) == 1
    assert regretted_since("2026-10", RECIPE, datetime(2027, 1, 1, tzinfo=UTC)) == 0


def test_what_changed_while_it_waited_for_approval_is_found(
    out: Release, october: list[Complaint], now: time_machine.Traveller
) -> None:
    built = out.released_at - timedelta(days=2)
    Build.objects.create(
        dataset=out.dataset.slug, period=out.period, requested_at=built, started_at=built, release=out,
        state=Build.State.RELEASED,
    )  # fmt: skip
    now.move_to(out.released_at - timedelta(days=1))
    raise_privacy(october[0], {What.CONFIDENTIAL})

    assert found() == [("2026-10", 1, 0)]


def test_a_topic_that_itself_became_a_protected_one_is_found(
    out: Release, categories: dict[str, Category]
) -> None:
    sampah = Category.objects.filter(pk=categories["sampah"].pk)
    sampah.update(tier=Category.Tier.AGGREGATE)
    FormerTier.objects.filter(category=sampah.get()).update(
        until=timezone.now()
    )  # the trigger has its own clock
    assert found() == [("2026-10", 3, 0)]

    sampah.update(tier=Category.Tier.OPEN)  # what came in under the stricter tier keeps it
    FormerTier.objects.filter(tier=Category.Tier.AGGREGATE).update(until=timezone.now() + timedelta(hours=1))
    assert found() == [("2026-10", 3, 0)]


def test_a_topic_that_was_protected_when_it_left_and_is_opened_is_no_regret(
    out: Release, categories: dict[str, Category]
) -> None:
    Category.objects.filter(pk=categories["jentik"].pk).update(tier=Category.Tier.OPEN)
    FormerTier.objects.update(until=timezone.now())

    assert found() == []


def test_a_confidential_report_that_came_from_another_case_afterwards_is_found(
    out: Release, october: list[Complaint]
) -> None:
    told, secret = october[0].incident, october[4]
    Stay.objects.create(complaint=secret, incident=secret.incident, until=timezone.now())
    Complaint.objects.filter(pk=secret.pk).update(incident=told)
    Entry.objects.create(incident=told, at=timezone.now(), kind=Entry.Kind.MERGED, data={})

    assert found() == [("2026-10", 1, 0)]
