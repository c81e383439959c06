"""DOMAIN.md: expired food is BPOM's. The reporter hears to whom it went; BPOM answers without an account."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.test import Client

from geo.models import Agency
from incidents.filing import Contact
from incidents.models import Category, Incident
from tests.conftest import signed_in
from tests.incidents.made import case, picture
from tests.incidents.outside import LINK, outsider
from tests.worker import jobs, work  # noqa: F401  (a fixture, used by name)

FOOD = "Warung di depan sekolah menjual susu kedaluwarsa, tanya saja Bu Siti 0812-3456-7890."
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("jobs")]
SITI = Contact(email="siti@warga.example")


def test_expired_food_goes_to_bpom_and_comes_back_solved(
    categories: dict[str, Category], agencies: dict[str, Agency], operator: User, petugas_dlh: User, warga: Client,
    mailoutbox: list[EmailMessage],
) -> None:  # fmt: skip
    bpom = outsider("bpom", "Badan Pengawas Obat dan Makanan", "BPOM")
    incident = case("sampah", contact=SITI, description=FOOD, pictures=(picture(),))
    code = incident.complaints.get().tracking_code
    desk = signed_in(operator)

    # "Bukan wewenang" names whose it is; the operator forwards it and decides what goes along.
    returned = {"step": "returned", "text": "Ini soal makanan, bukan sampah.", "whose": "bpom"}
    signed_in(petugas_dlh).post(f"/meja/kasus/{incident.pk}/langkah", returned)
    assert "Teruskan ke BPOM" in desk.get(f"/meja/kasus/{incident.pk}").content.decode()
    form = f"/meja/kasus/{incident.pk}/teruskan"
    assert '<option value="bpom" selected>' in desk.get(f"{form}?kepada=bpom").content.decode()
    chosen = {"outsider": "bpom", "role": "lead", "text": "Mohon diperiksa.", "photos": "1"}
    desk.post(form, chosen | {"reports": incident.complaints.get().pk})
    assert "Diteruskan kepada BPOM" in warga.get(f"/lacak/{code}").content.decode()

    # BPOM reads it through the link of its e-mail: covered words and the photo, never who reported.
    work()
    (mail,) = [one for one in mailoutbox if one.to == [bpom.email]]
    told = "\n".join(str(one.body) for one in mailoutbox if one.to == [SITI.email])
    assert "diteruskan ke Badan Pengawas Obat dan Makanan" in told
    found = LINK.search(str(mail.body))
    assert found
    page = warga.get(found[0]).content.decode()
    assert "susu kedaluwarsa" in page
    assert "0812" not in page
    photo = re.search(rf"{found[0]}/foto/\d+", page)
    assert photo
    assert warga.get(photo[0]).status_code == 200

    # It answers twice, and is done; a late press of the link shows nothing of the case.
    warga.post(
        found[0],
        {"kind": "outside", "text": "Tim kami ke warung hari ini.", "after": "0", "external_id": "B-9"},
    )
    warga.post(found[0], {"kind": "resolved", "text": "Susu disita dan warung dibina.", "after": "1"})
    incident.refresh_from_db()
    assert incident.phase == Incident.Phase.RESOLVED
    late = warga.get(found[0])
    assert late.status_code == 410
    assert "susu" not in late.content.decode().lower()
    story = warga.get(f"/lacak/{code}").content.decode()
    assert "Tim kami ke warung hari ini." in story
    assert "Susu disita dan warung dibina." in story
    assert f'data-case="{incident.pk}"' in desk.get("/meja?q=B-9&tampilan=semua").content.decode()
