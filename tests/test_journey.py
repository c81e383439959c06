"""The whole way over HTTP: a pin, or a camera, becomes a case of the OPD that answers there, is resolved, seen by the
citizen, drawn on the head's map, released in the next month, and downloaded by a stranger.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image

from incidents.models import Camera, Category, Complaint, Incident, Token
from incidents.tokens import issue
from opendata.defaults import INCIDENTS
from tests.conftest import IN_KEBONSARI
from tests.incidents.made import jpeg
from tests.second_factor import SECRET, give_app, sign_in
from tests.tiles.mvt import decoded
from tests.tiles.test_mvt import address
from tests.worker import jobs, work  # noqa: F401  (a fixture, used by name)

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "public"]),
    pytest.mark.usefixtures("jobs"),
]

OCTOBER = datetime(2026, 10, 14, 3, 0, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)  # three days after October's last week
LON, LAT = IN_KEBONSARI
TEXT = "Sampah menumpuk di depan pasar sejak tiga hari."
ANSWER = "Sudah kami angkut pagi ini."


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It begins on a Wednesday morning of October 2026."""
    with time_machine.travel(OCTOBER) as traveller:
        yield traveller


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content[:2000]
    return unescape(response.content.decode())


def work_off(officer: Client, case: int) -> None:
    """Accept and resolve a case with a photo, on the desk."""
    assert f"/meja/kasus/{case}" in page(officer.get("/meja"))
    here = f"/meja/kasus/{case}/langkah"
    photo = SimpleUploadedFile("bersih.jpg", jpeg("green"), "image/jpeg")
    for step in ({"step": "accepted"}, {"step": "resolved", "text": ANSWER, "photos": photo}):
        assert officer.post(here, step).status_code == 302


def drawn(viewer: Client, layer: str, folder: Path, query: str = "") -> list[dict[str, Any]]:
    """What a viewer's tile over Kebonsari holds."""
    z, x, y = address(LON, LAT, 14)
    response = viewer.get(f"/tiles/{layer}/{z}/{x}/{y}.mvt{query}")
    return decoded(response.content, layer, folder) if response.status_code == 200 else []


def see_the_end(citizen: Client, code: str) -> None:
    """The answer and the proof; neither the report's own words nor a place in the photo."""
    followed = page(citizen.get(f"/lacak/{code}"))
    assert "Selesai" in followed
    assert ANSWER in followed
    assert TEXT not in followed
    shown = re.findall(rf"/lacak/{code}/foto/\d+", followed)[0]
    picture = Image.open(io.BytesIO(b"".join(citizen.get(shown).streaming_content)))  # type: ignore[attr-defined]
    assert (picture.format, dict(picture.getexif())) == ("JPEG", {})


def mails(outbox: list[Any]) -> set[str]:
    """Let the job worker send what waits; gives the addresses."""
    work()
    return {address for mail in outbox for address in mail.to}


