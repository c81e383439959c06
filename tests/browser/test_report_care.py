"""What a hurried or unlucky person meets while reporting: an emergency, a refused position, a second sending."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from incidents.models import Category
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
    page.locator(f"input[name=category][value={code}]").first.check(force=True)


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
