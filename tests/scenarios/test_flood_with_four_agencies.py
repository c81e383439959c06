"""DOMAIN.md: a flood from a clogged drain. Rubbish, health, rescue and relief: four agencies, one case."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from geo.models import Agency
from incidents.models import Category, Incident, Notice
from tests.conftest import IN_KEBONSARI, person, signed_in
from tests.incidents.made import jpeg

FLOOD = "Selokan tersumbat sampah, air masuk ke rumah-rumah di gang dua."


def test_a_flood_is_solved_by_four_agencies_who_know_of_each_other(
    categories: dict[str, Category],
    agencies: dict[str, Agency],
    operator: User,
    petugas_dlh: User,
    warga: Client,
) -> None:
    dinsos = Agency.objects.create(code="dinsos", name="Dinas Sosial", short_name="Dinsos", kind="dinas")
    flood = Category.objects.get(code="banjir")
    flood.lead = agencies["dlh"]
    flood.save()
    flood.support.set([agencies["bpbd"], agencies["pkm-barat"]])
    four = {
        "dlh": signed_in(petugas_dlh),
        "bpbd": signed_in(person("bpbd", "petugas", agencies["bpbd"])),
        "pkm-barat": signed_in(person("dinkes", "petugas", agencies["pkm-barat"])),
        "dinsos": signed_in(person("dinsos", "petugas", dinsos)),
    }
    incident, code = reported(warga)

    # All that routing chose are told at once; Dinsos is not yet among them.
    told = Notice.objects.filter(entry__incident=incident, to="agency").values_list("agency__code", flat=True)
    assert set(told) == {"dlh", "bpbd", "pkm-barat"}
    assert four["dinsos"].get(f"/meja/kasus/{incident.pk}").status_code == 404

    act(four["dlh"], incident, "langkah", step="accepted")
    act(four["dlh"], incident, "langkah", step="answered", text="Selokan kami bersihkan hari ini.")
    act(four["bpbd"], incident, "langkah", step="started")
    asked = "Tiga puluh keluarga mengungsi, mohon makanan."
    act(four["dlh"], incident, "tindakan/invited", agency="dinsos", text=asked)
    for client in four.values():  # one story for all
        page = client.get(f"/meja/kasus/{incident.pk}").content.decode()
        assert "Selokan kami bersihkan hari ini." in page
        assert asked in page

    done(four["bpbd"], incident, "Semua warga sudah dievakuasi.")
    done(four["dinsos"], incident, "Makanan sudah dibagikan.")
    page = four["bpbd"].get(f"/meja/kasus/{incident.pk}").content.decode()
    assert "Bagian Anda sudah selesai. Masih bekerja:" in page
    done(four["dlh"], incident, "Selokan sudah bersih.")
    incident.refresh_from_db()
    assert incident.is_open  # the health centre has it still
    act(signed_in(operator), incident, "tindakan/released", agency="pkm-barat", text="Tidak ada yang sakit.")

    incident.refresh_from_db()
    assert incident.phase == Incident.Phase.RESOLVED
    story = warga.get(f"/lacak/{code}").content.decode()
    for words in ("Selokan sudah bersih.", "Semua warga sudah dievakuasi.", "Dinsos diminta ikut membantu"):
        assert words in story
    assert asked not in story


def reported(warga: Client) -> tuple[Incident, str]:
    """A citizen reports the flood by the API."""
    body = {"category": "banjir", "description": FLOOD, "lon": IN_KEBONSARI[0], "lat": IN_KEBONSARI[1]}
    answer = warga.post("/api/v1/complaints", body, content_type="application/json")
    assert answer.status_code == 201
    code = answer.json()["tracking_code"]
    return Incident.objects.get(complaints__tracking_code=code), code


def act(client: Client, incident: Incident, where: str, **said: Any) -> None:
    answer = client.post(f"/meja/kasus/{incident.pk}/{where}", said)
    assert answer.status_code == 302, answer.content.decode()[-2000:]


def done(client: Client, incident: Incident, text: str) -> None:
    photo = SimpleUploadedFile("hasil.jpg", jpeg(), "image/jpeg")
    act(client, incident, "langkah", step="resolved", text=text, photos=photo)