def downloaded(client: Client) -> list[dict[str, str]]:
    """The newest file of the dataset, found and fetched as a program does."""
    package = client.get(f"/api/3/action/package_show?id={INCIDENTS.slug}").json()["result"]
    (resource,) = [one for one in package["resources"] if one["format"].upper() == "CSV"][:1]
    response = client.get(urlsplit(resource["url"]).path)
    assert response.status_code == 200
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]  # a file is streamed
    assert TEXT.encode() not in content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_pin_becomes_a_case_a_solution_and_open_data(
    warga: Client, categories: dict[str, Category], petugas_dlh: User, petugas_lain: User, kepala_dlh: User,
    clock: time_machine.Traveller, mailoutbox: list[Any], tmp_path: Path,
) -> None:  # fmt: skip
    # The citizen is told who will get it, then sends it with a photo that knows where it was taken.
    asked = warga.get("/lapor/tujuan", {"category": "sampah", "lon": str(LON), "lat": str(LAT)})
    assert "Dinas Lingkungan Hidup" in page(asked)
    photo = SimpleUploadedFile("foto.jpg", jpeg(), "image/jpeg")
    report = {"category": "sampah", "description": TEXT, "lon": LON, "lat": LAT, "photos": photo}
    sent = warga.post("/lapor", report | {"reporter_email": "siti@contoh.example"})
    code = re.findall(r"/lacak/([0-9A-Z-]{19})", sent["Location"])[0]
    assert {"dlh@contoh.example", "siti@contoh.example"} <= mails(mailoutbox)

    # The OPD signs in, finds it, works it off; another OPD does not know that it exists.
    case = Incident.objects.get()
    stranger = sign_in(petugas_lain)
    assert stranger.get(f"/meja/kasus/{case.pk}").status_code == 404
    clock.shift(timedelta(days=1))
    work_off(sign_in(petugas_dlh), case.pk)

    see_the_end(warga, code)

    # The head sees it on the map, once; the other OPD's tile is empty.
    assert [
        one["weight"] for one in drawn(sign_in(give_app(kepala_dlh), secret=SECRET), "heat", tmp_path)
    ] == [1]
    assert drawn(sign_in(petugas_lain), "heat", tmp_path) == []

    # October is released in November; a stranger downloads it over the public role.
    call_command("publish", INCIDENTS.slug, stdout=io.StringIO())
    assert Client().get("/api/3/action/package_list").json()["result"] == []
    clock.move_to(NOVEMBER)
    call_command("publish", INCIDENTS.slug, stdout=io.StringIO())
    (row,) = downloaded(Client())
    assert (row["kelurahan"], row["category"], row["week"], row["outcome"], row["source"], row["reports"]) == (
        "Kebonsari", "sampah", "2026-W42", "done-3d", "warga", "1",
    )  # fmt: skip
    assert INCIDENTS.title_id in page(Client().get("/data/"))


def test_a_camera_takes_the_same_way(
    warga: Client, camera: Camera, petugas_dlh: User, kepala_dlh: User, clock: time_machine.Traveller,
    mailoutbox: list[Any], tmp_path: Path,
) -> None:  # fmt: skip
    # Three sightings within the hour open one case, a fourth joins it.
    token = issue(Token.Kind.SOURCE, "vms")
    for number in range(4):
        clock.shift(timedelta(minutes=5))
        event = {
            "specversion": "1.0", "id": f"e{number}", "source": "//vms.contoh", "type": "contoh.terlihat",
            "time": datetime.now(UTC).isoformat(),
            "data": {"camera": "TPS-01", "class": "sampah", "confidence": 0.9},
        }  # fmt: skip
        taken = warga.post(
            "/api/v1/cctv/events", json.dumps(event), content_type="application/cloudevents+json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        assert taken.status_code == 202
    case = Incident.objects.get()
    assert (case.kelurahan, case.source, case.events.count()) == ("Kebonsari", "cctv", 4)
    assert mails(mailoutbox) == {"dlh@contoh.example"}

    # The same desk, the same map.
    work_off(sign_in(petugas_dlh), case.pk)
    case.refresh_from_db()
    assert case.phase == Incident.Phase.RESOLVED
    head = sign_in(give_app(kepala_dlh), secret=SECRET)
    assert [one["weight"] for one in drawn(head, "heat", tmp_path)] == [1]
    assert [one["weight"] for one in drawn(head, "heat", tmp_path, "?kind=cctv")] == [4]
    assert [one["camera"] for one in drawn(head, "cctv", tmp_path)] == ["TPS-01"]

    # A citizen reports the same place; the release says who saw it, and how many citizens said so.
    warga.post("/lapor", {"category": "sampah", "description": TEXT, "lon": LON, "lat": LAT})
    assert Complaint.objects.count() == 1
    clock.move_to(NOVEMBER)
    call_command("publish", INCIDENTS.slug, stdout=io.StringIO())
    seen = sorted((row["source"], row["reports"]) for row in downloaded(Client()))
    assert seen in ([("keduanya", "1")], [("cctv", "0"), ("warga", "1")])
