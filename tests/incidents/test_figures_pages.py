from __future__ import annotations

import csv
import io
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from incidents.models import Category
from tests.conftest import person, signed_in
from tests.incidents.made import queries
from tests.incidents.test_figures_tables import case
from tests.tiles.cases import reported

PAGE = "/pimpinan/angka"
MARCH = {"period": "own", "from": "2026-03-01", "to": "2026-03-31"}
pytestmark = pytest.mark.usefixtures("categories")


@pytest.fixture
def leader(categories: dict[str, Category]) -> Client:
    return signed_in(person("pimpinan", "pimpinan"))


def test_the_page_shows_every_figure_with_its_definition(leader: Client) -> None:
    for days in (1, 2, 3, 4, 10):
        case(answer=days / 2, solution=days)
    page = leader.get(PAGE, MARCH).content.decode()
    cells = re.findall(r"<td[^>]*>\s*([^<]*?)\s*</td>", page)
    assert cells[:8] == ["5", "0", "0", "1,5", "3,8", "3,0", "7,6", "0,0 %"]
    for words in ("Dinas Lingkungan Hidup", "Sampah menumpuk", "Kebonsari", "Hari kalender", "9 dari 10"):
        assert words in page


def test_without_cases_it_says_so(leader: Client) -> None:
    page = leader.get(PAGE).content.decode()
    assert "Tidak ada yang masuk" in page
    assert "<table" not in page


def test_the_usual_period_is_the_last_ninety_days(leader: Client) -> None:
    reported(days_ago=80)
    reported(days_ago=100, resolved_at=None)
    assert leader.get(PAGE).context["all"].new == 1
    assert leader.get(PAGE, {"period": "365"}).context["all"].new == 2


@pytest.mark.parametrize(
    "asked",
    [{"period": "7"}, {"from": "kemarin"}, {"from": "2026-03-31", "to": "2026-03-01"}, {"urut": "terlambat"},
     {"period": "own", "from": "2001-01-01", "to": "2026-01-01"}],
)  # fmt: skip
def test_a_malformed_address_shows_the_usual_period_and_says_what_was_wrong(
    leader: Client, asked: dict[str, str]
) -> None:
    answer = leader.get(PAGE, asked)
    assert answer.status_code == 400
    assert answer.context["faults"]
    assert answer.context["period"].preset == 90


def test_each_table_can_be_taken_home(leader: Client) -> None:
    for days in (1, 2, 3, 4, 10):
        case(answer=days / 2, solution=days)
    for by, code in (("opd", "dlh"), ("kategori", "sampah"), ("kelurahan", "99.01.01.1001")):
        answer = leader.get(f"{PAGE}/{by}.csv", MARCH)
        assert "no-store" in answer["Cache-Control"]
        (line,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert line["kode"] == code
        assert (line["masuk"], line["selesai_median_hari"], line["selesai_p90_hari"]) == ("5", "3.0", "7.6")
    assert leader.get(f"{PAGE}/rt.csv").status_code == 404


def test_a_head_sees_the_own_agencys_figures_alone(kepala_dlh: User) -> None:
    case()
    case(category="banjir")
    page = signed_in(kepala_dlh).get(PAGE, MARCH)
    assert page.context["all"].new == 1
    assert "Penataan Ruang" not in page.content.decode()


def test_who_may_look(kepala_dlh: User, petugas_dlh: User, operator: User, walidata: User) -> None:
    allowed = [kepala_dlh, operator, person("a", "auditor"), person("p", "pimpinan")]
    assert [signed_in(one).get(PAGE).status_code for one in allowed] == [200] * 4
    refused = [
        signed_in(one).get(path).status_code
        for one in (petugas_dlh, walidata)
        for path in (PAGE, f"{PAGE}/opd.csv")
    ]
    assert refused == [403] * 4
    assert Client().get(PAGE).status_code in (302, 401)


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_rows(leader: Client) -> None:
    case()
    few = queries(leader, f"{PAGE}?period=own&from=2026-03-01&to=2026-03-31")
    for category in ("banjir", "jentik"):
        case(category=category)
    assert queries(leader, f"{PAGE}?period=own&from=2026-03-01&to=2026-03-31") == few
