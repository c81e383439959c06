"""The frame of every page: accessible, at both sizes and in both themes, without sideways scrolling."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from geo.models import City
from tests.browser.conftest import DESK, PHONE, Visit, accessibility_problems, overflows

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.stage_urls"),
]

PAGES = ["/masuk", "/akun/password/reset/", "/tidak-ada", "/rusak-uji", "/peta-uji"]
STATUS = ("404 (Not Found)", "500 (Internal Server Error)")


@pytest.mark.parametrize(("size", "theme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_sign_in_error_and_map_pages_are_accessible(
    city: City, visit: Visit, size: tuple[int, int], theme: str
) -> None:
    for path in PAGES:
        page = visit(path, size, theme, expect=STATUS)
        assert accessibility_problems(page) == [], path
        assert not overflows(page), path


def test_the_menu_of_a_phone_opens_and_escape_closes_it(city: City, visit: Visit) -> None:
    page = visit("/masuk", PHONE)
    menu, button = page.locator(".site-nav"), page.get_by_role("button", name="Menu")
    expect(menu).to_be_hidden()

    button.click()
    expect(menu).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")

    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()


def test_a_chosen_theme_wins_over_the_systems_and_is_kept(city: City, visit: Visit) -> None:
    page = visit("/masuk", theme="light")
    body = page.locator("body")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.get_by_role("button", name="Warna gelap").click()
    # Colours change in a transition, however short: the first frame after the click still has the old one.
    expect(body).not_to_have_css("background-color", light)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()

    expect(body).to_have_css("background-color", dark)


def test_the_language_switch_answers_in_english_and_stays_on_the_page(city: City, visit: Visit) -> None:
    page = visit("/masuk")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    assert page.url.endswith("/masuk")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_without_scripts_the_menu_is_open_and_the_panel_follows_the_note(city: City, visit: Visit) -> None:
    page = visit("/peta-uji", PHONE, java_script_enabled=False)
    expect(page.locator(".site-nav")).to_be_visible()
    expect(page.locator(".sheet-body")).to_be_visible()
    expect(page.get_by_text("Peta memerlukan JavaScript")).to_be_visible()


def test_an_officer_sees_the_desk_in_the_menu_and_can_sign_out(
    city: City, petugas_dlh: User, visit: Visit
) -> None:
    page = visit("/tidak-ada", user=petugas_dlh, expect=STATUS)
    expect(page.locator(".site-nav").get_by_role("link", name="Meja")).to_be_visible()
    expect(page.get_by_role("button", name="Keluar")).to_be_visible()
