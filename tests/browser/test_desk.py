"""The officer's desk in a real browser: a case from the inbox to resolved, by mouse, by keyboard, and on a phone."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, Route, expect

from incidents.models import Category, Entry, Incident
from tests.browser.conftest import PHONE, Visit, accessibility_problems, overflows
from tests.conftest import IN_KEPEL, PASSWORD
from tests.incidents.made import ANSWER, TEXT, case, do, jpeg, picture

Categories = dict[str, Category]
K = Entry.Kind
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE = (1920, 1080)


@pytest.fixture
def photo(tmp_path: Path) -> str:
    """A JPEG as a phone makes it."""
    path = tmp_path / "hasil.jpg"
    path.write_bytes(jpeg(size=(1600, 1200)))
    return str(path)


def rows(page: Page) -> list[str]:
    """The numbers of the listed cases."""
    return [str(row.get_attribute("data-case")) for row in page.locator(".desk-row").all()]


def test_an_officer_signs_in_accepts_answers_and_resolves_with_a_photo(
    categories: Categories, petugas_dlh: User, visit: Visit, photo: str
) -> None:
    incident = case(pictures=(picture(),))
    page = visit("/masuk")
    page.fill("[name=login]", petugas_dlh.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/meja")

    page.click(f"[data-case='{incident.pk}']")
    expect(page.locator(".case-words")).to_have_text(TEXT)
    expect(page).to_have_url(re.compile(rf"kasus={incident.pk}"))

    page.get_by_role("button", name="Terima kasus").click()
    expect(page.get_by_role("status").filter(has_text="Anda tangani")).to_be_visible()
    expect(page.locator(".desk-row .state")).to_have_text("Dikerjakan")

    page.fill("#answer-text", ANSWER)
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator(".timeline-text").filter(has_text=ANSWER)).to_be_visible()

    page.fill("#answer-text", "Sampah sudah diangkut seluruhnya.")
    page.get_by_text("Selesaikan", exact=True).click()
    page.set_input_files("#answer-photos", photo)
    page.get_by_role("button", name="Tandai selesai").click()
    page.get_by_role("dialog").get_by_role("button", name="Tandai selesai").click()
    expect(page.get_by_role("status").filter(has_text="selesai. Pelapor melihat")).to_be_visible()
    expect(page.locator("#list")).to_contain_text("Semua sudah ditangani")

    incident.refresh_from_db()
    assert incident.phase == Incident.Phase.RESOLVED
    done = incident.entries.get(kind=K.RESOLVED).photos.get()
    shown = page.locator(f"img[src='/meja/foto/{done.pk}']")
    expect(shown).to_be_visible()
    shown.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth > 0", arg=shown.element_handle())


def test_the_citizens_page_follows(categories: Categories, petugas_dlh: User, visit: Visit) -> None:
    incident = case()
    do(petugas_dlh, incident, K.RESOLVED, "Sampah sudah diangkut seluruhnya.")
    page = visit(f"/lacak/{incident.complaints.get().tracking_code}")
    expect(page.locator("main")).to_contain_text("Sampah sudah diangkut seluruhnya.")


def test_a_case_is_worked_with_the_keyboard_alone(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    first, second = case(age=timedelta(days=9)), case()
    page = visit("/meja", user=petugas_dlh)
    keys = page.keyboard

    keys.press("?")
    expect(page.get_by_role("dialog", name="Pintasan")).to_be_visible()
    keys.press("Escape")
    keys.press("j")
    expect(page.locator(f"[data-case='{first.pk}']")).to_be_focused()
    keys.press("j")
    keys.press("k")
    keys.press("Enter")
    expect(page.locator(f"article[data-case='{first.pk}']")).to_be_focused()
    keys.press("j")
    expect(page.locator(f"article[data-case='{second.pk}']")).to_be_visible()

    keys.press("r")
    expect(page.locator("#answer-text")).to_be_focused()
    keys.type("jk? Truk datang besok.")  # letters are letters while one writes
    keys.press("Tab")
    keys.press("Tab")
    expect(page.get_by_role("button", name="Kirim jawaban")).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".timeline-text").filter(has_text="jk? Truk datang besok.")).to_be_visible()

    page.locator("article.case").focus()
    keys.press("Escape")
    expect(page.locator("article.case")).to_have_count(0)
    expect(page.locator(f"[data-case='{second.pk}']")).to_be_focused()
    assert "kasus=" not in page.url


def test_a_list_that_comes_late_takes_the_focus_from_nobody(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    incident = case()
    page = visit(f"/meja?kasus={incident.pk}", user=petugas_dlh)
    late: list[Route] = []
    page.route("**/meja?*", lambda route: late.append(route))
    page.fill("#answer-text", ANSWER)
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator(".timeline-text").filter(has_text=ANSWER)).to_be_visible()

    page.locator("article.case").focus()
    page.keyboard.press("Escape")
    row = page.locator(f"[data-case='{incident.pk}']")
    expect(row).to_be_focused()
    row.evaluate("element => { element.dataset.old = 'yes' }")
    assert len(late) == 1
    late[0].continue_()
    expect(page.locator("[data-old]")).to_have_count(0)
    expect(row).to_be_focused()


@pytest.mark.parametrize("address", ["/meja?kasus={}", "/meja/kasus/{}"])
def test_after_each_step_the_keyboard_is_still_in_the_case(
    categories: Categories, petugas_dlh: User, visit: Visit, address: str
) -> None:
    incident = case()
    page = visit(address.format(incident.pk), user=petugas_dlh, expect=("422",))
    shown = page.locator(f"article[data-case='{incident.pk}']")

    page.get_by_role("button", name="Terima kasus").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Anda tangani")).to_be_visible()
    expect(shown).to_be_focused()

    page.fill("#answer-text", "ok")
    page.get_by_role("button", name="Kirim jawaban").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("5 sampai 4000")
    expect(page.get_by_role("button", name="Kirim jawaban")).to_be_focused()

    page.fill("#answer-text", ANSWER)
    page.get_by_role("button", name="Kirim jawaban").press("Enter")
    expect(page.locator(".timeline-text").filter(has_text=ANSWER)).to_be_visible()
    expect(shown).to_be_focused()

    page.click("#answer-text")
    page.get_by_text("Kembalikan", exact=True).click()
    page.fill("#answer-text", "Saluran ini wewenang PUPR.")
    page.select_option("#answer-whose", "pupr")
    page.get_by_role("button", name="Kembalikan ke operator").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Kembalikan ke operator").press("Enter")
    expect(page.locator(".case-left a")).to_be_focused()


def test_letters_can_be_switched_off_as_keys(categories: Categories, petugas_dlh: User, visit: Visit) -> None:
    case()
    page = visit("/meja", user=petugas_dlh)
    page.keyboard.press("?")
    page.get_by_label("Huruf berfungsi sebagai pintasan").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(".desk-row")).not_to_be_focused()


def test_what_is_refused_leaves_words_and_photos_where_they_are(
    categories: Categories, petugas_dlh: User, visit: Visit, tmp_path: Path
) -> None:
    incident = case()
    broken = tmp_path / "rusak.jpg"
    broken.write_bytes(jpeg()[:300])
    page = visit(f"/meja?kasus={incident.pk}", user=petugas_dlh, expect=("422", "413"))
    page.fill("#answer-text", "Sampah sudah diangkut seluruhnya.")
    page.get_by_text("Selesaikan", exact=True).click()
    page.set_input_files("#answer-photos", str(broken))
    page.get_by_role("button", name="Tandai selesai").click()
    page.get_by_role("dialog").get_by_role("button", name="Tandai selesai").click()

    expect(page.get_by_role("alert")).to_contain_text("rusak")
    expect(page.locator("#answer-text")).to_have_value("Sampah sudah diangkut seluruhnya.")
    assert page.evaluate("document.getElementById('answer-photos').files.length") == 1
    expect(page.locator("[value=resolved]")).to_be_checked()


def test_a_lost_connection_loses_no_words(categories: Categories, petugas_dlh: User, visit: Visit) -> None:
    incident = case()
    page = visit(f"/meja/kasus/{incident.pk}", user=petugas_dlh, expect=("ERR_", "htmx", "fetch", "Worker"))
    page.fill("#answer-text", ANSWER)
    page.context.set_offline(True)
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_role("alert")).to_contain_text("sambungan terputus")
    expect(page.locator("#answer-text")).to_have_value(ANSWER)

    page.context.set_offline(False)
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator(".timeline-text").filter(has_text=ANSWER)).to_be_visible()


def test_words_come_back_when_one_looked_at_another_case(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    first, second = case(), case()
    page = visit(f"/meja?kasus={first.pk}", user=petugas_dlh)
    page.fill("#answer-text", "Setengah kalimat")
    page.click(f"[data-case='{second.pk}']")
    expect(page.locator(f"article[data-case='{second.pk}']")).to_be_visible()
    expect(page.locator("#answer-text")).to_have_value("")
    page.click(f"a[data-case='{first.pk}']")
    expect(page.locator(f"article[data-case='{first.pk}']")).to_be_visible()
    expect(page.locator("#answer-text")).to_have_value("Setengah kalimat")


def test_returning_asks_once_more_and_takes_the_case_away(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    incident, other = case(), case()
    page = visit(f"/meja?kasus={incident.pk}", user=petugas_dlh)
    page.click("#answer-text")
    page.get_by_text("Kembalikan", exact=True).click()
    page.fill("#answer-text", "Saluran ini wewenang PUPR.")
    page.select_option("#answer-whose", "pupr")
    page.get_by_role("button", name="Kembalikan ke operator").click()
    page.get_by_role("dialog").get_by_role("button", name="Belum").click()
    assert incident.assignments.get().status == "sent"

    page.get_by_role("button", name="Kembalikan ke operator").click()
    page.get_by_role("dialog").get_by_role("button", name="Kembalikan ke operator").click()
    expect(page.locator(".case-left")).to_contain_text("kembali ke operator")
    expect(page.locator(".desk-row")).to_have_count(1)
    assert rows(page) == [str(other.pk)]


def test_views_and_filters_change_the_list_and_the_address(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    plain, late, far = case(), case(age=timedelta(days=60)), case(at=IN_KEPEL)
    page = visit("/meja", user=petugas_dlh)
    assert set(rows(page)) == {str(one.pk) for one in (plain, late, far)}

    page.locator(".desk-view", has_text="Terlambat").click()
    expect(page.locator(".desk-row")).to_have_count(1)
    assert page.url.endswith("status=terlambat")

    page.locator(".desk-view", has_text="Terbuka").click()
    expect(page.locator(".desk-row")).to_have_count(3)
    page.select_option("#filter-village", label="Kepel")
    expect(page.locator(".desk-row")).to_have_count(1)
    assert rows(page) == [str(far.pk)]

    page.go_back()
    expect(page.locator(".desk-row")).to_have_count(3)
    page.keyboard.press("/")
    page.keyboard.type(f"#{late.pk}")
    page.keyboard.press("Enter")
    expect(page.locator(".desk-row")).to_have_count(1)
    assert rows(page) == [str(late.pk)]


@pytest.mark.map
def test_a_mark_on_the_map_opens_its_case(categories: Categories, petugas_dlh: User, visit: Visit) -> None:
    incident = case()
    page = visit("/meja", user=petugas_dlh)
    expect(page.locator(".desk-map[aria-busy=false]")).to_be_visible()
    page.locator(".maplibregl-canvas").click()  # the only case is in the middle
    expect(page.locator(f"article[data-case='{incident.pk}']")).to_be_visible()
    expect(page.locator(".map-pin")).to_be_visible()
    expect(page.locator(f"[data-case='{incident.pk}'][aria-current=true]")).to_be_visible()


def test_on_a_phone_a_case_is_a_page_of_its_own(
    categories: Categories, petugas_dlh: User, visit: Visit, photo: str
) -> None:
    incident = case()
    page = visit("/meja", size=PHONE, user=petugas_dlh, has_touch=True)
    assert not overflows(page)
    page.tap(f"[data-case='{incident.pk}']")
    page.wait_for_url(f"**/meja/kasus/{incident.pk}")
    assert not overflows(page)

    page.tap("#answer-text")
    page.fill("#answer-text", "Sampah sudah diangkut seluruhnya.")
    page.get_by_text("Selesaikan", exact=True).tap()
    page.set_input_files("#answer-photos", photo)
    page.get_by_role("button", name="Tandai selesai").tap()
    page.get_by_role("dialog").get_by_role("button", name="Tandai selesai").tap()
    expect(page.locator(".case-state .state")).to_have_text("Selesai")
    assert not overflows(page)


@pytest.mark.map
def test_the_phone_shows_the_map_when_it_is_asked_for(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    case()
    page = visit("/meja", size=PHONE, user=petugas_dlh)
    expect(page.locator(".desk-map")).to_be_hidden()
    page.locator(".desk-switch").get_by_text("Peta").click()
    expect(page.locator(".map-frame.map-ready")).to_be_visible()
    expect(page.locator(".desk-row")).to_be_hidden()


def test_without_scripts_the_desk_is_a_list_a_form_and_pages(
    categories: Categories, petugas_dlh: User, visit: Visit
) -> None:
    incident = case()
    page = visit("/meja", user=petugas_dlh, java_script_enabled=False)
    page.select_option("#filter-village", label="Kebonsari")
    page.get_by_role("button", name="Terapkan").click()
    page.click(f"[data-case='{incident.pk}']")
    page.wait_for_url(f"**/meja/kasus/{incident.pk}")
    page.get_by_role("button", name="Terima kasus").click()
    expect(page.locator("main")).to_contain_text("Anda tangani")
    page.fill("#answer-text", ANSWER)
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator(".timeline")).to_contain_text(ANSWER)


def test_an_operator_gives_an_orphan_to_an_agency(
    categories: Categories, operator: User, visit: Visit
) -> None:
    Category.objects.filter(code="pungli").update(lead=None)
    incident = case("pungli")
    page = visit("/meja?status=tanpa-penanggung-jawab", user=operator)
    page.click(f"[data-case='{incident.pk}']")
    page.select_option("#assign-agency", "bpbd")
    page.get_by_role("button", name="Teruskan kasus").click()
    expect(page.get_by_role("status").filter(has_text="diteruskan ke BPBD")).to_be_visible()
    expect(page.locator(".desk-row")).to_have_count(0)


@pytest.mark.parametrize(("size", "theme"), [(PHONE, "light"), (WIDE, "dark")])
def test_axe_finds_nothing(
    categories: Categories, petugas_dlh: User, operator: User, visit: Visit, size: tuple[int, int], theme: str
) -> None:
    late = case(
        age=timedelta(days=60), anonymous=True, confidential=True, pictures=(picture(),), address_note="Pasar"
    )
    do(petugas_dlh, late, K.ANSWERED)
    case()
    open_case = f"/meja?kasus={late.pk}"
    for user, path in (
        (petugas_dlh, "/meja"),
        (petugas_dlh, open_case),
        (petugas_dlh, f"/meja/kasus/{late.pk}"),
        (petugas_dlh, "/meja?q=zzz"),
        (operator, open_case),
    ):
        page = visit(path, size=size, theme=theme, user=user)
        assert accessibility_problems(page) == [], (path, user.username)
        assert not overflows(page), (path, user.username)
