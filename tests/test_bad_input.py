"""The issue's list of bad input, one by one, at the API and at the page: a clear 4xx in Bahasa Indonesia, nothing
half-saved, and on the page everything that was typed is still there.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from incidents.models import Camera, Category, Complaint, RateWindow, Token
from incidents.tokens import issue
from tests.conftest import IN_KEBONSARI, OUTSIDE

LON, LAT = IN_KEBONSARI
GOOD = {
    "category": "sampah",
    "description": "Sampah menumpuk di depan pasar sejak tiga hari.",
    "address_note": "Sebelah utara gapura",
    "lon": str(LON),
    "lat": str(LAT),
}
PROBLEM, PAGE = "application/problem+json", "text/html"


def photo_bytes(size: tuple[int, int] = (400, 300), mode: str = "RGB", kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 1).save(out, kind)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("foto.jpg", photo_bytes())
    return out.getvalue()


@dataclass(frozen=True)
class Bad:
    """A report with one fault: what is sent, how it is refused, and words of the answer."""

    name: str
    status: int
    words: str
    change: dict[str, str] = field(default_factory=dict)
    photo: Callable[[], bytes] | None = None
    page_status: int = 422

    def sent(self) -> dict[str, Any]:
        fields: dict[str, Any] = GOOD | self.change
        if self.photo:
            fields["photos"] = SimpleUploadedFile("foto.jpg", self.photo(), "image/jpeg")
        return fields


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
LIST = [
    Bad("a pin outside the city", 422, "di luar kota", {"lon": str(OUTSIDE[0]), "lat": str(OUTSIDE[1])}),
    Bad("swapped coordinates", 422, "tertukar", {"lon": str(LAT), "lat": str(LON)}),
    Bad("a position that is no number", 422, "bukan posisi di bumi|Harus berupa angka", {"lon": "NaN"}),
    Bad("an unknown category", 422, "Mohon pilih kategori dari daftar", {"category": "tidak-ada"}),
    Bad("ten megabytes of text", 413, "ersingkat", {"description": "a " * 5_242_880}, page_status=413),
    Bad("a broken photo", 422, "rusak", photo=lambda: photo_bytes()[:700]),
    Bad("an SVG as photo", 415, "bukan foto", photo=lambda: SVG),
    Bad("an archive as photo", 415, "bukan foto", photo=archive),
    Bad("a decompression bomb", 422, "piksel", photo=lambda: photo_bytes((20_000, 20_000), "1", "PNG")),
]
each_bad = pytest.mark.parametrize("bad", LIST, ids=lambda bad: bad.name)


def kept() -> dict[str, int]:
    """How much of everything is kept; counters of requests are not counted."""
    models: list[type[Model]] = [*apps.get_app_config("incidents").get_models(), ProcrastinateJob]
    rows = {one.__name__: one._default_manager.count() for one in models if one is not RateWindow}
    files = [path for path in (Path(settings.MEDIA_ROOT) / "photos").rglob("*") if path.is_file()]
    return rows | {"files": len(files)}


def refusal(response: Any, status: int) -> str:
    """The words of a problem+json answer in Bahasa Indonesia."""
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith(PROBLEM)
    assert response["Content-Language"] == "id"
    problem = json.loads(response.content)
    assert problem["status"] == status
    return " ".join([problem["detail"] or "", *(one["message"] for one in problem["errors"] or [])])


def page_text(response: Any, status: int) -> str:
    """The source of a page in Bahasa Indonesia, entities undone."""
    assert response.status_code == status, response.status_code
    assert response["Content-Type"].startswith(PAGE)
    text = unescape(response.content.decode())
    assert '<html lang="id"' in text
    return text


@each_bad
def test_the_api_refuses(warga: Client, categories: dict[str, Category], bad: Bad) -> None:
    before = kept()

    response = warga.post("/api/v1/complaints", bad.sent())

    assert re.search(bad.words, refusal(response, bad.status))
    assert kept() == before


@each_bad
def test_the_page_refuses_and_keeps_what_was_typed(
    warga: Client, categories: dict[str, Category], bad: Bad
) -> None:
    before = kept()

    response = warga.post("/lapor", bad.sent() | {"anonymous": "on", "reporter_name": "Siti Rahma"})

    text = page_text(response, bad.page_status)
    assert re.search(bad.words, text)
    assert kept() == before
    if bad.page_status != 413:  # a book is not sent back; the browser's page still has it
        assert_typed(text, GOOD | bad.change | {"reporter_name": "Siti Rahma"})
        assert re.search(r'<input[^>]*name="anonymous"[^>]*\bchecked', text)


def assert_typed(text: str, typed: dict[str, str]) -> None:
    for name in ("lon", "lat", "address_note", "reporter_name"):
        assert re.search(rf'<input[^>]*name="{name}"[^>]*value="{re.escape(typed[name])}"', text), name
    assert typed["description"] in text
    if typed["category"] == GOOD["category"]:
        assert re.search(r'<input[^>]*value="sampah"[^>]*\bchecked', text)


def test_json_may_not_say_nan_either(warga: Client, categories: dict[str, Category]) -> None:
    body = json.dumps(GOOD | {"lon": float("nan"), "lat": LAT})

    response = warga.post("/api/v1/complaints", body, content_type="application/json")

    assert "bukan posisi di bumi" in refusal(response, 422)
    assert "Harus berupa bilangan berhingga" in refusal(warga.get("/api/v1/locate?lon=NaN&lat=-7.67"), 400)


def test_a_good_photo_survives_a_wrong_pin(warga: Client, categories: dict[str, Category]) -> None:
    photo = SimpleUploadedFile("foto.jpg", photo_bytes(), "image/jpeg")
    first = warga.post("/lapor", GOOD | {"lon": "1", "lat": "1", "photos": photo})
    tokens = re.findall(r'name="kept" value="([^"]+)"', page_text(first, 422))

    second = warga.post("/lapor", GOOD | {"kept": tokens})

    assert second.status_code == 303
    assert Complaint.objects.get().photos.count() == 1


def test_a_report_sent_twice_by_the_page_is_one_report(
    warga: Client, categories: dict[str, Category]
) -> None:
    form = GOOD | {"key": "b54cf3a6-9f5c-4b0e-8c4f-8b8f2a1f2f10"}
    first = warga.post("/lapor", form)
    before = kept()

    again = warga.post("/lapor", form)

    assert (first.status_code, again.status_code) == (303, 303)
    assert again["Location"] == first["Location"]
    assert kept() == before


def test_another_report_under_the_same_key_is_told_apart(
    warga: Client, categories: dict[str, Category]
) -> None:
    form = GOOD | {"key": "b54cf3a6-9f5c-4b0e-8c4f-8b8f2a1f2f10", "reporter_name": "Siti Rahma"}
    warga.post("/lapor", form)
    warga.post("/api/v1/complaints", GOOD, headers={"Idempotency-Key": "satu"})
    before = kept()
    other = {"description": "Sekarang sampahnya sudah menutup separuh jalan."}

    page = warga.post("/lapor", form | other)
    api = warga.post("/api/v1/complaints", GOOD | other, headers={"Idempotency-Key": "satu"})

    assert_typed(page_text(page, 409), form | other)
    assert "sudah dipakai untuk laporan lain" in refusal(api, 409)
    assert kept() == before


@pytest.mark.parametrize("code", ["7G2M-XK4Q-90TV-HB3E", "bukan-kode", "7G2M"])
def test_an_unknown_tracking_code_is_not_found(warga: Client, city: None, code: str) -> None:
    page, api = warga.get(f"/lacak/{code}"), warga.get(f"/api/v1/complaints/{code}")

    text = page_text(page, 404)
    assert "Tidak ada laporan dengan kode ini" in text
    assert re.search(rf'<input[^>]*value="{code}"', text)
    assert "Tidak ada laporan dengan kode ini" in refusal(api, 404)


NOW = timezone.now
EVENTS = [
    ("an unknown camera", {"camera": "TIDAK-ADA"}, timedelta(), "tidak ada dalam daftar kamera"),
    ("an event from the future", {}, timedelta(hours=1), "masa depan"),
]


@pytest.mark.parametrize(
    ("change", "ahead", "words"), [one[1:] for one in EVENTS], ids=[one[0] for one in EVENTS]
)
def test_a_camera_event_is_refused(
    warga: Client, camera: Camera, change: dict[str, str], ahead: timedelta, words: str
) -> None:
    event = {
        "specversion": "1.0",
        "id": "k-1",
        "source": "//vms.contoh/1",
        "type": "contoh.terlihat",
        "time": (NOW() + ahead).isoformat(),
        "data": {"camera": "TPS-01", "class": "sampah", "confidence": 0.9} | change,
    }
    headers = {"Authorization": f"Bearer {issue(Token.Kind.SOURCE, 'uji')}"}
    before = kept()

    def send(body: Any, kind: str) -> Any:
        return warga.post("/api/v1/cctv/events", json.dumps(body), content_type=kind, headers=headers)

    single = send(event, "application/cloudevents+json")
    batch = send([event], "application/cloudevents-batch+json")

    assert words in refusal(single, 422)
    assert batch.status_code == 202
    assert batch.json()["results"][0]["status"] == "rejected"
    assert words in batch.json()["results"][0]["error"]
    assert kept() == before
