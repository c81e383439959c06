"""A journalist finds the numbers, reads them, downloads them and opens them in pandas; a steward publishes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

from incidents.filing import Filing, Words
from incidents.intake import take
from incidents.models import Category, Complaint
from opendata.models import Release
from tests.browser.conftest import DESK, PHONE, Visit, accessibility_problems, overflows
from tests.conftest import IN_KEBONSARI, IN_KEPEL
from tests.opendata.former import COUNTS, release_former

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "public"])]
HERE = f"/data/dataset/{COUNTS.slug}"
BOTH = pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (PHONE, "dark")])


@pytest.fixture
def reports(categories: dict[str, Category]) -> int:
    """Reports of two months, long ago."""
    for month, number in ((1, 3), (2, 5)):
        for day in range(1, number + 1):
            words = Words("Sampah menumpuk di depan pasar sejak tiga hari.", Complaint.Channel.WEB)
            lon, lat = IN_KEBONSARI if day % 2 else IN_KEPEL
            at = datetime(2026, month, 3 * day, 3, 0, tzinfo=UTC)
            take(Filing("sampah" if day % 2 else "banjir", at, lon, lat, words=words))
    return 5


@pytest.fixture
def released(reports: int) -> list[Release]:
    return [release_former(f"2026-0{month}") for month in (1, 2)]


def test_from_the_catalogue_to_a_table_in_pandas(
    visit: Visit, released: list[Release], reports: int, tmp_path: Path
) -> None:
    page = visit("/data/")
    page.get_by_role("link", name="Februari 2026").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(COUNTS.title_id)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tabel · CSV").click()
    saved = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(saved)

    table = pd.read_csv(saved, dtype={"kelurahan_code": str})

    assert saved.name == f"{COUNTS.slug}-2026-02.csv"
    assert table["reports"].sum() == reports
    assert tuple(table.columns) == COUNTS.column_names
    page.get_by_text("Checksum dan alamat tetap").click()
    expect(page.get_by_text(hashlib.sha256(saved.read_bytes()).hexdigest())).to_be_visible()


def test_the_way_is_there_for_the_keyboard_alone(visit: Visit, released: list[Release]) -> None:
    page = visit("/data/")

    def on(role: str, name: str) -> None:
        """Press Tab until the focus is there."""
        target = page.get_by_role(role, name=name, exact=False).first  # type: ignore[arg-type]
        for _press in range(40):
            page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{name} cannot be reached")

    on("searchbox", "Cari data")
    page.keyboard.type("sampah")
    page.keyboard.press("Enter")
    page.wait_for_url("**/data/?q=sampah")
    on("link", COUNTS.title_id)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HERE}")
    on("link", "Tabel · CSV")
    with page.expect_download():
        page.keyboard.press("Enter")


@BOTH
@pytest.mark.parametrize("path", ["/data/", HERE, f"{HERE}/rilis/2026-01", "/data/?q=tidak+ada"])
def test_each_page_fits_and_can_be_used_by_everybody(
    visit: Visit, released: list[Release], path: str, size: tuple[int, int], theme: str
) -> None:
    page = visit(path, size=size, theme=theme)
    for summary in page.locator("main summary").all():
        summary.click()

    assert accessibility_problems(page) == []
    assert not overflows(page)


@BOTH
def test_the_empty_catalogue_too(visit: Visit, city: object, size: tuple[int, int], theme: str) -> None:
    page = visit("/data/", size=size, theme=theme)

    expect(page.get_by_text("Belum ada yang diterbitkan")).to_be_visible()
    assert accessibility_problems(page) == []
    assert not overflows(page)


def test_the_doors_lead_to_their_place_on_the_page(visit: Visit, released: list[Release]) -> None:
    for door, heading in (("Peta", "Dari mana"), ("Tabel", "Tabelnya"), ("API", "Untuk program")):
        page = visit("/data/", size=PHONE)
        page.locator("main").get_by_role("link", name=door).click()
        expect(page.get_by_role("heading", name=heading)).to_be_in_viewport()


def test_the_page_needs_no_script_and_prints(visit: Visit, released: list[Release]) -> None:
    page = visit(HERE, java_script_enabled=False)

    expect(page.get_by_role("img", name="Dari mana")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("a[href$='.csv']").count() > 0
