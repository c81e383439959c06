"""Steps of the case itself: where it stands after each turn, and what is not lost on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from geo.errors import Conflict, Forbidden, Invalid
from geo.models import Agency
from incidents import intake
from incidents.assigning import assign, invite, release
from incidents.filing import Filing, Words
from incidents.flow import current_flow
from incidents.fusion.merge import merge
from incidents.models import Assignment, Category, Complaint, Entry, Incident, Phase
from incidents.moves import SYSTEM, Actor, Move, move
from incidents.relocation.rows import read_rows
from incidents.states import phase_from
from incidents.workflow import Step, take_step
from tests.conftest import IN_KEBONSARI, person
from tests.incidents.made import case, do, viewer

K, A = Entry.Kind, Assignment.Status
Categories = dict[str, Category]
Agencies = dict[str, Agency]
REPORTER = Actor("pelapor")


def take(
    incident: Incident, action: Entry.Kind, by: Actor, text: str = "Mohon dibaca dulu.", **more: Any
) -> Incident:
    move(Move(incident, action, by, text, **more))
    incident.refresh_from_db()
    return incident


def test_a_case_goes_on_from_where_it_was_when_the_reporter_answers(
    categories: Categories, operator: User, agencies: Agencies
) -> None:
    incident, desk = case(), Actor.of(viewer(operator))
    take(incident, K.VERIFIED, desk, "")
    assign(incident, agencies["pupr"], Assignment.Role.SUPPORT, viewer(operator))
    incident.refresh_from_db()
    assert incident.status == "didisposisikan"

    take(incident, K.ASKED, desk)
    assert incident.phase == Phase.WAITING
    take(incident, K.SUPPLIED, REPORTER)

    assert (incident.status, incident.waiting_since) == ("didisposisikan", None)


def test_an_archived_case_that_is_opened_again_gets_its_time_anew(
    categories: Categories, operator: User
) -> None:
    incident, desk = case(age=timedelta(days=60)), Actor.of(viewer(operator))
    take(incident, K.ARCHIVED, desk)

    take(incident, K.REOPENED, desk)

    assert incident.answer_due_at is not None
    assert incident.answer_due_at > timezone.now()
    assert incident.due_at > timezone.now()
    assert incident.reopened == 0  # it never was solved


def test_a_case_that_nobody_leads_waits_for_the_operator_when_it_is_opened_again(
    categories: Categories, operator: User, petugas_dlh: User
) -> None:
    incident, desk = case(), Actor.of(viewer(operator))
    do(petugas_dlh, incident, K.RETURNED, "Bukan wilayah kami.")
    take(incident, K.ARCHIVED, desk)

    take(incident, K.REOPENED, desk)

    assert incident.phase == Phase.RETURNED


def test_who_resolves_at_once_has_answered(categories: Categories, petugas_dlh: User) -> None:
    incident = case()
    do(petugas_dlh, incident, K.RESOLVED)

    incident.refresh_from_db()
    assert incident.first_answer_at is not None


@pytest.mark.parametrize(
    ("held", "phase"),
    [
        ([("lead", A.DONE), ("support", A.DONE)], Phase.RESOLVED),
        ([("lead", A.DONE), ("support", A.RELEASED)], Phase.RESOLVED),
        ([("lead", A.RELEASED), ("support", A.DONE)], Phase.RESOLVED),
        ([("lead", A.DONE), ("support", A.RETURNED)], Phase.RESOLVED),
        ([("lead", A.DONE), ("support", A.SENT)], Phase.WORKING),
        ([("lead", A.RETURNED), ("support", A.DONE)], Phase.RETURNED),
        ([("lead", A.RELEASED), ("support", A.SENT)], Phase.RETURNED),
        ([("lead", A.RELEASED)], Phase.RETURNED),
        ([("lead", A.SENT), ("support", A.SENT)], Phase.NEW),
        ([], Phase.RETURNED),
    ],
)
def test_what_agencies_have_done_makes_the_phase(held: list[tuple[str, str]], phase: Phase) -> None:
    assert phase_from(Phase.NEW, held) == phase


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.OUTSIDE])
def test_what_is_held_up_stays_so_until_all_are_done(phase: Phase) -> None:
    assert phase_from(phase, [("lead", A.ACCEPTED)]) == phase
    assert phase_from(phase, [("lead", A.DONE)]) == Phase.RESOLVED


def test_the_agency_in_charge_asks_another_one_in_and_releases_it(
    categories: Categories, petugas_dlh: User, petugas_lain: User, agencies: Agencies
) -> None:
    incident = case()
    invite(incident, agencies["pupr"], viewer(petugas_dlh), "Mohon bantu alat berat.")
    with pytest.raises(Forbidden):
        release(incident, agencies["dlh"], viewer(petugas_lain), "Tidak perlu lagi.")

    do(petugas_dlh, incident, K.RESOLVED)
    incident.refresh_from_db()
    assert incident.phase == Phase.WORKING

    release(incident, agencies["pupr"], viewer(petugas_dlh), "Tidak jadi diperlukan.")

    incident.refresh_from_db()
    assert incident.phase == Phase.RESOLVED


def test_a_step_that_is_not_in_the_workflow_is_refused_and_nothing_is_kept(
    categories: Categories, operator: User, petugas_dlh: User
) -> None:
    incident, before = case(), Entry.objects.count()
    with pytest.raises(Conflict):
        take(incident, K.CONFIRMED, REPORTER)
    with pytest.raises(Forbidden):
        take(incident, K.ARCHIVED, Actor.of(viewer(petugas_dlh)))
    with pytest.raises(Invalid):
        take(incident, K.ARCHIVED, Actor.of(viewer(operator)), "")
    with pytest.raises(Conflict):
        take(incident, K.CLOSED, SYSTEM)
    assert Entry.objects.count() == before


def test_leadership_only_looks_on(city: object) -> None:
    with pytest.raises(Forbidden):
        Actor.of(viewer(person("walikota", "pimpinan")))


def test_an_objection_reaches_the_agency_again_and_its_head(
    categories: Categories, petugas_dlh: User, kepala_dlh: User
) -> None:
    incident = case()
    do(petugas_dlh, incident, K.RESOLVED)

    take(incident, K.OBJECTED, REPORTER, "Masih menumpuk.")

    assert (incident.status, incident.phase, incident.reopened) == ("dikerjakan", Phase.WORKING, 1)
    assert incident.assignments.get().status == A.SENT
    told = incident.entries.get(kind=K.OBJECTED).notices
    assert set(told.values_list("to", "user__username")) >= {("head", "kepala_dlh"), ("agency", None)}


def test_what_was_merged_away_is_placed_no_more(categories: Categories, operator: User) -> None:
    kept, gone = case(), case()
    merge(gone, kept.pk, viewer(operator))

    rows = read_rows([], 0, 100, None)

    assert rows is not None
    assert rows.id.tolist() == [kept.pk]


def test_each_status_of_the_usual_workflow_has_a_name_and_a_phase(city: object) -> None:
    flow = current_flow()
    assert {flow.phase(code) for code in flow.statuses} == set(Phase)
    assert flow.name("menunggu") == "Menunggu kelengkapan"


def test_the_reporter_reads_whose_task_it_is_instead(
    categories: Categories, petugas_dlh: User, agencies: Agencies, warga: Client
) -> None:
    incident = case()
    held = incident.assignments.get()
    step = Step(viewer(petugas_dlh), held, K.RETURNED, "Ini saluran, bukan sampah.", target=agencies["pupr"])
    take_step(step)

    page = warga.get(f"/lacak/{incident.complaints.get().tracking_code}").content.decode()
    assert "tugas Dinas Pekerjaan Umum" in page


def test_what_an_operator_types_from_a_call_joins_no_case_by_itself(
    categories: Categories, operator: User
) -> None:
    first = case(age=timedelta(hours=2))
    said = Words("Bak sampah penuh di belakang warung soto.", Complaint.Channel.PHONE)
    lon, lat = IN_KEBONSARI
    second = intake.take(Filing("sampah", timezone.now(), lon, lat, words=said, by=operator)).incident

    assert second != first
