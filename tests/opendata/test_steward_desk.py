"""The steward's way from what is due to what is released, and back: every state of a build has its words and doors."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from incidents.models import Category
from opendata.candidates import candidate_name, empty_candidate
from opendata.definitions import all_defined
from opendata.models import Build, Release, Withdrawal
from opendata.policy import in_force
from tests.conftest import signed_in
from tests.opendata.conftest import NOVEMBER, Report
from tests.opendata.released import VERDICTS, release

pytestmark = pytest.mark.django_db(databases=["default", "public"], transaction=True)
DESK = "/data/kelola/"
SLUG = "kejadian-ruang-publik"
State = Build.State


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def told(client: Client, path: str = DESK) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return words(response.content.decode())


@pytest.fixture
def steward(walidata: User, categories: dict[str, Category], now: object) -> Client:
    all_defined()
    return signed_in(walidata)


def build(state: Build.State, **given: object) -> Build:
    values = {
        "dataset": SLUG, "period": "2026-10", "requested_at": NOVEMBER, "state": state, "policy": in_force()[0],
    } | given  # fmt: skip
    return Build.objects.create(**values)


def test_a_new_city_is_told_what_will_be_here(steward: Client) -> None:
    text = told(steward)

    assert "Tidak ada yang menunggu." in text
    assert "Kejadian di ruang publik Berikutnya: November 2026, dibuat pada" in text


def test_what_is_due_is_ordered_with_one_button_and_then_waits_for_the_worker(
    steward: Client, report: Report
) -> None:
    report("sampah")
    assert "Kejadian di ruang publik Oktober 2026 Buat" in told(steward)

    ordered = steward.post(DESK, {"dataset": SLUG, "period": "2026-10", "revision": "0"})
    again = steward.post(DESK, {"dataset": SLUG, "period": "2026-10", "revision": "0"})

    assert (ordered.status_code, again.status_code) == (302, 409)
    (job,) = ProcrastinateJob.objects.filter(task_name="opendata.build")
    assert job.args == {"build_id": Build.objects.get().pk}
    text = told(steward)
    assert "Sedang dibuat Kejadian di ruang publik, Oktober 2026" in text
    assert "Oktober 2026 Buat" not in text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"dataset": "tidak-ada", "period": "2026-10"}, 404),
        ({"dataset": SLUG, "period": "besok"}, 422),
        ({"dataset": SLUG, "period": "2026-11"}, 422),
        ({"dataset": SLUG, "period": "2026-10", "revision": "²"}, 422),
        ({"dataset": SLUG, "period": "2026-10", "revision": "3"}, 422),
    ],
)
def test_an_order_that_cannot_be_is_refused_in_words(
    steward: Client, form: dict[str, str], status: int
) -> None:
    assert steward.post(DESK, form).status_code == status
    assert not Build.objects.exists()


def test_the_progress_asks_for_itself_only_while_something_moves(steward: Client) -> None:
    one = build(State.WAITING, requested_at=timezone.now())
    here = f"{DESK}calon/{one.pk}/keadaan"
    waiting = steward.get(here)
    Build.objects.update(state=State.READY, rows=1)
    done = steward.get(here)

    assert f'hx-get="{here}"' in waiting.content.decode()
    assert "HX-Refresh" not in waiting
    assert "hx-get" not in done.content.decode()
    assert done["HX-Refresh"] == "true"
    assert steward.get(f"{DESK}keadaan")["HX-Refresh"] == "true"


def test_a_candidate_is_shown_with_its_rows_its_attacks_and_what_was_held_back(steward: Client) -> None:
    one = build(
        State.READY, rows=2, counted=2, audit=VERDICTS, held={"confidential": 4}, finished_at=NOVEMBER
    )
    folder = empty_candidate(SLUG, candidate_name(one.pk))
    (folder / "kejadian.csv").write_text("id,category\r\nab12,sampah\r\ncd34,sampah\r\n")
    Build.objects.update(folder=candidate_name(one.pk))

    text = told(steward, f"{DESK}calon/{one.pk}")

    assert "Kejadian di ruang publik Oktober 2026" in text
    assert "ab12 sampah cd34 sampah" in text
    assert "benar paling banyak 3 kali dari 100" in text
    assert "Terukur: 0,031; yang diperbolehkan: paling banyak 0,050." in text
    assert "4 rahasia" in text
    assert "Setujui …" in text
    assert "Menunggu persetujuan Anda Kejadian di ruang publik, Oktober 2026" in told(steward)


def test_approval_asks_once_more_and_then_gives_it_to_the_worker(steward: Client, walidata: User) -> None:
    one = build(State.READY, rows=2)
    here = f"{DESK}calon/{one.pk}/langkah/setujui"

    asked = told(steward, here)
    assert Build.objects.get().state == State.READY
    done = steward.post(here)
    late = steward.post(here)

    assert "Rilis ini untuk semua orang? 2 baris menjadi publik" in asked
    assert (done.status_code, late.status_code) == (302, 409)
    found = Build.objects.get()
    assert (found.state, found.decided_by) == (State.RELEASING, walidata)
    assert ProcrastinateJob.objects.filter(task_name="opendata.release").count() == 1


def test_a_discarded_candidate_keeps_its_reason_and_can_be_built_again(steward: Client) -> None:
    one = build(State.READY, rows=2)
    steward.post(f"{DESK}calon/{one.pk}/langkah/buang", {"reason": "Terlalu dini."})
    text = told(steward, f"{DESK}calon/{one.pk}")

    again = steward.post(f"{DESK}calon/{one.pk}/langkah/ulang")

    assert "Terlalu dini." in text
    assert "Setujui" not in text
    newest = Build.objects.order_by("-pk")[0]
    assert again["Location"] == f"{DESK}calon/{newest.pk}"
    assert (newest.pk != one.pk, newest.state) == (True, State.WAITING)


def test_building_again_what_waits_discards_it_first(steward: Client) -> None:
    one = build(State.READY, rows=2)

    assert steward.post(f"{DESK}calon/{one.pk}/langkah/ulang").status_code == 302
    assert [b.state for b in Build.objects.order_by("pk")] == [State.DISCARDED, State.WAITING]


@pytest.mark.parametrize(
    ("state", "message", "told_as"),
    [
        (State.REFUSED, "Audit menghentikannya.", "dihentikan audit"),
        (State.STALE, "Satu laporan menjadi rahasia.", "tersusul perubahan"),
        (State.FAILED, "Cakram penuh.", "gagal"),
    ],
)
def test_what_was_stopped_is_told_with_its_reason_and_the_way_on(
    steward: Client, state: Build.State, message: str, told_as: str
) -> None:
    failed = [{**VERDICTS[0], "passed": False}]
    one = build(state, message=message, audit=failed)
    page = told(steward, f"{DESK}calon/{one.pk}")

    assert f"Dihentikan Kejadian di ruang publik, Oktober 2026 {told_as} {message}" in told(steward)
    assert message in page
    assert "Buat lagi …" in page
    assert "Setujui" not in page
    assert steward.post(f"{DESK}calon/{one.pk}/langkah/setujui").status_code == 409


def test_a_build_whose_worker_died_is_seen_and_can_be_ordered_again(steward: Client) -> None:
    one = build(State.BUILDING, started_at=NOVEMBER - timedelta(hours=2))

    assert "terputus" in told(steward, f"{DESK}calon/{one.pk}")
    assert steward.post(f"{DESK}calon/{one.pk}/langkah/ulang").status_code == 302


def test_a_release_is_withdrawn_with_a_reason_and_what_remains_is_said_before(steward: Client) -> None:
    made = release("incidents")
    here = f"{DESK}rilis/contoh-incidents/2026-10/tarik"
    assert "Contoh incidents" in told(steward, f"{DESK}rilis")
    assert "410" in told(steward, here)

    without = steward.post(here, {"reason_id": "Ada yang keliru."})
    done = steward.post(here, {"reason_id": "Ada yang keliru.", "sure": "on"})

    assert (without.status_code, done.status_code) == (422, 302)
    assert Withdrawal.objects.get().release_id == made.pk
    assert "Ada yang keliru." in told(steward, f"{DESK}rilis")
    assert steward.get("/data/dataset/contoh-incidents/rilis/2026-10").status_code == 410
    assert Release.objects.count() == 1


def test_what_does_not_exist_is_not_found(steward: Client) -> None:
    one = build(State.READY)
    for path in ("calon/0", f"calon/{10**20}", f"calon/{one.pk}/langkah/hapus", "rilis/x/y/tarik"):
        assert steward.get(DESK + path).status_code == 404


@pytest.mark.parametrize("step", ["setujui", "buang"])
def test_a_step_that_is_no_longer_possible_is_said_instead_of_offered(steward: Client, step: str) -> None:
    one = build(State.DISCARDED, finished_at=NOVEMBER)

    page = steward.get(f"{DESK}calon/{one.pk}/langkah/{step}")

    assert page.status_code == 409
    assert "Langkah ini tidak dapat dilakukan lagi" in words(page.content.decode())
    assert "<textarea" not in page.content.decode()
    assert "Ya, " not in words(page.content.decode())
