from __future__ import annotations

import re
from typing import Any

import pytest
import shapely
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from geo.map_version import bump_map_version
from geo.models import Agency, ServiceArea
from geo.registry import forget_locator
from incidents.models import Category
from tests.conftest import IN_KEBONSARI, IN_KEPEL, OUTSIDE, PASSWORD, signed_in, square

PAGE = "/pengelola/wilayah-layanan"
ADDRESSES = [PAGE, f"{PAGE}/jawaban", f"{PAGE}/peta.geojson"]


@pytest.fixture
def pengelola(categories: dict[str, Category]) -> Client:
    return signed_in(User.objects.create_superuser("akar", "akar@contoh.example", PASSWORD))


@pytest.fixture
def everybody(agencies: dict[str, Agency]) -> dict[str, Agency]:
    """Larvae: DLH in the west as high as the health centre; the east is drawn over by BPBD, lower."""
    serves(agencies["dlh"], "jentik", 0, area_code="99.01.01.1001", name="DLH Kebonsari")
    serves(agencies["bpbd"], "lingkungan", 7, name="BPBD kota")
    serves(agencies["pupr"], "", 9, geom=square(112.92, -7.66), name="PUPR Kepel")
    return agencies


def serves(agency: Agency, category: str, priority: int, **values: Any) -> ServiceArea:
    area = ServiceArea.objects.create(agency=agency, category=category, priority=priority, **values)
    bump_map_version()
    forget_locator()
    return area


def at(place: tuple[float, float]) -> dict[str, str]:
    return {"lon": str(place[0]), "lat": str(place[1])}


