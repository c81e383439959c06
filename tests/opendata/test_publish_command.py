"""`manage.py publish` as an administrator types it: built, attacked and released at once."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.utils import translation

from geo.models import City
from incidents.models import Complaint
from opendata.audit import gate
from opendata.audit.verdicts import Verdict
from opendata.models import Build, Definition, Release, Rung
from opendata.releasing import publish_newest
from tests.opendata.another_process import building
from tests.opendata.conftest import Report
from tests.opendata.small_recipe import SLUG

pytestmark = pytest.mark.django_db


def run(*args: str) -> list[str]:
    """The lines that the command prints, in English."""
    out = StringIO()
    with translation.override("en"):
        call_command("publish", *args, stdout=out)
    return out.getvalue().splitlines()


def test_without_anything_it_releases_what_is_due_oldest_first(trial: Definition, report: Report) -> None:
    report("sampah", received=datetime(2026, 8, 5, tzinfo=UTC))

    assert run() == [
        "uji-coba 2026-08 is released: 1 rows.",
        "uji-coba 2026-10 is released: 6 rows.",
    ]
    assert run() == ["Nothing is due."]
    assert Build.objects.filter(state=Build.State.RELEASED, decided_by=None).count() == 2


def test_a_candidate_that_waits_is_released_as_it_is(ready: Build) -> None:
    assert run(SLUG, "--period", "2026-10") == ["uji-coba 2026-10 is released: 6 rows."]
    ready.refresh_from_db()
    assert ready.state == Build.State.RELEASED


def test_a_period_without_reports_is_nothing_to_release(trial: Definition) -> None:
    assert run("--period", "2026-07") == [
        "uji-coba 2026-07: nothing to release. Nothing to release: no row may leave."
    ]


def test_a_dry_run_tells_what_would_leave_and_writes_nothing(trial: Definition) -> None:
    assert run("--dry-run", "--period", "2026-10") == [
        "uji-coba 2026-10 would be released with 6 rows.",
        "Held back: 1 confidential, or in a case with a confidential report.",
        "Coarsened: rows 6",
    ]
    assert not Release.objects.exists()
    assert not Build.objects.exists()
    assert not Path(django_settings.RELEASE_ROOT).exists()


def test_a_dry_run_fixes_no_step_of_the_ladder(october: list[Complaint], city: City) -> None:
    run("laporan-layanan", "--dry-run", "--period", "2026-10")

    assert not Rung.objects.exists()


def test_a_dry_run_of_a_period_that_has_not_ended_is_refused(trial: Definition) -> None:
    with pytest.raises(CommandError, match="has not ended"):
        run(SLUG, "--dry-run", "--period", "2026-11")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--period", "2026-13"], "is no period"),
        (["--period", ""], "is no period"),
        (["--period", "2026-11"], "has not ended"),
        ([SLUG, "--period", "2026-Q3"], "written like 2026-10"),
        (["tidak-ada"], SLUG),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(trial: Definition, args: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says) as caught:
        run(*args)

    assert "\n" not in str(caught.value)


def test_what_is_released_stays_as_it_is(trial: Definition) -> None:
    run()

    with pytest.raises(CommandError, match="2026-10 was released already"):
        run("--period", "2026-10")


def test_while_another_process_builds_it_says_so(trial: Definition) -> None:
    with building(SLUG), pytest.raises(CommandError, match="under way already"):
        run("--period", "2026-10")


def test_a_full_disk_is_told_in_one_line(trial: Definition, tmp_path: Path) -> None:
    (tmp_path / "releases").write_text("in the way")

    with pytest.raises(CommandError, match="cannot be written"):
        run("--period", "2026-10")


def test_a_failed_audit_stops_it_with_the_words_of_the_attack_and_keeps_the_report(
    trial: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Verdict(
        "household", 0.4, 0.05, False, 100, 40, "Penyerang berhasil.", "An attacker was right 40 times."
    )
    monkeypatch.setitem(gate.BY_RECIPE, "codes", (lambda _subject: [found],))

    with pytest.raises(CommandError, match=r"stopped by the audit.* An attacker was right 40 times\."):
        run("--period", "2026-10")

    (build,) = Build.objects.all()
    assert (build.state, build.audit[0]["attack"], build.rows) == (Build.State.REFUSED, "household", 6)
    assert not Release.objects.exists()
    assert not list((Path(django_settings.RELEASE_ROOT) / SLUG).iterdir())


def test_one_that_is_stopped_does_not_keep_the_others_inside(
    trial: Definition, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    report("sampah", received=datetime(2026, 8, 5, tzinfo=UTC))

    def only_in_august(subject: Any) -> list[Verdict]:
        passed = str(subject.order.period) != "2026-08"
        return [Verdict("trial", 0.0, 0.0, passed, 1, 0, "Gagal.", "It fell.")]

    monkeypatch.setitem(gate.BY_RECIPE, "codes", (only_in_august,))
    with pytest.raises(CommandError, match="2026-08: stopped by the audit"):
        run()
    assert [release.version for release in Release.objects.all()] == ["2026-10"]


def test_it_speaks_indonesian_by_default(october: list[Complaint], trial: Definition) -> None:
    out = StringIO()
    with translation.override("id"):
        call_command("publish", stdout=out)

    assert out.getvalue() == "uji-coba 2026-10 dirilis: 6 baris.\n"


def test_the_demo_city_begins_with_the_newest_period_of_each_dataset_once(
    trial: Definition, report: Report
) -> None:
    report("sampah", received=datetime(2026, 8, 5, tzinfo=UTC))

    assert [(one.period, one.state) for one in publish_newest()] == [("2026-10", Build.State.RELEASED)]
    assert publish_newest() == []
