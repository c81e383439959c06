from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from geo.models import Facility
from incidents.models import Category, Complaint, Entry, Incident, Notice
from tests.conftest import IN_KEBONSARI, person, signed_in
from tests.incidents.made import case, jpeg

pytestmark = pytest.mark.usefixtures("categories")
PAGE = "/meja/baru"
TYPED = {
    "key": "k1",
    "channel": "phone",
    "topic": "sampah",
    "place": "Kebonsari",
    "description": "Sampah menumpuk di depan pasar sejak Senin.",
    "reporter_name": "Bu Sari",
    "reporter_phone": "0812-3456-7890",
}


@pytest.fixture
def desk(operator: User) -> Client:
    return signed_in(operator)


def sent(desk: Client, **changes: Any) -> Any:
    return desk.post(PAGE, TYPED | changes)


def the_complaint() -> Complaint:
    return Complaint.objects.select_related("incident", "reporter").get()


def test_what_was_told_on_the_phone_becomes_a_case_by_typing_alone(desk: Client, operator: User) -> None:
    answer = sent(
        desk, external_system="112", external_id="K-77", anonymous="on", occurred_at="2026-11-20T08:30"
    )

    complaint = the_complaint()
    assert answer.status_code == 303
    assert complaint.channel == "phone"
    assert (complaint.external_system, complaint.external_id) == ("112", "K-77")
    assert complaint.anonymous
    assert complaint.occurred_at
    assert complaint.incident.kelurahan == "Kebonsari"
    assert complaint.incident.location is None
    assert complaint.incident.category.code == "sampah"
    assert complaint.incident.assignments.get().agency.code == "dlh"
    received = complaint.incident.entries.get(kind=Entry.Kind.RECEIVED)
    assert received.actor == operator
    assert received.data["channel"] == "phone"


def test_after_sending_the_next_form_is_there_with_the_receipt_of_the_last(desk: Client) -> None:
    page = desk.get(sent(desk)["Location"]).content.decode()
    complaint = the_complaint()
    assert complaint.tracking_code in page
    assert 'name="description"' in page
    assert TYPED["description"] not in page
    assert re.search(r'value="phone"[^>]*checked', page), "whoever answers the phone goes on answering it"


def test_the_text_for_whatsapp_is_prepared_and_holds_nothing_but_the_code(desk: Client) -> None:
    page = desk.get(sent(desk, channel="whatsapp")["Location"]).content.decode()
    link = re.search(r'https://wa\.me/[^"]+', page)
    assert link
    address = urlsplit(link[0].replace("&amp;", "&"))
    text = parse_qs(address.query)["text"][0]
    assert address.path == "/6281234567890"
    assert the_complaint().tracking_code in text
    assert "Sampah" not in text
    assert "Sari" not in text


def test_who_left_an_address_gets_the_code_by_e_mail(desk: Client) -> None:
    page = desk.get(sent(desk, reporter_email="sari@warga.example")["Location"]).content.decode()
    assert Notice.objects.filter(complaint=the_complaint()).exists()
    assert "e-mail" in page


def test_the_receipt_is_printed_with_code_and_qr_and_without_the_story(desk: Client) -> None:
    sent(desk)
    page = desk.get(f"/meja/tanda-terima/{the_complaint().pk}").content.decode()
    assert the_complaint().tracking_code in page
    assert "<svg" in page
    assert "Sampah menumpuk</dd>" in page
    assert TYPED["description"] not in page
    assert "Bu Sari" not in page


def test_the_receipt_of_a_confidential_report_names_no_topic(desk: Client) -> None:
    sent(desk, confidential="on")
    complaint = the_complaint()
    assert complaint.incident.confidential
    assert "Sampah menumpuk" not in desk.get(f"/meja/tanda-terima/{complaint.pk}").content.decode()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("sampah", "sampah"),
        ("SAMPAH MENUMPUK", "sampah"),
        ("banj", "banjir"),
        ("Jentik nyamuk (Lingkungan)", "jentik"),
    ],
)
def test_some_letters_of_a_topic_are_enough(desk: Client, typed: str, code: str) -> None:
    assert sent(desk, topic=typed).status_code == 303
    assert Incident.objects.get().category.code == code


def test_letters_of_several_topics_ask_which(desk: Client) -> None:
    answer = sent(desk, topic="lingkungan")
    assert answer.status_code == 422
    assert "Sampah menumpuk (Lingkungan)" in answer.content.decode()


