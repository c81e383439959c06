from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from geo.map_version import bump_map_version
from geo.models import Agency, Area, City
from incidents.models import Category, Token
from incidents.tokens import issue
from tests.conftest import signed_in
from tests.tiles.cases import reported
from tests.tiles.mvt import decoded
from tests.tiles.test_mvt import city_tile

CITY = "/".join(map(str, city_tile(10)))
STAFF_LAYERS = ["incidents", "heat", "cctv"]


def problem(response: Any) -> dict[str, Any]:
    assert response["Content-Type"].startswith("application/problem+json")
    content: dict[str, Any] = json.loads(response.content)
    assert content["status"] == response.status_code
    return content


def test_a_citizen_gets_areas_packed_and_cacheable(warga: Client, tmp_path: Path) -> None:
    response = warga.get(f"/tiles/areas/{CITY}.mvt")

    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert response["Content-Encoding"] == "gzip"
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Kebonsari" in {one["name"] for one in decoded(response.content, "areas", tmp_path)}


def test_a_client_that_cannot_unpack_gets_the_tile_as_it_is(warga: Client) -> None:
    packed = warga.get(f"/tiles/areas/{CITY}.mvt")
    plain = warga.get(f"/tiles/areas/{CITY}.mvt", headers={"Accept-Encoding": "identity"})

    assert "Content-Encoding" not in plain
    assert plain.content == gzip.decompress(packed.content)
    assert plain["ETag"] != packed["ETag"]


def test_who_has_the_tile_is_told_so(warga: Client) -> None:
    etag = warga.get(f"/tiles/areas/{CITY}.mvt")["ETag"]
    again = warga.get(f"/tiles/areas/{CITY}.mvt", headers={"If-None-Match": etag})

    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == etag


def test_a_changed_map_changes_the_tile_and_its_address(warga: Client) -> None:
    before = warga.get("/tiles/areas.json").json()["tiles"][0]
    etag = warga.get(f"/tiles/areas/{CITY}.mvt")["ETag"]
    Area.objects.filter(name="Kebonsari").update(name="Kebonagung")
    bump_map_version()

    after = warga.get("/tiles/areas.json").json()["tiles"][0]
    assert warga.get(f"/tiles/areas/{CITY}.mvt")["ETag"] != etag
    assert after != before
    versioned = after.removeprefix("http://testserver").replace("{z}/{x}/{y}", CITY)
    assert "immutable" in warga.get(versioned)["Cache-Control"]


def test_an_empty_tile_has_no_content(warga: Client) -> None:
    response = warga.get("/tiles/areas/10/0/0.mvt")
    assert (response.status_code, response.content) == (204, b"")


def test_tilejson_describes_the_layer(warga: Client) -> None:
    described = warga.get("/tiles/areas.json").json()

    assert described["tilejson"] == "3.0.0"
    assert described["tiles"][0].startswith("http://testserver/tiles/areas/{z}/{x}/{y}.mvt")
    assert described["vector_layers"][0]["id"] == "areas"
    assert set(described["vector_layers"][0]["fields"]) == {"code", "name", "level"}
    assert described["bounds"] == pytest.approx([112.90, -7.68, 112.94, -7.64])


@pytest.mark.parametrize("path", ["rahasia/0/0/0.mvt", "areas/23/0/0.mvt", "areas/2/4/0.mvt", "areas/2/0/4.mvt",
                                  "areas/a/0/0.mvt", "rahasia.json", "heat-public.json", "areas/0/0.mvt",
                                  "areas/99999999999999999999/0/0.mvt"])  # fmt: skip
def test_what_does_not_exist_is_not_found(warga: Client, path: str) -> None:
    response = warga.get(f"/tiles/{path}")
    assert response.status_code == 404
    problem(response)


@pytest.mark.parametrize("layer", STAFF_LAYERS)
@pytest.mark.parametrize("address", [f"/{CITY}.mvt", ".json"])
def test_staff_layers_are_closed_to_citizens(warga: Client, layer: str, address: str) -> None:
    response = warga.get(f"/tiles/{layer}{address}")
    assert response.status_code == 401
    problem(response)


@pytest.mark.parametrize("layer", STAFF_LAYERS)
def test_staff_layers_are_closed_to_who_has_no_part_in_cases(city: City, walidata: User, layer: str) -> None:
    without_role = User.objects.create_user("tamu", "tamu@contoh.example", "kata-sandi-tamu")
    for user in (walidata, without_role):
        response = signed_in(user).get(f"/tiles/{layer}/{CITY}.mvt")
        assert response.status_code == 403
        problem(response)


def test_a_staff_tile_is_private_and_asked_again(categories: dict[str, Category], kepala_dlh: User) -> None:
    reported()
    browser = signed_in(kepala_dlh)
    response = browser.get(f"/tiles/heat/{CITY}.mvt")

    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    assert {"Cookie", "Authorization"} <= set(response["Vary"].split(", "))
    again = browser.get(f"/tiles/heat/{CITY}.mvt", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert "private" in again["Cache-Control"]
    reported()
    changed = browser.get(f"/tiles/heat/{CITY}.mvt", headers={"If-None-Match": response["ETag"]})
    assert changed.status_code == 200


def test_a_token_of_an_agency_opens_its_own_cases(categories: dict[str, Category], warga: Client) -> None:
    reported("sampah")

    def status(code: str) -> int:
        token = issue(Token.Kind.AGENCY, code)
        return warga.get(
            f"/tiles/incidents/{CITY}.mvt", headers={"Authorization": f"Bearer {token}"}
        ).status_code

    assert (status("dlh"), status("pupr")) == (200, 204)


def test_other_tokens_open_nothing(agencies: dict[str, Agency], warga: Client, kepala_dlh: User) -> None:
    source = issue(Token.Kind.SOURCE, "kamera")
    inactive = issue(Token.Kind.AGENCY, "dlh")
    Agency.objects.filter(code="dlh").update(active=False)

    def status(browser: Client, token: str) -> int:
        return browser.get(
            f"/tiles/heat/{CITY}.mvt", headers={"Authorization": f"Bearer {token}"}
        ).status_code

    assert (status(warga, source), status(warga, "salah"), status(warga, inactive)) == (401, 401, 403)
    assert status(signed_in(kepala_dlh), "salah") == 401, "a wrong token is not saved by a session"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=kemarin", "from"),
        ("from=20261101", "from"),
        ("to=2026-02-30", "to"),
        ("to=9999-12-31", "to"),
        ("from=2026-11-20&to=2026-11-01", "to"),
        ("kind=drone", "kind"),
        ("category=a b", "category"),
        ("category=%00", "category"),
        ("agency='--", "agency"),
        ("kind=warga&kind=cctv", "kind"),
        ("warna=merah", "warna"),
    ],
)
def test_a_malformed_filter_is_refused_by_name(operator: User, query: str, field: str) -> None:
    response = signed_in(operator).get(f"/tiles/heat/{CITY}.mvt?{query}")
    assert response.status_code == 400
    assert [one["field"] for one in problem(response)["errors"]] == [field]


def test_public_tiles_have_no_filters(warga: Client) -> None:
    assert warga.get(f"/tiles/areas/{CITY}.mvt?category=sampah").status_code == 400
