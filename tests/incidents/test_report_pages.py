"""/lapor as browsers without scripts use it, and as its own script does."""

from __future__ import annotations

import os
import re
import uuid
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from incidents.drafts import forget_drafts, recall_draft
from incidents.models import Category, Complaint, Incident, Photo
from tests.conftest import IN_KEBONSARI, OUTSIDE
from tests.incidents.made import TEXT, case, jpeg

Categories = dict[str, Category]
LON, LAT = map(str, IN_KEBONSARI)
GOOD = {"category": "sampah", "description": TEXT, "lon": LON, "lat": LAT}
AS_SCRIPT = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def html(response: Any) -> str:
    return " ".join(response.content.decode().split())


def send(client: Client, **change: Any) -> Any:
    return client.post("/lapor", {"key": str(uuid.uuid4()), "action": "send", **GOOD, **change})


def check(client: Client, **change: Any) -> Any:
    return send(client, action="check", **change)


def hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)


def test_the_form_works_without_scripts_from_the_look_over_to_the_page_of_the_report(
    warga: Client, categories: Categories
) -> None:
    looked = check(warga, category="banjir", lon="", lat="", kelurahan="99.01.01.1001")

    assert looked.status_code == 200
    page = html(looked)
    assert "Dinas Pekerjaan Umum dan Penataan Ruang" in page
    assert "Badan Penanggulangan Bencana Daerah" in page
    assert "Jawaban pertama paling lambat" in page
    assert not Complaint.objects.exists()

    sent = send(warga, category="banjir", lon="", lat="", kelurahan="99.01.01.1001")
    complaint = Complaint.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, f"/lacak/{complaint.tracking_code}?baru=1")
    assert complaint.channel == Complaint.Channel.WEB
    for _reloaded in range(2):
        assert f'id="code">{complaint.tracking_code}<' in html(warga.get(sent["Location"]))


def test_the_form_keeps_everything_that_was_typed_and_names_every_fault(
    warga: Client, categories: Categories
) -> None:
    response = send(
        warga,
        lon=str(OUTSIDE[0]),
        lat=str(OUTSIDE[1]),
        category="tidak-ada",
        description="pendek",
        address_note="Di depan <gerbang>",
        anonymous="on",
        reporter_name="Siti Rahma",
        reporter_email="bukan surel",
        reporter_phone="abc",
        occurred_at="kemarin",
    )

    page = html(response)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {
        "lon", "category", "description", "reporter_email", "reporter_phone", "occurred_at",
    }  # fmt: skip
    for typed in ("pendek", "Di depan &lt;gerbang&gt;", "Siti Rahma", "bukan surel", "abc", "kemarin"):
        assert typed in page
    assert re.search(r'name="anonymous"[^>]* checked', page)
    assert 'role="alert"' in page
    assert "km dari" in page  # how far outside the city the pin is
    assert not Incident.objects.exists()


def test_what_is_missing_altogether_is_said_too(warga: Client, categories: Categories) -> None:
    response = warga.post("/lapor", {})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"lon", "category", "description"}


def test_a_wrong_coordinate_is_a_fault_of_the_place_and_nothing_else(
    warga: Client, categories: Categories
) -> None:
    for bad in ("NaN", "112,9", "1e2", "١١٢", "--1"):
        response = send(warga, lon=bad)
        assert response.status_code == 422
        assert response.context["form"].place_errors, bad


def test_photos_survive_a_refused_form_and_can_be_dropped(warga: Client, categories: Categories) -> None:
    photos = [SimpleUploadedFile(f"{n}.jpg", jpeg(size=(80, 60 + n))) for n in range(2)]
    refused = send(warga, description="pendek", photos=photos)
    kept = hidden(html(refused), "kept")
    assert refused.status_code == 422
    assert len(kept) == 2

    send(warga, kept=kept[1:], photos=[SimpleUploadedFile("c.jpg", jpeg())])
    assert sorted(Photo.objects.values_list("width", "height")) == [(80, 61), (320, 240)]


