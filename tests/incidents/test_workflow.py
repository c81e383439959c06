"""Who may do what next with a case: walked as people walk it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection

from geo.errors import Conflict, DomainError, Invalid
from geo.models import Agency
from incidents.assigning import assign
from incidents.fusion.reading import story_entries
from incidents.models import Assignment, Category, Entry, Incident, Notice, Photo
from incidents.workflow import Step, allowed_steps, take_step
from tests.conftest import person
from tests.incidents.made import case, do, picture, viewer

K, S, A = Entry.Kind, Incident.Phase, Assignment.Status
Categories = dict[str, Category]
Agencies = dict[str, Agency]


def states(incident: Incident) -> tuple[str, dict[str, str]]:
    """The state of a case and of each agency's assignment, as the database has them."""
    incident.refresh_from_db()
    held = incident.assignments.select_related("agency")
    return incident.phase, {one.agency.code: one.status for one in held}


@pytest.fixture
def petugas_pupr(petugas_lain: User) -> User:
    """The other officer, here the one in charge of floods."""
    return petugas_lain


@pytest.fixture
def petugas_bpbd(agencies: Agencies) -> User:
    return person("petugas_bpbd", "petugas", agencies["bpbd"])


def test_a_case_goes_from_received_over_accepted_and_answered_to_resolved(
    categories: Categories, petugas_dlh: User
) -> None:
    incident = case()
    assert states(incident) == (S.NEW, {"dlh": A.SENT})

    do(petugas_dlh, incident, K.ACCEPTED)
    assert states(incident) == (S.WORKING, {"dlh": A.ACCEPTED})

    do(petugas_dlh, incident, K.ANSWERED)
    incident.refresh_from_db()
    assert incident.first_answer_at is not None

    do(petugas_dlh, incident, K.RESOLVED, "Sampah sudah diangkut seluruhnya.")
    assert states(incident) == (S.RESOLVED, {"dlh": A.DONE})
    assert incident.resolved_at is not None
    told = [entry.kind for entry in story_entries(incident.complaints.get())]
    assert told == [K.RECEIVED, K.ASSIGNED, K.ACCEPTED, K.ANSWERED, K.RESOLVED]


def test_who_answers_has_accepted(categories: Categories, petugas_dlh: User) -> None:
    incident = case()
    do(petugas_dlh, incident, K.ANSWERED)
    assert states(incident) == (S.WORKING, {"dlh": A.ACCEPTED})


def test_a_flood_is_resolved_when_the_agency_in_charge_is_done(
    categories: Categories, petugas_pupr: User, petugas_bpbd: User
) -> None:
    flood = case("banjir")

    do(petugas_bpbd, flood, K.RESOLVED, "Warga sudah dievakuasi.")
    assert states(flood) == (S.WORKING, {"pupr": A.SENT, "bpbd": A.DONE})

    do(petugas_pupr, flood, K.RESOLVED, "Saluran sudah bersih, air surut.")
    assert states(flood)[0] == S.RESOLVED


def test_a_returned_case_waits_for_the_operator_and_the_others_hear_of_it(
    categories: Categories, petugas_pupr: User, agencies: Agencies
) -> None:
    flood = case("banjir")

    entry = do(petugas_pupr, flood, K.RETURNED, "Saluran ini milik provinsi.")

    assert states(flood) == (S.RETURNED, {"pupr": A.RETURNED, "bpbd": A.SENT})
    assert [notice.agency for notice in Notice.objects.filter(entry=entry)] == [agencies["bpbd"]]


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [K.ACCEPTED, K.STARTED, K.RETURNED, K.ANSWERED, K.RESOLVED]),
        ([K.ACCEPTED], [K.STARTED, K.RETURNED, K.ANSWERED, K.RESOLVED]),
        ([K.ANSWERED], [K.STARTED, K.RETURNED, K.ANSWERED, K.RESOLVED]),
        ([K.RESOLVED], [K.ANSWERED]),
        ([K.RETURNED], []),
    ],
)
def test_only_some_steps_are_open_in_each_state(
    categories: Categories, petugas_dlh: User, taken: list[Entry.Kind], left: list[Entry.Kind]
) -> None:
    incident = case()
    for kind in taken:
        do(petugas_dlh, incident, kind)

    assignment = incident.assignments.select_related("incident").get()

    assert allowed_steps(assignment) == left
    for kind in {K.ACCEPTED, K.STARTED, K.RETURNED, K.ANSWERED, K.RESOLVED} - set(left):
        with pytest.raises(Conflict):
            do(petugas_dlh, incident, kind)


@pytest.mark.parametrize(
    ("kind", "text", "named"),
    [
        (K.ANSWERED, "", "text"),
        (K.ANSWERED, "  ok  ", "text"),
        (K.ANSWERED, "x" * 4001, "text"),
        (K.ANSWERED, "Truk datang\x00besok.", "text"),
        (K.RETURNED, "", "text"),
        (K.RESOLVED, "", "text"),
    ],
)
def test_words_that_nobody_can_read_are_refused_and_nothing_is_kept(
    categories: Categories, petugas_dlh: User, kind: Entry.Kind, text: str, named: str
) -> None:
    incident = case()
    with pytest.raises(Invalid) as caught:
        do(petugas_dlh, incident, kind, text)

    assert [error.field for error in caught.value.errors] == [named]
    assert states(incident) == (S.NEW, {"dlh": A.SENT})
    assert incident.entries.count() == 2