@pytest.mark.parametrize("typed", ["-7.67, 112.91", "7°40'12\"S 112°54'36\"E"])
def test_a_position_is_a_place(desk: Client, typed: str) -> None:
    assert sent(desk, place=typed).status_code == 303
    location = Incident.objects.get().location
    assert location
    assert (location.x, location.y) == pytest.approx(IN_KEBONSARI, abs=1e-4)


def test_a_name_that_several_places_have_is_chosen_from_a_list(desk: Client) -> None:
    for code, lon in (("f1", 112.905), ("f2", 112.925)):
        Facility.objects.create(
            code=code, name="SDN Mawar", kind="sekolah", location=Point(lon, -7.65, srid=4326)
        )
    asked = sent(desk, place="SDN Mawar")
    assert asked.status_code == 422
    found = re.findall(r'name="chosen"[^>]*value="([^"]+)"', asked.content.decode())
    assert len(found) == 2
    assert sent(desk, place="SDN Mawar", chosen=found[0]).status_code == 303


def test_the_pin_of_the_map_goes_before_the_words(desk: Client) -> None:
    lon, lat = IN_KEBONSARI
    assert sent(desk, lon=str(lon), lat=str(lat), place="apa saja").status_code == 303
    assert Incident.objects.get().location


def test_a_refused_form_loses_nothing_and_tells_everything_at_once(desk: Client) -> None:
    answer = desk.post(
        PAGE,
        {
            "topic": "tidak ada",
            "place": "antah berantah",
            "description": "pendek",
            "reporter_name": "Bu Sari",
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for name in ("channel", "topic", "place", "description"):
        assert name in page
    assert answer.context["form"].errors.keys() == {"channel", "topic", "place", "description"}
    assert 'value="Bu Sari"' in page
    assert not Complaint.objects.exists()


def test_a_double_click_is_one_report(desk: Client) -> None:
    assert sent(desk)["Location"] == sent(desk)["Location"]
    assert Complaint.objects.count() == 1


def test_a_number_of_the_other_system_is_taken_once(desk: Client) -> None:
    sent(desk, external_system="112", external_id="K-77")
    again = sent(desk, key="k2", external_system="112", external_id="K-77")
    assert again.status_code == 422
    assert "sudah ada" in again.content.decode()
    assert sent(desk, key="k3", external_id="K-78").status_code == 422, "a number of which system?"
    assert Complaint.objects.count() == 1


def test_photos_that_came_by_whatsapp_are_taken_along(desk: Client) -> None:
    from_phone = SimpleUploadedFile("a.jpg", jpeg())
    assert sent(desk, photos=from_phone).status_code == 303
    assert the_complaint().photos.count() == 1


def test_beside_the_form_stands_who_would_get_it_and_what_is_open_there(desk: Client) -> None:
    sent(desk)
    shown = desk.get(f"{PAGE}/tujuan", {"topic": "sampah", "place": "Kebonsari"}).content.decode()
    assert "Dinas Lingkungan Hidup" in shown
    assert f"#{Incident.objects.get().pk}" in shown
    elsewhere = desk.get(f"{PAGE}/tujuan", {"topic": "sampah", "place": "Kepel"}).content.decode()
    assert "#" not in re.sub(r'href="[^"]*"', "", elsewhere)
    assert desk.get(f"{PAGE}/tujuan", {"topic": "", "place": ""}).status_code == 200


def test_only_operators_file_for_others(petugas_dlh: User, categories: dict[str, Category]) -> None:
    for who in (petugas_dlh, person("pimpinan", "pimpinan")):
        assert signed_in(who).get(PAGE).status_code == 403
        assert signed_in(who).post(PAGE, TYPED).status_code == 403
        assert signed_in(who).get("/meja/tanda-terima/1").status_code == 403
    assert not Complaint.objects.exists()


def test_the_code_of_a_report_that_came_by_itself_stays_its_reporters(
    operator: User, categories: dict[str, Category]
) -> None:
    code, pk = case().complaints.values_list("tracking_code", "pk").get()
    desk = signed_in(operator)
    assert desk.get(f"/meja/tanda-terima/{pk}").status_code == 404
    assert code not in desk.get(f"/meja/baru?terkirim={pk}").content.decode()
