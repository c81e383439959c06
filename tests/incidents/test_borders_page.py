"""/pengelola/edisi: told before, put in force, followed to its end, rolled back; for administrators only."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from geo.edition_ties import ties_by_following
from geo.models import Agency, Edition, Predecessor, ServiceArea
from incidents.models import Category, Incident, Relocation
from incidents.relocation.run import carry_out
from tests.conftest import person, signed_in, square
from tests.editions import DIVIDED, MERGED, MERGED_CODE, edition
from tests.incidents.made import case

pytestmark = pytest.mark.django_db
IN_BAKALAN = (112.93, -7.67)
PAGE = "/pengelola/edisi"


@pytest.fixture
def admin(categories: dict[str, Category]) -> Client:
    user = person("pengelola", "operator")
    User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    return signed_in(User.objects.get(pk=user.pk))


def comparison(client: Client, old: str, new: str) -> str:
    answer = client.get(f"{PAGE}/bandingkan", {"dari": old, "ke": new})
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_administrators_see_and_order(
    operator: User, warga: Client, categories: dict[str, Category]
) -> None:
    edition("gabung", MERGED)
    staff = signed_in(operator)

    assert staff.get(PAGE).status_code == 403
    assert staff.get(f"{PAGE}/bandingkan?dari=uji&ke=gabung").status_code == 403
    assert staff.get(f"{PAGE}/pekerjaan").status_code == 403
    assert staff.post(f"{PAGE}/berlakukan", {"edition": "gabung"}).status_code == 403
    assert staff.post(f"{PAGE}/tempatkan").status_code == 403
    assert warga.post(f"{PAGE}/berlakukan", {"edition": "gabung"}).status_code in (302, 401)
    assert Edition.objects.get(status="active").name == "uji"


def test_the_comparison_tells_what_differs_and_which_cases_would_move(admin: Client) -> None:
    case("jentik", IN_BAKALAN)
    case("sampah", IN_BAKALAN)
    edition("gabung", MERGED)

    page = comparison(admin, "uji", "gabung")

    assert "Sari Bakalan" in page
    assert "Puskesmas Timur" in page
    assert "Puskesmas Barat" in page
    assert "2" in page.split('name="edition"')[1].split("</button>")[0]
    assert Incident.objects.filter(kelurahan="Bakalan").count() == 2


def test_comparing_two_that_are_not_in_force_offers_no_button(admin: Client) -> None:
    edition("gabung", MERGED)
    edition("bagi", DIVIDED)

    assert f"{PAGE}/berlakukan" not in comparison(admin, "gabung", "bagi")
    assert f"{PAGE}/berlakukan" not in comparison(admin, "gabung", "uji")
    assert f"{PAGE}/berlakukan" in comparison(admin, "uji", "bagi")


def test_one_edition_on_both_sides_is_said_to_be_the_same(admin: Client) -> None:
    edition("gabung", MERGED)

    page = comparison(admin, "gabung", "gabung")

    assert "Edisi di kedua sisi sama" in page
    assert 'id="areas"' not in page
    assert "Edisi di kedua sisi sama" not in comparison(admin, "uji", "gabung")


def test_an_edition_is_put_in_force_followed_and_rolled_back(admin: Client) -> None:
    larvae = case("jentik", IN_BAKALAN)
    edition("gabung", MERGED)

    answer = admin.post(f"{PAGE}/berlakukan", {"edition": "gabung"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert "data-moving" in admin.get(f"{PAGE}/pekerjaan").content.decode()
    carry_out(Relocation.objects.get().pk)
    larvae.refresh_from_db()
    assert larvae.kelurahan_code == MERGED_CODE
    page = admin.get(PAGE).content.decode()
    assert "data-moving" not in page
    assert "dari=gabung&amp;ke=uji" in page

    admin.post(f"{PAGE}/berlakukan", {"edition": "uji"})
    carry_out(Relocation.objects.latest("pk").pk)
    larvae.refresh_from_db()
    assert larvae.kelurahan_code == "99.01.02.1001"
    assert Edition.objects.get(status="active").name == "uji"


def test_a_second_order_is_told_to_wait_and_changes_nothing(admin: Client) -> None:
    edition("gabung", MERGED)
    edition("bagi", DIVIDED)
    admin.post(f"{PAGE}/berlakukan", {"edition": "gabung"})

    answer = admin.post(f"{PAGE}/berlakukan", {"edition": "bagi"})

    assert answer.status_code == 409
    assert "alert" in answer.content.decode()
    assert Edition.objects.get(status="active").name == "gabung"
    assert admin.post(f"{PAGE}/tempatkan").status_code == 409


@pytest.mark.parametrize("name", ["", "tidak ada", "a\x00b", "x" * 5000])
def test_an_edition_that_is_not_there_is_a_clear_refusal(admin: Client, name: str) -> None:
    assert admin.get(f"{PAGE}/bandingkan", {"dari": "uji", "ke": name}).status_code in (400, 404)
    assert admin.post(f"{PAGE}/berlakukan", {"edition": name}).status_code in (400, 404)


def test_service_areas_without_a_place_are_listed_and_followed_only_when_asked(
    admin: Client, agencies: dict[str, Agency]
) -> None:
    ServiceArea.objects.create(
        agency=agencies["dlh"], category="jentik", area_code="99.01.02.1001", priority=9
    )
    larvae = case("jentik", IN_BAKALAN)
    edition("gabung", MERGED)
    page = comparison(admin, "uji", "gabung")
    assert "99.01.02.1001" in page.split('id="services"')[1].split("</table>")[0]

    admin.post(f"{PAGE}/berlakukan", {"edition": "gabung", "follow": "1"})
    carry_out(Relocation.objects.get().pk)

    added = ServiceArea.objects.get(area_code=MERGED_CODE)
    assert (added.agency, added.category, added.priority) == (agencies["dlh"], "jentik", 9)
    assert ServiceArea.objects.filter(area_code="99.01.02.1001").count() == 1
    assert larvae.assignments.get(role="lead").agency == agencies["dlh"]


def test_overlaps_that_following_would_create_are_told_before(
    admin: Client, agencies: dict[str, Agency]
) -> None:
    for agency, code, priority in (
        ("dlh", "99.01.02.1001", 9),
        ("bpbd", "99.01.01.1001", 9),
        ("pupr", "99.01.01", 9),
        ("dinkes", "99.01.01.1001", 8),
    ):
        there = agencies.get(agency) or Agency.objects.create(code=agency, name=agency, kind="dinas")
        ServiceArea.objects.create(agency=there, category="jentik", area_code=code, priority=priority)
    for agency, corner in (
        ("pkm-timur", IN_BAKALAN),
        ("pkm-barat", (112.90, -7.66)),
    ):  # this one only touches
        ServiceArea.objects.create(
            agency=agencies[agency], category="jentik", geom=square(*corner), priority=9
        )
    merged = edition("gabung", MERGED)

    told = {
        (tie.leads.code, tie.other.code) for tie in ties_by_following(merged, Edition.objects.get(name="uji"))
    }
    page = comparison(admin, "uji", "gabung")

    assert told == {
        ("bpbd", "dlh"), ("bpbd", "pupr"), ("dlh", "pupr"), ("bpbd", "pkm-timur"), ("dlh", "pkm-timur")
    }  # fmt: skip
    assert "5 tumpang tindih berprioritas sama" in page
    assert f"{MERGED_CODE} · jentik" in page
    assert "tumpang tindih" not in comparison(admin, "gabung", "uji")


def test_without_being_asked_service_areas_stay_as_they_are(
    admin: Client, agencies: dict[str, Agency]
) -> None:
    ServiceArea.objects.create(
        agency=agencies["dlh"], category="jentik", area_code="99.01.02.1001", priority=9
    )
    edition("gabung", MERGED)

    admin.post(f"{PAGE}/berlakukan", {"edition": "gabung"})

    assert not ServiceArea.objects.filter(area_code=MERGED_CODE).exists()


def test_open_doubts_are_listed_until_somebody_closes_the_case(admin: Client) -> None:
    told = case("jentik", None, kelurahan="99.01.01.1001")
    edition("bagi", DIVIDED)
    admin.post(f"{PAGE}/berlakukan", {"edition": "bagi"})
    carry_out(Relocation.objects.get().pk)

    assert f"/meja/kasus/{told.pk}" in admin.get(PAGE).content.decode()
    Incident.objects.filter(pk=told.pk).update(status="ditutup", phase="ditutup")
    assert f"/meja/kasus/{told.pk}" not in admin.get(PAGE).content.decode()


def test_a_link_between_codes_is_corrected_by_hand_and_stays_so(admin: Client) -> None:
    new = edition("gabung", MERGED)
    link = Predecessor.objects.get(predecessor_code="99.01.02.1001", edition=new)
    form = {"predecessor_edition": link.predecessor_edition_id, "edition": new.pk, "share": "1"}
    change = f"/pengelola/geo/predecessor/{link.pk}/change/"

    wrong = admin.post(change, form | {"predecessor_code": "99.01.02.1001", "code": "99.01.99.1001"})
    assert wrong.status_code == 200
    right = admin.post(change, form | {"predecessor_code": "99.01.02.1001", "code": "99.01.02.1002"})
    assert right.status_code == 302
    admin.post(f"{PAGE}/berlakukan", {"edition": "gabung"})

    link.refresh_from_db()
    assert link.code == "99.01.02.1002"
    assert Predecessor.objects.filter(edition=new).count() == 2


def test_the_map_gets_the_kelurahan_that_differ_and_no_others(admin: Client) -> None:
    edition("gabung", MERGED)

    found = admin.get(f"{PAGE}/peta.geojson", {"dari": "uji", "ke": "gabung"}).json()

    drawn = {(one["properties"]["side"], one["properties"]["code"]) for one in found["features"]}
    assert drawn == {("old", "99.01.01.1001"), ("old", "99.01.02.1001"), ("new", MERGED_CODE)}
    assert admin.get(f"{PAGE}/peta.geojson", {"dari": "uji", "ke": "uji"}).json()["features"] == []
