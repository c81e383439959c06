"""The public page of every kind of dataset, read through the public role alone; tombstones; the old dataset."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from opendata.models import Release
from tests.opendata.released import COLUMNS, release, withdraw

pytestmark = pytest.mark.django_db(databases=["default", "public"], transaction=True)


def words(html: str) -> str:
    text = re.sub(r"<(script|title|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def told(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return words(response.content.decode())


def test_every_kind_has_a_page_with_rows_words_and_numbers(warga: Client) -> None:
    for recipe in COLUMNS:
        release(recipe, "2026-Q3" if recipe == "performance" else "2026-10")

    for recipe in COLUMNS:
        text = told(warga, f"/data/dataset/contoh-{recipe}")

        assert f"Contoh {recipe}" in text
        assert f"Arti {COLUMNS[recipe][0][0]}." in text
        assert "Penyerang yang menebak rumah pelapor benar paling banyak 3 kali dari 100." in text
        assert "Unduh" in text
        assert "SHA-256" in text
        assert "10.000" in text  # the numbers of the policy
    listed = told(warga, "/data/")
    assert all(f"Contoh {recipe}" in listed for recipe in COLUMNS)


def test_the_rows_shown_are_those_of_the_files_columns(warga: Client) -> None:
    release("cameras")
    release("performance", "2026-Q3")

    assert "99.01.01.1001 Kebonsari 2026-W42 sampah 14" in told(warga, "/data/dataset/contoh-cameras")
    assert "dlh Dinas Lingkungan Hidup 2026-Q3 open 20-49 1,5 20" in told(
        warga, "/data/dataset/contoh-performance"
    )


def test_the_map_of_incidents_takes_its_shapes_from_the_newest_boundaries(warga: Client) -> None:
    release("incidents")
    without = warga.get("/data/dataset/contoh-incidents").content.decode()
    release("areas", "")
    html = warga.get("/data/dataset/contoh-incidents").content.decode()

    assert "choropleth" not in without
    assert "Kebonsari" in words(without)
    assert html.count("<path") >= 4
    assert "per 10.000 penduduk" in words(html)
    assert "Kebonsari Barat 2 10,0" in words(html)


def test_a_month_is_named_by_its_thursdays_not_by_its_first_monday(warga: Client) -> None:
    release("incidents", "2026-10")
    release("performance", "2026-Q3")

    assert "Oktober 2026" in told(warga, "/data/dataset/contoh-incidents")
    assert "28 September s.d. 1 November 2026" in told(warga, "/data/dataset/contoh-incidents")
    assert "Juli–September 2026" in told(warga, "/data/dataset/contoh-performance")


def test_topics_of_counts_are_taken_from_the_city_and_not_added_twice(warga: Client) -> None:
    release("counts", reports=23)

    text = told(warga, "/data/dataset/contoh-counts")

    assert "jentik 23" in text
    assert "jentik 46" not in text
    assert "jentik 35" not in text


def test_a_withdrawn_version_is_gone_but_its_stone_stays(warga: Client) -> None:
    october = release("incidents", "2026-10")
    release("incidents", "2026-09")
    withdraw(october)

    stone = told(warga, "/data/dataset/contoh-incidents/rilis/2026-10", status=410)
    newest = told(warga, "/data/dataset/contoh-incidents")

    assert "Satu laporan menjadi rahasia." in stone
    assert october.resources.get().sha256 in stone
    assert "September 2026" in newest
    assert "Ditarik" in newest
    assert "Satu laporan menjadi rahasia." in newest


def test_a_dataset_of_nothing_but_stones_says_so(warga: Client) -> None:
    withdraw(release("incidents"))

    assert "semua versi ditarik" in told(warga, "/data/")
    assert "Satu laporan menjadi rahasia." in told(warga, "/data/dataset/contoh-incidents", status=410)
    package = warga.get("/api/3/action/package_show?id=contoh-incidents").json()
    assert package["success"] is False


def test_programs_are_not_offered_files_of_withdrawn_versions(warga: Client) -> None:
    october = release("incidents", "2026-10")
    september = release("incidents", "2026-09")
    withdraw(october)

    package = warga.get("/api/3/action/package_show?id=contoh-incidents").json()["result"]
    gone = warga.get(f"/api/3/action/resource_show?id={october.resources.get().uuid}")

    assert [one["id"] for one in package["resources"]] == [str(september.resources.get().uuid)]
    assert package["version"] == "2026-09"
    assert gone.status_code == 404


def test_the_old_dataset_is_told_as_no_longer_continued(warga: Client, released: Release) -> None:
    assert "tidak dilanjutkan" in told(warga, "/data/")
    assert "Dataset ini tidak mendapat versi baru" in told(warga, f"/data/dataset/{released.dataset.slug}")


def test_what_is_below_the_threshold_is_not_told_as_none(warga: Client) -> None:
    release("cameras")
    release("incidents")
    release("areas", "")

    cameras = told(warga, "/data/dataset/contoh-cameras")
    incidents = told(warga, "/data/dataset/contoh-incidents")

    assert "tidak diterbitkan: kurang dari ambang, atau tidak ada" in cameras
    assert "tidak disebutkan" in cameras
    assert "tidak disebutkan" not in incidents


def test_a_page_of_catchments_heads_its_numbers_by_what_they_count(warga: Client) -> None:
    release("catchments", "", reports=54_963, rows=1_345)

    text = told(warga, "/data/dataset/contoh-catchments")

    assert re.search(r"Rumah tangga\W+54\.963|54\.963\W+Rumah tangga", text)
    assert re.search(r"Petak\W+1\.345|1\.345\W+Petak", text)
