"""The data steward publishes from a page: sees what would leave, orders it, and sees what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from incidents.models import Complaint
from opendata.definitions import COUNTS
from opendata.jobs import order, publish_ordered
from opendata.models import Release, Run
from opendata.periods import Window
from opendata.publish import publish, sole_publisher
from opendata.runs import State, carry_out, latest
from tests.conftest import signed_in
from tests.opendata.conftest import NOVEMBER, Report

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])
PAGE = f"/data/dataset/{COUNTS.slug}/terbitkan"


def words(client: Client, path: str = PAGE) -> str:
    html = client.get(path).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def states() -> list[State]:
    return [told.state for told in latest(COUNTS)]


def test_the_page_tells_what_would_leave_and_what_is_held_back(
    walidata: User, october: list[Complaint]
) -> None:
    text = words(signed_in(walidata))

    assert "Oktober 2026" in text
    assert "4 laporan dalam 3 baris" in text
    assert "1 rahasia" in text
    assert "1 dari kategori tertutup" in text
    assert "1 dari kategori khusus agregat" in text
    assert not Release.objects.exists()


def test_the_month_that_runs_is_offered_provisionally(walidata: User, report: Report) -> None:
    report("sampah", received=NOVEMBER)

    text = words(signed_in(walidata))

    assert "November 2026 Sementara" in text
    assert "1 Desember 2026, 00.00 WIB" in text


def test_an_order_is_a_job_and_its_release_is_told(walidata: User, october: list[Complaint]) -> None:
    steward = signed_in(walidata)

    response = steward.post(PAGE, {"period": "2026-10"})

    (run,) = Run.objects.all()
    (job,) = ProcrastinateJob.objects.filter(task_name="opendata.publish")
    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert job.args == {"run_id": run.pk}
    assert "menunggu giliran" in words(steward)
    publish_ordered.func(**job.args)
    assert Release.objects.get().version == "2026-10"
    assert "2026-10 dirilis: 4 laporan dalam 3 baris." in words(steward)
    assert "Tidak ada bulan yang menunggu diterbitkan." in words(steward)


def test_a_second_order_waits_until_the_first_is_done(walidata: User, october: list[Complaint]) -> None:
    steward = signed_in(walidata)
    steward.post(PAGE, {"period": "2026-10"})

    response = steward.post(PAGE, {"period": "2026-10"})

    assert response.status_code == 409
    assert "sedang diterbitkan" in response.content.decode()
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    ("period", "status"), [("", 422), ("2026-13", 422), ("2027-01", 422), ("x" * 999, 422)]
)
def test_a_period_that_cannot_be_is_refused(
    walidata: User, october: list[Complaint], period: str, status: int
) -> None:
    assert signed_in(walidata).post(PAGE, {"period": period}).status_code == status
    assert not Run.objects.exists()


@pytest.mark.parametrize("who", ["operator", "petugas_dlh", "kepala_dlh"])
def test_nobody_else_sees_or_orders(
    request: pytest.FixtureRequest, october: list[Complaint], who: str
) -> None:
    client = signed_in(request.getfixturevalue(who))

    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}/keadaan").status_code == 403
    assert client.post(PAGE, {"period": "2026-10"}).status_code == 403
    assert not Run.objects.exists()


def test_a_visitor_is_asked_to_sign_in(warga: Client, october: list[Complaint]) -> None:
    for response in (warga.get(PAGE), warga.post(PAGE, {"period": "2026-10"})):
        assert response.status_code in {302, 401}
    assert not Run.objects.exists()


def test_an_order_from_another_site_is_refused(walidata: User, october: list[Complaint]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(walidata)

    assert client.post(PAGE, {"period": "2026-10"}).status_code == 403


def test_what_changes_nothing_is_told_as_such(
    walidata: User, october: list[Complaint], window: Callable[[str], Window]
) -> None:
    publish(COUNTS, window("2026-10"))

    carry_out(order(COUNTS, "2026-10", walidata).pk)

    assert states() == [State.NOTHING]
    assert "sudah dirilis" in Run.objects.get().message


def test_a_failed_audit_is_told_and_nothing_is_released(
    walidata: User, october: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opendata.build.sources.eligible_total", lambda _window: 5)

    carry_out(order(COUNTS, "2026-10", walidata).pk)

    assert states() == [State.FAILED]
    assert "totals" in Run.objects.get().message
    assert not Release.objects.exists()


def test_a_disk_that_refuses_is_told_in_its_words(
    walidata: User, october: list[Complaint], tmp_path: Path
) -> None:
    (tmp_path / "releases").write_text("in the way")

    carry_out(order(COUNTS, "2026-10", walidata).pk)

    assert states() == [State.FAILED]
    assert "berkas tidak dapat ditulis" in Run.objects.get().message


def test_a_fault_of_ours_is_told_without_its_inside(
    walidata: User, october: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opendata.publish.build", lambda *_args: int("Siti"))

    carry_out(order(COUNTS, "2026-10", walidata).pk)

    assert states() == [State.FAILED]
    assert "Siti" not in Run.objects.get().message


def test_a_worker_that_died_is_seen_and_the_order_can_be_given_again(
    walidata: User, october: list[Complaint]
) -> None:
    run = order(COUNTS, "2026-10", walidata)
    run.started_at = NOVEMBER
    run.save()

    assert states() == [State.INTERRUPTED]
    with sole_publisher(COUNTS):
        assert states() == [State.WORKING]
    carry_out(order(COUNTS, "2026-10", walidata).pk)
    assert states() == [State.RELEASED, State.INTERRUPTED]


def test_an_order_that_nobody_takes_up_does_not_block_for_ever(
    walidata: User, october: list[Complaint], now: time_machine.Traveller
) -> None:
    order(COUNTS, "2026-10", walidata)
    assert states() == [State.WAITING]

    now.move_to(NOVEMBER + timedelta(hours=1))

    assert states() == [State.INTERRUPTED]
    order(COUNTS, "2026-10", walidata)
    assert states() == [State.WAITING, State.INTERRUPTED]


def test_the_fragment_asks_to_be_fetched_again_only_while_something_moves(
    walidata: User, october: list[Complaint]
) -> None:
    steward = signed_in(walidata)
    steward.post(PAGE, {"period": "2026-10"})

    waiting = steward.get(f"{PAGE}/keadaan")
    carry_out(Run.objects.get().pk)
    done = steward.get(f"{PAGE}/keadaan")

    assert "data-moving" in waiting.content.decode()
    assert "data-moving" not in done.content.decode()
    assert "no-store" in done["Cache-Control"]


def test_the_steward_can_publish_before_anything_was_ever_released(walidata: User, report: Report) -> None:
    report("sampah", received=datetime(2026, 10, 3, tzinfo=UTC))

    assert f'href="{PAGE}"' in signed_in(walidata).get("/data/").content.decode()
    assert signed_in(walidata).get("/data/dataset/tidak-ada/terbitkan").status_code == 404
