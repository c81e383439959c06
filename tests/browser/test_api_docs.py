"""The page on which programmers try the API out: from our own server, within the security policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from geo.models import City
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_api_can_be_tried_out_on_its_page(city: City, visit: Visit) -> None:
    page = visit("/api/v1/docs")
    page.get_by_text("/api/v1/locate", exact=True).click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_placeholder("lon").fill("112.91")
    page.get_by_placeholder("lat").fill("-7.67")
    page.get_by_role("button", name="Execute").click()

    expect(page.locator(".live-responses-table")).to_contain_text("Kebonsari")
