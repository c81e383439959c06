"""What a hurried or unlucky person meets while reporting: an emergency, a refused position, a second sending."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from incidents.models import Category, Complaint
from tests.browser.conftest import PHONE, Visit, accessibility_problems, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "Air menggenang setinggi lutut di depan sekolah sejak semalam."
KEBONSARI = "99.01.01.1001"
Categories = dict[str, Category]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Lanjut").click()


def topic(page: Page, code: str) -> None:
    """Choose a topic where it stands first; also without scripts."""
    page.locator(f"input[name=category][value={code}]").first.press("Space")


@pytest.fixture
def flood_is_an_emergency(categories: Categories) -> None:
    categories["banjir"].emergency = True
    categories["banjir"].save()


def test_an_emergency_topic_shows_the_emergency_number_at_once(
    visit: Visit, flood_is_an_emergency: None
) -> None:
    page = visit("/lapor", PHONE)
    page.select_option("#id_kelurahan", KEBONSARI)
    go_on(page)
    call = page.locator("#step-2").get_by_role("link", name="Telepon 112 sekarang")
    topic(page, "sampah")
    expect(call).to_be_hidden()
    topic(page, "banjir")

    expect(call).to_be_in_viewport(ratio=1)
    expect(call).to_have_attribute("href", "tel:112")
    expect(page.locator("#emergency-now")).to_contain_text("dibaca kemudian")
    assert accessibility_problems(page) == []
    assert not overflows(page)
    go_on(page)
    page.fill("#id_description", WORDS)
    go_on(page)
    expect(page.locator("#destination").get_by_role("link", name="Telepon 112 sekarang")).to_be_visible()


def test_without_scripts_an_emergency_is_sent_to_the_emergency_number_too(
    visit: Visit, flood_is_an_emergency: None
) -> None:
    page = visit("/lapor", PHONE, java_script_enabled=False)
    call = page.get_by_role("link", name="Telepon 112 sekarang")
    expect(call).to_be_hidden()
    page.select_option("#id_kelurahan", KEBONSARI)
    topic(page, "banjir")
    page.fill("#id_description", WORDS)
    expect(call).to_be_visible()
    page.get_by_role("button", name="Periksa tujuan").click()

    expect(page.locator("section.card").get_by_role("link", name="Telepon 112 sekarang")).to_be_visible()


REFUSED = "Posisi Anda tidak didapat"


@pytest.mark.map
def test_a_refused_position_leaves_the_place_as_it_was(visit: Visit, categories: Categories) -> None:
    page = visit("/lapor?lon=112.93&lat=-7.65", PHONE, permissions=[])
    expect(page.locator("[data-place]")).to_have_text("Kepel, Kecamatan Timur")
    page.wait_for_selector(".map-ready", timeout=60_000)
    page.get_by_role("button", name="Pakai posisi saya").click()
    expect(page.locator("#place-note")).to_contain_text(REFUSED)
    expect(page.locator("[data-place]")).to_have_text("Kepel, Kecamatan Timur")
    go_on(page)
    topic(page, "sampah")
    go_on(page)
    page.fill("#id_description", WORDS)
    go_on(page)

    expect(page.locator("#destination")).to_contain_text("Dinas Lingkungan Hidup")
    expect(page.locator("#step-4")).to_contain_text("Kepel, Kecamatan Timur")
    expect(page.locator("#step-4")).not_to_contain_text(REFUSED)
    expect(page.locator("#step-4 dt", has_text="Tempat")).to_have_count(1)


@pytest.mark.map
def test_the_message_about_the_position_goes_with_the_next_place(
    visit: Visit, categories: Categories
) -> None:
    page = visit("/lapor", PHONE, permissions=[])
    page.wait_for_selector(".map-ready", timeout=60_000)
    page.get_by_role("button", name="Pakai posisi saya").click()
    expect(page.locator("#place-note")).to_contain_text(REFUSED)
    page.select_option("#id_kelurahan", KEBONSARI)

    expect(page.locator("#place-note")).to_be_hidden()
    expect(page.locator("[data-place]")).to_have_text("Kebonsari, tanpa penanda")


@pytest.mark.map
def test_a_tap_on_a_note_of_the_map_is_a_tap_on_the_map(visit: Visit, categories: Categories) -> None:
    page = visit("/", PHONE, has_touch=True, reduced_motion="reduce")
    page.wait_for_selector(".map-ready", timeout=60_000)
    note = page.locator(".map-note[role=status]")
    note.evaluate(
        "element => { element.hidden = false; element.textContent = 'Peta jalan belum dapat dimuat.'; }"
    )
    canvas = page.locator("canvas")
    inner, outer = note.bounding_box(), canvas.bounding_box()
    assert inner
    assert outer
    x, y = inner["x"] + inner["width"] / 2 - outer["x"], inner["y"] + inner["height"] / 2 - outer["y"]
    canvas.tap(position={"x": x, "y": y})  # refused if anything else takes the tap

    expect(page.locator("#start")).to_contain_text("Laporkan di titik ini")


def test_a_lost_connection_promises_no_more_than_is_kept(visit: Visit, categories: Categories) -> None:
    page = visit("/lapor", PHONE, expect=("ERR_INTERNET_DISCONNECTED", "ERR_FAILED"))
    fill(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Kirim laporan").click()

    expect(page.locator("#notices")).to_contain_text("tetap ada di tab ini sampai tab ditutup; foto hilang")
    page.context.set_offline(False)
    page.evaluate("window.sessionStorage.clear()")
    page.goto(page.url)
    expect(page.locator("#id_description")).to_have_value("")  # nothing else on the device holds it


def fill(page: Page) -> None:
    """The three steps, up to the last look."""
    page.select_option("#id_kelurahan", KEBONSARI)
    go_on(page)
    topic(page, "sampah")
    go_on(page)
    page.fill("#id_description", WORDS)
    go_on(page)
    expect(page.locator("#destination")).to_contain_text("Dinas Lingkungan Hidup")


def test_back_after_sending_shows_an_empty_form_and_the_code(visit: Visit, categories: Categories) -> None:
    page = visit("/lapor", PHONE)
    fill(page)
    page.get_by_role("button", name="Kirim laporan").click()
    page.wait_for_url("**/lacak/*?baru=1")
    code = Complaint.objects.get().tracking_code
    for _further in range(2):  # the steps before have an entry in the history each
        page.go_back()
        expect(page.locator("#notices")).to_contain_text("sudah terkirim")
        expect(page.locator("#notices").get_by_role("link", name=code)).to_be_visible()
        expect(page.locator("#id_description")).to_have_value("")
        expect(page.locator("#step-1")).to_be_visible()
        assert page.locator("input[name=category]:checked").count() == 0
    assert accessibility_problems(page) == []

    fill(page)
    page.get_by_role("button", name="Kirim laporan").click()
    page.wait_for_url("**/lacak/*?baru=1")
    assert Complaint.objects.count() == 2  # meant as another report


def test_a_page_from_the_page_cache_is_left_for_an_empty_one(visit: Visit, categories: Categories) -> None:
    page = visit("/lapor", PHONE)
    fill(page)
    page.evaluate("sessionStorage.setItem('kentongan-sent', '/lacak/AAAA-BBBB-CCCC-DDDD?baru=1')")
    page.evaluate("sessionStorage.removeItem('kentongan-report')")
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")

    expect(page.locator("#notices").get_by_role("link", name="AAAA-BBBB-CCCC-DDDD")).to_be_visible()
    expect(page.locator("#id_description")).to_have_value("")


def test_without_scripts_a_changed_topic_is_not_sent_unseen(visit: Visit, categories: Categories) -> None:
    page = visit("/lapor", PHONE, java_script_enabled=False)
    page.select_option("#id_kelurahan", KEBONSARI)
    topic(page, "sampah")
    page.fill("#id_description", WORDS)
    page.get_by_role("button", name="Periksa tujuan").click()
    expect(page.locator(".destination")).to_contain_text("Dinas Lingkungan Hidup")
    topic(page, "banjir")
    page.get_by_role("button", name="Kirim laporan").first.click()

    expect(page.locator(".destination")).to_contain_text("Dinas Pekerjaan Umum")
    assert not Complaint.objects.exists()
    page.get_by_role("button", name="Kirim laporan").first.click()
    assert Complaint.objects.get().incident.category.code == "banjir"
