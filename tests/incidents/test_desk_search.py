"""What officers and operators find by typing: words, numbers, codes, places, telephones; never what is not theirs."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.test import Client

from geo.models import Facility
from incidents.filing import Contact
from incidents.models import AccessLog, Category, Complaint
from tests.conftest import IN_KEBONSARI, IN_KEPEL, signed_in
from tests.incidents.made import case, queries

Categories = dict[str, Category]


def found(client: Client, q: str, more: str = "") -> list[int]:
    return [row.pk for row in client.get("/meja", {"q": q, **dict(part.split("=") for part in more.split("&") if part)})
            .context["rows"]]  # fmt: skip


@pytest.mark.parametrize(
    "q", ["terbakar", "membakar", "bakar sampah", "TERBAKAR di belakang", "pasar terbakar"]
)
def test_words_are_found_in_any_form(categories: Categories, petugas_dlh: User, q: str) -> None:
    case(description="Selokan mampet sejak kemarin pagi.")
    fire = case(description="Tumpukan sampah terbakar di belakang pasar lama.")
    assert found(signed_in(petugas_dlh), q) == [fire.pk]


def test_words_of_another_agencys_case_find_nothing(
    categories: Categories, petugas_dlh: User, petugas_lain: User, operator: User
) -> None:
    secret = case(description="Kepala pasar meminta uang kebersihan dua kali.", confidential=True)
    assert found(signed_in(petugas_lain), "kebersihan") == []
    assert found(signed_in(petugas_dlh), "kebersihan") == [secret.pk]
    assert found(signed_in(operator), "kebersihan") == [secret.pk]


@pytest.mark.parametrize(
    "q", ["' OR 1=1 --", "!!&|():*", "a", "dan yang di", "%", "\\", "   ", "🙂🙂", "a" * 5000]
)
def test_whatever_is_typed_is_answered(categories: Categories, operator: User, q: str) -> None:
    case()
    assert signed_in(operator).get("/meja", {"q": q}).status_code == 200


def test_a_tracking_code_a_number_and_another_systems_number_are_found(
    categories: Categories, operator: User
) -> None:
    case()
    wanted = case()
    Complaint.objects.filter(incident=wanted).update(external_system="lapor", external_id="LPR-2026-77")
    code = Complaint.objects.get(incident=wanted).tracking_code
    desk = signed_in(operator)
    for q in (code, code.lower(), f"#{wanted.pk}", str(wanted.pk), "LPR-2026-77"):
        assert found(desk, q) == [wanted.pk], q


def test_operators_alone_find_by_telephone(categories: Categories, operator: User, petugas_dlh: User) -> None:
    wanted = case(contact=Contact(name="Ibu Sari", email="", phone="0812-3456-7890"))
    case()
    assert found(signed_in(operator), "+62 812 3456 7890") == [wanted.pk]
    assert found(signed_in(petugas_dlh), "+62 812 3456 7890") == []


def test_a_search_by_telephone_is_written_down_without_the_number(
    categories: Categories, operator: User
) -> None:
    case(contact=Contact(name="Ibu Sari", email="", phone="0812-3456-7890"))
    desk = signed_in(operator)
    found(desk, "Selokan 2026")
    assert not AccessLog.objects.exists()
    found(desk, "0812 3456 7890")
    look = AccessLog.objects.get()
    assert (look.what, look.user, look.subject, look.reason) == ("phone", operator, 1, "")


def test_who_asked_to_stay_hidden_is_not_found_by_their_telephone(
    categories: Categories, operator: User
) -> None:
    sari = Contact(name="Ibu Sari", email="", phone="0812-3456-7890")
    case(contact=sari, anonymous=True)
    case(contact=sari, confidential=True)
    seen = case(contact=sari)
    desk = signed_in(operator)
    assert found(desk, "0812-3456-7890") == [seen.pk]
    assert desk.get("/meja/unduh.csv?q=0812-3456-7890").status_code == 200


def test_a_place_is_offered_and_shows_what_lies_around_it(categories: Categories, operator: User) -> None:
    near = case(at=IN_KEBONSARI)
    case(at=IN_KEPEL)
    lon, lat = IN_KEBONSARI
    Facility.objects.create(
        code="pasar-lama", name="Pasar Lama", kind="pasar", location=Point(lon + 0.001, lat, srid=4326)
    )
    desk = signed_in(operator)
    assert "?dekat=pasar-lama" in desk.get("/meja", {"q": "pasar lama"}).content.decode()
    answer = desk.get("/meja", {"dekat": "pasar-lama"})
    assert [row.pk for row in answer.context["rows"]] == [near.pk]
    assert "di sekitar Pasar Lama" in answer.content.decode()
    assert desk.get("/meja", {"dekat": "tidak-ada"}).context["rows"] == []


def test_a_search_asks_the_database_as_often_for_one_case_as_for_many(
    categories: Categories, operator: User
) -> None:
    desk = signed_in(operator)
    case()
    few = queries(desk, "/meja?q=sampah")
    for _i in range(8):
        case()
    assert queries(desk, "/meja?q=sampah") == few
