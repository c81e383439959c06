"""The citizen's page of a report on a cracked phone: what is asked of them, said with words and a photo."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from incidents.models import Category, Entry, Follower, Incident
from tests.browser.conftest import PHONE, Visit, accessibility_problems, overflows
from tests.incidents.made import case, do, jpeg

K, P = Entry.Kind, Incident.Phase
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "Masih ada tumpukan di sisi utara pasar."


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "bukti.jpg"
    path.write_bytes(io.BytesIO(jpeg()).getvalue())
    return path


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reporter_objects_with_a_photo_and_the_case_is_open_again(
    visit: Visit,
    categories: dict[str, Category],
    petugas_dlh: User,
    photo: Path,
    scripts: bool,
    settings: Any,
) -> None:
    complaint = case("sampah").complaints.get()
    do(petugas_dlh, complaint.incident, K.RESOLVED)
    page = visit(f"/lacak/{complaint.tracking_code}", PHONE, theme="dark", java_script_enabled=scripts)
    expect(page.get_by_role("heading", name="Sudah selesai?")).to_be_visible()
    assert page.get_by_role("button", name="Ya, sudah selesai").bounding_box()["height"] >= 44  # type: ignore[index]
    if scripts:
        assert not overflows(page)
    page.get_by_text("Belum", exact=True).click()
    page.get_by_label("Apa yang belum beres?").fill(WORDS)
    page.locator("#say-objected-photos").set_input_files(photo)
    if scripts:
        assert accessibility_problems(page) == []
        assert not overflows(page)
    page.get_by_role("button", name="Buka kembali laporan").click()

    expect(page.get_by_text("Laporan Anda dibuka kembali. Perangkat daerah")).to_be_visible()
    incident = Incident.objects.get()
    assert (incident.phase, incident.reopened) == (P.WORKING, 1)
    entry = Entry.objects.get(kind=K.OBJECTED)
    assert entry.note
    assert entry.note.body == WORDS
    assert entry.photos.count() == 1


def test_a_follower_reads_and_stops(visit: Visit, categories: dict[str, Category], petugas_dlh: User) -> None:
    incident = case("sampah")
    do(petugas_dlh, incident, K.ACCEPTED)
    Follower.objects.create(incident=incident, code="AAAA-AAAA-AAAA-AAAA", created_at=incident.opened_at)
    page = visit("/lacak/AAAA-AAAA-AAAA-AAAA", PHONE)
    expect(page.get_by_role("heading", name="Sampah menumpuk")).to_be_visible()
    assert accessibility_problems(page) == []
    assert not overflows(page)
    page.get_by_role("button", name="Berhenti memantau").click()
    expect(page.get_by_role("heading", name="Anda tidak lagi memantau masalah ini")).to_be_visible()
    assert Follower.objects.get().ended_at


def test_each_star_can_be_pressed_on_a_small_phone(
    visit: Visit, categories: dict[str, Category], petugas_dlh: User
) -> None:
    complaint = case("sampah").complaints.get()
    do(petugas_dlh, complaint.incident, K.RESOLVED)
    Incident.objects.update(phase=P.CLOSED, status="ditutup")
    page = visit(f"/lacak/{complaint.tracking_code}", PHONE)
    boxes = [one.bounding_box() for one in page.locator(".stars label").all()]
    assert len(boxes) == 5
    assert all(box and box["width"] >= 44 and box["height"] >= 44 for box in boxes)
    assert not overflows(page)
