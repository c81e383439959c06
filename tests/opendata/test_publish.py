"""Releases: once per period, all or nothing, and never changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from geo.models import Area, Edition
from incidents.models import Category, Complaint, Incident
from opendata import publish as publishing
from opendata import store
from opendata.audit import AuditFailed, Truth
from opendata.build import Candidate, build, forecast, truth_about
from opendata.definitions import COUNTS
from opendata.models import Dataset, Release, ReleasedArea, ReleasedCount, Resource
from opendata.periods import Window
from opendata.publish import Outcome, Result, due_windows, publish
from tests.conftest import IN_KEPEL
from tests.opendata.conftest import NOVEMBER, Report

pytestmark = pytest.mark.django_db
Months = Callable[[str], Window]
ROOT = Path(__file__).resolve().parents[2]


def cells(release: Release) -> dict[tuple[str, str, str], int]:
    return {(c.kelurahan, c.category, c.week): c.reports for c in release.counts.all()}


def test_a_release_counts_what_may_be_counted(released: Release) -> None:
    assert cells(released) == {
        ("Kebonsari", "sampah", "2026-W42"): 2,
        ("Kepel", "sampah", "2026-W42"): 1,
        ("Kepel", "banjir", "2026-W44"): 1,
    }
    assert (released.version, released.reports, released.rows, released.partial) == ("2026-10", 4, 3, False)
    assert (released.zone, released.edition, released.demo) == ("Asia/Jakarta", "uji", False)
    assert {area.name for area in released.areas.all()} == {"Kebonsari", "Mayangan", "Bakalan", "Kepel"}


def test_its_files_lie_where_its_rows_say_with_size_and_checksum(released: Release) -> None:
    folder = store.folder_of(COUNTS.slug, "2026-10")

    assert sorted(path.name for path in folder.iterdir()) == sorted(r.file for r in released.resources.all())
    for resource in released.resources.all():
        content = (folder / resource.file).read_bytes()
        assert resource.size == len(content)
        assert resource.sha256 == hashlib.sha256(content).hexdigest()


def test_two_builds_of_the_same_are_equal_byte_for_byte(october: list[Complaint], window: Months) -> None:
    with time_machine.travel(NOVEMBER + timedelta(hours=5)):
        later = build(COUNTS, window("2026-10"), "2026-10").files

    assert build(COUNTS, window("2026-10"), "2026-10").files == later


def test_what_is_held_back_leaves_no_trace_in_any_file(
    report: Report, october: list[Complaint], window: Months
) -> None:
    before = build(COUNTS, window("2026-10"), "2026-10").files
    for category, confidential in (("sampah", True), ("pungli", False), ("jentik", False), ("jentik", True)):
        report(category, confidential=confidential)

    assert build(COUNTS, window("2026-10"), "2026-10").files == before


def test_one_confidential_report_silences_all_reports_of_its_case(
    october: list[Complaint], report: Report, window: Months
) -> None:
    other = report("sampah", IN_KEPEL, NOVEMBER, confidential=True)  # received a month later
    Complaint.objects.filter(pk=other.pk).update(incident=october[2].incident)

    release = publish(COUNTS, window("2026-10")).release

    assert release
    assert ("Kepel", "sampah", "2026-W42") not in cells(release)
    assert release.reports == 3


def test_a_released_period_is_not_released_again(released: Release, report: Report, window: Months) -> None:
    report("sampah")  # comes late

    done = publish(COUNTS, window("2026-10"))

    assert done == Outcome(Result.ALREADY, done.window, released)
    assert Release.objects.count() == 1


def test_months_that_have_ended_and_hold_something_are_due_oldest_first(
    report: Report, window: Months, city: Any
) -> None:
    report("sampah", received=datetime(2026, 10, 5, tzinfo=UTC))
    report("sampah", received=datetime(2026, 8, 31, 17, 0, tzinfo=UTC))  # September in Jakarta
    report("sampah", received=datetime(2026, 7, 5, tzinfo=UTC), confidential=True)
    report("sampah", received=NOVEMBER)
    zone = window("2026-10").zone

    assert [str(w.month) for w in due_windows(COUNTS, zone, NOVEMBER)] == ["2026-09", "2026-10"]
    publish(COUNTS, window("2026-09"))
    assert [str(w.month) for w in due_windows(COUNTS, zone, NOVEMBER)] == ["2026-10"]


def test_a_week_across_the_turn_of_a_month_is_split_over_two_releases(report: Report, window: Months) -> None:
    report("sampah", received=datetime(2026, 9, 30, 16, 59, tzinfo=UTC))
    report("sampah", received=datetime(2026, 9, 30, 17, 0, tzinfo=UTC))

    september, october = (publish(COUNTS, window(month)).release for month in ("2026-09", "2026-10"))

    assert september
    assert october
    assert cells(september) == cells(october) == {("Kebonsari", "sampah", "2026-W40"): 1}


def test_a_month_that_runs_is_released_provisionally_and_later_finally(
    report: Report, window: Months, now: time_machine.Traveller
) -> None:
    report("sampah", received=NOVEMBER - timedelta(days=1))
    first = publish(COUNTS, window("2026-11"))
    unchanged = publish(COUNTS, window("2026-11"))
    report("banjir", received=NOVEMBER - timedelta(hours=1))
    second = publish(COUNTS, window("2026-11"))
    now.move_to(datetime(2026, 12, 1, 3, 0, tzinfo=UTC))
    final = publish(COUNTS, window("2026-11"))

    assert first.release
    assert second.release
    assert final.release
    assert [r.version for r in Release.objects.all()] == ["2026-11", "2026-11-p2", "2026-11-p1"]
    assert (first.release.partial, str(first.release.ends_on)) == (True, "2026-11-20")
    assert (unchanged.result, unchanged.release) == (Result.UNCHANGED, first.release)
    assert (second.release.reports, final.release.reports, final.release.partial) == (2, 2, False)


def test_nothing_gives_no_release(categories: dict[str, Category], window: Months) -> None:
    assert publish(COUNTS, window("2026-10")).result == Result.EMPTY
    assert not Dataset.objects.exists()
    assert not Path(django_settings.RELEASE_ROOT).exists()


def test_a_forecast_counts_what_would_leave_and_why_the_rest_stays(
    october: list[Complaint], window: Months
) -> None:
    seen = forecast(COUNTS, window("2026-10"))

    assert (seen.reports, seen.rows) == (4, 3)
    assert (seen.confidential, seen.closed, seen.aggregate) == (1, 1, 1)
    assert not Release.objects.exists()


def test_a_renamed_place_is_one_row_under_its_new_name(
    report: Report, october: list[Complaint], window: Months
) -> None:
    Area.objects.filter(code="99.01.01.1001").update(name="Kebonsari Baru")

    release = publish(COUNTS, window("2026-10")).release

    assert release
    assert cells(release)["Kebonsari Baru", "sampah", "2026-W42"] == 2


def test_a_place_that_a_new_edition_dissolved_is_counted_without_a_border(
    october: list[Complaint], window: Months
) -> None:
    Edition.objects.update(status=Edition.Status.RETIRED)
    edition = Edition.objects.create(name="baru", status=Edition.Status.ACTIVE)
    for area in Area.objects.exclude(name="Kepel"):
        area.pk, area.edition = None, edition
        area.save()

    release = publish(COUNTS, window("2026-10")).release

    assert release
    assert cells(release)["Kepel", "sampah", "2026-W42"] == 1
    assert not release.areas.filter(name="Kepel").exists()
    geojson = (store.folder_of(COUNTS.slug, "2026-10") / "laporan.geojson").read_text()
    assert geojson.count('"geometry":null') == 2


def test_made_up_reports_mark_the_release(october: list[Complaint], window: Months) -> None:
    Complaint.objects.filter(pk=october[2].pk).update(demo=True)

    release = publish(COUNTS, window("2026-10")).release

    assert release
    assert release.demo


@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("model", [Release, Resource, ReleasedCount, ReleasedArea])
def test_what_is_released_can_be_neither_changed_nor_removed(released: Release, model: Any, act: str) -> None:
    statement = sql.SQL(act).format(sql.Identifier(model._meta.db_table))

    with (
        pytest.raises(DatabaseError, match="cannot change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_failed_audit_leaves_nothing_behind(
    october: list[Complaint], window: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak = COUNTS.__class__(**{**COUNTS.__dict__, "columns": COUNTS.columns[:-1]})

    with pytest.raises(AuditFailed, match="columns"):
        publish(weak, window("2026-10"))

    assert not Release.objects.exists()
    assert not store.folder_of(COUNTS.slug, "2026-10").exists()


def test_a_disk_that_refuses_leaves_nothing_behind(
    october: list[Complaint], window: Months, tmp_path: Path
) -> None:
    (tmp_path / "releases").write_text("in the way")

    with pytest.raises(OSError, match="releases"):
        publish(COUNTS, window("2026-10"))

    assert not Release.objects.exists()


def test_rows_that_are_refused_take_the_files_with_them(
    october: list[Complaint], window: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_areas", lambda *_args: [ReleasedArea(code="x", name="y")])

    with pytest.raises(DatabaseError):
        publish(COUNTS, window("2026-10"))

    assert not Release.objects.exists()
    assert not store.folder_of(COUNTS.slug, "2026-10").exists()


KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from pathlib import Path
settings.RELEASE_ROOT = Path(sys.argv[1])
settings.FIELD_KEYS = sys.argv[2].split(",")
from django.utils import timezone
from geo.city import city_zone
from opendata import publish, store
from opendata.definitions import COUNTS
kill = lambda *args: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[3] == "half the files":
    store._sync = kill
else:
    publish._areas = kill
publish.publish(COUNTS, publish.asked_window("2026-10", city_zone(), timezone.now()))
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["half the files", "all files, half the rows"])
def test_a_publisher_killed_at_any_moment_leaves_nothing_released_and_the_next_one_succeeds(
    october: list[Complaint], window: Months, moment: str
) -> None:
    host, name = django_settings.DATABASES["default"]["HOST"], connection.settings_dict["NAME"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    for key in ("DATABASE_URL", "PUBLIC_DATABASE_URL"):
        env[key] = database_url(key, str(name), str(host))
    keys = ",".join(django_settings.FIELD_KEYS)
    argv = [sys.executable, "-c", KILLED, str(django_settings.RELEASE_ROOT), keys, moment]

    died = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True)

    assert died.returncode == -9, died.stderr
    assert not Release.objects.exists()
    assert publish(COUNTS, window("2026-10")).result == Result.RELEASED
    assert [path.name for path in store.folder_of(COUNTS.slug, "x").parent.iterdir()] == ["2026-10"]


def database_url(key: str, name: str, host: str) -> str:
    """The alias's own sign-in, at the test database."""
    alias = django_settings.DATABASES["public" if key.startswith("PUBLIC") else "default"]
    return f"postgresql://{alias['USER']}:{quote(str(alias['PASSWORD']))}@/{name}?host={host}"


