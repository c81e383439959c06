"""From an operator's form to an outside agency's phone and back, on real pages."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from incidents.models import Category
from tests.browser.conftest import PHONE, Visit, accessibility_problems, overflows
from tests.incidents.made import case, picture
from tests.incidents.outside import WORDS, address, outsider

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_operator_forwards_a_case_and_the_outside_agency_answers_on_a_phone(
    categories: dict[str, Category], operator: User, visit: Visit
) -> None:
    outsider("bpom", "Badan Pengawas Obat dan Makanan Republik Indonesia", "BPOM")
    incident = case(pictures=(picture(),))
    page = visit(f"/meja/kasus/{incident.pk}", user=operator)
    assert accessibility_problems(page) == []
    page.get_by_role("link", name="Teruskan ke instansi luar").click()
    page.get_by_label("Kepada siapa").select_option("bpom")
    page.get_by_label("Pesan Anda kepada mereka").fill(WORDS)
    page.get_by_label("Fotonya").check()
    assert accessibility_problems(page) == []
    page.get_by_role("button", name="Teruskan kasus ini").click()
    expect(page.get_by_text("Belum dibuka.")).to_be_visible()

    phone = visit(address(incident), size=PHONE, theme="dark", expect=("410",))
    expect(phone.get_by_text(WORDS)).to_be_visible()
    assert accessibility_problems(phone) == []
    assert not overflows(phone)
    phone.get_by_label("Sudah selesai").check()
    phone.get_by_label("Dengan kata-kata Anda sendiri").fill("Sudah kami periksa di tempat.")
    phone.get_by_role("button", name="Kirim jawaban").click()
    expect(phone.get_by_role("heading", name="Terima kasih, jawaban Anda sudah kami terima")).to_be_visible()
    assert accessibility_problems(phone) == []
