"""Only one's own agency: every way to a case is tried by somebody whom it does not concern."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from geo.errors import Forbidden
from geo.models import Agency
from incidents.access import assignment_for, visible_incidents
from incidents.assigning import assign
from incidents.filing import Contact
from incidents.models import Assignment, Category, Entry, Incident, Photo, Token
from incidents.photos import drop_file
from incidents.tokens import issue
from tests.conftest import person, signed_in
from tests.incidents.made import TEXT, case, do, picture, viewer

Categories = dict[str, Category]
PANE = {"HX-Request": "true"}
Way = Callable[[Client, Incident], Any]


def page(client: Client, incident: Incident) -> Any:
    return client.get(f"/meja/kasus/{incident.pk}")


def pane(client: Client, incident: Incident) -> Any:
    return client.get(f"/meja/kasus/{incident.pk}", headers=PANE)


def photo(client: Client, incident: Incident) -> Any:
    return client.get(f"/meja/foto/{Photo.objects.get(complaint__incident=incident).pk}")


def step(client: Client, incident: Incident) -> Any:
    answer = {"step": "answered", "text": "Ini bukan kasus saya."}
    return client.post(f"/meja/kasus/{incident.pk}/langkah", answer)


def step_in_pane(client: Client, incident: Incident) -> Any:
    return client.post(f"/meja/kasus/{incident.pk}/langkah", {"step": "accepted"}, headers=PANE)


WAYS: list[Way] = [page, pane, photo, step, step_in_pane]


@pytest.fixture
def incident(categories: Categories) -> Incident:
    return case(pictures=(picture(),))


@pytest.mark.parametrize("way", WAYS)
def test_another_agency_finds_nothing(incident: Incident, petugas_lain: User, way: Way) -> None:
    answer = way(signed_in(petugas_lain), incident)

    assert answer.status_code == 404
    assert TEXT not in answer.content.decode()
    assert incident.entries.count() == 2


@pytest.mark.parametrize("way", [page, pane, photo])
def test_officer_head_and_operator_read_the_case(
    incident: Incident, petugas_dlh: User, kepala_dlh: User, operator: User, way: Way
) -> None:
    for user in (petugas_dlh, kepala_dlh, operator):
        assert way(signed_in(user), incident).status_code == 200


def test_lists_hold_only_ones_own(incident: Incident, petugas_dlh: User, petugas_lain: User) -> None:
    for user, number in ((petugas_dlh, 1), (petugas_lain, 0)):
        client = signed_in(user)
        assert client.get("/meja").context["page"].count == number
        assert len(client.get("/meja/kasus.geojson").json()["features"]) == number
        assert len(client.get(f"/meja?status=semua&q={incident.pk}").context["rows"]) == number


def test_the_desk_opens_no_case_of_others_beside_the_list(incident: Incident, petugas_lain: User) -> None:
    answer = signed_in(petugas_lain).get(f"/meja?kasus={incident.pk}")
    assert answer.status_code == 200
    assert TEXT not in answer.content.decode()


def test_programs_get_only_their_agencys_cases(incident: Incident, client: Client) -> None:
    for agency, number in (("dlh", 1), ("pupr", 0)):
        bearer = {"Authorization": f"Bearer {issue(Token.Kind.AGENCY, agency)}"}
        assert len(client.get("/api/v1/incidents", headers=bearer).json()["features"]) == number


@pytest.mark.parametrize("way", WAYS)
def test_a_returned_case_is_no_longer_the_agencys(incident: Incident, petugas_dlh: User, way: Way) -> None:
    do(petugas_dlh, incident, Entry.Kind.RETURNED, "Ini wewenang PUPR.")

    assert way(signed_in(petugas_dlh), incident).status_code == 404
    assert signed_in(petugas_dlh).get("/meja?status=semua").context["page"].count == 0


@pytest.mark.parametrize("way", [page, pane, photo])
def test_visitors_are_asked_to_sign_in(incident: Incident, client: Client, way: Way) -> None:
    answer = way(client, incident)
    if way is pane:
        assert answer.status_code == 401
    else:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/masuk?next=/meja/")


@pytest.mark.parametrize("role", ["walidata", "admin", "pimpinan", None])
def test_who_does_not_work_cases_has_no_desk(incident: Incident, role: str | None) -> None:
    user = person("orang", role) if role else User.objects.create_user("orang", "orang@contoh.example")
    client = signed_in(user)
    for way in WAYS:
        assert way(client, incident).status_code in {403, 404}
    answer = client.get("/meja")
    assert answer.status_code == 403
    assert ("belum mempunyai peran" in answer.content.decode()) is (role is None)


def test_a_person_who_was_switched_off_is_out_at_once(incident: Incident, petugas_dlh: User) -> None:
    client = signed_in(petugas_dlh)
    User.objects.filter(pk=petugas_dlh.pk).update(is_active=False)
    assert client.get("/meja").status_code == 302


def test_leadership_sees_the_city_without_confidential_cases(categories: Categories) -> None:
    plain, _secret = case(), case(confidential=True)
    pimpinan = viewer(person("pimpinan", "pimpinan"))
    assert list(visible_incidents(pimpinan)) == [plain]


def test_only_agencies_take_steps(incident: Incident, operator: User) -> None:
    with pytest.raises(Forbidden):
        assignment_for(viewer(operator), incident.pk)
    assert step(signed_in(operator), incident).status_code == 403


def test_only_operators_assign(incident: Incident, petugas_dlh: User, agencies: dict[str, Agency]) -> None:
    wanted = {"agency": "pupr", "role": "support"}
    answer = signed_in(petugas_dlh).post(f"/meja/kasus/{incident.pk}/disposisi", wanted)
    assert answer.status_code == 403
    assert incident.assignments.count() == 1


def test_an_agency_that_supports_sees_the_case_too(
    incident: Incident, petugas_lain: User, operator: User, agencies: dict[str, Agency]
) -> None:
    assign(incident, agencies["pupr"], Assignment.Role.SUPPORT, viewer(operator))
    assert page(signed_in(petugas_lain), incident).status_code == 200


def test_nobody_at_the_desk_learns_who_reported(
    categories: Categories, petugas_dlh: User, operator: User
) -> None:
    incident = case(contact=Contact("Siti Rahma", "siti@example.org", "081234567890"))
    for user in (petugas_dlh, operator):
        for way in (page, pane):
            text = way(signed_in(user), incident).content.decode()
            assert TEXT in text
            for secret in (
                "Siti Rahma",
                "siti@example.org",
                "081234567890",
                incident.complaints.get().tracking_code,
            ):
                assert secret not in text


def test_photos_are_kept_by_no_cache(incident: Incident, petugas_dlh: User) -> None:
    answer = photo(signed_in(petugas_dlh), incident)

    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")


def test_a_photo_whose_file_was_erased_is_not_found(
    incident: Incident, petugas_dlh: User, settings: object
) -> None:
    drop_file(Photo.objects.get().file)
    assert photo(signed_in(petugas_dlh), incident).status_code == 404


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_numbers_that_no_case_has_are_not_found(petugas_dlh: User, number: str) -> None:
    client = signed_in(petugas_dlh)
    assert client.get(f"/meja/kasus/{number}").status_code == 404
    assert client.get(f"/meja/foto/{number}").status_code == 404
    assert client.get(f"/meja?kasus={number}").status_code == 200