def test_kept_photos_are_nobody_elses_and_gone_after_an_hour(
    warga: Client, categories: Categories, settings: Any
) -> None:
    refused = send(warga, description="pendek", photos=[SimpleUploadedFile("a.jpg", jpeg())])
    (token,) = hidden(html(refused), "kept")

    assert recall_draft(token) is not None
    assert recall_draft(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert recall_draft("../../etc/passwd") is None
    (draft,) = (settings.MEDIA_ROOT / "drafts").iterdir()
    os.utime(draft, (0, 0))
    assert forget_drafts() == 1
    assert recall_draft(token) is None


def test_a_bad_photo_is_named_and_the_good_one_kept(warga: Client, categories: Categories) -> None:
    response = send(warga, photos=[SimpleUploadedFile("a.svg", b"<svg/>")])

    assert response.status_code == 422
    assert "bukan foto" in str(response.context["form"].errors["photos"])
    assert TEXT in html(response)


def test_a_double_click_makes_one_report(warga: Client, categories: Categories) -> None:
    key = str(uuid.uuid4())
    first, second = send(warga, key=key), send(warga, key=key)

    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1


def test_a_changed_text_under_the_same_key_leads_to_the_earlier_report(
    warga: Client, categories: Categories
) -> None:
    key = str(uuid.uuid4())
    send(warga, key=key)
    response = send(warga, key=key, description=TEXT + " Baunya menyengat.")

    page = html(response)
    assert response.status_code == 409
    assert f'href="/lacak/{Complaint.objects.get().tracking_code}"' in page
    assert "Baunya menyengat" in page
    assert hidden(page, "key") not in ([key], [])  # sent again it is a report of its own


def test_the_script_gets_answers_that_leave_the_page_where_it_is(
    warga: Client, categories: Categories
) -> None:
    key = str(uuid.uuid4())
    bad = warga.post("/lapor", GOOD | {"key": key, "description": "pendek"}, headers=AS_SCRIPT)
    good = warga.post("/lapor", GOOD | {"key": key}, headers=AS_SCRIPT)
    again = warga.post("/lapor", GOOD | {"key": key}, headers=AS_SCRIPT)
    other = warga.post("/lapor", GOOD | {"key": key, "anonymous": "on"}, headers=AS_SCRIPT)

    code = Complaint.objects.get().tracking_code
    assert bad.status_code == 422
    assert [error["anchor"] for error in bad.json()["errors"]] == ["id_description"]
    assert (good.status_code, good.json()) == (201, {"url": f"/lacak/{code}?baru=1"})
    assert (again.status_code, again.json()) == (200, good.json())
    assert (other.status_code, other.json()["earlier"]) == (409, f"/lacak/{code}")
    assert other.json()["key"] != key


def test_too_many_reports_wait_and_lose_nothing(warga: Client, categories: Categories, settings: Any) -> None:
    settings.RATE_LIMIT_COMPLAINTS = (1, 600)
    send(warga)
    response = send(warga, description=TEXT + " Lagi.")

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert TEXT + " Lagi." in html(response)


def test_pages_and_programs_share_one_limit(warga: Client, categories: Categories, settings: Any) -> None:
    settings.RATE_LIMIT_COMPLAINTS = (1, 600)
    send(warga)

    assert warga.post("/api/v1/complaints", GOOD).status_code == 429


def test_lines_count_once_however_the_browser_ends_them(warga: Client, categories: Categories) -> None:
    text = "\r\n".join(["baris"] * 666)  # 3995 letters for a person, 4660 for the wire
    assert send(warga, description=text).status_code == 303
    assert Complaint.objects.get().description.count("\n") == 665


def test_a_pin_from_the_front_page_is_taken_along(warga: Client, categories: Categories) -> None:
    page = html(warga.get(f"/lapor?lon={LON}&lat={LAT}"))

    assert hidden(page, "lon") == [LON]
    assert hidden(page, "lat") == [LAT]
    for strange in ("lon=abc&lat=1", "lon=1e9&lat=1", "lon=999&lat=1", "lon=1", "lon=%00&lat=%22%3E"):
        assert hidden(html(warga.get(f"/lapor?{strange}")), "lon") == []


def test_the_destination_is_told_before_sending(warga: Client, categories: Categories) -> None:
    url = "/lapor/tujuan"
    told = warga.get(url, {"category": "banjir", "lon": LON, "lat": LAT})
    by_name = warga.get(url, {"category": "jentik", "kelurahan": "99.01.02.1002"})
    outside = warga.get(url, {"category": "banjir", "lon": str(OUTSIDE[0]), "lat": str(OUTSIDE[1])})
    nothing = warga.get(url)

    assert "penanggung jawab" in html(told)
    assert "pendukung" in html(told)
    assert "Puskesmas Timur" in html(by_name)
    assert (outside.status_code, nothing.status_code) == (422, 422)
    assert "di luar kota" in html(outside)
    for strange in ({"lon": "nan", "lat": "1"}, {"lon": "9" * 400, "lat": "1"}, {"category": "\x00"}):
        assert warga.get(url, {"category": "banjir", **strange}).status_code == 422


def test_where_nobody_answers_the_operator_is_named(warga: Client, categories: Categories) -> None:
    Category.objects.filter(code="sampah").update(lead=None)
    told = warga.get("/lapor/tujuan", {"category": "sampah", "lon": LON, "lat": LAT})

    assert "Operator kota" in html(told)


def test_the_six_most_used_topics_come_first_without_confidential_ones(
    warga: Client, categories: Categories
) -> None:
    for _i in range(3):
        case("banjir")
    case("sampah")
    for _i in range(5):
        case("sampah", confidential=True)

    codes = [topic.code for topic in warga.get("/lapor").context["most_used"]]
    assert codes[:2] == ["banjir", "sampah"]
    assert "pungli" not in codes


@pytest.mark.django_db(databases=["default", "public"])
def test_emergencies_are_sent_to_the_emergency_number_first(warga: Client, categories: Categories) -> None:
    for path in ("/", "/lapor"):
        assert 'href="tel:112"' in html(warga.get(path))


@pytest.mark.django_db(databases=["default", "public"])
def test_nothing_on_these_pages_is_inline(warga: Client, categories: Categories) -> None:
    code = send(warga)["Location"]
    for path in ("/", "/lapor", "/lacak", code, "/lacak/tidak-ada"):
        page = warga.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*(src=|application/json))", page), path
        assert not re.search(r"\s(style|on[a-z]+)=\"", page), path


