"""The public map: places of the newest releases, drawn by the public role, and nothing that is live."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opendata.front import _shown
from tests.conftest import IN_KEBONSARI, IN_KEPEL
from tests.opendata.released import release, withdraw
from tests.tiles.cases import reported
from tests.tiles.mvt import decoded
from tests.tiles.test_mvt import address, city_tile
from tiles.views import packed_public_tile

pytestmark = pytest.mark.django_db(databases=["default", "public"], transaction=True)
FAR = "/".join(map(str, city_tile(10)))
NEAR = "/".join(map(str, address(*IN_KEBONSARI, 14)))
WORKING = re.compile(r"incidents_(incident|complaint|cctv|entry|assignment)")


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Keys of releases begin anew with each test; in a city they never do."""
    packed_public_tile.cache_clear()
    _shown.cache_clear()
    yield
    packed_public_tile.cache_clear()
    _shown.cache_clear()


def counts(client: Client, tile: str, folder: Path) -> dict[tuple[str, str], int]:
    response = client.get(f"/tiles/incidents-public/{tile}.mvt")
    if response.status_code == 204:
        return {}
    found = decoded(response.content, "incidents-public", folder)
    return {(one["level"], one["code"]): one["count"] for one in found}


def test_from_afar_each_kelurahan_has_all_its_problems(warga: Client, tmp_path: Path) -> None:
    release("incidents")
    release("areas", "")

    assert counts(warga, FAR, tmp_path) == {
        ("kelurahan_desa", "99.01.01.1001"): 2,
        ("kelurahan_desa", "99.01.02.1002"): 1,
    }


def test_from_near_the_catchments_and_kelurahan_without_any(warga: Client, tmp_path: Path) -> None:
    for recipe in ("incidents", "areas", "catchments"):
        release(recipe, "" if recipe != "incidents" else "2026-10")

    assert counts(warga, NEAR, tmp_path) == {("catchment", "99.01.01.1001-001"): 2}
    kepel = "/".join(map(str, address(*IN_KEPEL, 14)))
    assert counts(warga, kepel, tmp_path) == {("kelurahan_desa", "99.01.02.1002"): 1}


def test_only_the_newest_month_that_stands_is_drawn(warga: Client, tmp_path: Path) -> None:
    release("areas", "")
    release("incidents", "2026-09")
    assert len(counts(warga, FAR, tmp_path)) == 2
    october = release("incidents", "2026-10")
    assert sum(counts(warga, FAR, tmp_path).values()) == 3

    withdraw(october)

    assert "September 2026" in warga.get("/").content.decode()
    assert sum(counts(warga, FAR, tmp_path).values()) == 3


def test_no_release_no_shapes_no_tile(warga: Client, tmp_path: Path) -> None:
    assert warga.get(f"/tiles/incidents-public/{FAR}.mvt").status_code == 204
    release("incidents")
    assert warga.get(f"/tiles/incidents-public/{FAR}.mvt").status_code == 204


def test_the_tile_and_the_front_page_are_read_by_the_public_role_and_nothing_live_is(
    warga: Client, categories: object
) -> None:
    reported("sampah", IN_KEBONSARI)
    release("incidents")
    release("areas", "")
    with connections["public"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (connections["public"].settings_dict["USER"],)
        assert connections["public"].settings_dict["USER"] != connection.settings_dict["USER"]

    for path in (f"/tiles/incidents-public/{FAR}.mvt", f"/tiles/incidents-public/{NEAR}.mvt", "/", "/data/"):
        with CaptureQueriesContext(connection) as own, CaptureQueriesContext(connections["public"]) as public:
            assert warga.get(path).status_code in {200, 204}

        assert any("released_" in one["sql"] for one in public.captured_queries), path
        assert not any("released_incident" in one["sql"] for one in own.captured_queries), path
        assert not any(WORKING.search(one["sql"]) for one in own.captured_queries), path


def test_the_front_page_tells_the_newest_month_with_its_list_and_the_way_to_the_data(warga: Client) -> None:
    empty = warga.get("/").content.decode()
    release("incidents")
    full = warga.get("/").content.decode()

    assert "Beberapa hari setelah akhir setiap bulan" in empty
    assert "3 masalah pada Oktober 2026, rilis 2026-10" in full
    assert "/data/dataset/contoh-incidents/rilis/2026-10" in full
    assert "Kebonsari" in full
    assert "data-released" not in full  # without shapes the list stands alone


def test_its_address_changes_with_each_release(warga: Client) -> None:
    release("incidents", "2026-09")
    before = warga.get("/tiles/incidents-public.json").json()["tiles"]
    release("incidents", "2026-10")

    assert warga.get("/tiles/incidents-public.json").json()["tiles"] != before
