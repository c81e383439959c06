"""A small phone and large letters: what matters is on the first screen, and nothing is cut off or covered."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.cache import cache
from playwright.sync_api import Page, expect

from geo.models import Facility
from incidents.models import Category
from tests.browser.conftest import PHONE, Visit, accessibility_problems, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Categories = dict[str, Category]


@pytest.fixture(autouse=True)
def much_lies_around(categories: Categories) -> None:
    cache.clear()
    for n, name in enumerate(("Puskesmas Kebonsari Raya", "Kantor Kelurahan Kebonsari Timur", "Pasar Besar")):
        at = Point(112.912 + n / 1000, -7.642, srid=4326)
        Facility.objects.create(code=f"f{n}", name=name, kind="puskesmas", location=at)


def demand_reachable(page: Page, selector: str) -> None:
    """Soon a finger at the element's middle, top and bottom edge touches it and nothing that covers it."""
    page.wait_for_function(
        """selector => {
          const element = document.querySelector(selector), box = element.getBoundingClientRect();
          return [3, box.height / 2, box.height - 3].every((down) => {
            const there = document.elementFromPoint(box.left + box.width / 2, box.top + down);
            return there && (element === there || element.contains(there));
          });
        }""",
        arg=selector,
        timeout=20_000,
    )


def enlarge(page: Page) -> None:
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def beyond_the_edge(page: Page, selector: str) -> list[Any]:
    """The visible elements that leave the screen sideways or are smaller than what is in them."""
    found: list[Any] = page.evaluate(
        """selector => [...document.querySelectorAll(selector)].filter((element) => {
          const box = element.getBoundingClientRect();
          if (!element.offsetParent) return false;
          return box.right > innerWidth || box.left < 0
            || element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
        }).map((element) => element.outerHTML.slice(0, 90))""",
        selector,
    )
    return found


@pytest.mark.map
def test_after_a_tap_the_way_into_the_form_is_on_the_screen(visit: Visit) -> None:
    page = visit("/", PHONE, has_touch=True, reduced_motion="reduce")
    page.wait_for_selector(".map-ready", timeout=60_000)
    demand_reachable(page, "#place-q")
    page.touchscreen.tap(180, 160)
    expect(page.locator("#start")).to_contain_text("Laporkan di titik ini")
    expect(page.locator("#place")).to_contain_text("Kecamatan")
    expect(page.locator("[data-around]")).to_contain_text("dekat: ")

    demand_reachable(page, "#start")
    demand_reachable(page, "#place-q")
    expect(page.locator("#place-q")).to_have_attribute("placeholder", "Nama, plus code, koordinat")


@pytest.mark.map
def test_the_search_of_the_form_is_on_the_first_screen(visit: Visit) -> None:
    page = visit("/lapor?lon=112.93&lat=-7.65", PHONE, reduced_motion="reduce")
    expect(page.locator("[data-place]")).to_have_text("Kepel, Kecamatan Timur")
    expect(page.locator("[data-around]")).to_contain_text("dekat: ")

    demand_reachable(page, "#place-q")
    demand_reachable(page, "[data-next]")


def to_the_last_step(page: Page) -> None:
    page.select_option("#id_kelurahan", "99.01.01.1001")
    for _step in range(3):
        page.get_by_role("button", name="Lanjut").click()
        if page.locator("#step-2").is_visible():
            page.locator("input[value=sampah]").first.press("Space")
        elif page.locator("#step-3").is_visible():
            page.fill("#id_description", "Air menggenang setinggi lutut di depan sekolah.")
    expect(page.locator("#destination")).to_contain_text("Dinas Lingkungan Hidup")


def test_the_sending_button_fits_also_while_it_turns(visit: Visit) -> None:
    page = visit("/lapor", PHONE, reduced_motion="reduce")
    to_the_last_step(page)
    assert beyond_the_edge(page, "#step-actions .button") == []
    back, send = (
        page.locator(f"#step-actions {name}").bounding_box() for name in ("[data-back]", "[data-send]")
    )
    assert back
    assert send
    assert back["y"] == send["y"]
    page.locator("[data-send]").evaluate("button => button.setAttribute('aria-busy', 'true')")

    assert beyond_the_edge(page, "#step-actions .button") == []


def test_letters_twice_as_large_cut_nothing(visit: Visit) -> None:
    parts = ".header-call, .menu-button, .brand, .emergency, #start, .steps li, #step-actions .button"
    home = visit("/", PHONE, reduced_motion="reduce")
    enlarge(home)
    assert beyond_the_edge(home, parts) == []
    page = visit("/lapor", PHONE, reduced_motion="reduce")
    enlarge(page)
    assert beyond_the_edge(page, parts) == []
    brand, call = (page.locator(name).bounding_box() for name in (".brand", ".header-call"))
    assert brand
    assert call
    assert brand["x"] + brand["width"] <= call["x"] or brand["y"] + brand["height"] <= call["y"]
    to_the_last_step(page)
    assert beyond_the_edge(page, parts) == []
    assert not overflows(page)
    assert accessibility_problems(page) == []
