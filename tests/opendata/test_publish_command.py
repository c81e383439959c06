"""`manage.py publish` as an administrator types it."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.utils import translation

from incidents.models import Complaint
from opendata.definitions import COUNTS
from opendata.models import Release
from tests.opendata.conftest import NOVEMBER, Report

pytestmark = pytest.mark.django_db


def run(*args: str) -> list[str]:
    """The lines that the command prints, in English."""
    out = StringIO()
    with translation.override("en"):
        call_command("publish", *args, stdout=out)
    return out.getvalue().splitlines()


def test_without_a_period_it_releases_each_month_that_has_ended_oldest_first(report: Report) -> None:
    for month in (10, 8):
        report("sampah", received=datetime(2026, month, 5, tzinfo=UTC))

    assert run() == [
        "2026-08 is released: 1 reports in 1 rows.",
        "2026-10 is released: 1 reports in 1 rows.",
    ]
    assert run() == ["No month that has ended waits for its release."]


def test_a_month_that_runs_waits_and_the_command_says_until_when(report: Report) -> None:
    report("sampah", received=NOVEMBER)

    assert run() == [
        "No month that has ended waits for its release.",
        "2026-11 still runs; it can be released from 1 December 2026, 00.00 WIB. "
        "Provisionally until today: manage.py publish --period 2026-11",
    ]
    assert not Release.objects.exists()


def test_it_is_released_provisionally_when_asked_for(report: Report) -> None:
    report("sampah", received=datetime(2026, 11, 19, tzinfo=UTC))

    assert run("--period", "2026-11") == ["2026-11-p1 is released: 1 reports in 1 rows."]
    assert run(COUNTS.slug, "--period", "2026-11") == ["2026-11: nothing has changed since 2026-11-p1."]


def test_a_period_that_is_released_stays_as_it_is_and_that_is_no_failure(released: Release) -> None:
    assert run("--period", "2026-10") == ["2026-10 was released already as 2026-10. Releases do not change."]


def test_a_period_without_reports_is_nothing_to_release(report: Report) -> None:
    assert run("--period", "2026-07") == ["2026-07: nothing to release."]


def test_a_dry_run_tells_what_would_leave_and_writes_nothing(october: list[Complaint]) -> None:
    assert run("--dry-run", "--period", "2026-10") == [
        "2026-10 would be released with 4 reports in 3 rows.",
        "Held back: 1 reports that are confidential or belong to a confidential case.",
        "Held back: 1 reports of closed categories.",
        "Held back: 1 reports of categories that are published as aggregates only.",
    ]
    assert not Release.objects.exists()
    assert not Path(django_settings.RELEASE_ROOT).exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--period", "2026-13"], "is no period"),
        (["--period", ""], "is no period"),
        (["--period", "2027-01"], "has not begun"),
        (["tidak-ada"], COUNTS.slug),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(report: Report, args: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says) as caught:
        run(*args)

    assert "\n" not in str(caught.value)


def test_without_a_city_it_says_what_is_missing(db: None) -> None:
    with pytest.raises(CommandError, match="No boundaries are loaded"):
        run("--period", "2026-10")


def test_a_full_disk_is_told_in_one_line(october: list[Complaint], tmp_path: Path) -> None:
    (tmp_path / "releases").write_text("in the way")

    with pytest.raises(CommandError, match="cannot be written"):
        run("--period", "2026-10")


def test_a_failed_audit_stops_with_its_reason(
    october: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opendata.build.sources.eligible_total", lambda _window: 5)

    with pytest.raises(CommandError, match=r"Nothing was released\. Failed checks: totals"):
        run("--period", "2026-10")


def test_lost_keys_stop_the_audit_since_it_cannot_look_for_contacts(
    october: list[Complaint], settings: Any
) -> None:
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match="FIELD_KEYS"):
        run("--period", "2026-10")
    assert not Release.objects.exists()


def test_it_speaks_indonesian_by_default(released: Release) -> None:
    out = StringIO()
    call_command("publish", "--period", "2026-10", stdout=out)

    assert out.getvalue() == "2026-10 sudah dirilis sebagai 2026-10. Rilis tidak berubah.\n"
