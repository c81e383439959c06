"""Several agencies on one case: asked in, released, told whose it is; own tasks, and nothing before and after."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from geo.errors import Forbidden
from geo.models import Agency
from incidents.assigning import assign, invite, release
from incidents.models import Assignment, Category, Entry, Incident, Notice, Token
from incidents.tokens import issue
from tests.conftest import person, signed_in
from tests.incidents.made import case, do, picture, viewer

Categories = dict[str, Category]
Agencies = dict[str, Agency]
K, A = Entry.Kind, Assignment.Status
PANE = {"HX-Request": "true"}


@pytest.fixture
def petugas_bpbd(agencies: Agencies) -> User:
    return person("petugas_bpbd", "petugas", agencies["bpbd"])


@pytest.fixture
def dlh(petugas_dlh: User) -> Client:
    return signed_in(petugas_dlh)


@pytest.fixture
def desk(operator: User) -> Client:
    return signed_in(operator)


def page(client: Client, incident: Incident) -> str:
    return client.get(f"/meja/kasus/{incident.pk}").content.decode()


def press(client: Client, incident: Incident, action: str, **data: str) -> object:
    return client.post(f"/meja/kasus/{incident.pk}/tindakan/{action}", data, follow=True)


def offered(client: Client, incident: Incident) -> list[str]:
    answer = client.get(f"/meja/kasus/{incident.pk}")
    return [form.kind.value for form in answer.context["moves"]]


# -- who may do what -------------------------------------------------------------------------------


def test_the_workflow_decides_which_forms_are_on_the_page(
    categories: Categories, desk: Client, dlh: Client, petugas_dlh: User
) -> None:
    incident = case()
    assert offered(desk, incident) == ["verified", "released", "archived"]
    assert offered(dlh, incident) == ["invited"]  # nobody to be released yet

    press(desk, incident, "verified")
    assert offered(desk, incident) == ["released", "archived"]
    do(petugas_dlh, incident, K.RESOLVED)
    assert offered(desk, incident) == ["reopened", "closed", "archived"]
    assert offered(dlh, incident) == []


def test_an_operator_verifies_archives_with_a_reason_and_opens_again(
    categories: Categories, desk: Client, warga: Client
) -> None:
    incident = case()
    press(desk, incident, "verified")
    incident.refresh_from_db()
    assert incident.status == "diverifikasi"

    press(desk, incident, "archived", reason="tanpa_bukti")
    incident.refresh_from_db()
    assert incident.phase == Incident.Phase.ARCHIVED
    assert incident.entries.get(kind=K.ARCHIVED).data == {"reason": "tanpa_bukti"}
    told = warga.get(f"/lacak/{incident.complaints.get().tracking_code}").content.decode()
    assert "Diarsipkan: tidak ada bukti." in told

    press(desk, incident, "reopened", text="Bukti baru sudah ada.")
    incident.refresh_from_db()
    assert incident.phase == Incident.Phase.WORKING
    assert "Bukti baru sudah ada." in page(desk, incident)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"reason": "bosan"}, 422),
        ({"reason": "lain"}, 422),
        ({"reason": "lain", "text": "ya\x00tidak sama"}, 422),
        ({"reason": "sara", "seen": "1"}, 409),
    ],
)
def test_an_archive_without_its_reason_or_on_old_news_is_refused_and_keeps_what_was_typed(
    categories: Categories, desk: Client, sent: dict[str, str], status: int
) -> None:
    incident = case()
    address = f"/meja/kasus/{incident.pk}/tindakan/archived"
    for headers in ({}, PANE):
        answer = desk.post(address, sent, headers=headers)
        assert answer.status_code == status
        assert 'role="alert"' in answer.content.decode()
        if headers:
            assert answer["HX-Retarget"] == "#move-archived"
        if sent.get("reason") == "sara":
            assert '<option value="sara" selected>' in answer.content.decode()
    assert incident.entries.count() == 2


def test_a_step_that_the_workflow_does_not_know_now_is_refused(categories: Categories, desk: Client) -> None:
    incident = case()
    for action, status in (("reopened", 409), ("closed", 409), ("terbang", 404), ("merged", 404)):
        answer = desk.post(
            f"/meja/kasus/{incident.pk}/tindakan/{action}", {"text": "Sudah waktunya."}, headers=PANE
        )
        assert answer.status_code == status, action


def test_officers_take_no_steps_of_operators(categories: Categories, dlh: Client, petugas_dlh: User) -> None:
    incident = case()
    for action in ("verified", "archived"):
        answer = dlh.post(f"/meja/kasus/{incident.pk}/tindakan/{action}", {"reason": "ganda"})
        assert answer.status_code == 403, action
    other = case("banjir")  # PUPR's and BPBD's
    sent = {"agency": "pupr", "text": "Tidak perlu lagi."}
    assert dlh.post(f"/meja/kasus/{other.pk}/tindakan/released", sent, headers=PANE).status_code == 404


# -- asked in and released -------------------------------------------------------------------------


def test_the_agency_in_charge_asks_another_one_in_and_lets_it_go(
    categories: Categories,
    agencies: Agencies,
    dlh: Client,
    petugas_bpbd: User,
    petugas_dlh: User,
    warga: Client,
) -> None:
    incident = case()
    bpbd = signed_in(petugas_bpbd)
    assert bpbd.get(f"/meja/kasus/{incident.pk}").status_code == 404

    press(dlh, incident, "invited", agency="bpbd", text="Mohon bantu pompa air.")
    entry = incident.entries.get(kind=K.INVITED)
    assert [one.agency for one in Notice.objects.filter(entry=entry, to="agency")] == [agencies["bpbd"]]
    told = page(bpbd, incident)
    assert "Mohon bantu pompa air." in told
    assert "diminta ikut oleh penanggung jawab" in told
    reporter = warga.get(f"/lacak/{incident.complaints.get().tracking_code}").content.decode()
    assert "BPBD diminta ikut membantu" in reporter
    assert "pompa air" not in reporter  # said between agencies

    do(petugas_dlh, incident, K.RESOLVED)
    incident.refresh_from_db()
    assert incident.is_open  # BPBD is not done
    press(dlh, incident, "released", agency="bpbd", text="Air sudah surut.")
    incident.refresh_from_db()
    assert incident.phase == Incident.Phase.RESOLVED
    assert bpbd.get(f"/meja/kasus/{incident.pk}").status_code == 404


def test_a_supporting_agency_asks_nobody_in_and_releases_nobody(
    categories: Categories, agencies: Agencies, petugas_bpbd: User
) -> None:
    flood = case("banjir")
    for way in (invite, release):
        with pytest.raises(Forbidden):
            way(flood, agencies["pupr" if way is release else "dlh"], viewer(petugas_bpbd), "Mohon bantuan.")
    assert offered(signed_in(petugas_bpbd), flood) == []


# -- whose it is -----------------------------------------------------------------------------------


def test_not_ours_names_whose_it_is_and_the_operator_gives_it_on_with_one_press(
    categories: Categories, dlh: Client, desk: Client, agencies: Agencies
) -> None:
    incident = case()
    returned = {"step": "returned", "text": "Saluran, bukan sampah."}
    assert dlh.post(f"/meja/kasus/{incident.pk}/langkah", returned).status_code == 422

    dlh.post(f"/meja/kasus/{incident.pk}/langkah", returned | {"whose": "pupr"})
    shown = page(desk, incident)
    assert "Beri ke PUPR" in shown
    assert "Menyebut yang berwenang: Dinas Pekerjaan Umum" in shown

    given = {
        "agency": "pupr",
        "role": "lead",
        "seen": str(desk.get(f"/meja/kasus/{incident.pk}").context["file"].seen),
    }
    desk.post(f"/meja/kasus/{incident.pk}/disposisi", given)
    assert incident.assignments.get(role="lead", agency=agencies["pupr"]).status == A.SENT
    assert "Beri ke PUPR" not in page(desk, incident)  # it was followed


@pytest.mark.parametrize(
    ("sent", "named"), [({"whose_name": "Balai Besar Sungai"}, "Balai Besar Sungai"), ({"whose": "?"}, "")]
)
def test_somebody_unknown_here_or_nobody_can_be_named(
    categories: Categories, dlh: Client, desk: Client, sent: dict[str, str], named: str
) -> None:
    incident = case()
    dlh.post(f"/meja/kasus/{incident.pk}/langkah", {"step": "returned", "text": "Ini sungai besar."} | sent)
    assert incident.entries.get(kind=K.RETURNED).data == ({"suggested": {"name": named}} if named else {})
    assert (f"<strong>{named}</strong>" in page(desk, incident)) is bool(named)


# -- own tasks, shared story, and nothing before and after -----------------------------------------


def test_each_agency_has_its_own_tasks_above_one_shared_story(
    categories: Categories, petugas_lain: User, petugas_bpbd: User
) -> None:
    flood = case("banjir")
    pupr, bpbd = signed_in(petugas_lain), signed_in(petugas_bpbd)
    assert "Terima kasus ini, atau kembalikan" in page(pupr, flood)
    do(petugas_lain, flood, K.ACCEPTED)
    assert "Beri jawaban pertama" in page(pupr, flood)

    do(petugas_bpbd, flood, K.RESOLVED, "Warga sudah dievakuasi.")
    assert "Bagian Anda sudah selesai. Masih bekerja: PUPR." in page(bpbd, flood)
    for client in (pupr, bpbd):
        assert "Warga sudah dievakuasi." in page(client, flood)

    do(petugas_lain, flood, K.STARTED)
    do(petugas_lain, flood, K.ANSWERED)
    assert "Selesaikan bagian Anda dengan foto" in page(pupr, flood)


@pytest.mark.parametrize("ended", ["returned", "released"])
def test_an_agency_sees_nothing_of_a_case_before_and_after_it_has_it(
    categories: Categories,
    agencies: Agencies,
    operator: User,
    petugas_bpbd: User,
    petugas_dlh: User,
    ended: str,
) -> None:
    incident = case(pictures=(picture(),))
    do(petugas_dlh, incident, K.ANSWERED, "Truk datang besok.", (picture(),))
    photos = [f"/meja/foto/{pk}" for pk in (incident.complaints.get().photos.get().pk,
                                            incident.entries.get(kind=K.ANSWERED).photos.get().pk)]  # fmt: skip
    token = {"Authorization": f"Bearer {issue(Token.Kind.AGENCY, 'bpbd')}"}
    bpbd = signed_in(petugas_bpbd)

    def seen() -> list[bool]:
        points = bpbd.get("/meja/kasus.geojson?tampilan=semua").content.decode()
        api = bpbd.get("/api/v1/incidents", headers=token).json()["features"]
        tile = bpbd.get("/tiles/incidents/8/208/133.mvt", headers=token)
        lists = [
            f"/kasus/{incident.pk}" in points or f'"id": {incident.pk}' in points,
            bool(api),
            tile.status_code == 200,
        ]
        pages = [f"/meja/kasus/{incident.pk}", *photos]
        return lists + [bpbd.get(one).status_code == 200 for one in pages]

    assert seen() == [False] * 6
    assign(incident, agencies["bpbd"], Assignment.Role.SUPPORT, viewer(operator))
    assert seen() == [True] * 6
    if ended == "returned":
        do(petugas_bpbd, incident, K.RETURNED, "Bukan tugas kami.")
    else:
        release(incident, agencies["bpbd"], viewer(operator), "Tidak diperlukan lagi.")
    assert seen() == [False] * 6
    steps = bpbd.post(
        f"/meja/kasus/{incident.pk}/langkah", {"step": "answered", "text": "Saya masih di sini."}
    )
    assert steps.status_code == 404
