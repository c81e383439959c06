"""The two calls as a program uses them: shapes, and 400 for what cannot be read."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from geo.models import Agency, City, Facility
from geo.pluscode import encode

pytestmark = pytest.mark.django_db
SEARCH, NEAREST = "/api/v1/search", "/api/v1/facilities/nearest"


@pytest.fixture
def pkm(city: City) -> Facility:
    return Facility.objects.create(
        code="pkm-1", name="Puskesmas Kebonsari", kind="puskesmas", location=Point(112.91, -7.67, srid=4326)
    )


def results(client: Client, **asked: Any) -> list[dict[str, Any]]:
    response = client.get(SEARCH, asked)
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def test_a_hit_tells_what_and_where_it_is(warga: Client, pkm: Facility) -> None:
    kelurahan, facility = results(warga, q="kebonsari")

    assert kelurahan == {
        "type": "kelurahan_desa",
        "code": "99.01.01.1001",
        "name": "Kebonsari",
        "kind": "",
        "detail": "Kelurahan di Kecamatan Barat",
        "kelurahan": {"code": "99.01.01.1001", "name": "Kebonsari"},
        "kecamatan": {"code": "99.01.01", "name": "Barat"},
        "lon": pytest.approx(112.91),
        "lat": pytest.approx(-7.67),
        "plus_code": kelurahan["plus_code"],
        "distance_m": None,
    }
    assert (facility["type"], facility["kind"], facility["code"]) == ("facility", "puskesmas", "pkm-1")
    assert facility["plus_code"] == encode(112.91, -7.67)


def test_an_agency_without_a_known_seat_has_no_place(warga: Client, agencies: dict[str, Agency]) -> None:
    (dlh,) = results(warga, q="dlh")
    assert (dlh["type"], dlh["lon"], dlh["lat"], dlh["plus_code"], dlh["kelurahan"]) == (
        "agency",
        None,
        None,
        None,
        None,
    )


def test_a_place_to_look_from_gives_distances(warga: Client, pkm: Facility) -> None:
    found = results(warga, q="puskesmas", lon="112.92", lat="-7.67")
    assert found[0]["distance_m"] == pytest.approx(1103.4, abs=1)


def test_the_number_of_hits_is_limited(warga: Client, pkm: Facility) -> None:
    assert len(results(warga, q="ke", limit="1")) == 1
    assert results(warga, q="  ") == results(warga, q="k") == []


BAD_SEARCHES = [
    "",
    "?q=",
    "?q=kepel&q=bukir",
    "?q=ke%00pel",
    "?q=" + "a" * 4000,
    "?q=kepel&limit=0",
    "?q=kepel&limit=21",
    "?q=kepel&limit=1.5",
    "?q=kepel&limit=1_0",
    "?q=kepel&limit=",
    "?q=kepel&lon=112.9",
    "?q=kepel&lat=-7.6",
    "?q=kepel&lon=NaN&lat=-7.6",
    "?q=kepel&lon=181&lat=-7.6",
    "?q=kepel&lon=112,9&lat=-7.6",
]
BAD_NEAREST = [
    "",
    "?lon=112.9",
    "?lon=112.9&lat=91",
    "?lon=112.9&lat=inf",
    "?lon=1e2&lat=-7.6",
    "?lon=112.9&lat=-7.6&lat=-7.7",
    "?lon=112.9&lat=-7.6&kind=",
    "?lon=112.9&lat=-7.6&kind=a%00",
    "?lon=112.9&lat=-7.6&kind=" + "k" * 41,
    "?lon=112.9&lat=-7.6&limit=51",
    "?lon=112.9&lat=-7.6&limit=x",
]


@pytest.mark.parametrize(
    "address", [SEARCH + one for one in BAD_SEARCHES] + [NEAREST + one for one in BAD_NEAREST]
)
def test_what_cannot_be_read_is_told_as_400(warga: Client, city: City, address: str) -> None:
    response = warga.get(address)

    assert response.status_code == 400, response.content
    assert response["Content-Type"].startswith("application/problem+json")
    assert response.json()["errors"]


def test_the_nearest_facilities_are_told(warga: Client, pkm: Facility) -> None:
    response = warga.get(NEAREST, {"lon": "112.91", "lat": "-7.68", "kind": "puskesmas"})

    assert response.json() == {
        "facilities": [
            {
                "code": "pkm-1",
                "name": "Puskesmas Kebonsari",
                "kind": "puskesmas",
                "lon": 112.91,
                "lat": -7.67,
                "distance_m": pytest.approx(1105.8, abs=1),
                "bearing": 0,
            }
        ]
    }
    assert warga.get(NEAREST, {"lon": "112.91", "lat": "-7.68", "kind": "rsud"}).json() == {"facilities": []}


def test_locate_tells_the_plus_code(warga: Client, city: City) -> None:
    answer = warga.get("/api/v1/locate", {"lon": "112.91", "lat": "-7.67"}).json()
    assert answer["plus_code"] == encode(112.91, -7.67)


def test_an_empty_search_is_told_so(warga: Client, city: City) -> None:
    answer = warga.get("/api/v1/search", {"q": ""})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "Terlalu pendek: paling sedikit 1 huruf."
