"""/cari as browsers without scripts use it, and what a pin is told to be near."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.test import Client

from geo.models import Agency, City, Facility
from geo.pluscode import encode
from incidents.models import Category
from tests.conftest import IN_KEBONSARI, signed_in
from tests.incidents.made import case

LON, LAT = IN_KEBONSARI
PLUS_CODE = encode(LON, LAT)


@pytest.fixture
def facilities(city: City) -> None:
    for code, name, kind, lon in [
        ("pkm", "Puskesmas Kebonsari", "puskesmas", 112.9132),
        ("kantor", "Kantor Kelurahan Kebonsari", "kantor_kelurahan", 112.9245),
    ]:
        Facility.objects.create(code=code, name=name, kind=kind, location=Point(lon, LAT, srid=4326))


def html(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content
    return " ".join(response.content.decode().split())


def links(page: str) -> list[str]:
    return [one.replace("&amp;", "&") for one in re.findall(r'href="(/lapor\?[^"]*)"', page)]


@pytest.mark.django_db(databases=["default", "public"])
def test_the_search_leads_into_the_form_without_scripts(warga: Client, facilities: None) -> None:
    home = html(warga.get("/"))
    assert '<form id="place-search-form" action="/cari" method="get"' in home
    assert 'name="q" type="search" form="place-search-form"' in home

    page = html(warga.get("/cari", {"q": "kebonsri"}))

    assert links(page) == [
        "/lapor?kelurahan=99.01.01.1001",
        "/lapor?lon=112.913200&lat=-7.670000",
        "/lapor?lon=112.924500&lat=-7.670000",
    ]
    assert "Kelurahan di Kecamatan Barat" in page
    assert 'value="99.01.01.1001" selected' in html(warga.get(links(page)[0]))
    with_pin = html(warga.get(links(page)[1]))
    assert 'name="lon" value="112.913200"' in with_pin
    assert encode(112.9132, LAT) in with_pin


def test_a_kecamatan_leads_to_its_kelurahan(warga: Client, city: City) -> None:
    page = html(warga.get("/cari", {"q": "kec. timur"}))
    assert links(page) == ["/lapor?kelurahan=99.01.02.1001", "/lapor?kelurahan=99.01.02.1002"]


def test_a_plus_code_leads_to_its_point(warga: Client, city: City) -> None:
    (link,) = links(html(warga.get("/cari", {"q": f"{PLUS_CODE[4:]} Kota Contoh"})))
    assert re.fullmatch(r"/lapor\?lon=112\.91\d{4}&lat=-7\.6[67]\d{4}", link)


def test_an_agency_without_a_known_seat_is_told_as_such(warga: Client, agencies: dict[str, Agency]) -> None:
    page = html(warga.get("/cari", {"q": "bpbd"}))
    assert "Badan Penanggulangan Bencana Daerah" in page
    assert "Letaknya belum tercatat" in page
    assert links(page) == []


@pytest.mark.parametrize("typed", ["zzzzz", "x" * 4000, "<script>alert(1)</script>", "🙂"])
def test_what_is_not_found_comes_back_with_another_way(warga: Client, city: City, typed: str) -> None:
    page = html(warga.get("/cari", {"q": typed}))
    assert "Tidak ditemukan" in page
    assert "<script>alert" not in page
    assert 'href="/lapor"' in page


@pytest.mark.parametrize("query", ["", "?q=", "?q=+"])
def test_an_empty_search_is_an_empty_page(warga: Client, city: City, query: str) -> None:
    page = html(warga.get("/cari" + query))
    assert 'id="place-q"' in page
    assert links(page) == []


@pytest.mark.parametrize("address", ["/cari?q=a%00b", "/cari?q=a&q=b"])
def test_what_cannot_be_read_is_a_page_with_400(warga: Client, city: City, address: str) -> None:
    assert "text/html" in warga.get(address)["Content-Type"]
    html(warga.get(address), 400)


def test_a_pin_is_told_its_plus_code_and_what_is_near(warga: Client, facilities: None) -> None:
    fragment = html(warga.get("/cari/sekitar", {"lon": str(LON), "lat": str(LAT)}))

    assert f'data-copy="{PLUS_CODE}"' in fragment
    assert re.sub("<[^>]*>", "", fragment).endswith(
        "dekat: Puskesmas Kebonsari (350 m), Kantor Kelurahan Kebonsari (1,6 km)"
    )
    assert "<html" not in fragment


@pytest.mark.parametrize(
    "query", ["", "?lon=1", "?lon=x&lat=1", "?lon=181&lat=1", "?lon=1&lat=nan", "?lon=1&lon=1&lat=1"]
)
def test_without_a_position_nothing_is_around(warga: Client, city: City, query: str) -> None:
    html(warga.get("/cari/sekitar" + query), 400)


def test_the_officers_case_names_plus_code_and_landmarks(
    facilities: None, categories: dict[str, Category], petugas_dlh: User
) -> None:
    page = html(signed_in(petugas_dlh).get(f"/meja/kasus/{case().pk}"))

    assert f'data-copy="{PLUS_CODE}"' in page
    assert "350 m ke timur" in page


def test_a_case_without_a_point_names_none(categories: dict[str, Category], petugas_dlh: User) -> None:
    incident = case(at=None, kelurahan="99.01.01.1001")
    assert "case-around" not in html(signed_in(petugas_dlh).get(f"/meja/kasus/{incident.pk}"))
