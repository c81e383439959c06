"""An administrator compares two editions, puts one in force, watches the cases follow, and rolls back."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from geo.models import Agency, Edition, ServiceArea
from incidents.models import Category, Relocation
from incidents.relocation.run import carry_out
from tests.browser.conftest import DESK, PHONE, Visit, accessibility_problems, overflows
from tests.editions import MERGED, edition
from tests.incidents.made import case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IN_BAKALAN = (112.93, -7.67)
BOTH = pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (PHONE, "dark")])


@pytest.fixture
def admin(categories: dict[str, Category]) -> User:
    return User.objects.create_superuser("admin", "admin@contoh.example", "kentongan-uji-coba")


def test_forward_watched_to_its_end_and_back(visit: Visit, admin: User) -> None:
    larvae = case("jentik", IN_BAKALAN)
    edition("gabung", MERGED)
    page = visit("/pengelola/edisi", user=admin)

    page.get_by_role("link", name="Bandingkan …").click()
    expect(page.get_by_role("cell", name="Sari Bakalan")).to_be_visible()
    page.get_by_role("button", name=re.compile("1 kasus berpindah")).click()
    expect(page.get_by_text("menunggu")).to_be_visible()
    carry_out(Relocation.objects.get().pk)

    expect(page.get_by_text("1 berpindah kelurahan atau kecamatan")).to_be_visible()
    expect(page.get_by_role("button", name="Tempatkan ulang kasus terbuka")).to_be_enabled()
    larvae.refresh_from_db()
    assert larvae.kelurahan == "Sari Bakalan"
    page.get_by_role("link", name="Kembalikan …").click()
    page.get_by_role("button", name=re.compile("Berlakukan “uji”")).click()
    expect(page.get_by_text("menunggu")).to_be_visible()
    assert Edition.objects.get(status="active").name == "uji"


@BOTH
def test_both_pages_fit_and_can_be_read_by_everybody(
    visit: Visit, admin: User, size: tuple[int, int], theme: str
) -> None:
    case("jentik", IN_BAKALAN)
    edition("gabung", MERGED)
    page = visit("/pengelola/edisi", size=size, theme=theme, user=admin)

    assert accessibility_problems(page) == []
    assert not overflows(page)
    page.goto(page.url + "/bandingkan?dari=uji&ke=gabung")
    page.wait_for_selector("html[data-borders]")
    assert accessibility_problems(page) == []
    assert not overflows(page)


def test_on_a_phone_what_can_be_done_and_where_codes_go_on_are_seen_without_scrolling_aside(
    visit: Visit, admin: User, agencies: dict[str, Agency]
) -> None:
    ServiceArea.objects.create(agency=agencies["dlh"], category="jentik", area_code="99.01.02.1001")
    edition("gabung", MERGED)
    page = visit("/pengelola/edisi", size=PHONE, user=admin)
    links = page.get_by_role("link", name="Bandingkan …")
    compared = page.locator("#services + p + div").get_by_role("cell", name="99.01.01.1003")

    for shown in (links, compared):
        if shown is compared:
            links.click()
        box = shown.bounding_box()
        assert box
        assert 0 <= box["x"] <= box["x"] + box["width"] <= PHONE[0]
