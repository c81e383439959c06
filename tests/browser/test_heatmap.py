"""The heads' map in a real browser: drawn, filtered, moved through time, with keys, on a phone, and without a map."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from geo.models import Population
from incidents.models import Category
from tests.browser.conftest import PHONE, Visit, accessibility_problems, overflows
from tests.conftest import IN_KEPEL
from tests.tiles.cases import reported

pytestmark = [pytest.mark.browser, pytest.mark.map, pytest.mark.django_db(transaction=True)]

PAGE = "/pimpinan/peta"
READY = "() => document.documentElement.dataset.heatmap === 'drawn'"
MAP = "document.getElementById('map').heatmap"
SETTLED = f"() => {MAP}.loaded() || new Promise((done) => {MAP}.once('idle', () => done(true)))"
WEIGHT = f"""() => {MAP}.querySourceFeatures('heat', {{sourceLayer: 'heat'}})
  .reduce((sum, feature) => sum + feature.properties.weight, 0)"""
POINTS = f"() => {MAP}.queryRenderedFeatures({{layers: ['points']}}).map((f) => f.properties.state).sort()"
COLOURED = (
    f"() => {MAP}.queryRenderedFeatures({{layers: ['choropleth']}}).map((f) => f.properties.name).sort()"
)


@pytest.fixture
def cases(categories: dict[str, Category]) -> None:
    """DLH: two in Kebonsari and one in Kepel of these days, one of fifty days ago. PUPR: one."""
    reported()
    reported(days_ago=3)
    reported(days_ago=10, at=IN_KEPEL)
    reported(days_ago=50)
    reported("banjir")
    Population.objects.create(area_code="99.01.01.1001", year=2025, people=4000, households=1000)


def drawn(page: Page) -> Page:
    page.wait_for_function(READY)
    page.evaluate(SETTLED)
    return page


def new(page: Page) -> str:
    return page.locator('[data-figure="new"]').inner_text()


def test_a_head_sees_the_heat_of_the_agencys_cases_and_nothing_else(
    cases: None, kepala_dlh: User, visit: Visit
) -> None:
    page = drawn(visit(PAGE, user=kepala_dlh))

    assert new(page) == "3"
    assert page.evaluate(WEIGHT) == 3
    expect(page.locator(".heat-drawing")).to_be_hidden()
    expect(page.locator('[data-key="heat"]')).to_be_visible()


def test_a_filter_changes_figures_map_and_address_without_a_new_page(
    cases: None, kepala_dlh: User, visit: Visit
) -> None:
    page = drawn(visit(PAGE, user=kepala_dlh))
    page.evaluate("() => (window.same = true)")

    page.get_by_label("Periode").select_option("90")

    expect(page.locator('[data-figure="new"]')).to_have_text("4")
    expect(page).to_have_url(re.compile(r"period=90"))
    # The map may be at rest with the old tiles before it asks for the new ones.
    page.wait_for_function(f"() => ({WEIGHT})() === 4", timeout=20_000)
    assert page.evaluate("() => window.same")

    page.go_back()
    expect(page.locator('[data-figure="new"]')).to_have_text("3")
    expect(page.get_by_label("Periode")).to_have_value("30")


def test_the_kelurahan_are_coloured_where_cases_are_and_a_click_tells_them(
    cases: None, kepala_dlh: User, visit: Visit
) -> None:
    page = drawn(visit(f"{PAGE}?view=areas", user=kepala_dlh))

    assert set(page.evaluate(COLOURED)) == {"Bakalan", "Kebonsari", "Kepel", "Mayangan"}
    colour = page.evaluate(f"() => JSON.stringify({MAP}.getPaintProperty('choropleth', 'fill-color'))")
    assert "99.01.01.1001" in colour
    assert "99.01.02.1001" not in colour, "nothing happened in Bakalan"
    place = page.evaluate(f"() => {MAP}.project([112.905, -7.665])")
    page.locator("#map").click(position={"x": place["x"], "y": place["y"]})
    popup = page.locator(".heat-popup")
    expect(popup.locator("strong")).to_have_text("Kebonsari")
    expect(popup.locator('[data-slot="new"]')).to_have_text("2")
    expect(popup.locator('[data-slot="rate"]')).to_have_text("0,5")

    page.locator("#measure-rate").check()
    expect(page).to_have_url(re.compile("measure=rate"))
    expect(page.locator("#measure-rate")).to_be_checked()
    expect(page.get_by_text("belum diketahui").first).to_be_visible()


def test_points_show_the_state_and_open_the_case(cases: None, kepala_dlh: User, visit: Visit) -> None:
    page = drawn(visit(PAGE, user=kepala_dlh))

    page.get_by_role("radio", name="Titik").check()
    page.wait_for_function(f"() => ({POINTS})().length > 0")

    assert set(page.evaluate(POINTS)) == {"baru"}
    place = page.evaluate(f"() => {MAP}.project([{IN_KEPEL[0]}, {IN_KEPEL[1]}])")
    page.locator("#map").click(position={"x": place["x"], "y": place["y"]})
    expect(page.locator(".heat-popup strong")).to_have_text("Sampah menumpuk")
    expect(page.locator(".heat-popup a")).to_have_attribute("href", re.compile(r"/meja/kasus/\d+$"))


def test_the_ends_of_the_period_move_with_the_arrow_keys(cases: None, kepala_dlh: User, visit: Visit) -> None:
    page = drawn(visit(f"{PAGE}?period=7", user=kepala_dlh))
    assert new(page) == "2"
    start = page.locator("#heat-from")
    start.focus()
    before = start.get_attribute("aria-valuetext")

    for _i in range(5):
        page.keyboard.press("ArrowLeft")

    expect(page.locator('[data-figure="new"]')).to_have_text("3")
    assert start.get_attribute("aria-valuetext") != before
    expect(start).to_be_focused()
    expect(page.get_by_label("Periode")).to_have_value("own")
    expect(page).to_have_url(re.compile(r"period=own&from=\d{4}-\d\d-\d\d&to="))


def test_everything_is_reached_with_the_keyboard(cases: None, kepala_dlh: User, visit: Visit) -> None:
    page = drawn(visit(PAGE, user=kepala_dlh))
    page.get_by_label("Periode").focus()
    reached = set()
    for _i in range(30):
        reached.add(
            page.evaluate(
                "() => document.activeElement.id || document.activeElement.name || document.activeElement.className"
            )
        )
        page.keyboard.press("Tab")

    assert {"period", "category", "kind", "view", "heat-from", "heat-to"} <= reached
    assert any("maplibregl-canvas" in one for one in reached)


@pytest.mark.parametrize(("view", "theme"), [("heat", "light"), ("areas", "dark"), ("points", "light")])
def test_no_accessibility_problem_is_found(
    cases: None, kepala_dlh: User, visit: Visit, theme: str, view: str
) -> None:
    page = drawn(visit(f"{PAGE}?view={view}", user=kepala_dlh, theme=theme))
    assert accessibility_problems(page) == []


def test_on_a_phone_the_numbers_are_under_the_map_and_time_is_in_the_sheet(
    cases: None, kepala_dlh: User, visit: Visit
) -> None:
    page = drawn(visit(PAGE, user=kepala_dlh, size=PHONE))

    assert page.evaluate(WEIGHT) == 3
    expect(page.locator(".sheet .heat-time")).to_have_count(1)
    expect(page.locator('[data-figure="new"]')).to_be_in_viewport()
    assert not overflows(page)
    assert accessibility_problems(page) == []


def test_without_scripts_the_form_the_drawing_and_the_tables_do(
    cases: None, kepala_dlh: User, visit: Visit
) -> None:
    page = visit(PAGE, user=kepala_dlh, java_script_enabled=False)

    expect(page.locator(".heat-drawing svg path").first).to_be_visible()
    assert new(page) == "3"
    page.get_by_label("Periode").select_option("90")
    page.get_by_role("button", name="Terapkan").click()
    expect(page.locator('[data-figure="new"]')).to_have_text("4")
    expect(page.locator("tr[data-area='99.01.01.1001'] td").first).to_have_text("3")


def test_without_webgl_the_drawing_stays_and_filters_work(
    cases: None, kepala_dlh: User, visit: Visit
) -> None:
    page = visit(PAGE, user=kepala_dlh)
    page.context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.heatmap === 'plain'")

    expect(page.locator(".heat-drawing svg path").first).to_be_visible()
    expect(page.locator('[data-key="areas"]')).to_be_visible()
    page.locator("[name=category]").select_option("banjir")
    expect(page.locator('[data-figure="new"]')).to_have_text("0")
