"""Forms of pages without a referrer are taken; forms of strangers are not."""

from __future__ import annotations

import pytest
from django.test import Client

from geo.models import City

pytestmark = pytest.mark.django_db


def switch_language(token: str | None, **headers: str) -> int:
    """The status of a language switch sent with these headers, cookies and token as a browser would."""
    browser = Client(enforce_csrf_checks=True)
    browser.get("/masuk")
    fields = {"language": "en", "next": "/masuk"}
    if token is None:
        fields["csrfmiddlewaretoken"] = browser.cookies["csrftoken"].value
    return browser.post("/i18n/setlang/", fields, headers=headers, secure=True).status_code


def test_a_page_that_hides_its_address_may_send_its_own_forms(city: City) -> None:
    assert switch_language(None, Origin="null", sec_fetch_site="same-origin") == 302


def test_a_strangers_page_without_origin_may_not(city: City) -> None:
    assert switch_language(None, Origin="null", sec_fetch_site="cross-site") == 403


def test_a_form_without_the_token_is_refused_wherever_it_comes_from(city: City) -> None:
    assert switch_language("", Origin="null", sec_fetch_site="same-origin") == 403


def test_another_origin_stays_refused(city: City) -> None:
    assert switch_language(None, Origin="https://lain.example", sec_fetch_site="same-origin") == 403
