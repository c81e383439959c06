"""DOMAIN.md: two cases ended with the police because an admin forgot to set them. Here a citizen reports an official.

The report is anonymous and confidential and about an official of BPBD, which would lead this topic. Nobody whom it does
not concern learns of it, the operator opens what is needed in front of the auditor, and one person alone opens nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from geo.models import Agency
from incidents.filing import Contact
from incidents.models import AccessLog, Category, Complaint, Entry, Incident, Notice, PrivacyRequest
from incidents.notify import send_one
from tests.conftest import person, signed_in

SAID = "Petugas Rudi meminta uang 500 ribu di loket, nomornya 0812-3344-5566."
BUDI = Contact("Budi Santoso", "budi@warga.example", "")
REASON = "Inspektorat perlu menghubungi pelapor sebagai saksi."


@pytest.fixture
def inspektorat(categories: dict[str, Category]) -> Agency:
    """Who looks into it instead."""
    return Agency.objects.create(
        code="inspektorat",
        name="Inspektorat",
        short_name="Inspektorat",
        kind="badan",
        email="i@contoh.example",
    )


def filed(warga: Client) -> Complaint:
    said: dict[str, Any] = {
        "category": "pungli", "description": SAID, "kelurahan": "99.01.01.1001", "about_agency": "bpbd",
        "anonymous": True, "confidential": True, "reporter": {"name": BUDI.name, "email": BUDI.email},
    }  # fmt: skip
    answer = warga.post("/api/v1/complaints", said, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["agencies"] == []
    assert answer.json()["similar"] == []
    return Complaint.objects.get(tracking_code=answer.json()["tracking_code"])


def send_all() -> list[Any]:
    for pk in list(Notice.objects.filter(sent_at=None).order_by("pk").values_list("pk", flat=True)):
        send_one(pk)
    sent, mail.outbox = list(mail.outbox), []
    return sent


def test_confidential_report_on_an_official(
    warga: Client, inspektorat: Agency, operator: User, petugas_lain: User, walidata: User
) -> None:
    bpbd = signed_in(person("kepala_bpbd", "kepala", Agency.objects.get(code="bpbd")))
    inspector = signed_in(person("inspektur", "petugas", inspektorat))
    leader, auditor = signed_in(person("walikota", "pimpinan")), signed_in(person("auditor", "auditor"))
    desk, other_desk = signed_in(operator), signed_in(person("operator_dua", "operator"))

    # It comes in: neither the accused agency nor anybody else is told, but the reporter.
    complaint = filed(warga)
    case = f"/meja/kasus/{complaint.incident_id}"
    assert [one.to for one in send_all()] == [[BUDI.email]]

    # The operator cannot give it to the accused agency, by no means, and gives it to the inspectorate.
    give = {"role": "lead", "text": ""}
    assert desk.post(f"{case}/disposisi", give | {"agency": "bpbd"}).status_code == 409
    assert desk.post(f"{case}/disposisi", give | {"agency": "inspektorat"}).status_code == 302
    told = send_all()
    assert sorted(one.to[0] for one in told) == ["budi@warga.example", "i@contoh.example"]
    assert not any("loket" in one.body for one in told)
    assert not any("Pungutan" in one.subject + one.body for one in told if one.to == [BUDI.email])

    # Who sees it: operator and inspectorate, with the number covered; everybody else finds nothing.
    for client in (desk, inspector):
        page = client.get(case).content.decode()
        assert "meminta uang" in page
        assert "0812-3344-5566" not in page
        assert BUDI.name not in page
    for client, statuses in (
        (bpbd, {404}),
        (signed_in(petugas_lain), {404}),
        (leader, {403}),
        (warga, {302, 401}),
    ):
        assert client.get(case).status_code in statuses
    assert signed_in(walidata).get(case).status_code == 403
    assert "Pungutan liar" not in leader.get("/pimpinan/peta/kategori.csv").content.decode()
    assert "Pungutan liar" not in desk.get("/pimpinan/peta/kategori.csv").content.decode()

    # Who reported: not for the inspectorate, for the operator with a reason, which the auditor reads.
    ask = {"what": f"pelapor-{complaint.pk}", "reason": REASON}
    assert inspector.post(f"{case}/ungkap", ask).status_code == 403
    assert BUDI.name in desk.post(f"{case}/ungkap", ask).content.decode()
    assert AccessLog.objects.get().user == operator
    assert REASON in auditor.get("/meja/catatan-akses").content.decode()

    # One operator alone does not open it; two do, and the reporter is told.
    lower = {"do": "minta", "what": f"{complaint.pk}:confidential", "reason": REASON}
    assert desk.post(f"{case}/privasi", lower).status_code == 302
    decision = f"/meja/privasi/{PrivacyRequest.objects.get().pk}"
    assert desk.post(decision, {"do": "setuju"}).status_code == 403
    assert Incident.objects.get().confidential
    assert send_all() == []
    assert other_desk.post(decision, {"do": "setuju"}).status_code == 302
    assert not Incident.objects.get().confidential
    assert [one.to for one in send_all()] == [[BUDI.email]]
    assert "rahasia" in warga.get(f"/lacak/{complaint.tracking_code}").content.decode()

    # It is opened for the public, not for the accused: BPBD still finds nothing.
    assert bpbd.get(case).status_code == 404

    # The reporter takes the words back; the case and its history stay.
    before = complaint.incident.entries.count()
    erase = {"do": "hapus", "sure": "1", "contact": BUDI.email}
    assert warga.post(f"/lacak/{complaint.tracking_code}/privasi", erase).status_code == 302
    complaint.refresh_from_db()
    assert (complaint.description, hasattr(complaint, "reporter")) == ("", False)
    assert complaint.incident.entries.count() == before + 1
    assert Entry.objects.filter(kind=Entry.Kind.ASSIGNED).exists()
