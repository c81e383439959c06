"""An operator takes a call: typed from the first field to the last, without a mouse, and what was typed is not lost."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from incidents.models import Category, Complaint
from tests.browser.conftest import Visit, accessibility_problems, overflows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_call_is_typed_by_keyboard_alone_survives_a_reload_and_the_next_form_is_there(
    categories: dict[str, Category], operator: User, visit: Visit
) -> None:
    page = visit("/meja/baru", user=operator, size=(360, 740))
    keys = page.keyboard
    expect(page.locator("[name=channel]").first).to_be_focused()
    keys.press("Space")
    keys.press("Tab")
    keys.type("sampah")
    keys.press("Tab")
    keys.type("keb")
    expect(page.get_by_role("option").first).to_contain_text("Kebonsari")
    keys.press("Enter")
    expect(page.locator("[name=address_note]")).to_be_focused()
    expect(page.locator("#behalf-destination")).to_contain_text("Dinas Lingkungan Hidup")
    keys.press("Tab")
    keys.type("Sampah menumpuk di depan pasar.")
    assert not overflows(page)
    assert accessibility_problems(page) == []

    page.reload()
    expect(page.locator("[name=description]")).to_have_value("Sampah menumpuk di depan pasar.")
    expect(page.locator("[name=kelurahan]")).to_have_value("99.01.01.1001")
    page.locator("[name=description]").focus()
    keys.press("Control+Enter")

    expect(page.locator(".code-large")).to_be_visible()
    expect(page.locator(".code-large")).to_have_text(Complaint.objects.get().tracking_code)
    expect(page.locator("[name=topic]")).to_be_focused()
    expect(page.locator("[name=description]")).to_have_value("")
    assert Complaint.objects.get().incident.kelurahan == "Kebonsari"
    assert accessibility_problems(page) == []


def test_the_figures_fit_a_phone_and_everybody_can_read_them(
    categories: dict[str, Category], operator: User, visit: Visit
) -> None:
    from_here = visit("/pimpinan/angka", user=operator, size=(360, 740))
    assert not overflows(from_here)
    assert accessibility_problems(from_here) == []
