"""Reporting as a person does it: with the thumb, with the keyboard, without scripts, without a connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from incidents.models import Category, Complaint, Photo
from tests.browser.conftest import DESK, PHONE, Visit, accessibility_problems, overflows
from tests.incidents.made import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "Air menggenang setinggi lutut di depan sekolah sejak semalam."
Categories = dict[str, Category]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def photo() -> FilePayload:
    return {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}


def map_is_drawn(page: Page) -> None:
    page.wait_for_selector(".map-ready", timeout=60_000)
    page.wait_for_function("document.querySelector('.maplibregl-canvas').clientHeight > 0")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Lanjut").click()


def look_is_fine(page: Page) -> None:
    assert accessibility_problems(page) == []
    assert not overflows(page)


@pytest.mark.map
def test_on_a_phone_a_tap_on_the_map_becomes_a_report_that_can_be_followed(
    visit: Visit, categories: Categories
) -> None:
    page = visit("/", PHONE, has_touch=True, reduced_motion="reduce")
    map_is_drawn(page)
    look_is_fine(page)
    page.touchscreen.tap(180, 190)
    expect(page.locator("#place")).to_contain_text("Kecamatan")
    page.get_by_role("link", name="Laporkan di titik ini").click()

    expect(page.locator("[data-place]")).to_contain_text("Kecamatan")
    look_is_fine(page)
    go_on(page)
    page.get_by_role("radio", name="Banjir").first.check()
    look_is_fine(page)
    go_on(page)
    page.get_by_label("Apa yang terjadi?").fill(WORDS)
    page.set_input_files("#id_photos", photo())
    expect(page.locator("#photo-list img")).to_have_count(1)
    page.get_by_label("Anonim").check()
    look_is_fine(page)
    go_on(page)
    expect(page.locator("#destination")).to_contain_text("Dinas Pekerjaan Umum dan Penataan Ruang")
    expect(page.locator("#destination")).to_contain_text("Badan Penanggulangan Bencana Daerah")
    expect(page.locator("#review")).to_contain_text(WORDS)
    look_is_fine(page)
    page.get_by_role("button", name="Kirim laporan").click()

    page.wait_for_url("**/lacak/*?baru=1")
    complaint = Complaint.objects.get()
    assert complaint.incident.location is not None
    assert (complaint.anonymous, Photo.objects.filter(complaint=complaint).count()) == (True, 1)
    expect(page.locator("#code")).to_have_text(complaint.tracking_code)
    look_is_fine(page)
    page.get_by_role("link", name="Lacak laporan ini").click()
    expect(page.get_by_role("heading", name="Banjir")).to_be_visible()
    expect(page.locator(".timeline")).to_contain_text("Dikirim ke PUPR (penanggung jawab), BPBD (pendukung)")
    look_is_fine(page)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _i in range(80):
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with the keyboard")


@pytest.mark.map
def test_the_keyboard_alone_is_enough(visit: Visit, categories: Categories) -> None:
    page = visit("/lapor", DESK)
    map_is_drawn(page)
    tab_to(page, "#id_kelurahan")
    page.keyboard.type("Mayangan")
    expect(page.locator("[data-place]")).to_contain_text("Mayangan")
    tab_to(page, "[data-next]")
    press(page, "Enter")
    tab_to(page, "input[name=category]")
    press(page, "Space")
    tab_to(page, "[data-next]")
    press(page, "Enter")
    tab_to(page, "#id_description")
    page.keyboard.type(WORDS)
    tab_to(page, "[data-next]")
    press(page, "Enter")
    expect(page.locator("#destination")).to_contain_text("penanggung jawab")
    tab_to(page, "[data-send]")
    press(page, "Enter")

    page.wait_for_url("**/lacak/*?baru=1")
    assert Complaint.objects.get().incident.kelurahan == "Mayangan"
    assert Complaint.objects.get().incident.location is None


@pytest.mark.map
def test_enter_on_the_focused_map_sets_the_pin_and_arrows_move_it(
    visit: Visit, categories: Categories
) -> None:
    page = visit("/lapor", DESK)
    map_is_drawn(page)
    page.locator(".maplibregl-canvas").focus()
    press(page, "Enter")
    expect(page.locator("[data-place]")).to_contain_text("Kecamatan")
    before = page.locator("[name=lon]").input_value()
    page.locator(".map-pin").focus()
    press(page, "Shift+ArrowRight")

    expect(page.locator("[name=lon]")).not_to_have_value(before)
    assert float(page.locator("[name=lon]").input_value()) > float(before)


def test_without_scripts_the_same_form_works_from_end_to_end(visit: Visit, categories: Categories) -> None:
    page = visit("/lapor", PHONE, java_script_enabled=False)
    page.select_option("#id_kelurahan", "99.01.02.1002")
    page.locator("input[name=category][value=jentik]").first.press("Space")
    page.fill("#id_description", WORDS)
    page.set_input_files("#id_photos", photo())
    page.get_by_role("button", name="Periksa tujuan").click()

    expect(page.locator(".destination")).to_contain_text("Puskesmas Timur")
    assert not Complaint.objects.exists()
    page.get_by_role("button", name="Kirim laporan").first.click()
    expect(page.locator("#code")).to_have_text(Complaint.objects.get().tracking_code)
    assert Photo.objects.count() == 1


def fill_three_steps(page: Page) -> None:
    page.select_option("#id_kelurahan", "99.01.01.1001")
    go_on(page)
    page.get_by_role("radio", name="Sampah menumpuk").first.check()
    go_on(page)
    page.get_by_label("Apa yang terjadi?").fill(WORDS)
    go_on(page)
    expect(page.locator("#destination")).to_contain_text("Dinas Lingkungan Hidup")


def test_back_and_reload_lose_nothing(visit: Visit, categories: Categories) -> None:
    page = visit("/lapor", PHONE)
    fill_three_steps(page)
    page.go_back()
    expect(page.get_by_label("Apa yang terjadi?")).to_have_value(WORDS)
    page.go_back()
    expect(page.locator("input[value=sampah]").first).to_be_checked()
    page.reload()

    expect(page.locator("#notices")).to_contain_text("masih ada di sini")
    go_on(page)
    expect(page.get_by_label("Apa yang terjadi?")).to_have_value(WORDS)
    go_on(page)
    page.get_by_role("button", name="Kirim laporan").click()
    page.wait_for_url("**/lacak/*?baru=1")
    page.goto(page.url.split("/lacak")[0] + "/lapor")
    expect(page.locator("#id_description")).to_have_value("")


def test_a_lost_connection_keeps_the_report_and_sends_it_once(visit: Visit, categories: Categories) -> None:
    page = visit("/lapor", PHONE, expect=("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION"))
    fill_three_steps(page)

    def arrive_without_answer(route: Route) -> None:
        route.fetch()  # the server takes it, but its answer is lost on the way back
        route.abort("connectionreset")

    page.route("**/lapor", arrive_without_answer)
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.locator("#notices")).to_contain_text("tidak ada sambungan")
    page.unroute("**/lapor")
    page.get_by_role("button", name="Coba lagi").click()

    page.wait_for_url("**/lacak/*?baru=1")
    assert Complaint.objects.count() == 1


@pytest.mark.map
def test_what_is_missing_is_said_at_its_place(visit: Visit, categories: Categories) -> None:
    page = visit("/lapor", PHONE)
    map_is_drawn(page)
    go_on(page)
    expect(page.locator("#id_kelurahan")).to_be_focused()
    expect(page.locator("#id_kelurahan_error")).to_be_visible()
    page.select_option("#id_kelurahan", "99.01.01.1001")
    go_on(page)
    go_on(page)
    expect(page.locator("#topics_error")).to_be_visible()
    look_is_fine(page)
    page.get_by_role("radio", name="Sampah menumpuk").first.check()
    go_on(page)
    page.get_by_label("Apa yang terjadi?").fill("pendek")
    go_on(page)
    expect(page.locator("#id_description_error")).to_be_visible()
    look_is_fine(page)


def test_the_servers_refusal_leads_to_the_field_and_keeps_the_photos(
    visit: Visit, categories: Categories
) -> None:
    page = visit("/lapor", PHONE, expect=("422",))
    fill_three_steps(page)
    page.go_back()
    page.get_by_text("Kabari saya").click()
    page.fill("#id_reporter_email", "bukan surel")
    page.set_input_files("#id_photos", photo())
    expect(page.locator("#photo-list img")).to_have_count(1)
    go_on(page)
    page.get_by_role("button", name="Kirim laporan").click()

    expect(page.locator("#id_reporter_email")).to_be_focused()
    expect(page.locator("#id_reporter_email_error")).to_contain_text("surel")
    page.fill("#id_reporter_email", "siti@example.org")
    go_on(page)
    page.get_by_role("button", name="Kirim laporan").click()
    page.wait_for_url("**/lacak/*?baru=1")
    assert Photo.objects.count() == 1


def test_a_pin_outside_the_city_is_told_with_the_nearest_kelurahan(
    visit: Visit, categories: Categories
) -> None:
    page = visit("/lapor?lon=112.99&lat=-7.65", PHONE)
    expect(page.locator("[data-place]")).to_contain_text("di luar Kota Contoh")
    expect(page.locator("[data-place]")).to_contain_text("Kepel")
    go_on(page)

    expect(page.locator("#step-1")).to_be_visible()
    expect(page.locator("#id_kelurahan_error")).to_be_visible()


@pytest.mark.map
def test_the_devices_position_sets_the_pin(visit: Visit, categories: Categories) -> None:
    here = {"longitude": 112.93, "latitude": -7.65, "accuracy": 12}
    page = visit("/lapor", PHONE, geolocation=here, permissions=["geolocation"])
    map_is_drawn(page)
    page.get_by_role("button", name="Pakai posisi saya").click()

    expect(page.locator("[data-place]")).to_contain_text("Kepel, Kecamatan Timur")


def test_topics_are_found_by_a_word(visit: Visit, categories: Categories) -> None:
    page = visit("/lapor", PHONE)
    page.select_option("#id_kelurahan", "99.01.01.1001")
    go_on(page)
    page.get_by_label("Cari topik").fill("nyamuk")
    expect(page.locator(".topic-list .choice:visible")).to_have_count(1)
    page.get_by_label("Cari topik").fill("zzz")
    expect(page.locator("[data-no-topic]")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("path", ["/", "/lapor", "/lacak"])
def test_every_page_is_accessible_in_both_sizes_and_themes(
    visit: Visit, categories: Categories, path: str, size: tuple[int, int], theme: Any
) -> None:
    look_is_fine(visit(path, size, theme))


def test_the_page_of_an_unknown_code_helps(visit: Visit, categories: Categories) -> None:
    page = visit("/lacak/AAAA-BBBB-CCCC-DDDD", PHONE, expect=("404",))
    expect(page.get_by_label("Kode lacak")).to_have_value("AAAA-BBBB-CCCC-DDDD")
    look_is_fine(page)


def test_large_photos_are_made_smaller_before_they_travel(
    visit: Visit, categories: Categories, tmp_path: Path
) -> None:
    noise = np.random.default_rng(7).integers(0, 255, (2000, 3000, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "besar.jpg", quality=95)
    page = visit("/lapor", PHONE)
    page.select_option("#id_kelurahan", "99.01.01.1001")
    page.set_input_files("#id_photos", tmp_path / "besar.jpg")
    expect(page.locator("#photo-list img")).to_have_count(1, timeout=30_000)

    sent = page.evaluate("document.getElementById('id_photos').files[0].size")
    assert sent < (tmp_path / "besar.jpg").stat().st_size / 2
