"""Clocks of a case: what it is promised, when the clock stands still, what becomes late and stays so."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from geo.city import city_zone
from geo.models import Agency
from incidents.assigning import assign
from incidents.clocks.closing import archive_unanswered, close_by_silence
from incidents.clocks.late import mark_late, missed
from incidents.deadlines import due_after
from incidents.models import Assignment, Category, Entry, Incident, Late, Phase, Timed
from incidents.moves import Actor, Move, move
from tests.incidents.made import case, do, viewer

K = Entry.Kind
Categories = dict[str, Category]
WIB = "%Y-%m-%d"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


def filed(at: str, **said: object) -> Incident:
    """A report that came in at this moment of the city."""
    return case(age=timezone.now() - moment(at), **said)  # type: ignore[arg-type]


def day(value: datetime | None) -> str:
    assert value is not None
    return timezone.localtime(value).date().isoformat()


def test_a_new_case_is_promised_verification_first_answer_and_completion(categories: Categories) -> None:
    incident = filed("2026-11-16 09:00")
    days = (incident.verify_due_at, incident.answer_due_at, incident.due_at)
    assert [day(one) for one in days] == ["2026-11-19", "2026-11-23", "2026-12-04"]


def ask(incident: Incident, user: User, at: str) -> None:
    move(Move(incident, K.ASKED, Actor.of(viewer(user)), "Di gang yang mana letaknya?", at=moment(at)))


def supply(incident: Incident, at: str) -> None:
    move(Move(incident, K.SUPPLIED, Actor("pelapor"), "Gang mawar nomor dua.", at=moment(at)))


def test_the_clock_stands_still_while_the_reporter_is_asked_and_the_time_is_added(
    categories: Categories, operator: User
) -> None:
    incident = filed("2026-11-16 09:00")
    ask(incident, operator, "2026-11-17 10:00")
    supply(incident, "2026-11-20 08:00")  # Wednesday, Thursday, Friday

    incident.refresh_from_db()
    assert incident.waiting_since is None
    assert [day(one) for one in (incident.verify_due_at, incident.answer_due_at, incident.due_at)] == [
        "2026-11-24", "2026-11-26", "2026-12-09",
    ]  # fmt: skip
    told = incident.entries.get(kind=K.DUE)
    assert told.public
    assert (told.data["why"], told.data["from"][:10], told.data["to"][:10]) == (
        "waited",
        "2026-12-04",
        "2026-12-09",
    )


def test_a_case_that_waits_does_not_become_late_and_one_that_was_late_stays_so(
    categories: Categories, operator: User
) -> None:
    waits, late = filed("2026-10-01 09:00"), filed("2026-10-01 09:00")
    now = moment("2026-11-16 09:00")
    ask(waits, operator, "2026-10-05 09:00")
    ask(late, operator, "2026-11-10 09:00")
    mark_late(now)

    waits.refresh_from_db()
    late.refresh_from_db()
    assert (waits.is_late(now), late.is_late(now)) == (False, True)
    assert Timed.DONE in missed(late)
    assert Timed.DONE not in missed(waits)

    supply(late, "2026-11-12 09:00")
    late.refresh_from_db()
    assert late.is_late(now)


def test_who_was_in_charge_when_it_became_late_is_kept_whoever_gets_it(
    categories: Categories, agencies: dict[str, Agency], operator: User, petugas_dlh: User
) -> None:
    incident = filed("2026-10-01 09:00")
    due = incident.due_at
    do(petugas_dlh, incident, K.ACCEPTED, at=moment("2026-10-02 09:00"))
    # The worker was away: the case is given to another agency before anybody noticed.
    assign(incident, agencies["pupr"], Assignment.Role.LEAD, viewer(operator))

    mark_late()
    since, under = missed(incident)[Timed.DONE]
    assert (since, under) == (due, "Dinas Lingkungan Hidup")
    do(petugas_dlh, incident, K.RETURNED)
    mark_late()
    assert missed(incident)[Timed.DONE] == (since, under)


def test_a_case_that_nobody_led_when_it_became_late_was_the_operators(
    categories: Categories, petugas_dlh: User
) -> None:
    incident = filed("2026-10-01 09:00")
    do(petugas_dlh, incident, K.RETURNED, at=moment("2026-10-02 09:00"))
    mark_late()
    assert missed(incident)[Timed.DONE][1] == ""


def test_what_was_answered_in_time_is_late_with_completion_only(
    categories: Categories, petugas_dlh: User
) -> None:
    incident = filed("2026-10-01 09:00")
    do(petugas_dlh, incident, K.ANSWERED, at=moment("2026-10-02 09:00"))
    mark_late()
    assert set(Late.objects.values_list("step", flat=True)) == {Timed.DONE}


def test_a_late_mark_of_a_merged_case_is_shown_where_it_went(categories: Categories) -> None:
    late, other = filed("2026-10-01 09:00"), case()
    mark_late()
    Incident.objects.filter(pk=late.pk).update(merged_into=other)
    assert Timed.DONE in missed(other)


def test_a_resolved_case_closes_by_silence_when_the_time_to_object_is_over(
    categories: Categories, petugas_dlh: User
) -> None:
    incident, fresh = case(), case()
    for one in (incident, fresh):
        do(petugas_dlh, one, K.RESOLVED)
    incident.refresh_from_db()
    until = incident.objection_until
    assert until == due_after(incident.resolved_at or timezone.now(), 10, city_zone())
    Incident.objects.filter(pk=fresh.pk).update(objection_until=until + timedelta(days=9))

    assert close_by_silence(until - timedelta(seconds=1)) == 0
    assert close_by_silence(until + timedelta(seconds=1)) == 1
    assert close_by_silence(until + timedelta(seconds=1)) == 0
    incident.refresh_from_db()
    assert incident.phase == Phase.CLOSED
    assert incident.entries.get(kind=K.CLOSED).data == {"silence": True}


def test_a_case_whose_reporter_does_not_answer_is_archived_after_thirty_days_with_the_reason(
    categories: Categories, operator: User
) -> None:
    incident = filed("2026-10-01 09:00")
    ask(incident, operator, "2026-10-02 09:00")
    assert archive_unanswered(moment("2026-11-01 08:59")) == 0
    assert archive_unanswered(moment("2026-11-01 09:01")) == 1
    incident.refresh_from_db()
    assert incident.phase == Phase.ARCHIVED
    told = incident.entries.get(kind=K.ARCHIVED)
    assert told.note is not None
    assert "pelapor" in told.note.body.lower()


def test_a_reopened_case_has_what_was_left_of_its_time_at_least_the_days_of_an_answer(
    categories: Categories, petugas_dlh: User
) -> None:
    incident = filed("2026-10-01 09:00")
    do(petugas_dlh, incident, K.RESOLVED, at=moment("2026-11-02 09:00"))
    move(
        Move(
            incident,
            K.OBJECTED,
            Actor("pelapor"),
            "Belum diangkut sama sekali.",
            at=moment("2026-11-09 09:00"),
        )
    )
    incident.refresh_from_db()
    assert (incident.phase, day(incident.due_at)) == (Phase.WORKING, "2026-11-16")
    assert incident.entries.get(kind=K.DUE).data["why"] == "reopened"
