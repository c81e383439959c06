"""Finding places as people type them: with errors, short, with and without words such as "kel."."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from geo.models import Agency, Area, City, Edition, Facility
from geo.pluscode import encode
from geo.registry import forget_locator
from geo.search import Hit, search
from geo.words import plain, understand
from tests.conftest import square

pytestmark = pytest.mark.django_db
VILLAGE, DISTRICT = "kelurahan_desa", "kecamatan"
# name, level, code, parent: names of Kota Pasuruan and its neighbours, on squares of our own
NAMES = [
    ("Bugul Kidul", DISTRICT, "99.02.01", "99.02"),
    ("Bugul Kidul", VILLAGE, "99.02.01.1001", "99.02.01"),
    ("Poncogati", VILLAGE, "99.02.01.2002", "99.02.01"),
    ("Tapa'an", VILLAGE, "99.02.01.1003", "99.02.01"),
    ("Kebonagung", VILLAGE, "99.02.01.1004", "99.02.01"),
    ("Bukir", VILLAGE, "99.02.01.1005", "99.02.01"),
]


@pytest.fixture
def places(city: City, agencies: dict[str, Agency]) -> None:
    """Kota Contoh with more names, three facilities, and an agency that sits where one of them is."""
    edition = Edition.objects.get()
    for column, (name, level, code, parent) in enumerate(NAMES):
        shape = square(112.95 + 0.01 * column, -7.68, 0.01)
        Area.objects.create(
            edition=edition,
            code=code,
            name=name,
            level=level,
            parent_code=parent,
            geom=shape,
            label_point=shape.centroid,
        )
    for code, name, kind, at in [
        ("pkm-barat", "Puskesmas Barat", "puskesmas", (112.91, -7.67)),
        ("pkm-kebonsari", "Puskesmas Kebonsari", "puskesmas", (112.905, -7.675)),
        ("kantor-1", "Kantor Kelurahan Bugul Kidul", "kantor_kelurahan", (112.965, -7.675)),
    ]:
        Facility.objects.create(code=code, name=name, kind=kind, location=Point(*at, srid=4326))
    forget_locator()


def first(typed: str) -> tuple[str, str]:
    hit = search(typed)[0]
    return hit.type, hit.name


def names(hits: list[Hit]) -> list[str]:
    return [hit.name for hit in hits]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("bugulkidul", "Bugul Kidul"),
        ("Kebonsri", "Kebonsari"),
        ("poncogti", "Poncogati"),
        ("ponco gati", "Poncogati"),
        ("mayngan", "Mayangan"),
        ("kepl", "Kepel"),
        ("bkir", "Bukir"),
        ("tapaan", "Tapa'an"),
        ("TAPA’AN", "Tapa'an"),
        ("kidul bugul", "Bugul Kidul"),
        ("kébonsari", "Kebonsari"),
    ],
)
def test_typing_errors_are_forgiven(places: None, typed: str, name: str) -> None:
    assert first(typed) == (VILLAGE, name)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("kel. bugul kidul", (VILLAGE, "Bugul Kidul")),
        ("Kelurahan Bugul Kidul", (VILLAGE, "Bugul Kidul")),
        ("kec. bugul kidul", (DISTRICT, "Bugul Kidul")),
        ("Kecamatan bugulkidul", (DISTRICT, "Bugul Kidul")),
        ("desa poncogati", (VILLAGE, "Poncogati")),
        ("kantor kel bugul kidul", ("facility", "Kantor Kelurahan Bugul Kidul")),
        ("pkm kebonsari", ("facility", "Puskesmas Kebonsari")),
        ("puskesmas kebonsri", ("facility", "Puskesmas Kebonsari")),
        ("kota contoh", ("kabupaten_kota", "Kota Contoh")),
        ("bpbd", ("agency", "Badan Penanggulangan Bencana Daerah")),
        ("dinas lingkungn hidup", ("agency", "Dinas Lingkungan Hidup")),
    ],
)
def test_words_for_the_kind_of_place_are_understood(places: None, typed: str, found: tuple[str, str]) -> None:
    assert first(typed) == found


def test_an_exact_name_goes_before_its_beginning_and_that_before_the_like(places: None) -> None:
    Facility.objects.create(code="t1", name="Kepel", kind="tps", location=Point(112.93, -7.65, srid=4326))
    Facility.objects.create(
        code="t2", name="Kepel Baru", kind="tps", location=Point(112.93, -7.65, srid=4326)
    )
    Facility.objects.create(code="t3", name="TPS Kepel", kind="tps", location=Point(112.93, -7.65, srid=4326))
    Facility.objects.create(code="t4", name="Kepal", kind="tps", location=Point(112.93, -7.65, srid=4326))

    assert names(search("kepel")) == ["Kepel", "Kepel", "Kepel Baru", "TPS Kepel", "Kepal"]


def test_two_letters_are_the_beginning_of_a_word(places: None) -> None:
    assert names(search("ke"))[:3] == ["Kepel", "Kebonsari", "Kebonagung"]
    assert "Bugul Kidul" in names(search("ki"))


@pytest.mark.parametrize("typed", ["", " ", "k", ".", "k.", "???", "日本", "'", "%", "_", "\\"])
def test_less_than_two_letters_find_nothing(places: None, typed: str) -> None:
    assert search(typed) == []


@pytest.mark.parametrize(
    "typed", ["xyzzy", "%%%ke%", "a" * 4000, "ke" * 2000, "'; DROP TABLE geo_area; --", "🙂 ☃", "%s"]
)
def test_odd_input_is_answered(places: None, typed: str) -> None:
    assert len(search(typed, 20)) <= 20
    assert Area.objects.exists()


def test_an_area_is_found_by_its_code(places: None) -> None:
    assert first("99.02.01.1003") == first("9902011003") == (VILLAGE, "Tapa'an")
    assert first("99.02.01") == (DISTRICT, "Bugul Kidul")
    assert "Bukir" in names(search("990201"))


def test_the_answer_says_in_which_kecamatan_a_place_lies(places: None) -> None:
    kelurahan, desa, facility = (
        search("kebonsari")[0],
        search("poncogati")[0],
        search("puskesmas kebonsari")[0],
    )

    assert (kelurahan.kecamatan, kelurahan.detail) == (facility.kecamatan, "Kelurahan di Kecamatan Barat")
    assert desa.detail == "Desa di Kecamatan Bugul Kidul"
    assert facility.detail == "Kebonsari, Kecamatan Barat"
    assert facility.kelurahan == kelurahan.kelurahan
    with translation.override("en"):
        assert search("kebonsari")[0].detail == "Kelurahan in Kecamatan Barat"


def test_a_kecamatan_behind_the_name_chooses_between_namesakes(places: None) -> None:
    shape = square(113.05, -7.68, 0.01)
    Area.objects.create(
        edition=Edition.objects.get(), code="99.01.02.1009", name="Kebonsari", level=VILLAGE, parent_code="99.01.02",
        geom=shape, label_point=shape.centroid,
    )  # fmt: skip
    forget_locator()

    for typed in ("kebonsari, timur", "Kebonsari, Kec. Timur", "kebonsari kec timur"):
        assert search(typed)[0].code == "99.01.02.1009", typed
    assert search("kebonsari, kecamatan barat")[0].code == "99.01.01.1001"


def test_near_a_point_the_closer_of_two_namesakes_is_first(places: None) -> None:
    for code, lon in (("masjid-1", 112.90), ("masjid-2", 112.93)):
        Facility.objects.create(
            code=code, name="Masjid Agung", kind="ibadah", location=Point(lon, -7.65, srid=4326)
        )

    assert [hit.code for hit in search("masjid", near=(112.90, -7.65))] == ["masjid-1", "masjid-2"]
    hits = search("masjid", near=(112.93, -7.65))
    assert [hit.code for hit in hits] == ["masjid-2", "masjid-1"]
    assert hits[0].distance_m == 0
    assert hits[1].distance_m == pytest.approx(3309, abs=3)


def test_an_agency_is_where_the_facility_with_its_code_is_and_named_once(places: None) -> None:
    assert [(hit.type, hit.code, hit.lon) for hit in search("puskesmas barat", 1)] == [
        ("facility", "pkm-barat", 112.91)
    ]
    assert [hit.code for hit in search("puskesmas barat")].count("pkm-barat") == 1
    Agency.objects.filter(code="pkm-barat").update(short_name="PKBR")
    assert [(hit.type, hit.lon) for hit in search("pkbr")] == [("agency", 112.91)]
    assert search("pupr")[0].lon is None


def test_only_the_edition_in_force_and_agencies_in_use_are_found(places: None) -> None:
    draft = Edition.objects.create(name="rancangan")
    shape = square(113.2, -7.68, 0.01)
    Area.objects.create(
        edition=draft,
        code="99.03.01.1001",
        name="Sumberanyar",
        level=VILLAGE,
        geom=shape,
        label_point=shape.centroid,
    )
    Agency.objects.filter(code="bpbd").update(active=False)

    assert search("sumberanyar") == []
    assert search("bpbd") == []


def test_a_plus_code_or_a_position_gives_its_point_alone(places: None) -> None:
    code = encode(112.91, -7.67)
    for typed in (code, code.lower(), f"{code[4:]} Kota Contoh", "-7.67, 112.91", "112,91 -7,67"):
        (hit,) = search(typed)
        assert (hit.type, hit.detail) == ("point", "Kebonsari, Kecamatan Barat"), typed
        assert (hit.lon, hit.lat) == pytest.approx((112.91, -7.67), abs=0.0001)
    assert search("-7.2, 113.5")[0].detail == "Di luar kota"


def test_a_city_without_anything_finds_nothing(db: None) -> None:
    assert search("kebonsari") == []
    assert search("9G8F+6W") == []


@given(st.text(max_size=40))
def test_words_are_made_plain_here_as_in_the_database(text: str) -> None:
    clean = text.replace("\x00", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT geo_plain(%s)", [clean])
        assert plain(clean) == cursor.fetchone()[0]


def test_what_was_typed_is_taken_apart() -> None:
    wanted = understand("Kel. Kebonsari, Kec. Panggungrejo")
    assert (wanted.text, wanted.name, wanted.level, wanted.within) == (
        "kelurahan kebonsari",
        "kebonsari",
        "kelurahan_desa",
        "panggungrejo",
    )
    assert understand("kelurahan").name == "kelurahan"
    assert understand("kantor kecamatan bugul kidul").within == ""
