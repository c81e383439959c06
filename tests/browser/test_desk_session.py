"""What happens at the desk to somebody whose session has ended in the middle of the work."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from config.second_factor import has_second_factor
from geo.models import Agency
from incidents.models import Category, Session
from tests.browser.conftest import Visit
from tests.conftest import PASSWORD
from tests.incidents.made import ANSWER, case
from tests.second_factor import code, give_app

Categories = dict[str, Category]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ENDED = ("401", "htmx")


def end_sessions() -> None:
    Session.objects.all().delete()


def sign_in_again(page: Page, user: User) -> None:
    """On the sign-in page that is open."""
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")


def sign_in_in_a_new_tab(page: Page, user: User) -> None:
    """By the link of the refusal."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Masuk di tab baru").click()
    sign_in_again(opened.value, user)
    if has_second_factor(user):
        opened.value.get_by_label("Kode").fill(code())
        opened.value.click("main form button.primary")
    opened.value.wait_for_url("**/meja")
    opened.value.close()


@pytest.mark.parametrize("address", ["/meja?kasus={}", "/meja/kasus/{}"])
def test_an_answer_is_sent_again_after_signing_in_in_a_new_tab(
    categories: Categories, petugas_dlh: User, visit: Visit, address: str
) -> None:
    page = visit(address.format(case().pk), user=petugas_dlh, expect=ENDED)
    end_sessions()
    page.fill("#answer-text", ANSWER)
    page.get_by_role("button", name="Kirim jawaban").click()
    sign_in_in_a_new_tab(page, petugas_dlh)

    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator(".timeline-text").filter(has_text=ANSWER)).to_be_visible()


def test_a_case_is_given_after_signing_in_in_a_new_tab(
    categories: Categories, agencies: dict[str, Agency], operator: User, visit: Visit
) -> None:
    incident = case()
    page = visit(f"/meja?kasus={incident.pk}", user=give_app(operator), expect=ENDED)
    end_sessions()
    page.select_option("#assign-agency", "bpbd")
    page.get_by_role("button", name="Teruskan kasus").click()
    sign_in_in_a_new_tab(page, operator)

    page.get_by_role("button", name="Teruskan kasus").click()
    expect(page.get_by_role("status").filter(has_text="diteruskan ke BPBD")).to_be_visible()
    assert incident.assignments.get(role="lead").agency == agencies["bpbd"]


def test_lists_and_cases_of_an_ended_session_lead_to_the_sign_in_and_back(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    first, second = case(), case()
    page = visit(f"/meja?kasus={first.pk}", user=petugas_dlh, expect=("401",))  # any error of a script fails
    page.fill("#answer-text", ANSWER)
    end_sessions()
    dialog = page.get_by_role("dialog", name="Sesi Anda sudah berakhir")

    page.locator(".desk-view", has_text="Terlambat").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Belum").click()
    expect(page.locator(".desk-row")).to_have_count(2)

    page.click(f".desk-row[data-case='{second.pk}']")
    expect(dialog).to_be_visible()
    expect(page.locator(f"article[data-case='{first.pk}']")).to_be_visible()
    expect(page.locator("#answer-text")).to_have_value(ANSWER)
    expect(page.locator(".desk-row[aria-current=true]")).to_have_attribute("data-case", str(first.pk))

    dialog.get_by_role("link", name="Masuk").click()
    sign_in_again(page, petugas_dlh)
    page.wait_for_url(f"**/meja?kasus={first.pk}")
    expect(page.locator(f"article[data-case='{first.pk}']")).to_be_visible()


def test_lists_that_are_refused_for_another_reason_say_it_on_a_page(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    page = visit("/meja", user=petugas_dlh, expect=("403",))
    petugas_dlh.member.delete()
    page.locator(".desk-view", has_text="Terlambat").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anda tidak berhak membuka ini")
