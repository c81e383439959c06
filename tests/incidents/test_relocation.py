"""Open cases follow new borders: placed and routed again, written down, told, and all of it taken back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from geo.models import Agency, Edition
from incidents.assigning import assign
from incidents.models import Assignment, Category, Doubt, Entry, Incident, Notice
from incidents.notify import send_relocation
from incidents.relocation.forecast import forecast
from tests.conftest import IN_KEBONSARI, IN_KEPEL, person, signed_in
from tests.editions import CUT, DIVIDED, DIVIDED_CODE, MERGED, MERGED_CODE, edition
from tests.incidents.made import case, do, viewer
from tests.incidents.relocated import go_to, kinds, leads, state

pytestmark = pytest.mark.django_db
IN_BAKALAN = (112.93, -7.67)
IN_KEBON_ANYAR = (112.905, -7.67)
K, R = Entry.Kind, Doubt.Reason


@pytest.fixture
def old(categories: dict[str, Category]) -> Edition:
    """The edition in force at first."""
    return Edition.objects.get()


@pytest.fixture
def petugas_pkm_timur(agencies: dict[str, Agency]) -> User:
    return person("petugas_timur", "petugas", agencies["pkm-timur"])


def test_a_case_gets_the_kelurahan_and_the_agency_of_the_new_borders(old: Edition) -> None:
    larvae, rubbish, elsewhere = (
        case("jentik", IN_BAKALAN),
        case("sampah", IN_BAKALAN),
        case("jentik", IN_KEPEL),
    )
    untouched = state(elsewhere)

    run = go_to(edition("gabung", MERGED))

    assert state(larvae)[:4] == (MERGED_CODE, "Sari Bakalan", "99.01.01", "Barat")
    assert leads(larvae) == ["pkm-barat"]
    assert state(rubbish)[0] == MERGED_CODE
    assert leads(rubbish) == ["dlh"]
    assert state(elsewhere) == untouched
    assert (run.total, run.done, run.moved, run.rerouted, run.doubted) == (3, 3, 2, 1, 0)


def test_the_timeline_tells_from_where_to_where_and_from_whom_to_whom(old: Edition) -> None:
    larvae = case("jentik", IN_BAKALAN)

    run = go_to(edition("gabung", MERGED))

    entry = larvae.entries.get(kind=K.MOVED)
    assert entry.public
    assert entry.actor is None
    assert entry.data["relocation"] == run.pk
    assert entry.data["from"]["kelurahan"] == {"code": "99.01.02.1001", "name": "Bakalan"}
    assert entry.data["from"]["edition"] == "uji"
    assert entry.data["to"]["kelurahan"] == {"code": MERGED_CODE, "name": "Sari Bakalan"}
    assert [one["code"] for one in entry.data["agencies_before"]] == ["pkm-timur"]
    assert [(one["code"], one["role"]) for one in entry.data["agencies"]] == [("pkm-barat", "lead")]


def test_forward_and_back_nothing_is_lost(
    old: Edition, petugas_dlh: User, petugas_pkm_timur: User, petugas_lain: User
) -> None:
    cases = [
        case(category, at)
        for category in ("jentik", "sampah", "banjir", "pungli")
        for at in (IN_KEBONSARI, IN_BAKALAN, IN_KEPEL)
    ]
    by_code = [case("jentik", None, kelurahan=code) for code in ("99.01.01.1001", "99.01.02.1001")]
    do(petugas_pkm_timur, cases[1], K.ACCEPTED)
    do(petugas_dlh, cases[4], K.ACCEPTED)
    do(petugas_lain, cases[7], K.ACCEPTED)
    do(petugas_dlh, cases[3], K.RESOLVED)
    before = {one.pk: state(one) for one in cases + by_code}
    closed = kinds(cases[3])

    forward = go_to(edition("gabung", MERGED))
    between = {one.pk: state(one) for one in cases + by_code}
    back = go_to(old)

    assert {one.pk: state(one) for one in cases + by_code} == before
    assert forward.moved == back.moved == 9  # of 14: Kepel's four stay, and the one that was solved
    assert forward.rerouted == back.rerouted == 2
    assert between != before
    assert kinds(cases[3]) == closed
    assert kinds(cases[1]).count("moved") == kinds(by_code[1]).count("moved") == 2
    assert kinds(cases[2]).count("moved") == 0
    assert Incident.objects.count() == 14


def test_a_closed_case_keeps_place_and_agency(old: Edition, petugas_dlh: User) -> None:
    solved = case("sampah", IN_BAKALAN)
    do(petugas_dlh, solved, K.RESOLVED)
    archived, closed = case("jentik", IN_BAKALAN), case("jentik", IN_BAKALAN)
    Incident.objects.filter(pk=archived.pk).update(status="diarsipkan", phase="diarsipkan")
    Incident.objects.filter(pk=closed.pk).update(status="ditutup", phase="ditutup")
    before = [state(one) for one in (solved, archived, closed)]

    run = go_to(edition("gabung", MERGED))

    assert [state(one) for one in (solved, archived, closed)] == before
    assert run.total == 0


def test_a_kelurahan_without_a_point_follows_the_merge(old: Edition) -> None:
    told = case("jentik", None, kelurahan="99.01.02.1001")

    go_to(edition("gabung", MERGED))

    assert state(told)[0] == MERGED_CODE
    assert leads(told) == ["pkm-barat"]


def test_a_divided_kelurahan_is_decided_by_the_point_and_without_one_by_a_person(old: Edition) -> None:
    west, east = case("jentik", IN_KEBON_ANYAR), case("jentik", (112.915, -7.67))
    told = case("jentik", None, kelurahan="99.01.01.1001")
    before = state(told)

    run = go_to(edition("bagi", DIVIDED))

    assert (state(west)[0], leads(west)) == (DIVIDED_CODE, ["pkm-timur"])
    assert (state(east)[0], leads(east)) == ("99.01.01.1001", ["pkm-barat"])
    assert state(told) == before
    assert list(run.doubts.values_list("incident", "reason")) == [(told.pk, R.SPLIT)]
    note = told.entries.get(kind=K.DOUBTED)
    assert not note.public
    assert note.data["reason"] == "split"


def test_what_lies_outside_the_new_borders_stays_and_is_listed(old: Edition) -> None:
    inside, told = case("jentik", IN_KEBONSARI), case("sampah", None, kelurahan="99.01.01.1001")
    before = [state(inside), state(told)]

    run = go_to(edition("potong", CUT))

    assert [state(inside), state(told)] == before
    assert set(run.doubts.values_list("incident", "reason")) == {(inside.pk, R.OUTSIDE), (told.pk, R.GONE)}
    assert run.doubted == 2


def test_an_agency_that_the_operator_put_in_charge_stays(
    old: Edition, agencies: dict[str, Agency], operator: User
) -> None:
    larvae = case("jentik", IN_BAKALAN)
    assign(larvae, agencies["bpbd"], Assignment.Role.LEAD, viewer(operator))

    go_to(edition("gabung", MERGED))

    assert state(larvae)[0] == MERGED_CODE
    assert leads(larvae) == ["bpbd"]


def test_where_nobody_answers_any_more_the_agency_keeps_the_case_and_a_person_is_asked(old: Edition) -> None:
    larvae = case("jentik", IN_BAKALAN)
    rows = [row if row[0] != MERGED_CODE else (*row[:3], "99.01.09", row[4]) for row in MERGED]

    run = go_to(edition("gabung", rows))

    assert state(larvae)[0] == MERGED_CODE
    assert leads(larvae) == ["pkm-timur"]
    assert list(run.doubts.values_list("reason", flat=True)) == [R.UNLED]


def test_a_case_that_its_agency_returned_is_not_pressed_on_it_again(
    old: Edition, petugas_pkm_timur: User
) -> None:
    larvae = case("jentik", IN_KEPEL)
    do(petugas_pkm_timur, larvae, K.RETURNED)
    before = state(larvae)

    go_to(edition("gabung", MERGED))

    assert state(larvae) == before


def test_each_agency_concerned_gets_one_message_about_all_its_cases(old: Edition) -> None:
    cases = [case("jentik", IN_BAKALAN) for _i in range(3)]
    case("sampah", IN_BAKALAN)
    mail.outbox.clear()

    run = go_to(edition("gabung", MERGED))
    send_relocation(run.pk)
    send_relocation(run.pk)

    told = {message.to[0]: message.body for message in mail.outbox}
    assert len(mail.outbox) == 2
    assert set(told) == {"pkm-barat@contoh.example", "pkm-timur@contoh.example"}
    assert f"/meja/kasus/{cases[0].pk}" in told["pkm-barat@contoh.example"]
    assert f"#{cases[2].pk}" in told["pkm-timur@contoh.example"]
    assert Notice.objects.filter(relocation=run, sent_at=None).count() == 0


def test_an_agency_that_only_supports_after_a_roll_back_is_told_so(
    old: Edition, categories: dict[str, Category], agencies: dict[str, Agency]
) -> None:
    categories["jentik"].support.set([agencies["pkm-barat"]])
    larvae = case("jentik", IN_BAKALAN)
    forward = go_to(edition("gabung", MERGED))
    mail.outbox.clear()

    back = go_to(old)
    send_relocation(back.pk)

    assert forward.agencies["pkm-barat"]["got"] == forward.agencies["pkm-timur"]["lost"] == 1
    told = {message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox}
    assert set(told) == {"pkm-barat@contoh.example", "pkm-timur@contoh.example"}
    assert "pada 1 kasus Anda kini pendukung" in told["pkm-barat@contoh.example"]
    assert f"/meja/kasus/{larvae.pk}" in told["pkm-barat@contoh.example"]
    assert "1 kasus kini menjadi tugas Anda" in told["pkm-timur@contoh.example"]


def test_made_up_cases_move_without_troubling_anybody(old: Edition) -> None:
    larvae = case("jentik", IN_BAKALAN)
    Incident.objects.filter(pk=larvae.pk).update(demo=True)

    run = go_to(edition("gabung", MERGED))

    assert leads(larvae) == ["pkm-barat"]
    assert not Notice.objects.filter(relocation=run).exists()


def test_a_dry_run_tells_what_would_change_and_changes_nothing(old: Edition) -> None:
    larvae, rubbish = case("jentik", IN_BAKALAN), case("sampah", IN_KEBONSARI)
    before = [state(larvae), state(rubbish)]

    found = forecast(edition("gabung", MERGED))

    assert (found.total, found.moved, found.rerouted) == (2, 2, 1)
    assert found.handed == {("pkm-timur", "pkm-barat"): 1}
    moves = {(a.name, b.name): n for (a, b), n in found.moves.items()}
    assert moves == {("Bakalan", "Sari Bakalan"): 1, ("Kebonsari", "Sari Bakalan"): 1}
    assert [state(larvae), state(rubbish)] == before
    assert Entry.objects.filter(kind=K.MOVED).count() == 0


def test_the_reporter_and_the_officer_read_what_the_new_borders_changed(
    old: Edition, agencies: dict[str, Agency], warga: Client
) -> None:
    larvae = case("jentik", IN_BAKALAN)
    officer = signed_in(person("petugas_barat", "petugas", agencies["pkm-barat"]))

    go_to(edition("gabung", MERGED))

    followed = warga.get(f"/lacak/{larvae.complaints.get().tracking_code}").content.decode()
    desk = officer.get(f"/meja/kasus/{larvae.pk}").content.decode()
    assert "Sari Bakalan" in followed
    assert "Puskesmas Barat" in followed
    assert "Bakalan, Timur → Sari Bakalan, Barat" in desk
    assert "Puskesmas Timur → Puskesmas Barat" in desk


def test_the_operator_reads_why_a_case_waits_for_a_decision(old: Edition, operator: User) -> None:
    told = case("jentik", None, kelurahan="99.01.01.1001")

    go_to(edition("bagi", DIVIDED))

    page = signed_in(operator).get(f"/meja/kasus/{told.pk}").content.decode()
    assert "“bagi”" in page
