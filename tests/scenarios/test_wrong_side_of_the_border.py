"""Wrong side of the border: a pin crosses into another kecamatan, and the case goes where it belongs, lateness and all.

Mosquito larvae are the health centre's of the kecamatan. The reporter stands in Kebonsari (Barat) and means a house in
Kepel (Timur): the report is taken, the health centre of Barat finds out, and its correction carries the case over.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from geo.models import Agency
from incidents.models import Category, Entry, Incident, Notice
from incidents.notify import send_pending
from tests.conftest import IN_KEBONSARI, person, signed_in

K = Entry.Kind


def report(warga: Client) -> str:
    """What the reporter sends; returns the tracking code."""
    lon, lat = IN_KEBONSARI
    said = {
        "category": "jentik", "description": "Banyak jentik nyamuk di got depan rumah.", "lon": lon, "lat": lat,
        "reporter": {"email": "ibu.sri@contoh.example"},
    }  # fmt: skip
    answer = warga.post("/api/v1/complaints", said, content_type="application/json")
    assert answer.status_code == 201
    assert [one["code"] for one in answer.json()["agencies"]] == ["pkm-barat"]
    return str(answer.json()["tracking_code"])


def move_pin(client: Client, incident: Incident) -> Any:
    address = f"/meja/kasus/{incident.pk}/perbaikan"
    shown = client.get(address).context
    said = {"lon": "112.930000", "lat": "-7.650000", "kelurahan": "", "category": "jentik", "words": "", "address": "",
            "text": "Rumahnya di Kepel, kata pelapor.", "seen": shown["seen"]}  # fmt: skip
    return client.post(address, said)


def test_a_pin_on_the_wrong_side_of_the_border_is_taken_and_put_right(
    categories: dict[str, Category],
    agencies: dict[str, Agency],
    warga: Client,
    operator: User,
    mailoutbox: list[Any],
) -> None:
    code = report(warga)
    incident = Incident.objects.get()
    Incident.objects.update(due_at=incident.opened_at + timedelta(milliseconds=1))  # and it is missed there
    west = signed_in(person("petugas_barat", "petugas", agencies["pkm-barat"]))
    east = signed_in(person("petugas_timur", "petugas", agencies["pkm-timur"]))
    assert east.get(f"/meja/kasus/{incident.pk}").status_code == 404

    # Barat sees that the house is over the border; its case leaves its desk with the correction.
    answer = move_pin(west, incident)
    assert (answer.status_code, answer["Location"]) == (302, "/meja")
    assert west.get(f"/meja/kasus/{incident.pk}").status_code == 404
    page = east.get(f"/meja/kasus/{incident.pk}").content.decode()
    assert "Kebonsari, Barat → Kepel, Timur" in page
    assert "penanggung jawab waktu itu: Puskesmas Barat" in page  # handing it over hides nothing

    # Both agencies and the reporter are told, each what concerns them; the exact place leaves the house in no mail.
    Notice.objects.filter(entry__kind__in=[K.RECEIVED, K.ASSIGNED]).delete()
    send_pending(incident.entries.get(kind=K.CORRECTED).pk)
    assert {mail.to[0] for mail in mailoutbox} == {"pkm-timur@contoh.example", "ibu.sri@contoh.example"}
    assert not any("112.9" in mail.body for mail in mailoutbox)

    story = warga.get(f"/lacak/{code}").content.decode()
    assert "di Kepel, bukan di Kebonsari" in story
    assert "Puskesmas Timur" in story
    assert "kata pelapor" not in story

    # A second officer who still has the old page is told so, and loses nothing of what was typed.
    stale = signed_in(operator).post(
        f"/meja/kasus/{incident.pk}/perbaikan",
        {"lon": "112.91", "lat": "-7.67", "category": "jentik", "text": "Salah tempat.", "seen": "1"},
    )
    assert stale.status_code == 409
    assert "Salah tempat." in stale.content.decode()
