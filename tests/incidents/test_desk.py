"""The officers' inbox: states, saved views, filters, pages and the points for the map."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from geo.models import Agency
from incidents.assigning import assign
from incidents.models import Assignment, Category, Entry, Incident
from tests.conftest import IN_KEPEL, signed_in
from tests.incidents.made import case, do, queries, viewer

Categories = dict[str, Category]
K = Entry.Kind
PANE = {"HX-Request": "true"}
LATE = timedelta(days=60)


def listed(client: Client, query: str = "") -> list[int]:
    return [row.pk for row in client.get(f"/meja?{query}").context["rows"]]


def numbers(client: Client, query: str = "") -> dict[str, int]:
    return {
        view.label: view.count
        for view in client.get(f"/meja?{query}").context["views"]
        if view.count is not None
    }


@pytest.fixture
def dlh(petugas_dlh: User) -> Client:
    return signed_in(petugas_dlh)


def test_the_most_urgent_case_comes_first_and_each_state_is_counted(
    categories: Categories, petugas_dlh: User, dlh: Client
) -> None:
    new, late, working, done = case(), case(age=LATE), case(age=timedelta(days=6)), case()
    do(petugas_dlh, working, K.ACCEPTED)
    do(petugas_dlh, done, K.RESOLVED)

    assert listed(dlh) == [late.pk, working.pk, new.pk]
    assert numbers(dlh) == {
        "Terbuka": 3, "Terlambat": 1, "Segera jatuh tempo": 0, "Baru": 1, "Dikerjakan": 1, "Menunggu pelapor": 0,
        "Di instansi luar": 0,
    }  # fmt: skip


def test_what_is_late_says_so_in_shape_word_and_days(categories: Categories, dlh: Client) -> None:
    case(age=LATE)
    page = dlh.get("/meja").content.decode()

    assert 'class="desk-row late"' in page
    assert "Terlambat 3" in page or "Terlambat 4" in page  # the days depend on this year's holidays
    assert "belum diterima" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=baru", ["plain", "elsewhere", "other"]),
        ("status=terlambat", ["late"]),
        ("status=dikerjakan", ["working"]),
        ("status=selesai", ["done"]),
        ("status=semua", ["plain", "late", "working", "done", "elsewhere", "other"]),
        ("kategori=pohon", ["other"]),
        ("kelurahan=99.01.02.1002", ["elsewhere"]),
        ("peran=support", []),
        ("peran=lead&kategori=pohon", ["other"]),
        ("q=kepel", ["elsewhere"]),
        ("q=pohon", ["other"]),
        ("q=tidak ada", []),
        ("status=aneh&urut=aneh&peran=aneh&page=aneh", ["plain", "late", "working", "elsewhere", "other"]),
        ("q=%00&kategori=%00", ["plain", "late", "working", "elsewhere", "other"]),
        (f"q={'9' * 40}", []),
    ],
)
def test_filters_show_what_they_say(
    categories: Categories,
    petugas_dlh: User,
    dlh: Client,
    agencies: dict[str, Agency],
    query: str,
    found: list[str],
) -> None:
    Category.objects.create(
        code="pohon", parent=categories["lingkungan"], name_id="Pohon tumbang", name_en="Fallen tree", tier="open",
        sla_days=14, lead=agencies["dlh"],
    )  # fmt: skip
    made = {
        "plain": case(),
        "late": case(age=LATE),
        "working": case(),
        "done": case(),
        "elsewhere": case(at=IN_KEPEL),
        "other": case("pohon"),
    }
    do(petugas_dlh, made["working"], K.ACCEPTED)
    do(petugas_dlh, made["done"], K.RESOLVED)

    assert set(listed(dlh, query)) == {made[name].pk for name in found}


def test_a_number_is_found_whatever_its_state(categories: Categories, petugas_dlh: User, dlh: Client) -> None:
    case()
    done = case()
    do(petugas_dlh, done, K.RESOLVED)
    assert listed(dlh, f"q=%23{done.pk}") == [done.pk]


def test_a_supporter_is_done_when_its_own_part_is(
    categories: Categories, petugas_lain: User, operator: User, agencies: dict[str, Agency]
) -> None:
    incident = case()
    assign(incident, agencies["pupr"], Assignment.Role.SUPPORT, viewer(operator))
    pupr = signed_in(petugas_lain)
    assert listed(pupr, "peran=support&status=baru") == [incident.pk]

    do(petugas_lain, incident, K.RESOLVED)

    assert listed(pupr, "status=selesai") == [incident.pk]
    incident.refresh_from_db()
    assert incident.phase == Incident.Phase.WORKING


def test_the_operator_sees_all_and_what_belongs_to_nobody(
    categories: Categories, operator: User, petugas_dlh: User
) -> None:
    Category.objects.filter(code="pungli").update(lead=None)
    with_agency, orphan, returned = case(), case("pungli"), case()
    do(petugas_dlh, returned, K.RETURNED, "Bukan wewenang kami.")
    desk = signed_in(operator)

    assert set(listed(desk)) == {with_agency.pk, orphan.pk, returned.pk}
    assert set(listed(desk, "status=tanpa-penanggung-jawab")) == {orphan.pk, returned.pk}
    assert listed(desk, "status=dikembalikan") == [returned.pk]
    assert numbers(desk)["Tanpa penanggung jawab"] == 2


def test_an_agency_has_no_view_of_what_belongs_to_nobody(categories: Categories, dlh: Client) -> None:
    incident = case()
    assert listed(dlh, "status=tanpa-penanggung-jawab") == [incident.pk]  # the usual view instead
    assert "Tanpa penanggung jawab" not in numbers(dlh)


def test_more_cases_than_fit_come_in_pages(
    categories: Categories, dlh: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.desk.listing.PER_PAGE", 2)
    made = [case(age=timedelta(days=days)) for days in (3, 2, 1)]

    assert listed(dlh, "urut=terbaru") == [made[2].pk, made[1].pk]
    assert listed(dlh, "urut=terbaru&page=2") == [made[0].pk]
    assert 'href="?urut=terbaru&amp;page=1"' in dlh.get("/meja?urut=terbaru&page=2").content.decode()


def test_an_empty_inbox_says_what_will_be_there(petugas_dlh: User, dlh: Client) -> None:
    assert "Semua sudah ditangani" in dlh.get("/meja").content.decode()
    assert "Tidak ada yang cocok" in dlh.get("/meja?q=zzz").content.decode()


def test_the_map_shows_the_cases_of_the_list(categories: Categories, dlh: Client) -> None:
    incident = case()
    case(at=None, kelurahan="99.01.01.1001")
    answer = dlh.get("/meja/kasus.geojson").json()

    (feature,) = answer["features"]
    assert feature["properties"] == {"id": incident.pk, "state": "baru", "title": "Sampah menumpuk"}
    assert feature["geometry"]["coordinates"] == pytest.approx([112.91, -7.67])
    assert answer["without_point"] == 1
    assert not answer["cut_off"]


def test_htmx_gets_the_lists_alone(categories: Categories, dlh: Client) -> None:
    case()
    part = dlh.get("/meja", headers=PANE).content.decode()
    assert "<html" not in part
    assert 'class="desk-row' in part


@pytest.mark.parametrize("cases", [1, 12])
def test_the_inbox_asks_the_database_as_often_for_one_case_as_for_many(
    categories: Categories, dlh: Client, cases: int
) -> None:
    for _i in range(cases):
        case()
    # who it is (4); 5 the list, 6 numbers of the views, 7 kept filters, 8 the rows, 9 what once was late,
    # 10 what is newest, 11 the topics, 12 which cases are about the agency itself
    asked = queries(dlh, "/meja")
    assert asked == 12
