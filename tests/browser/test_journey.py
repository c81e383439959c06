"""The main job in a real Chromium, by each person in turn: citizen, the OPD that was named, citizen, head, stranger."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from geo.models import Agency
from incidents.flow import install_default_flow
from incidents.models import Category, Complaint, Incident
from opendata.defaults import INCIDENTS
from tests.browser.conftest import DESK, PHONE, Visit
from tests.conftest import PASSWORD, person
from tests.incidents.made import jpeg
from tests.second_factor import code, give_app

pytestmark = [
    pytest.mark.map,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "public"]),
]
WORDS = "Sampah menumpuk di depan pasar sejak tiga hari, baunya sampai ke sekolah."
ANSWER = "Sudah kami angkut pagi ini, dan bak baru sudah dipasang."
PHOTO: FilePayload = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def mataram(shared_data: Path, tmp_path: Path, transactional_db: None) -> str:
    """Kota Mataram with its real borders, begun from the boundary file as a city would."""
    install_default_flow()  # a migration's, but other tests empty the tables
    folder = tmp_path / "mataram"
    script = Path(settings.BASE_DIR) / "fixtures" / "make_city_folder.py"
    borders = shared_data / "boundaries" / "52.71_kota-mataram.geojson"
    subprocess.run([sys.executable, str(script), str(borders), str(folder)], check=True, capture_output=True)
    with (tmp_path / "loaded.log").open("w") as log:
        call_command("load_city", str(folder), stdout=log)
    return "Kota Mataram"


def report(visit: Visit) -> tuple[Page, str]:
    """A pin on the map, who will get it, the report; gives the citizen's page and the OPD that was named."""
    page = visit("/", PHONE, has_touch=True, reduced_motion="reduce")
    page.wait_for_selector(".map-ready", timeout=60_000)
    page.wait_for_function("document.querySelector('.maplibregl-canvas').clientHeight > 0")
    page.touchscreen.tap(180, 190)
    expect(page.locator("#place")).to_contain_text("Kecamatan")
    page.get_by_role("link", name="Laporkan di titik ini").click()
    expect(page.locator("[data-place]")).to_contain_text("Kecamatan")
    onward = page.get_by_role("button", name="Lanjut")
    onward.click()
    page.get_by_role("radio", name="Sampah menumpuk").first.check()
    onward.click()
    page.get_by_label("Apa yang terjadi?").fill(WORDS)
    page.set_input_files("#id_photos", PHOTO)
    expect(page.locator("#photo-list img")).to_have_count(1)
    onward.click()
    named = page.locator("#destination")
    expect(named).to_contain_text("penanggung jawab")
    told = named.inner_text()
    page.get_by_role("button", name="Kirim laporan").click()
    page.wait_for_url("**/lacak/*?baru=1")
    expect(page.locator("#code")).to_have_text(Complaint.objects.get().tracking_code)
    return page, told


def sign_in(page: Page, email: str) -> Page:
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Masuk").click()
    return page


def resolve(page: Page, case: int) -> None:
    """The officer takes the case up and proves with a photo that it is done."""
    page.wait_for_url("**/meja*")
    page.locator(f'a[href*="/meja/kasus/{case}"]').first.click()
    page.get_by_role("button", name="Terima kasus").click()
    expect(page.get_by_role("button", name="Terima kasus")).to_have_count(0)
    page.locator("#answer-text").fill(ANSWER)
    page.locator('.answer-steps label:has(input[value="resolved"])').click()
    page.set_input_files("#answer-photos", PHOTO)
    page.locator(".answer-form .answer-send button").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    dialog.locator("button.primary").click()
    expect(page.locator("#case")).to_contain_text(ANSWER)


def walk(visit: Visit, tmp_path: Path) -> None:
    citizen, told = report(visit)

    # The OPD that the page named signs in and works it off.
    case = Incident.objects.select_related("category").get()
    lead = Agency.objects.get(assignments__incident=case, assignments__role="lead")
    assert lead.name in told
    officer, head = person("petugas_uji", "petugas", lead), person("kepala_uji", "kepala", lead)
    resolve(sign_in(visit("/masuk", DESK), officer.email), case.pk)

    # The citizen sees the answer and its photo.
    citizen.reload()
    expect(citizen.locator("main")).to_contain_text("Selesai")
    expect(citizen.locator(".timeline")).to_contain_text(ANSWER)
    assert citizen.locator(".timeline img").first.evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )

    # The head signs in and sees it on the map.
    page = visit("/masuk", DESK)
    with page.expect_response(lambda one: "/tiles/heat/" in one.url and one.status == 200, timeout=60_000):
        sign_in(page, give_app(head).email)
        page.get_by_label("Kode").fill(code())
        page.click("main form button.primary")
    expect(page).to_have_url(re.compile("/pimpinan/peta"))
    expect(page.locator("#heat-tables")).to_contain_text(case.kelurahan)

    # It is released, and a stranger downloads it.
    two_months_later = timezone.now() + timedelta(days=60)
    with (tmp_path / "published.log").open("w") as log, time_machine.travel(two_months_later):
        call_command("publish", INCIDENTS.slug, stdout=log)
    stranger = visit("/data/", DESK)
    stranger.get_by_role("link", name=INCIDENTS.title_id).first.click()
    with stranger.expect_download() as download:
        stranger.locator('a[href$=".csv"]').first.click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["kelurahan"], row["category"], row["reports"]) == (case.kelurahan, case.category.code, "1")


def test_from_the_pin_to_the_released_file(
    visit: Visit, categories: dict[str, Category], tmp_path: Path
) -> None:
    walk(visit, tmp_path)


def test_the_same_in_a_city_with_real_borders(visit: Visit, mataram: str, tmp_path: Path) -> None:
    walk(visit, tmp_path)