def test_resolving_needs_a_photo_of_the_finished_work(categories: Categories, petugas_dlh: User) -> None:
    incident = case()
    assignment = incident.assignments.get()
    with pytest.raises(Invalid) as caught:
        take_step(Step(viewer(petugas_dlh), assignment, K.RESOLVED, "Sudah bersih."))

    assert [error.field for error in caught.value.errors] == ["photos"]
    assert not Photo.objects.exists()


def test_a_refused_step_leaves_no_photo_on_the_disk(categories: Categories, petugas_dlh: User) -> None:
    incident = case()
    do(petugas_dlh, incident, K.RESOLVED)
    with pytest.raises(Conflict):
        do(petugas_dlh, incident, K.RESOLVED)

    assert Photo.objects.count() == 1
    assert len(list((settings.MEDIA_ROOT / "photos").rglob("*.jpg"))) == 1


def test_a_step_taken_on_old_news_is_refused(categories: Categories, petugas_dlh: User) -> None:
    incident = case()
    seen = incident.entries.latest("pk").pk
    do(petugas_dlh, incident, K.ACCEPTED)

    with pytest.raises(Conflict):
        do(petugas_dlh, incident, K.ANSWERED, seen=seen)
    do(petugas_dlh, incident, K.ANSWERED, seen=incident.entries.latest("pk").pk)

    assert incident.entries.filter(kind=K.ANSWERED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_resolve_at_once_one_is_told_that_it_is_done(
    categories: Categories, petugas_dlh: User, kepala_dlh: User
) -> None:
    incident = case()
    outcome: list[str] = []

    def resolve(user: User) -> None:
        try:
            do(user, incident, K.RESOLVED, pictures=(picture(),))
            outcome.append("done")
        except DomainError as refused:
            outcome.append(refused.slug)
        finally:
            connection.close()

    threads = [threading.Thread(target=resolve, args=[user]) for user in (petugas_dlh, kepala_dlh)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcome) == ["conflict", "done"]
    assert incident.entries.filter(kind=K.RESOLVED).count() == 1


def test_an_operator_puts_another_agency_in_charge_and_the_old_one_supports(
    categories: Categories, operator: User, agencies: Agencies
) -> None:
    incident = case()

    entry = assign(incident, agencies["pupr"], Assignment.Role.LEAD, viewer(operator))

    roles = dict(incident.assignments.values_list("agency__code", "role"))
    assert roles == {"dlh": "support", "pupr": "lead"}
    assert [notice.agency for notice in Notice.objects.filter(entry=entry)] == [agencies["pupr"]]


@pytest.mark.parametrize(("whose", "told"), [("Dinas Provinsi", 1), ("", 0)])
def test_operators_hear_whose_task_a_supporting_agency_says_it_is(
    categories: Categories, petugas_lain: User, operator: User, agencies: Agencies, whose: str, told: int
) -> None:
    flood = case("banjir")
    assign(flood, agencies["bpbd"], Assignment.Role.LEAD, viewer(operator))
    held = flood.assignments.get(agency=agencies["pupr"])
    assert held.role == Assignment.Role.SUPPORT
    entry = take_step(Step(viewer(petugas_lain), held, K.RETURNED, "Bukan wewenang kami.", whose=whose))
    assert Notice.objects.filter(entry=entry, to=Notice.To.OPERATOR).count() == told


def test_a_returned_case_can_be_given_back_to_the_same_agency(
    categories: Categories, operator: User, petugas_dlh: User, agencies: Agencies
) -> None:
    incident = case()
    do(petugas_dlh, incident, K.RETURNED, "Bukan wilayah kami.")

    assign(incident, agencies["dlh"], Assignment.Role.LEAD, viewer(operator))

    assert states(incident) == (S.NEW, {"dlh": A.SENT})


def closed(incident: Incident, agency: Agency, petugas: User) -> Any:
    do(petugas, incident, K.RESOLVED)
    return Conflict


def switched_off(incident: Incident, agency: Agency, petugas: User) -> Any:
    Agency.objects.filter(pk=agency.pk).update(active=False)
    agency.refresh_from_db()
    return Invalid


def already_in_charge(incident: Incident, agency: Agency, petugas: User) -> Any:
    incident.assignments.create(
        agency=agency, role="support", assigned_at=incident.opened_at, updated_at=incident.opened_at
    )
    return Conflict


@pytest.mark.parametrize("before", [closed, switched_off, already_in_charge])
def test_a_case_is_not_given_where_it_cannot_go(
    categories: Categories, operator: User, petugas_dlh: User, agencies: Agencies, before: Any
) -> None:
    incident = case()
    refusal = before(incident, agencies["pupr"], petugas_dlh)
    with pytest.raises(refusal):
        assign(incident, agencies["pupr"], Assignment.Role.SUPPORT, viewer(operator))


def test_the_agency_in_charge_cannot_be_made_a_supporter_of_nobody(
    categories: Categories, operator: User, agencies: Agencies
) -> None:
    incident = case()
    with pytest.raises(Conflict):
        assign(incident, agencies["dlh"], Assignment.Role.SUPPORT, viewer(operator))
    assert incident.assignments.get().role == Assignment.Role.LEAD
