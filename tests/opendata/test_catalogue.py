"""The catalogue's pages: what a reader finds, also when there is nothing yet."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
import shapely
import time_machine
from django.test import Client

from geo.models import Population
from incidents.models import Category, Complaint
from opendata.catalogue.pictures import choropleth, monday_of, steps_of, weekly_bars
from opendata.models import Release
from tests.conftest import IN_KEPEL
from tests.opendata.conftest import NOVEMBER, TEXT, Report
from tests.opendata.former import COUNTS, release_former

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])
HERE = f"/data/dataset/{COUNTS.slug}"
PEOPLE = {"99.01.01.1001": 4000, "99.01.01.1002": 1500, "99.01.02.1001": 2500, "99.01.02.1002": 3000}


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    """What a reader sees, in one line."""
    text = re.sub(r"<(script|title|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_catalogue_shows_the_newest_releases_and_four_doors(warga: Client, released: Release) -> None:
    html = page(warga, "/data/")

    assert "Oktober 2026" in words(html)
    assert "3 baris" in words(html)
    for door in ("peta", "tabel", "unduh", "api"):
        assert f'href="{HERE}#{door}"' in html
        assert f'id="{door}"' in page(warga, HERE)


@pytest.mark.parametrize("query", ["kelurahan", "LAPORAN minggu", "drains", "pengaduan", "%"])
def test_a_search_finds_by_all_its_words_in_both_languages(
    warga: Client, released: Release, query: str
) -> None:
    html = words(page(warga, f"/data/?q={query.replace('%', '%25')}"))

    found = query != "%"
    assert (COUNTS.title_id in html) is found
    assert ("Tidak ada yang cocok" in html) is not found


@pytest.mark.parametrize("query", ["%00", "%3Cscript%3E", "x" * 5000, "%ED%A0%80", "_"])
def test_no_search_breaks_the_page(warga: Client, released: Release, query: str) -> None:
    html = page(warga, f"/data/?q={query}")

    assert "<script>" not in html.split("<main")[1]


def test_before_any_release_it_says_what_will_be_there(warga: Client, city: object) -> None:
    assert "Belum ada yang diterbitkan" in words(page(warga, "/data/"))
    assert warga.get(HERE).status_code == 404


def test_a_dataset_is_told_like_an_article(warga: Client, released: Release) -> None:
    html = page(warga, HERE)
    text = words(html)

    for part in (
        COUNTS.title_id,
        "Oktober 2026",
        "Minggu demi minggu",
        "Dari mana",
        "Tentang apa",
        "Arti kolom",
    ):
        assert part in text
    for part in (
        "Laporan mengukur siapa yang melapor",
        "Tidak ada jejak pelapor",
        "CC BY 4.0",
        "versi 2026-10",
    ):
        assert part in text
    for resource in released.resources.all():
        assert resource.sha256 in html
        assert f"{HERE}/rilis/2026-10/{resource.file}" in html
    for column in COUNTS.columns:
        assert column.meaning_id in text


def test_it_speaks_english_too(warga: Client, released: Release) -> None:
    warga.cookies["django_language"] = "en"
    text = words(page(warga, HERE))

    for part in (
        COUNTS.title_en,
        "October 2026",
        "Reports measure who reports",
        COUNTS.columns[-1].meaning_en,
        "By topic, the most first Piled-up rubbish 3 Flood 1",
    ):
        assert part in text


def test_nothing_of_a_reporter_is_on_any_public_page(
    warga: Client, released: Release, october: list[Complaint]
) -> None:
    for path in ("/data/", HERE, f"/api/3/action/package_show?id={COUNTS.slug}"):
        html = warga.get(path).content.decode()
        for secret in (
            TEXT[:30],
            "Siti",
            "warung Bu",
            "Pungutan",
            "jentik",
            *(c.tracking_code for c in october),
        ):
            assert secret not in html


def test_an_older_version_stays_readable_and_leads_to_the_newest(warga: Client, report: Report) -> None:
    for month in (9, 10):
        report("sampah", received=datetime(2026, month, 14, tzinfo=UTC))
        release_former(f"2026-{month:02d}")

    older = page(warga, f"{HERE}/rilis/2026-09")

    assert "Ini versi lama" in words(older)
    assert f'href="{HERE}"' in older
    assert "Ini versi lama" not in words(page(warga, HERE))
    assert "Ini versi lama" not in words(page(warga, f"{HERE}/rilis/2026-10"))


def test_a_provisional_release_says_so_until_the_final_one_takes_its_place(
    warga: Client, report: Report, now: time_machine.Traveller
) -> None:
    report("sampah", received=datetime(2026, 11, 18, tzinfo=UTC))
    release_former("2026-11", partial=True)
    provisional = words(page(warga, HERE))
    now.move_to(datetime(2026, 12, 2, tzinfo=UTC))
    release_former("2026-11")
    final = words(page(warga, HERE))

    assert "1–20 November 2026" in provisional
    assert "Sementara, s.d. Jumat, 20 November 2026" in provisional
    assert "Sementara, s.d." not in final
    assert warga.get(f"{HERE}/terbaru/laporan.csv")["Location"] == f"{HERE}/rilis/2026-11/laporan.csv"


def test_made_up_numbers_are_marked(warga: Client, october: list[Complaint]) -> None:
    Complaint.objects.update(demo=True)
    release_former("2026-10")

    assert "Laporan buatan" in words(page(warga, HERE))
    assert "Data demo" in words(page(warga, "/data/"))


def test_the_map_counts_per_people_where_they_are_known(warga: Client, october: list[Complaint]) -> None:
    for code, people in PEOPLE.items():
        Population.objects.create(area_code=code, year=2025, people=people, households=people // 4)
    release_former("2026-10")
    html = page(warga, HERE)

    assert "Laporan per 10.000 penduduk" in words(html)
    assert "Kebonsari Barat 2 5,0" in words(html)
    assert html.count('class="amount-none"') == 3  # Mayangan, Bakalan and the key
    assert "Jumlah penduduk: data tahun 2025." in words(html)


def test_search_engines_are_told_the_dataset_without_breaking_the_page(
    warga: Client, categories: dict[str, Category], report: Report
) -> None:
    report("sampah")
    release_former("2026-10")
    html = page(warga, HERE)
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    told = json.loads(text)

    assert (told["@type"], told["name"], told["version"]) == ("Dataset", COUNTS.title_id, "2026-10")
    assert told["temporalCoverage"] == "2026-10-01/2026-10-31"
    assert {one["encodingFormat"] for one in told["distribution"]} == {
        "text/csv", "application/geo+json", "application/json",
    }  # fmt: skip
    assert "<" not in text
    assert told["distribution"][0]["contentUrl"] == f"http://testserver{HERE}/rilis/2026-10/laporan.csv"


@pytest.mark.parametrize("path", ["/data/dataset/tidak-ada", f"{HERE}/rilis/2020-01", f"{HERE}/rilis/x%2Fy"])
def test_what_is_not_there_is_a_page_that_says_so(warga: Client, released: Release, path: str) -> None:
    response = warga.get(path)

    assert response.status_code == 404
    assert "Tidak ditemukan" in response.content.decode()


def test_weeks_without_reports_are_bars_of_nothing_and_split_ones_are_marked() -> None:
    bars = weekly_bars(
        {"2026-W40": 2, "2026-W42": 4},
        here={"2026-W42"},
        first=monday_of("2026-W40"),
        last=datetime(2026, 10, 15).date(),
    )

    assert [(bar.week, bar.reports, bar.height, bar.current, bar.whole) for bar in bars] == [
        ("2026-W40", 2, 50.0, False, True),
        ("2026-W41", 0, 0.0, False, True),
        ("2026-W42", 4, 100.0, True, False),
    ]
    assert weekly_bars({}, set(), NOVEMBER.date(), NOVEMBER.date()) == []


def test_a_series_runs_over_new_year_and_stops_at_26_weeks() -> None:
    bars = weekly_bars({"2026-W20": 1, "2027-W02": 3}, set(), NOVEMBER.date(), NOVEMBER.date())

    assert len(bars) == 26
    assert [bar.week for bar in bars[-4:]] == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]


def test_a_map_keeps_its_proportions_and_colours_by_amount() -> None:
    outlines = [
        (code, shapely.box(112.9 + x, -7.68, 112.91 + x, -7.66)) for code, x in (("a", 0), ("b", 0.01))
    ]

    drawn = choropleth(outlines, {"a": 3.0, "b": 0})

    assert drawn
    assert [(shape.code, shape.step) for shape in drawn.shapes] == [("a", 0), ("b", None)]
    assert drawn.width == 1000
    assert drawn.height == pytest.approx(1000 / 0.9912, abs=2)
    assert drawn.shapes[0].path.startswith("M")
    assert choropleth([], {}) is None


def test_steps_hold_about_as_many_each_and_never_repeat() -> None:
    assert steps_of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) == [1, 3, 5, 7, 9]
    assert steps_of([2, 2, 2]) == [2]
    assert steps_of([]) == []


def test_the_split_week_of_two_releases_is_whole_on_the_page(warga: Client, report: Report) -> None:
    for received in (datetime(2026, 9, 29, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)):
        report("sampah", IN_KEPEL, received)
    for month in ("2026-09", "2026-10"):
        release_former(month)

    html = page(warga, HERE)

    (week,) = re.findall(r'<li class="week current">.*?</li>', html, re.DOTALL)
    assert words(week).startswith("2 ")
