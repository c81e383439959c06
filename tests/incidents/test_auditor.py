"""The auditor reads how cases were handled, and neither who reported nor what was said in confidence."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from incidents.access import visible_incidents
from incidents.filing import Contact
from incidents.models import Category, Entry
from tests.conftest import person, signed_in
from tests.incidents.made import ANSWER, TEXT, case, do, picture, viewer

Categories = dict[str, Category]
SITI = Contact("Siti Rahma", "siti@warga.example", "081234567890")


@pytest.fixture
def auditor(categories: Categories) -> User:
    return person("auditor", "auditor")


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_timeline_tells_who_did_what_but_not_who_reported(auditor: User, petugas_dlh: User) -> None:
    petugas_dlh.first_name = "Rini"
    petugas_dlh.save()
    incident = case(contact=SITI, pictures=(picture(),))
    do(petugas_dlh, incident, Entry.Kind.ACCEPTED)
    do(petugas_dlh, incident, Entry.Kind.ANSWERED)

    page = text(signed_in(auditor), f"/meja/riwayat/{incident.pk}")

    assert "Rini, DLH" in page
    assert ANSWER in page
    code = incident.complaints.get().tracking_code
    for secret in (TEXT, "Siti Rahma", "siti@warga.example", "081234567890", code, "/meja/foto/"):
        assert secret not in page


def test_of_a_confidential_case_only_the_steps_are_told(auditor: User, petugas_dlh: User) -> None:
    incident = case(confidential=True, contact=SITI)
    do(petugas_dlh, incident, Entry.Kind.ACCEPTED)
    do(petugas_dlh, incident, Entry.Kind.ANSWERED)
    client = signed_in(auditor)
    for page in (text(client, f"/meja/riwayat/{incident.pk}"), text(client, "/meja/riwayat")):
        main = page.split("<main", 1)[1].split("</main", 1)[0]
        for secret in (TEXT, ANSWER, "Sampah", "Kebonsari", "Siti"):
            assert secret not in main
        assert "rahasia" in main


def test_cases_are_found_by_their_number(auditor: User) -> None:
    first, second = case(), case()
    client = signed_in(auditor)
    page = text(client, f"/meja/riwayat?q=%23{first.pk}")
    assert f"/meja/riwayat/{first.pk}" in page
    assert f"/meja/riwayat/{second.pk}" not in page
    for wrong in ("siti", "9" * 40, "%00", "١"):
        assert "Kasus tidak ditemukan" in text(client, f"/meja/riwayat?q={wrong}")
    assert client.get(f"/meja/riwayat/{second.pk + 1}").status_code == 404


def test_the_auditor_has_no_case_to_work_on(auditor: User) -> None:
    incident = case()
    assert not visible_incidents(viewer(auditor)).exists()
    for path in (f"/meja/kasus/{incident.pk}", "/meja"):
        assert signed_in(auditor).get(path).status_code == 403
    assert signed_in(auditor).post(f"/meja/riwayat/{incident.pk}").status_code == 405
