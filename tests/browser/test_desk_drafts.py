"""What an officer has typed at the desk and not yet sent comes back: text and chosen step, until it is sent."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from geo.models import Agency
from incidents.models import Category
from tests.browser.conftest import Visit
from tests.browser.test_desk_session import ENDED, end_sessions, sign_in_again
from tests.conftest import person
from tests.incidents.made import ANSWER, case

Categories = dict[str, Category]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "Saluran ini wewenang PUPR."


def begin(page: Page) -> None:
    """Half an answer: a step that is not the usual one, and words."""
    page.click("#answer-text")
    page.get_by_text("Kembalikan", exact=True).click()
    page.fill("#answer-text", WORDS)


def expect_begun(page: Page) -> None:
    expect(page.locator("#answer-text")).to_have_value(WORDS)
    expect(page.locator("[value=returned]")).to_be_checked()
    expect(page.get_by_role("button", name="Kembalikan ke operator")).to_be_visible()


def expect_nothing(page: Page) -> None:
    expect(page.locator("#answer-text")).to_have_value("")
    expect(page.locator("[value=answered]")).to_be_checked()


def drafts(page: Page) -> int:
    kept: int = page.evaluate("Object.keys(sessionStorage).filter(key => key.includes('desk-draft')).length")
    return kept


def test_a_draft_is_there_after_other_cases_and_going_back(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    first, second = case(), case()
    page = visit(f"/meja?kasus={first.pk}", user=petugas_dlh)
    begin(page)
    page.click(f".desk-row[data-case='{second.pk}']")
    expect(page.locator(f"article[data-case='{second.pk}']")).to_be_visible()
    expect_nothing(page)
    page.go_back()
    expect(page.locator(f"article[data-case='{first.pk}']")).to_be_visible()
    expect_begun(page)


@pytest.mark.parametrize("address", ["/meja?kasus={}", "/meja/kasus/{}"])
def test_a_draft_survives_a_reload_and_an_ended_session(
    categories: Categories, petugas_dlh: User, visit: Visit, address: str
) -> None:
    page = visit(address.format(case().pk), user=petugas_dlh, expect=ENDED)
    begin(page)
    page.reload()
    expect_begun(page)
    end_sessions()
    page.reload()
    sign_in_again(page, petugas_dlh)
    expect_begun(page)


def test_a_draft_is_gone_once_its_step_was_accepted(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    page = visit(f"/meja?kasus={case().pk}", user=petugas_dlh)
    page.fill("#answer-text", ANSWER)
    assert drafts(page) == 1
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator(".timeline-text").filter(has_text=ANSWER)).to_be_visible()
    assert drafts(page) == 0
    page.reload()
    expect(page.locator("#answer-text")).to_have_value("")


def test_signing_out_leaves_no_draft(categories: Categories, petugas_dlh: User, visit: Visit) -> None:
    page = visit(f"/meja?kasus={case().pk}", user=petugas_dlh)
    begin(page)
    page.get_by_role("button", name="Keluar").click()
    page.wait_for_url(lambda url: "/meja" not in url)
    assert drafts(page) == 0


def test_a_draft_is_nobody_elses(
    categories: Categories, petugas_dlh: User, agencies: dict[str, Agency], visit: Visit
) -> None:
    incident = case()
    page = visit(f"/meja/kasus/{incident.pk}", user=petugas_dlh)
    begin(page)
    end_sessions()
    page.reload()
    sign_in_again(page, person("petugas_dua", "petugas", agencies["dlh"]))
    page.wait_for_url(f"**/meja/kasus/{incident.pk}")
    expect_nothing(page)
    assert drafts(page) == 0