@pytest.mark.django_db(transaction=True)
def test_of_two_publishers_at_once_one_releases_and_the_other_is_told(
    october: list[Complaint], window: Months
) -> None:
    results: list[Result] = []

    def work() -> None:
        results.append(publish(COUNTS, window("2026-10")).result)
        connection.close()

    threads = [threading.Thread(target=work) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == [Result.ALREADY, Result.RELEASED]
    assert not publishing.is_publishing(COUNTS)


@pytest.mark.django_db(transaction=True)
def test_one_can_see_that_a_publisher_is_at_work(categories: dict[str, Category]) -> None:
    seen: list[bool] = []

    def look() -> None:
        seen.append(publishing.is_publishing(COUNTS))
        connection.close()

    with publishing.sole_publisher(COUNTS):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    assert seen == [True]
    assert not publishing.is_publishing(COUNTS)


@pytest.mark.django_db(transaction=True)
def test_reports_that_come_in_while_one_publishes_do_not_upset_the_audit(
    report: Report, october: list[Complaint], window: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_more() -> None:
        report("sampah")
        connection.close()

    def meanwhile(candidate: Candidate) -> Truth:
        thread = threading.Thread(target=one_more)
        thread.start()
        thread.join()
        return truth_about(candidate)

    monkeypatch.setattr(publishing, "truth_about", meanwhile)

    release = publish(COUNTS, window("2026-10")).release

    assert release
    assert release.reports == 4
    assert Incident.objects.count() == len(october) + 1
