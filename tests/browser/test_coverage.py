"""Administrators' map of service areas in a real browser: a click and a key ask, and so does the form without a map."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from geo.models import Agency, ServiceArea
from incidents.models import Category
from tests.browser.conftest import DESK, PHONE, Visit, accessibility_problems, overflows
from tests.conftest import IN_KEBONSARI, IN_KEPEL, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.map, pytest.mark.django_db(transaction=True)]

PAGE = "/pengelola/wilayah-layanan"
MAP = "document.getElementById('map').coverage"
READY = "() => document.documentElement.dataset.coverage === 'drawn'"
SETTLED = f"() => {MAP}.loaded() || new Promise((done) => {MAP}.once('idle', () => done(true)))"


@pytest.fixture
def pengelola(categories: dict[str, Category], agencies: dict[str, Agency]) -> User:
    """Larvae: two leads in Kebonsari, none in Kepel; the lower priority of BPBD covers Mayangan too."""
    ServiceArea.objects.filter(agency=agencies["pkm-timur"]).update(area_code="99.01.02.1001")
    ServiceArea.objects.create(
        agency=agencies["dlh"], category="jentik", area_code="99.01.01.1001", name="DLH Kebonsari"
    )
    ServiceArea.objects.create(
        agency=agencies["bpbd"],
        category="jentik",
        area_code="99.01.01.1002",
        priority=-5,
        name="BPBD Mayangan",
    )
    return User.objects.create_superuser("akar", "akar@contoh.example", PASSWORD)


def drawn(page: Page) -> Page:
    page.wait_for_function(READY)
    page.evaluate(SETTLED)
    return page


def kinds(page: Page) -> set[str]:
    layers = ["cover-led", "cover-gap", "cover-tie", "cover-settled"]
    found: list[str] = page.evaluate(
        f"() => {MAP}.queryRenderedFeatures({{layers: {layers}}}).map((one) => one.properties.kind)"
    )
    return set(found)


def test_a_click_tells_who_gets_the_category_there_and_why(pengelola: User, visit: Visit) -> None:
    page = drawn(visit(f"{PAGE}?category=jentik", user=pengelola))
    assert kinds(page) == {"led", "gap", "tie"}
    place = page.evaluate(f"() => {MAP}.project([{IN_KEBONSARI[0]}, {IN_KEBONSARI[1]}])")

    page.locator("#map").click(position={"x": place["x"], "y": place["y"]})

    answer = page.locator("#cover-answer")
    expect(answer.locator(".cover-place")).to_contain_text("Kebonsari, Kecamatan Barat")
    expect(answer.locator(".cover-lead")).to_contain_text("Dinas Lingkungan Hidup")
    expect(answer).to_contain_text("punya prioritas yang sama")
    expect(answer.locator(".cover-holding li")).to_have_count(2)
    expect(answer.locator(".cover-holding a").first).to_have_attribute(
        "href", re.compile(r"/pengelola/geo/servicearea/\d+/change/$")
    )
    expect(page).to_have_url(re.compile(r"category=jentik&lon=112\.9\d+&lat=-7\.6\d+$"))

    page.reload()
    expect(page.locator(".cover-place")).to_contain_text("Kebonsari")


def test_the_keyboard_asks_at_the_middle_of_the_map(pengelola: User, visit: Visit) -> None:
    page = drawn(visit(f"{PAGE}?category=jentik", user=pengelola))
    page.evaluate(f"() => {MAP}.jumpTo({{center: [{IN_KEPEL[0]}, {IN_KEPEL[1]}]}})")
    page.locator(".maplibregl-canvas").focus()

    page.keyboard.press("Enter")

    expect(page.locator(".cover-lead")).to_contain_text("Belum ada penanggung jawab")
    expect(page.locator(".cover-place")).to_contain_text("Kepel, Kecamatan Timur")


def test_overlaps_that_priority_settles_are_drawn_on_wish(pengelola: User, visit: Visit) -> None:
    page = drawn(visit(f"{PAGE}?category=jentik", user=pengelola))
    page.get_by_label("Tampilkan di peta").check()
    page.evaluate(SETTLED)
    page.wait_for_function(
        f"() => {MAP}.queryRenderedFeatures({{layers: ['cover-settled']}}).length > 0", timeout=20_000
    )
    page.get_by_label("Tampilkan di peta").uncheck()
    page.wait_for_function(f"() => {MAP}.queryRenderedFeatures({{layers: ['cover-settled']}}).length === 0")


def test_a_point_outside_is_told_in_the_answers_place(pengelola: User, visit: Visit) -> None:
    page = drawn(visit(f"{PAGE}?category=jentik", user=pengelola, expect=("422",)))
    page.evaluate(f"() => {MAP}.jumpTo({{center: [112.99, -7.66]}})")
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cover-answer .callout")).to_contain_text("di luar kota")


@pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_no_accessibility_problem_is_found_and_nothing_overflows(
    pengelola: User, visit: Visit, theme: str, size: tuple[int, int]
) -> None:
    for query in ("", f"?category=jentik&lon={IN_KEBONSARI[0]}&lat={IN_KEBONSARI[1]}"):
        page = drawn(visit(PAGE + query, user=pengelola, theme=theme, size=size))
        for details in page.locator("details").all():
            details.evaluate("(one) => (one.open = true)")
        assert accessibility_problems(page) == []
        assert not overflows(page)


def test_without_scripts_tables_and_form_say_the_same(pengelola: User, visit: Visit) -> None:
    page = visit(PAGE, user=pengelola, java_script_enabled=False)
    page.locator('tr[data-category="jentik"] a').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jentik nyamuk")
    expect(page.get_by_role("row", name=re.compile("Kepel")).first).to_be_visible()

    page.get_by_text("Pilih kategori dan tempat").click()
    page.get_by_label("Kelurahan").select_option("99.01.02.1001")
    page.locator("#cover-form button").click()

    expect(page.locator(".cover-place")).to_contain_text("Bakalan, Kecamatan Timur")
    expect(page.locator(".cover-lead")).to_contain_text("Puskesmas Timur")
