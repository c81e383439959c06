from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from geo.models import Agency
from incidents.models import Category
from tests.conftest import IN_KEPEL, person, signed_in
from tests.tiles.cases import reported

PAGE = "/pimpinan/peta"


@pytest.fixture
def pimpinan(categories: dict[str, Category]) -> User:
    return person("pimpinan", "pimpinan")


def figure(response: Any, name: str) -> str:
    found = re.search(rf'data-figure="{name}">([^<]*)<', response.content.decode())
    assert found is not None
    return found[1].strip()


def data(response: Any) -> dict[str, Any]:
    found = re.search(
        r'<script id="heat-data" type="application/json">(.*?)</script>', response.content.decode()
    )
    assert found is not None
    read: dict[str, Any] = json.loads(found[1])
    return read


def lines(response: Any) -> list[dict[str, str]]:
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_head_sees_the_agencys_figures_map_and_tables(
    categories: dict[str, Category], kepala_dlh: User
) -> None:
    reported("sampah")
    reported("sampah", at=IN_KEPEL)
    reported("banjir")

    response = signed_in(kepala_dlh).get(PAGE)

    assert response.status_code == 200
    assert figure(response, "new") == "2"
    assert "DLH" in response.content.decode()
    assert data(response)["values"] == {"99.01.01.1001": 1.0, "99.01.02.1002": 1.0}
    assert 'name="agency"' not in response.content.decode()
    assert response["Cache-Control"] == "private, no-cache"


def test_a_citizen_is_asked_to_sign_in(warga: Client) -> None:
    response = warga.get(PAGE)
    assert (response.status_code, response["Location"]) == (302, f"/masuk?next={PAGE}")


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/kelurahan.csv"])
def test_officers_stewards_and_accounts_without_a_role_are_refused(
    petugas_dlh: User, walidata: User, path: str
) -> None:
    citizen = User.objects.create_user("warga", "warga@contoh.example", "kata-sandi-warga")
    for user in (petugas_dlh, walidata, citizen):
        response = signed_in(user).get(path)
        assert response.status_code == 403
        assert b"<h1>" in response.content


def test_the_leadership_and_operators_choose_among_agencies(
    categories: dict[str, Category], pimpinan: User, operator: User
) -> None:
    reported("sampah")
    reported("banjir")
    for user in (pimpinan, operator):
        browser = signed_in(user)
        assert figure(browser.get(PAGE), "new") == "2"
        assert figure(browser.get(PAGE, {"agency": "bpbd"}), "new") == "1"


def test_every_choice_is_in_the_address_and_shown_again(
    categories: dict[str, Category], kepala_dlh: User
) -> None:
    query = {"period": "own", "from": "2026-10-01", "to": "2026-10-31", "category": "sampah", "kind": "warga",
             "view": "areas", "measure": "rate"}  # fmt: skip

    page = signed_in(kepala_dlh).get(PAGE, query)

    html = page.content.decode()
    assert data(page)["tiles"] == "from=2026-10-01&to=2026-10-31&category=sampah&kind=warga"
    assert (
        data(page)["address"]
        == "period=own&from=2026-10-01&to=2026-10-31&category=sampah&kind=warga&view=areas&measure=rate"
    )
    for choice in ('value="own" selected', 'name="from" value="2026-10-01"', 'value="sampah" selected',
                   'value="warga" selected', 'value="areas" checked', 'value="rate" checked'):  # fmt: skip
        assert choice in html


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "kemarin"}, "from"),
        ({"period": "12"}, "period"),
        ({"from": "2020-01-01", "to": "2026-01-01"}, "from"),
        ({"category": "tidak-ada"}, "category"),
        ({"agency": "tidak-ada"}, "agency"),
        ({"view": "globe"}, "view"),
        ({"warna": "merah"}, "warna"),
    ],
)
def test_an_address_that_cannot_be_read_shows_the_usual_view_and_says_why(
    kepala_dlh: User, query: dict[str, str], field: str
) -> None:
    response = signed_in(kepala_dlh).get(PAGE, query)
    assert response.status_code == 400
    assert f"<code>{field}</code>" in response.content.decode()
    assert data(response)["view"] == "heat"


def test_one_date_is_enough(kepala_dlh: User) -> None:
    browser = signed_in(kepala_dlh)
    assert data(browser.get(PAGE, {"to": "2026-03-31"}))["tiles"] == "from=2026-03-02&to=2026-03-31"
    assert data(browser.get(PAGE, {"from": "2026-03-02"}))["tiles"].startswith("from=2026-03-02&to=")


def test_nothing_yet_says_what_will_be_there(kepala_dlh: User) -> None:
    html = signed_in(kepala_dlh).get(PAGE).content.decode()
    assert "Tidak ada kasus baru pada periode ini" in html


def test_a_missing_population_is_said(categories: dict[str, Category], kepala_dlh: User) -> None:
    reported()
    html = signed_in(kepala_dlh).get(PAGE, {"view": "areas", "measure": "rate"}).content.decode()
    assert "Jumlah penduduk 4 kelurahan belum diketahui" in html


def test_the_figures_go_home_as_csv(categories: dict[str, Category], kepala_dlh: User) -> None:
    reported()
    browser = signed_in(kepala_dlh)

    areas = browser.get(f"{PAGE}/kelurahan.csv", {"period": "7"})
    topics = browser.get(f"{PAGE}/kategori.csv")

    assert areas["Content-Type"] == "text/csv; charset=utf-8"
    assert re.search(
        r'filename="kelurahan-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv"', areas["Content-Disposition"]
    )
    assert [(r["kelurahan"], r["baru"], r["penduduk"]) for r in lines(areas)][1] == ("Kebonsari", "1", "")
    assert [(r["kode_kategori"], r["baru"]) for r in lines(topics)] == [("sampah", "1")]
    assert browser.get(f"{PAGE}/warga.csv").status_code == 404
    assert browser.get(f"{PAGE}/kelurahan.csv", {"period": "x"}).status_code == 400


def test_a_name_that_looks_like_a_formula_stays_text(
    categories: dict[str, Category], operator: User, agencies: dict[str, Agency]
) -> None:
    reported(kelurahan_code="x", kelurahan='=HYPERLINK("http://jahat.example")')
    rows = lines(signed_in(operator).get(f"{PAGE}/kelurahan.csv"))
    assert [r["kelurahan"] for r in rows if r["kode_kelurahan"] == "x"] == [
        '\'=HYPERLINK("http://jahat.example")'
    ]


def test_the_page_speaks_english_too(kepala_dlh: User) -> None:
    browser = signed_in(kepala_dlh)
    browser.cookies["django_language"] = "en"
    assert "No new cases in this period" in browser.get(PAGE).content.decode()


def test_many_cases_do_not_mean_many_queries(
    categories: dict[str, Category], kepala_dlh: User, django_assert_max_num_queries: Any
) -> None:
    for _i in range(10):
        reported()
    browser = signed_in(kepala_dlh)
    browser.get(PAGE)
    # Session, user and member (3), city and map (4), topics (2), totals now and before (2), kelurahan with people and
    # areas (3), hottest, sightings, categories (2), days.
    with django_assert_max_num_queries(22):
        browser.get(PAGE)
