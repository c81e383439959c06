"""A relocation that is interrupted, repeated, done twice at once, or overtaken by what people do meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Timer
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections, transaction

from geo.editions import activate
from geo.errors import Conflict
from geo.models import Agency, Edition
from incidents.access import Viewer, assignment_for, incident_for
from incidents.models import Assignment, Category, Entry, Incident
from incidents.relocation.batches import differing
from incidents.relocation.run import UnderWay, alone, carry_out, new_run, next_size, proceed
from incidents.relocation.write import write_doubts
from incidents.workflow import Step, take_step
from tests.conftest import IN_KEBONSARI, IN_KEPEL, person, signed_in
from tests.editions import CUT, MERGED, MERGED_CODE, edition
from tests.incidents.made import case, do, viewer
from tests.incidents.relocated import go_to, kinds, leads, state

pytestmark = pytest.mark.django_db
IN_BAKALAN = (112.93, -7.67)
K = Entry.Kind


@pytest.fixture
def old(categories: dict[str, Category]) -> Edition:
    """The edition in force at first."""
    return Edition.objects.get()


@pytest.fixture
def petugas_pkm_timur(agencies: dict[str, Agency]) -> User:
    return person("petugas_timur", "petugas", agencies["pkm-timur"])


def test_doing_it_again_changes_nothing(old: Edition) -> None:
    larvae, lost = case("jentik", IN_BAKALAN), case("sampah", IN_KEBONSARI)
    cut = edition("potong", CUT)
    go_to(cut)
    before, entries = [state(one) for one in (larvae, lost)], Entry.objects.count()

    again = carry_out(new_run(cut, cut, None).pk)

    assert [state(one) for one in (larvae, lost)] == before
    assert Entry.objects.count() == entries
    assert (again.moved, again.rerouted, again.doubted) == (0, 0, 1)


def test_what_was_interrupted_goes_on_and_writes_nothing_twice(
    old: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [case("jentik", IN_BAKALAN) for _i in range(5)]
    new = edition("gabung", MERGED)
    activate(new)
    run = new_run(new, old, None)
    calls: list[Any] = []

    def dies_in_the_second_batch(*given: Any) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise MemoryError
        write_doubts(*given)

    monkeypatch.setattr("incidents.relocation.run.write_doubts", dies_in_the_second_batch)
    with pytest.raises(MemoryError):
        carry_out(run.pk, 2)
    run.refresh_from_db()
    assert (run.done, run.finished_at) == (2, None)
    assert sum(leads(one) == ["pkm-barat"] for one in cases) == 2

    done = carry_out(run.pk, 2)

    assert [leads(one) for one in cases] == [["pkm-barat"]] * 5
    assert [kinds(one).count("moved") for one in cases] == [1] * 5
    assert (done.done, done.total, done.moved, done.rerouted, done.error) == (5, 5, 5, 5, "")
    assert done.agencies["pkm-barat"]["got"] == 5


def test_small_batches_end_where_one_large_one_does(old: Edition) -> None:
    cases = [
        case(category, at) for category in ("jentik", "sampah") for at in (IN_KEBONSARI, IN_BAKALAN, IN_KEPEL)
    ]
    new = edition("gabung", MERGED)
    go_to(new, batch=1)
    one_by_one = [state(one)[:4] + tuple(leads(one)) for one in cases]
    go_to(old)
    go_to(new)

    assert [state(one)[:4] + tuple(leads(one)) for one in cases] == one_by_one


def test_a_second_relocation_is_refused_while_one_waits(old: Edition) -> None:
    new_run(old, None, None)

    with pytest.raises(UnderWay):
        new_run(old, None, None)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_refused(old: Edition) -> None:
    run = new_run(old, None, None)

    def attempt() -> str:
        try:
            carry_out(run.pk)
        except UnderWay as refusal:
            return str(refusal.detail)
        finally:
            connections.close_all()
        return "done"

    with alone(), ThreadPoolExecutor(1) as other:
        assert "tunggu" in other.submit(attempt).result() or "wait" in other.submit(attempt).result()
    assert carry_out(run.pk).finished_at


def test_borders_that_change_meanwhile_stop_the_relocation(old: Edition) -> None:
    case("jentik", IN_BAKALAN)
    new = edition("gabung", MERGED)
    run = new_run(new, old, None)  # but `old` is in force

    done = carry_out(run.pk)

    assert done.error
    assert done.done == 0


def test_what_an_officer_does_meanwhile_is_neither_lost_nor_overwritten(
    old: Edition, petugas_pkm_timur: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved, taken = case("jentik", IN_BAKALAN), case("jentik", IN_BAKALAN)

    def meanwhile(rows: Any, placed: Any) -> Any:
        do(petugas_pkm_timur, solved, K.RESOLVED)
        do(petugas_pkm_timur, taken, K.ACCEPTED)
        return differing(rows, placed)

    monkeypatch.setattr("incidents.relocation.batches.differing", meanwhile)
    run = go_to(edition("gabung", MERGED))

    assert state(solved)[0] == "99.01.02.1001"
    assert leads(solved) == ["pkm-timur"]
    assert leads(taken) == ["pkm-barat"]
    before = taken.entries.get(kind=K.MOVED).data["agencies_before"]
    assert [(one["code"], one["status"]) for one in before] == [("pkm-timur", "accepted")]
    assert run.moved == 1


def test_a_step_on_a_case_that_went_to_another_agency_meanwhile_is_a_conflict(
    old: Edition, petugas_pkm_timur: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    larvae = case("jentik", IN_BAKALAN)
    who = viewer(petugas_pkm_timur)
    mine = assignment_for(who, larvae.pk)
    seen = incident_for(who, larvae.pk)

    go_to(edition("gabung", MERGED))

    with pytest.raises(Conflict):
        take_step(Step(who, mine, K.ANSWERED, "Kami datang besok pagi."))
    monkeypatch.setattr("incidents.access.incident_for", lambda _who, _pk: seen)
    with pytest.raises(Conflict):
        assignment_for(who, larvae.pk)
    assert leads(larvae) == ["pkm-barat"]
    assert K.ANSWERED not in kinds(larvae)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_officer_whose_case_left_while_the_answer_was_sent_is_told_and_keeps_the_words(
    old: Edition, petugas_pkm_timur: User, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    larvae = case("jentik", IN_BAKALAN)
    new = edition("gabung", MERGED)

    def meanwhile(viewer: Viewer, pk: int) -> Assignment:
        found = assignment_for(viewer, pk)
        go_to(new)
        return found

    monkeypatch.setattr("incidents.desk.actions.assignment_for", meanwhile)
    answer = signed_in(petugas_pkm_timur).post(
        f"/meja/kasus/{larvae.pk}/langkah",
        {"step": "answered", "text": "Kami datang besok pagi."},
        headers=headers,
    )

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "sudah berubah" in page
    assert "Kami datang besok pagi." in page or headers  # with it, the page keeps what was typed
    assert K.ANSWERED not in kinds(larvae)


def test_a_case_that_comes_in_meanwhile_is_placed_too(old: Edition) -> None:
    new = edition("gabung", MERGED)
    case("jentik", IN_BAKALAN)
    late = None
    activate(new)
    run = new_run(new, old, None)
    for _now in proceed(run.pk, 1):
        if late is None:  # from a process that had not heard of the new borders yet
            late = case("jentik", IN_BAKALAN)
            here = {"kelurahan_code": "99.01.02.1001", "kelurahan": "Bakalan", "edition": old}
            Incident.objects.filter(pk=late.pk).update(**here)

    assert late
    assert state(late)[0] == MERGED_CODE
    run.refresh_from_db()
    assert (run.done, run.total) == (2, 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("commits", ["before the end is reached", "after it"])
def test_a_case_that_is_committed_late_is_placed_too(old: Edition, commits: str) -> None:
    new, drawn, go_on = edition("gabung", MERGED), Event(), Event()

    def slow_intake() -> Incident:
        try:
            with transaction.atomic():
                mine = case("jentik", IN_BAKALAN)
                drawn.set()
                go_on.wait(30)
            return mine
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        coming = other.submit(slow_intake)
        assert drawn.wait(30)
        visible, untouched = case("jentik", IN_BAKALAN), case("jentik", IN_KEPEL)
        activate(new)
        steps = proceed(new_run(new, old, None).pk)
        run = next(steps)
        if commits == "after it":
            Timer(0.5, go_on.set).start()
        else:
            go_on.set()
            coming.result()
        *_rest, run = steps
        late = coming.result()

    assert late.pk < visible.pk
    assert [(state(one)[0], leads(one)) for one in (late, visible)] == [(MERGED_CODE, ["pkm-barat"])] * 2
    assert kinds(late).count("moved") == 1
    assert Incident.objects.get(pk=untouched.pk).edition == old
    assert (run.done, run.total, run.moved) == (3, 3, 2)
    assert run.finished_at


def test_progress_is_told_early_and_about_as_often_as_somebody_looks(
    old: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _i in range(5):
        case("jentik", IN_BAKALAN)
    new = edition("gabung", MERGED)
    activate(new)
    monkeypatch.setattr("incidents.relocation.run.FIRST", 1)

    told = [run.done for run in proceed(new_run(new, old, None).pk)]

    assert told[0] == 1
    assert told[-1] == 5
    assert next_size(1_000, 0.01, 20_000) == 4_000
    assert next_size(4_000, 0.5, 20_000) == 4_000
    assert next_size(16_000, 4.0, 20_000) == 2_000
    assert next_size(16_000, 0.1, 20_000) == 20_000
    assert next_size(1, 60.0, 20_000) == 1
