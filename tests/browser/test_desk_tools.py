"""Working through many cases: ticks and one step for all, kept filters and keys, and news that disturb nobody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from incidents.models import Assignment, Category, Entry, SavedFilter
from tests.browser.conftest import PHONE, Visit, accessibility_problems, overflows
from tests.incidents.made import case, do

Categories = dict[str, Category]
K = Entry.Kind
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_ticked_cases_are_accepted_together_and_what_was_refused_is_told(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    cases = [case(age=timedelta(hours=hours)) for hours in (4, 3, 2, 1)]
    taken = cases[3]
    page = visit("/meja?urut=terbaru", user=petugas_dlh)
    expect(page.locator("#bulk")).to_be_hidden()
    boxes = page.locator("[data-tick]")
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-count]")).to_have_text("4 dicentang")
    assert accessibility_problems(page) == []

    do(petugas_dlh, taken, K.ACCEPTED)  # a colleague was quicker
    page.locator("#bulk button[value=terima]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Terima 4 kasus?")
    dialog.get_by_role("button", name="Terima").click()
    result = page.locator("#bulk-result")
    expect(result).to_contain_text("3 kasus selesai diproses. 1 tidak diubah:")
    expect(result.locator("a")).to_have_text(f"#{taken.pk}")
    expect(page.locator("[data-count]")).to_have_text("1 dicentang")
    assert Assignment.objects.filter(status=Assignment.Status.ACCEPTED).count() == 4
    expect(page.locator(".desk-row .state.dikerjakan")).to_have_count(4)


def test_a_filter_is_kept_and_opens_with_its_number(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    late = case(age=timedelta(days=60))
    case()
    page = visit("/meja?status=terlambat", user=petugas_dlh)
    page.locator(".desk-keep summary").click()
    page.get_by_label("Nama").fill("Yang terlambat")
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator(".desk-kept")).to_contain_text("Yang terlambat")
    assert SavedFilter.objects.get().query == "status=terlambat"

    page.locator(".desk-view", has_text="Terbuka").click()
    expect(page.locator(".desk-row")).to_have_count(2)
    page.keyboard.press("1")
    expect(page.locator(".desk-row")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(f"[data-tick][value='{late.pk}']")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("article.case")).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_role("status").filter(has_text="Anda tangani")).to_be_visible()
    page.keyboard.press("p")
    page.wait_for_url(re.compile(rf"/meja/kasus/{late.pk}/cetak"))


def test_news_come_by_themselves_and_leave_what_is_being_written(
    categories: Categories, petugas_dlh: User, kepala_dlh: User, visit: Visit
) -> None:
    incident = case()
    page = visit(f"/meja?kasus={incident.pk}", user=petugas_dlh)
    page.fill("#answer-text", "Saya sedang menulis jawaban")
    case()
    do(kepala_dlh, incident, K.ANSWERED, "Kepala dinas menjawab lebih dulu.")
    page.evaluate(
        "document.dispatchEvent(new Event('visibilitychange'))"
    )  # as when one comes back to the tab

    expect(page.locator(".desk-row")).to_have_count(2)
    news = page.locator("[data-case-news]")
    expect(news).to_be_visible()
    expect(page.locator("#answer-text")).to_have_value("Saya sedang menulis jawaban")
    news.get_by_role("button").click()
    expect(page.locator(".timeline-text").filter(has_text="menjawab lebih dulu")).to_be_visible()
    expect(page.locator("#answer-text")).to_have_value("Saya sedang menulis jawaban")
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator(".timeline-text").filter(has_text="Saya sedang menulis")).to_be_visible()
    assert incident.entries.filter(kind=K.ANSWERED).count() == 2


def test_the_desk_of_an_operator_fits_a_phone(categories: Categories, operator: User, visit: Visit) -> None:
    for _i in range(3):
        case()
    page = visit("/meja", size=(PHONE[0], 1600), theme="dark", user=operator)  # all in sight
    page.locator("[data-tick]").nth(0).check()
    page.locator(".desk-bulk-step summary").first.click()
    assert not overflows(page)
    assert accessibility_problems(page) == []
