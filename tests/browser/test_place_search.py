"""Finding a place as a person does it: with the keyboard, with the thumb, before the map, without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.cache import cache
from playwright.sync_api import Page, Request, Route, expect

from geo.models import Facility
from geo.pluscode import encode
from incidents.models import Category
from tests.browser.conftest import DESK, PHONE, Visit, accessibility_problems, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Categories = dict[str, Category]


@pytest.fixture(autouse=True)
def puskesmas(categories: Categories) -> Facility:
    cache.clear()
    return Facility.objects.create(
        code="pkm", name="Puskesmas Kebonsari", kind="puskesmas", location=Point(112.91, -7.67, srid=4326)
    )


def box(page: Page) -> Any:
    return page.get_by_role("combobox", name="Cari kelurahan, kantor, puskesmas")


def option(page: Page, name: str = "") -> Any:
    """The options of the search's list (the form has a <select>, too)."""
    return page.locator("#place-options [role=option]", has_text=name)


def look_is_fine(page: Page) -> None:
    assert accessibility_problems(page) == []
    assert not overflows(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/lapor", "/cari"])
def test_the_list_is_accessible_and_fits_a_phone(visit: Visit, path: str, theme: Any) -> None:
    page = visit(path, PHONE, theme)
    box(page).fill("kebonsri")
    expect(option(page)).to_have_count(2)
    page.keyboard.press("ArrowDown")
    look_is_fine(page)


@pytest.mark.map
def test_the_keyboard_chooses_and_the_pin_is_set(visit: Visit) -> None:
    page = visit("/lapor", DESK)
    box(page).press_sequentially("kebonsri", delay=10)
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    puskesmas = option(page, "Puskesmas Kebonsari")
    expect(puskesmas).to_have_attribute("aria-selected", "true")
    assert box(page).get_attribute("aria-activedescendant") == puskesmas.get_attribute("id")
    page.keyboard.press("Enter")

    expect(box(page)).to_have_attribute("aria-expanded", "false")
    expect(box(page)).to_be_focused()
    expect(page.locator("[data-place]")).to_contain_text("Kebonsari, Kecamatan Barat")
    expect(page.locator("[name=lon]")).to_have_value("112.910000")
    expect(page.locator("[data-around]")).to_contain_text(encode(112.91, -7.67))
    expect(page.locator("[data-around]")).to_contain_text("dekat: Puskesmas Kebonsari (10 m)")
    expect(page.locator("#step-1")).to_be_visible()  # Enter was the list's, not the form's
    expect(page.locator(".map-pin")).to_be_visible(timeout=60_000)


def test_escape_closes_the_list_and_arrows_go_round(visit: Visit) -> None:
    page = visit("/", DESK)
    box(page).fill("kebonsari")
    expect(option(page)).to_have_count(2)
    page.keyboard.press("ArrowUp")
    expect(option(page).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(option(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")

    expect(page.locator("#place-options")).to_be_hidden()
    expect(box(page)).to_have_value("kebonsari")


def test_a_kelurahan_of_the_list_is_chosen_with_the_thumb(visit: Visit) -> None:
    page = visit("/lapor", PHONE, has_touch=True, reduced_motion="reduce")
    box(page).fill("kepl")
    option(page, "Kepel").tap()

    expect(page.locator("#id_kelurahan")).to_have_value("99.01.02.1002")
    expect(page.locator("[data-place]")).to_contain_text("Kepel, tanpa penanda")
    expect(page.locator("[data-place]")).to_be_in_viewport()
    look_is_fine(page)


@pytest.mark.map
def test_the_form_takes_a_found_place_before_the_map_has_come(visit: Visit) -> None:
    page = visit("/lacak", PHONE)
    page.route("**/maplibre-gl/**", lambda route: None)  # asked for, never answered
    page.goto(page.url.replace("/lacak", "/lapor"))
    box(page).fill("pkm kebonsari")
    option(page, "Puskesmas Kebonsari").click()
    expect(page.locator("[data-place]")).to_contain_text("Kebonsari, Kecamatan Barat")
    page.get_by_role("button", name="Lanjut").click()

    expect(page.locator("#step-2")).to_be_visible()


def test_the_front_page_takes_a_plus_code_along(visit: Visit) -> None:
    page = visit("/", PHONE)
    box(page).fill(encode(112.93, -7.65))
    option(page).click()
    expect(page.locator("#place")).to_contain_text("Kepel, Kecamatan Timur")
    page.get_by_role("link", name="Laporkan di titik ini").click()

    expect(page.locator("[data-place]")).to_contain_text("Kepel, Kecamatan Timur")


def test_nothing_is_asked_below_two_letters_nor_for_every_letter(visit: Visit) -> None:
    page = visit("/", DESK)
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/api/v1/search" in request.url:
            asked.append(request.url.split("q=")[1])

    page.on("request", note)
    box(page).press_sequentially("k")
    page.keyboard.press("Enter")
    box(page).press_sequentially("ebonsari", delay=5)
    expect(option(page)).to_have_count(2)

    assert asked[-1] == "kebonsari"
    assert "k" not in asked
    assert len(asked) < len("kebonsari")


def test_what_is_not_found_or_not_answered_is_said(visit: Visit) -> None:
    page = visit("/lapor", PHONE, expect=("ERR_FAILED", "ERR_CONNECTION"))
    box(page).fill("zzzzz")
    expect(page.locator(".place-search-note")).to_have_text(
        "Tidak ditemukan. Coba lebih sedikit huruf, atau nama kelurahannya."
    )

    def drop(route: Route) -> None:
        route.abort("connectionreset")

    page.route("**/api/v1/search**", drop)
    box(page).fill("kepel")
    expect(page.locator(".place-search-note")).to_have_text("Pencarian sedang tidak menjawab.")
    look_is_fine(page)


def test_without_scripts_a_page_of_links_leads_into_the_form(visit: Visit) -> None:
    page = visit("/lapor", PHONE, java_script_enabled=False)
    assert not overflows(page)
    page.fill("#place-q", "kebonsri")
    page.get_by_role("button", name="Cari", exact=True).click()
    page.get_by_role("link", name="Puskesmas Kebonsari").click()

    expect(page.locator("[name=lon]")).to_have_value("112.910000")
    expect(page.locator("[data-around]")).to_contain_text(encode(112.91, -7.67))
