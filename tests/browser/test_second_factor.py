"""Setting up the second factor on a phone, and what the account's pages look like there."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit, accessibility_problems, overflows
from tests.conftest import PASSWORD
from tests.second_factor import code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("theme", ["dark"])
def test_an_operator_sets_it_up_on_a_phone_and_sees_the_sessions(
    operator: User, visit: Visit, theme: str
) -> None:
    cache.clear()
    page = visit("/masuk", PHONE, theme)
    page.fill("[name=login]", operator.email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/akun/mfa/aktifkan/**")
    picture = page.locator("img.qr")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    assert not overflows(page)
    assert accessibility_problems(page) == []

    page.get_by_label("Kode").fill(code(page.locator(".secret-key").inner_text()))
    page.keyboard.press("Enter")
    page.wait_for_url("**/akun/mfa/cadangan/")
    expect(page.locator(".spare-codes li")).to_have_count(10)
    assert not overflows(page)
    assert accessibility_problems(page) == []

    page.goto(page.url.split("/akun")[0] + "/akun/sesi")
    expect(page.get_by_text("ini sesi Anda")).to_be_visible()
    assert not overflows(page)
    assert accessibility_problems(page) == []
    page.get_by_role("link", name="Kembali ke akun Anda").click()
    expect(page.get_by_text("aktif", exact=True)).to_be_visible()
    assert not overflows(page)
    assert accessibility_problems(page) == []