def test_a_time_is_read_in_the_citys_zone(warga: Client, categories: Categories) -> None:
    when = timezone.localtime(timezone=ZoneInfo("Asia/Jakarta")) - timedelta(hours=3)
    send(warga, occurred_at=when.strftime("%Y-%m-%dT%H:%M"))

    kept = Complaint.objects.get().occurred_at
    assert kept == when.replace(second=0, microsecond=0)


def test_ten_megabytes_of_text_are_refused_as_too_large(warga: Client, categories: Categories) -> None:
    response = send(warga, description="x" * (project.DATA_UPLOAD_MAX_MEMORY_SIZE * 10))

    assert response.status_code == 413
    assert not Complaint.objects.exists()


def test_the_check_of_an_emergency_begins_with_the_emergency_number(
    warga: Client, categories: Categories
) -> None:
    categories["banjir"].emergency = True
    categories["banjir"].save()

    assert "Telepon 112 sekarang" in html(check(warga, category="banjir")).split("Akan dikirim ke")[0]
    assert 'id="emergency-check"' not in html(check(warga, category="sampah"))


@pytest.mark.parametrize(
    "change",
    [{"category": "banjir"}, {"lon": "", "lat": "", "kelurahan": "99.01.02.1002"}, {"lat": "-7.66"}],
)
def test_what_was_changed_after_the_look_over_is_looked_over_again(
    warga: Client, categories: Categories, change: dict[str, str]
) -> None:
    (checked,) = hidden(html(check(warga)), "checked")
    refused = send(warga, checked=checked, **change)

    page = html(refused)
    assert refused.status_code == 200
    assert "Belum terkirim: topik atau tempat Anda ubah" in page
    assert "Akan dikirim ke" in page
    assert not Complaint.objects.exists()
    assert send(warga, checked=hidden(page, "checked")[0], **change).status_code == 303
    assert Complaint.objects.get().incident.category.code == change.get("category", "sampah")


def test_other_words_need_no_second_look_over(warga: Client, categories: Categories) -> None:
    (checked,) = hidden(html(check(warga)), "checked")

    assert send(warga, checked=checked, description=TEXT + " Sejak kemarin.").status_code == 303
