"""A change of the calendar moves running deadlines, says so, floods nobody, and can be taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import notify
from incidents.clocks import recount as module
from incidents.clocks.late import mark_late
from incidents.clocks.recount import recount
from incidents.deadlines import forget_deadlines
from incidents.filing import Contact
from incidents.models import Category, DayOff, Entry, Incident, Late, Notice, Round
from incidents.notify import send_overdue, send_told
from tests.incidents.made import case, do
from tests.incidents.test_deadline_clocks import ask, day, filed, moment

K = Entry.Kind
Categories = dict[str, Category]
HERE = Contact(email="ibu.sri@contoh.example")


def set_off(*days: str) -> None:
    """These days, and no others, are the city's own."""
    DayOff.objects.all().delete()
    DayOff.objects.bulk_create(DayOff(date=date.fromisoformat(one), name="Pilkada") for one in days)
    forget_deadlines()


def dues(incident: Incident) -> list[str]:
    incident.refresh_from_db()
    return [day(one) for one in (incident.verify_due_at, incident.answer_due_at, incident.due_at)]


def test_a_holiday_added_later_moves_running_deadlines_and_taking_it_back_moves_them_back(
    categories: Categories,
) -> None:
    incident = filed("2026-11-16 09:00")
    assert dues(incident) == ["2026-11-19", "2026-11-23", "2026-12-04"]

    set_off("2026-11-23", "2026-11-30")
    recount()
    assert dues(incident) == ["2026-11-19", "2026-11-24", "2026-12-08"]
    told = incident.entries.get(kind=K.DUE)
    assert (told.public, told.data["why"]) == (True, "calendar")
    assert (moment(told.data["from"][:10]).date(), told.data["to"][:10]) == (date(2026, 12, 4), "2026-12-08")

    assert recount() is None
    set_off()
    recount()
    assert dues(incident) == ["2026-11-19", "2026-11-23", "2026-12-04"]
    assert incident.entries.filter(kind=K.DUE).count() == 2


def test_a_days_off_before_a_case_or_behind_its_deadline_moves_nothing(categories: Categories) -> None:
    incident = filed("2026-11-16 09:00")
    set_off("2026-11-12", "2026-12-10")
    assert recount() is None
    assert not incident.entries.filter(kind=K.DUE).exists()


def test_closed_and_undated_cases_stay_and_waited_days_are_kept(
    categories: Categories, operator: User, petugas_dlh: User
) -> None:
    done, waited, by_hand = (filed("2026-11-16 09:00") for _i in range(3))
    do(petugas_dlh, done, K.RESOLVED)
    Incident.objects.filter(pk=waited.pk).update(waited_days=3)
    Incident.objects.filter(pk=by_hand.pk).update(counted_from=None)
    before = dues(done), dues(by_hand)
    set_off("2026-11-30")
    recount()
    assert (dues(done), dues(by_hand)) == before
    assert dues(waited)[2] == "2026-12-10"


def test_the_time_to_object_follows_the_calendar(categories: Categories, petugas_dlh: User) -> None:
    incident = filed("2026-11-02 09:00")
    do(petugas_dlh, incident, K.RESOLVED, at=moment("2026-11-16 09:00"))
    incident.refresh_from_db()
    assert day(incident.objection_until) == "2026-11-30"
    set_off("2026-11-23")
    recount()
    incident.refresh_from_db()
    assert day(incident.objection_until) == "2026-12-01"


def notices(**which: Any) -> Any:
    return Notice.objects.filter(sent_at=None, **which)


def test_reporters_are_told_once_and_agencies_in_one_message_each(
    categories: Categories, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _i in range(3):
        filed("2026-11-16 09:00", contact=HERE)
    Notice.objects.all().delete()
    set_off("2026-11-30")
    recount()
    set_off("2026-11-30", "2026-12-01")
    recount()

    assert notices(to="reporter").count() == 3
    assert [one.agency.code for one in notices(to="agency").select_related("agency") if one.agency] == [
        "dlh",
        "dlh",
    ]
    for run in Round.objects.all():
        send_told(run.pk)
    assert len(mailoutbox) == 2
    assert "3" in mailoutbox[0].subject

    # Reporters hear of it at the pace of the sweep, with the deadline as it is by then.
    monkeypatch.setattr(notify, "OVERDUE", timedelta(seconds=-1))
    assert send_overdue() == 3
    assert "8 Desember 2026" in mailoutbox[-1].body


def test_what_is_taken_back_before_anybody_was_told_is_told_to_no_reporter(categories: Categories) -> None:
    filed("2026-11-16 09:00", contact=HERE)
    Notice.objects.all().delete()
    set_off("2026-11-30")
    recount()
    assert notices(to="reporter").exists()
    set_off()
    recount()
    assert not notices(to="reporter").exists()


def test_made_up_cases_move_and_trouble_nobody(categories: Categories) -> None:
    incident = filed("2026-11-16 09:00", contact=HERE)
    Incident.objects.update(demo=True)
    Notice.objects.all().delete()
    set_off("2026-11-30")
    recount()
    assert dues(incident)[2] == "2026-12-07"
    assert not Notice.objects.exists()


def test_what_a_day_off_makes_timely_was_never_late(categories: Categories) -> None:
    incident = filed("2026-11-02 09:00")
    mark_late(moment("2026-11-10 08:00"))
    assert set(Late.objects.values_list("step", flat=True)) == {"verifikasi", "jawaban"}
    late = Late.objects.get(step="jawaban").since
    set_off("2026-11-06")
    recount()
    assert Late.objects.get(step="jawaban").since > late
    set_off("2026-11-06", *(f"2026-11-{one:02}" for one in range(9, 31)))
    recount()
    assert dues(incident)[1] > timezone.localdate().isoformat()
    assert set(Late.objects.values_list("step", flat=True)) == {"verifikasi"}


def test_a_recount_that_was_interrupted_goes_on_and_tells_once(
    categories: Categories, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _i in range(3):
        filed("2026-11-16 09:00")
    set_off("2026-11-30")
    left = [1]
    done = module._batch

    def dies(*given: Any) -> int:
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return done(*given)

    monkeypatch.setattr(module, "_batch", dies)
    with pytest.raises(KeyboardInterrupt):
        recount(batch=1)
    monkeypatch.setattr(module, "_batch", done)
    run = recount(batch=1)
    assert run is not None
    assert (run.changed, Entry.objects.filter(kind=K.DUE).count()) == (3, 3)
    assert notices(round=run).count() == 1


def test_cases_are_moved_by_a_number_of_statements_that_does_not_grow(categories: Categories) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            recount()
        return len(seen)

    case()
    set_off("2026-11-30", *(f"2026-12-{one:02}" for one in range(1, 8)))
    few = asked()
    for _i in range(8):
        case()
    set_off()
    assert asked() <= few


def test_a_waiting_case_keeps_its_clock_stopped(categories: Categories, operator: User) -> None:
    incident = filed("2026-11-16 09:00")
    ask(incident, operator, "2026-11-17 09:00")
    set_off("2026-11-30")
    recount()
    incident.refresh_from_db()
    assert isinstance(incident.waiting_since, datetime)
    assert dues(incident)[2] == "2026-12-07"