def words(response: Any) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def row(response: Any, category: str) -> list[str]:
    """The cells of a category in the summary."""
    found = re.search(rf'<tr data-category="{category}">(.*?)</tr>', response.content.decode(), re.DOTALL)
    assert found is not None
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found[1], re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip() for cell in cells]


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_administrators_get_in(
    address: str, warga: Client, petugas_dlh: User, operator: User, kepala_dlh: User
) -> None:
    answer = warga.get(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/masuk?next={address}")
    for user in (petugas_dlh, operator, kepala_dlh):
        assert signed_in(user).get(address).status_code == 403


@pytest.mark.parametrize("address", [*ADDRESSES, f"{PAGE}?lon=112.91&lat=-7.67"])
def test_nothing_of_it_is_kept_by_a_cache(pengelola: Client, address: str) -> None:
    kept = pengelola.get(address, at(IN_KEPEL))["Cache-Control"]
    assert "private" in kept
    assert "no-store" in kept


def test_the_summary_tells_gaps_and_ties_of_every_category_first_those_that_need_somebody(
    pengelola: Client, agencies: dict[str, Agency]
) -> None:
    ServiceArea.objects.filter(agency=agencies["pkm-timur"]).delete()
    serves(agencies["dlh"], "jentik", 0, area_code="99.01.01.1001")

    page = pengelola.get(PAGE)

    assert page.context["with_gaps"] == 1
    assert page.context["with_ties"] == 1
    assert [one.code for one in page.context["rows"]] == ["jentik", "sampah", "banjir", "pungli"]
    name, gaps, ties = row(page, "jentik")
    assert name == "Jentik nyamuk DLH, Puskesmas Barat, menurut wilayah layanan"
    assert re.fullmatch(r"1 9,\d\d km²", gaps)
    assert ties == "1"
    assert row(page, "sampah") == ["Sampah menumpuk DLH, seluruh kota", "0", "0"]


def test_a_category_shows_who_leads_where_and_what_is_missing(
    pengelola: Client, agencies: dict[str, Agency]
) -> None:
    ServiceArea.objects.filter(agency=agencies["pkm-timur"]).delete()
    tie = serves(agencies["dlh"], "jentik", 0, area_code="99.01.01.1001", name="DLH Kebonsari")

    page = pengelola.get(PAGE, {"category": "jentik"})

    assert {one.agency: one.piece.villages for one in page.context["led"]} == {
        "DLH": ["Kebonsari"],
        "Puskesmas Barat": ["Mayangan"],
    }
    assert [gap.villages for gap in page.context["gaps"]] == [["Bakalan", "Kepel"]]
    [two] = page.context["ties"]
    assert (two.leads.name, two.other.name, two.piece.villages) == (
        "DLH Kebonsari",
        "Puskesmas Barat",
        ["Kebonsari"],
    )
    assert reverse("admin:geo_servicearea_change", args=[tie.pk]) in page.content.decode()
    assert page.context["settled"] == []


def test_a_category_with_a_lead_of_its_own_has_nothing_to_look_for(pengelola: Client) -> None:
    page = pengelola.get(PAGE, {"category": "sampah"})
    assert "Dinas Lingkungan Hidup menjadi penanggung jawab di seluruh kota" in words(page)
    shapes = pengelola.get(f"{PAGE}/peta.geojson", {"category": "sampah"}).json()
    assert [one["properties"]["kind"] for one in shapes["features"]] == ["led", "name"]


def test_the_answer_names_the_lead_and_every_service_area_with_its_reason(
    pengelola: Client, everybody: dict[str, Agency]
) -> None:
    answer = pengelola.get(f"{PAGE}/jawaban", {"category": "jentik", **at(IN_KEBONSARI)})

    told = words(answer)
    assert "Kebonsari, Kecamatan Barat" in told
    assert "Berdasarkan wilayah layanan “DLH Kebonsari” untuk kategori ini, prioritas 0." in told
    assert "“Puskesmas Barat” (Puskesmas Barat) punya prioritas yang sama" in told
    held = [(one.service.name, one.standing.value) for one in answer.context["asked"]]
    assert held == [("DLH Kebonsari", "leads"), ("Puskesmas Barat", "tie"), ("BPBD kota", "later")]
    assert answer.context["unasked"] == []


def test_the_group_and_the_areas_for_all_are_told_as_such(
    pengelola: Client, everybody: dict[str, Agency]
) -> None:
    ServiceArea.objects.filter(category="jentik").delete()
    bump_map_version()
    forget_locator()
    answer = pengelola.get(f"{PAGE}/jawaban", {"category": "jentik", **at(IN_KEPEL)})
    assert "“BPBD kota” untuk kelompoknya “Lingkungan”, prioritas 7" in words(answer)

    ServiceArea.objects.filter(category="lingkungan").delete()
    bump_map_version()
    forget_locator()
    answer = pengelola.get(f"{PAGE}/jawaban", {"category": "jentik", **at(IN_KEPEL)})
    assert "“PUPR Kepel” untuk semua kategori, prioritas 9" in words(answer)


def test_a_lead_named_by_the_category_and_its_supporters_are_told(
    pengelola: Client, everybody: dict[str, Agency]
) -> None:
    answer = pengelola.get(f"{PAGE}/jawaban", {"category": "banjir", **at(IN_KEPEL)})
    told = words(answer)
    assert "Dinas Pekerjaan Umum dan Penataan Ruang (PUPR)" in told
    assert "Kategori ini menunjuk OPD tersebut untuk seluruh kota" in told
    assert "Pendukung, karena ditunjuk oleh kategorinya: BPBD" in told
    assert answer.context["asked"] == []
    assert (answer.context["by"], answer.context["rivals"]) == (None, [])
    assert {one.standing.value for one in answer.context["unasked"]} == {"unasked"}


def test_nobody_is_told_where_nobody_is(pengelola: Client, agencies: dict[str, Agency]) -> None:
    ServiceArea.objects.all().delete()
    bump_map_version()
    forget_locator()
    told = words(pengelola.get(PAGE, {"category": "jentik", **at(IN_KEPEL)}))
    assert "Belum ada penanggung jawab" in told
    assert "operator menerima laporannya" in told


def test_the_answer_is_the_routing_of_a_report(pengelola: Client, everybody: dict[str, Agency]) -> None:
    for place in (IN_KEBONSARI, IN_KEPEL):
        answer = pengelola.get(f"{PAGE}/jawaban", {"category": "jentik", **at(place)})
        report = {
            "category": "jentik",
            "description": "Banyak jentik di selokan",
            "lon": place[0],
            "lat": place[1],
        }
        filed = Client().post("/api/v1/complaints", report, content_type="application/json").json()
        leads = [one["code"] for one in filed["agencies"] if one["role"] == "lead"]
        assert leads == [answer.context["answer"].lead.agency.code]


def test_without_a_category_every_category_is_answered(
    pengelola: Client, everybody: dict[str, Agency]
) -> None:
    page = pengelola.get(PAGE, at(IN_KEBONSARI))
    told = {one.category.code: one.lead.agency.code for one in page.context["found"].answers if one.lead}
    assert told == {"sampah": "dlh", "banjir": "pupr", "jentik": "dlh", "pungli": "bpbd"}


def test_a_kelurahan_counts_only_what_holds_in_all_of_it(
    pengelola: Client, agencies: dict[str, Agency]
) -> None:
    ServiceArea.objects.filter(category="jentik").delete()
    serves(agencies["dlh"], "jentik", 0, geom=square(112.90, -7.68, 0.01), name="Sudut")
    by_name = pengelola.get(PAGE, {"category": "jentik", "kelurahan": "99.01.01.1001"})
    by_point = pengelola.get(PAGE, {"category": "jentik", "lon": "112,905", "lat": "-7,675"})
    assert by_name.context["answer"].lead is None
    assert by_point.context["answer"].lead.agency.code == "dlh"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"category": "tidak-ada"}, "Mohon pilih kategori dari daftar."),
        ({"category": "lingkungan"}, "Mohon pilih salah satu topik"),
        ({"category": "jentik", **at(OUTSIDE)}, "di luar kota"),
        ({"category": "jentik", "lon": "112.91"}, "harus diberikan bersama"),
        ({"category": "jentik", "lon": "dekat", "lat": "balai"}, "angka dengan titik desimal"),
        ({"category": "jentik", "lon": "nan", "lat": "1e5"}, "angka dengan titik desimal"),
        ({"category": "jentik", "kelurahan": "99.99"}, "Mohon pilih kelurahan"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why_and_keeps_what_was_typed(
    pengelola: Client, query: dict[str, str], said: str
) -> None:
    page = pengelola.get(PAGE, query)
    assert page.status_code == 422
    assert said in words(page)
    for name in ("lon", "lat"):
        if name in query:
            assert (
                f'name="{name}" inputmode="text" autocomplete="off" maxlength="30" value="{query[name]}"'
                in (page.content.decode())
            )
    if len(query) > 1:
        assert pengelola.get(f"{PAGE}/jawaban", query).status_code == 422


def test_what_is_no_text_counts_as_nothing_said(pengelola: Client) -> None:
    assert pengelola.get(PAGE, {"kelurahan": "\x00"}).status_code == 200


def test_the_map_gets_leads_names_gaps_and_overlaps(pengelola: Client, everybody: dict[str, Agency]) -> None:
    ServiceArea.objects.filter(category__in=["lingkungan", ""]).delete()
    ServiceArea.objects.filter(agency=everybody["pkm-timur"]).delete()
    serves(everybody["bpbd"], "jentik", -5, area_code="99.01.01.1002")

    shapes = pengelola.get(f"{PAGE}/peta.geojson", {"category": "jentik"}).json()

    kinds = sorted(one["properties"]["kind"] for one in shapes["features"])
    assert kinds == ["gap", "led", "led", "name", "name", "settled", "tie"]
    assert shapes["bbox"] == pytest.approx([112.90, -7.68, 112.94, -7.64])
    [gap] = [one for one in shapes["features"] if one["properties"]["kind"] == "gap"]
    east = shapely.box(112.92, -7.68, 112.94, -7.64)
    assert shapely.symmetric_difference(shapely.geometry.shape(gap["geometry"]), east).area < 1e-9
    led = {one["properties"]["colour"] for one in shapes["features"] if one["properties"]["kind"] == "led"}
    assert len(led) == 2, "neighbours do not share a colour"
    everything = pengelola.get(f"{PAGE}/peta.geojson").json()
    assert sorted(one["properties"]["kind"] for one in everything["features"]) == ["gap", "tie"]


def test_service_areas_that_do_nothing_are_told_with_the_reason(
    pengelola: Client, agencies: dict[str, Agency]
) -> None:
    serves(agencies["dlh"], "sampahh", 0, name="Salah ketik")
    serves(agencies["dlh"], "sampah", 0, name="Tak ditanya")
    serves(agencies["dlh"], "jentik", 0, area_code="99.01.09", name="Tanpa tempat")
    told = {service.name: reason for service, reason in pengelola.get(PAGE).context["idle"]}
    assert {name: str(reason) for name, reason in told.items()} == {
        "Salah ketik": "tidak ada kategori terpakai dengan kode ini",
        "Tak ditanya": (
            "kategori ini punya penanggung jawab untuk seluruh kota, jadi wilayah layanan tidak ditanya"
        ),
        "Tanpa tempat": "tidak berlaku di mana pun dalam batas yang berlaku",
    }


def test_a_changed_service_area_is_seen_at_once(pengelola: Client, agencies: dict[str, Agency]) -> None:
    assert pengelola.get(PAGE).context["with_gaps"] == 0
    area = ServiceArea.objects.get(agency=agencies["pkm-timur"])
    pengelola.post(reverse("admin:geo_servicearea_delete", args=[area.pk]), {"post": "yes"})
    forget_locator()
    assert pengelola.get(PAGE).context["with_gaps"] == 1


def test_before_borders_and_categories_are_loaded_the_page_says_so(db: None) -> None:
    browser = signed_in(User.objects.create_superuser("akar", "akar@contoh.example", PASSWORD))
    assert "Belum ada kategori" in words(browser.get(PAGE))
    assert browser.get(f"{PAGE}/peta.geojson").json()["features"] == []
    assert browser.get(PAGE, at(IN_KEPEL)).status_code == 422


def test_the_administration_leads_to_it(pengelola: Client) -> None:
    for address in (reverse("admin:index"), reverse("admin:geo_servicearea_changelist")):
        assert f'href="{PAGE}"' in pengelola.get(address).content.decode()


def test_a_service_area_is_of_a_category_that_is_there(
    pengelola: Client, agencies: dict[str, Agency]
) -> None:
    address = reverse("admin:geo_servicearea_add")
    data = {"agency": agencies["dlh"].pk, "category": "sampahh", "name": "", "area_code": "", "priority": 0}
    assert pengelola.post(address, data).context["adminform"].form.errors["category"]
    assert not ServiceArea.objects.filter(agency=agencies["dlh"]).exists()
    for category in ("sampah", "lingkungan", ""):
        assert pengelola.post(address, data | {"category": category}).status_code == 302


def test_a_category_that_is_gone_does_not_become_all_by_saving_the_row(
    pengelola: Client, agencies: dict[str, Agency]
) -> None:
    area = serves(agencies["dlh"], "lama", 0)
    address = reverse("admin:geo_servicearea_change", args=[area.pk])
    form = pengelola.get(address)
    assert '<option value="lama" selected>lama (tidak ada kategori ini)</option>' in form.content.decode()
    data = {"agency": area.agency_id, "category": "lama", "name": "", "area_code": "", "priority": 0}
    assert pengelola.post(address, data).context["adminform"].form.errors["category"]


def test_locate_names_every_service_area_the_highest_priority_first(
    client: Client, everybody: dict[str, Agency]
) -> None:
    answer = client.get("/api/v1/locate", at(IN_KEPEL)).json()
    assert answer["service_areas"] == [
        {"agency": "pupr", "category": "", "name": "PUPR Kepel"},
        {"agency": "bpbd", "category": "lingkungan", "name": "BPBD kota"},
        {"agency": "pkm-timur", "category": "jentik", "name": "Puskesmas Timur"},
    ]
    answer = client.get("/api/v1/locate", at(IN_KEBONSARI)).json()
    assert [one["agency"] for one in answer["service_areas"]] == ["bpbd", "dlh", "pkm-barat"]
