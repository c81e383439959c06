from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from incidents.models import Category, Complaint, Incident, Notice, Photo, Reporter
from incidents.policy import forget_policy
from tests.conftest import IN_KEBONSARI, OUTSIDE

URL = "/api/v1/complaints"
TEXT = "Sampah menumpuk di depan pasar sejak tiga hari."
LON, LAT = IN_KEBONSARI
GOOD = {"category": "sampah", "description": TEXT, "lon": LON, "lat": LAT}
Categories = dict[str, Category]


def post(client: Client, body: Any, **headers: str) -> Any:
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(URL, content, content_type="application/json", headers=headers)


def photo(name: str = "foto.jpg", kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def fields(response: Any) -> set[str]:
    assert response["Content-Type"].startswith("application/problem+json"), response.content
    problem = json.loads(response.content)
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == response.status_code
    return {one["field"] for one in problem["errors"] or []}


def test_a_report_is_answered_with_its_code_its_place_and_who_got_it(
    warga: Client, categories: Categories
) -> None:
    response = post(warga, GOOD | {"category": "banjir"})

    answer = response.json()
    complaint = Complaint.objects.get()
    assert response.status_code == 201
    due_at = answer.pop("due_at")
    assert datetime.fromisoformat(due_at) == complaint.incident.due_at
    assert due_at.endswith("T23:59:59+07:00")
    assert answer == {
        "tracking_code": complaint.tracking_code,
        "status": "diterima",
        "kelurahan": {"code": "99.01.01.1001", "name": "Kebonsari"},
        "kecamatan": {"code": "99.01.01", "name": "Barat"},
        "agencies": [
            {"code": "pupr", "name": "Dinas Pekerjaan Umum dan Penataan Ruang", "role": "lead"},
            {"code": "bpbd", "name": "Badan Penanggulangan Bencana Daerah", "role": "support"},
        ],
        "similar": [],
    }
    assert response["Location"] == f"{URL}/{complaint.tracking_code}"
    assert complaint.channel == "api"


def test_multipart_says_the_same_with_photos(warga: Client, categories: Categories) -> None:
    sent = {
        **GOOD,
        "anonymous": "true",
        "confidential": "false",
        "reporter.name": "Siti Rahma",
        "reporter.email": "siti@example.org",
        "occurred_at": (timezone.now() - timedelta(hours=2)).isoformat(),
        "photos": [photo("a.jpg"), photo("b.png", "PNG"), photo("c.webp", "WEBP")],
    }
    response = warga.post(URL, sent)

    complaint = Complaint.objects.get()
    assert response.status_code == 201
    assert (complaint.anonymous, complaint.confidential) == (True, False)
    assert Reporter.objects.get().email == "siti@example.org"
    assert Photo.objects.filter(complaint=complaint).count() == 3
    assert complaint.incident.location is not None
    assert complaint.incident.location.coords == (LON, LAT)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"lon": OUTSIDE[0], "lat": OUTSIDE[1]}, {"lon"}),
        ({"lon": LAT, "lat": LON}, {"lat"}),
        ({"lon": float("nan")}, {"lon"}),
        ({"lon": float("inf")}, {"lon"}),
        ({"lon": 10**400}, {"lon"}),
        ({"lon": str(LON)}, {"lon"}),
        ({"lon": True}, {"lon"}),
        ({"lon": None}, {"lon"}),
        ({"lon": None, "lat": None}, {"lon"}),
        ({"lon": None, "lat": None, "kelurahan": "99.99.99.9999"}, {"kelurahan"}),
        ({"kelurahan": "99.01.02.1002"}, {"kelurahan"}),
        ({"kelurahan": "\x00"}, {"kelurahan"}),
        ({"category": "tidak-ada"}, {"category"}),
        ({"category": "lingkungan"}, {"category"}),
        ({"category": "\x00"}, {"category"}),
        ({"category": "\ud800"}, {"category"}),
        ({"category": ["sampah"]}, {"category"}),
        ({"description": "pendek"}, {"description"}),
        ({"description": "x" * 4001}, {"description"}),
        ({"description": TEXT + "\x00"}, {"description"}),
        ({"description": TEXT + "\udfff"}, {"description"}),
        ({"description": None}, {"description"}),
        ({"address_note": "x" * 501}, {"address_note"}),
        ({"anonymous": "true"}, {"anonymous"}),
        ({"confidential": None}, {"confidential"}),
        ({"anonymus": True}, {"anonymus"}),
        ({"reporter": "Siti"}, {"reporter"}),
        ({"reporter": {"email": "bukan surel"}}, {"reporter.email"}),
        ({"reporter": {"email": "x" * 250 + "@a.id", "phone": "abc"}}, {"reporter.email", "reporter.phone"}),
        ({"reporter": {"name": "x" * 121}}, {"reporter.name"}),
        ({"reporter": {"nik": "1"}}, {"reporter.nik"}),
        ({"occurred_at": "kemarin"}, {"occurred_at"}),
        ({"occurred_at": "2026-13-40T00:00:00Z"}, {"occurred_at"}),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, {"occurred_at"}),
        ({"occurred_at": "2026-11-20T08:30:00"}, {"occurred_at"}),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, {"occurred_at"}),
        ({"occurred_at": 1700000000}, {"occurred_at"}),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_kept(
    warga: Client, categories: Categories, change: dict[str, Any], named: set[str]
) -> None:
    response = post(warga, GOOD | change)

    assert response.status_code == 422
    assert fields(response) == named
    assert not Incident.objects.exists()


@pytest.mark.parametrize("body", ["{", " ", b"\xff\xfe", "[" * 100_000, '{"lon": ' + "1" * 5000 + "}"])
def test_what_is_no_json_is_a_bad_request(warga: Client, categories: Categories, body: str | bytes) -> None:
    response = post(warga, body)

    assert response.status_code == 400
    assert fields(response) == set()


@pytest.mark.parametrize("body", ["[]", "null", "1", '"laporan"', "NaN"])
def test_json_that_is_no_object_cannot_be_processed(warga: Client, categories: Categories, body: str) -> None:
    assert post(warga, body).status_code == 422


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_other_kinds_of_content_are_not_accepted(warga: Client, categories: Categories, kind: str) -> None:
    response = warga.post(URL, json.dumps(GOOD), content_type=kind)

    assert response.status_code == 415
    assert fields(response) == set()


def test_broken_multipart_is_refused(warga: Client, categories: Categories) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="category"\r\n\r\nsampah\r\n--x--\r\n'
    kinds = {
        "multipart/form-data": {400},  # where does a part end?
        "multipart/form-data; boundary=x; charset=rot13": {400, 415},
    }
    for kind, statuses in kinds.items():
        response = warga.generic("POST", URL, body, content_type=kind)
        assert response.status_code in statuses
        assert fields(response) == set()


def test_in_multipart_numbers_are_ascii_decimals_and_fields_come_once(
    warga: Client, categories: Categories
) -> None:
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({"lon": "112,91"}, {"lon"}),
        ({"lon": "١١٢.٩١"}, {"lon"}),
        ({"lon": "1e2"}, {"lon"}),
        ({"lat": "nan"}, {"lat"}),
        ({"anonymous": "ja"}, {"anonymous"}),
        ({"category": ["sampah", "banjir"]}, {"category"}),
        ({"lampiran": photo()}, {"lampiran"}),
        ({"reporter": "Siti"}, {"reporter"}),
    ]
    for change, named in cases:
        response = warga.post(URL, GOOD | change)
        assert (response.status_code, fields(response)) == (422, named)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ZIP = b"PK\x03\x04" + b"\x00" * 60


@pytest.mark.parametrize(
    ("content", "status"),
    [(SVG, 415), (ZIP, 415), (b"GIF89a" + b"\x00" * 40, 415), (b"", 415)],
)
def test_what_is_no_photo_is_not_accepted(
    warga: Client, categories: Categories, content: bytes, status: int
) -> None:
    upload = SimpleUploadedFile("foto.jpg", content, "image/jpeg")
    response = warga.post(URL, GOOD | {"photos": [upload]})

    assert response.status_code == status
    assert fields(response) == {"photos"}
    assert not Complaint.objects.exists()


def test_a_photo_that_ends_in_the_middle_is_refused(warga: Client, categories: Categories) -> None:
    whole = photo(size=(400, 300)).read()
    response = warga.post(URL, GOOD | {"photos": [SimpleUploadedFile("a.jpg", whole[: len(whole) // 2])]})

    assert (response.status_code, fields(response)) == (422, {"photos"})


def test_a_decompression_bomb_is_refused(warga: Client, categories: Categories) -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    response = warga.post(URL, GOOD | {"photos": [SimpleUploadedFile("b.png", out.getvalue())]})

    assert (response.status_code, fields(response)) == (422, {"photos"})


@pytest.mark.parametrize("count", [6, 11])
def test_more_than_five_photos_are_refused(warga: Client, categories: Categories, count: int) -> None:
    response = warga.post(URL, GOOD | {"photos": [photo(f"{i}.jpg") for i in range(count)]})

    assert (response.status_code, fields(response)) == (422, {"photos"})


def test_of_several_photos_the_bad_one_is_named_by_its_number(warga: Client, categories: Categories) -> None:
    response = warga.post(URL, GOOD | {"photos": [photo(), SimpleUploadedFile("b.jpg", SVG)]})

    assert "2" in response.json()["errors"][0]["message"]


def test_a_photo_of_more_than_ten_megabytes_is_too_large(warga: Client, categories: Categories) -> None:
    upload = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"\x00" * (10 * 1024 * 1024))

    assert warga.post(URL, GOOD | {"photos": [upload]}).status_code == 413


def test_ten_megabytes_of_text_are_too_large_in_both_kinds_of_content(
    warga: Client, categories: Categories
) -> None:
    long = GOOD | {"description": "x" * 10_000_000}
    for response in (post(warga, long), warga.post(URL, long)):
        assert response.status_code == 413
        assert fields(response) == set()


def test_too_many_reports_in_a_short_time_have_to_wait(
    warga: Client, categories: Categories, settings: Any
) -> None:
    settings.RATE_LIMIT_COMPLAINTS = (2, 600)
    statuses = [post(warga, GOOD).status_code for _i in range(2)]
    refused = post(warga, GOOD)
    elsewhere = warga.post(URL, json.dumps(GOOD), content_type="application/json", REMOTE_ADDR="10.1.2.3")

    assert statuses == [201, 201]
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 600
    assert elsewhere.status_code == 201


def test_refusals_speak_indonesian_and_on_request_english(warga: Client, categories: Categories) -> None:
    bad = GOOD | {"category": "tidak-ada"}

    assert "pilih" in post(warga, bad).json()["errors"][0]["message"].lower()
    english = post(warga, bad, **{"Accept-Language": "en"}).json()["errors"][0]["message"]
    assert english == "Please choose a category from the list."


def test_categories_are_a_tree_without_those_out_of_use(warga: Client, categories: Categories) -> None:
    Category.objects.filter(code="pungli").update(active=False)
    (group,) = warga.get("/api/v1/categories").json()

    assert (group["code"], group["name"], group["tier"]) == ("lingkungan", "Lingkungan", "open")
    assert [child["code"] for child in group["children"]] == ["sampah", "banjir", "jentik"]
    assert group["children"][0] == {
        "code": "sampah", "name": "Sampah menumpuk", "tier": "open", "sla_days": 14, "children": [],
    }  # fmt: skip


# each process looks at them at most once a second or two
ONCE_IN_A_WHILE = ("geo_city", "geo_mapversion", "incidents_dayoff", "incidents_limit")
QUERIES_OF_A_REPORT = [
    "INSERT INTO incidents_ratewindow",  # how many did this client send?
    "SAVEPOINT",  # BEGIN outside of tests
    "SELECT unnest",  # one at a time at one spot
    "SELECT incidents_incident",  # is it there already?
    "INSERT INTO incidents_incident",
    "INSERT INTO incidents_complaint",
    "INSERT INTO incidents_entry",  # received
    "INSERT INTO incidents_assignment",
    "INSERT INTO incidents_entry",  # sent to the agencies
    "INSERT INTO incidents_notice",
    "SELECT procrastinate_defer_jobs_v1",  # the job that sends the notices
    "SELECT incidents_incident",  # what is offered to follow
    "RELEASE SAVEPOINT",  # COMMIT
]


def table_of(sql: str) -> str:
    """`SELECT geo_edition`, `INSERT INTO incidents_entry`: the verb and what it is about."""
    plain = sql.replace('"', " ")
    verb = re.match(r"\s*(INSERT INTO|SELECT|RELEASE SAVEPOINT|SAVEPOINT)", plain)
    about = re.search(r"INSERT INTO\s+(\w+)|(procrastinate_\w+)\(|FROM\s+(\w+)", plain)
    assert verb, sql
    return " ".join([verb[1], *(name for name in (about.groups() if about else ()) if name)])


def test_a_report_takes_thirteen_statements_and_each_is_known(
    warga: Client, joining: Categories, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "incidents.policy.KEEP_SECONDS", 60.0
    )  # as in production: topics are kept for a while
    forget_policy()
    post(warga, GOOD)
    with CaptureQueriesContext(connection) as seen:
        post(warga, GOOD | {"lon": IN_KEBONSARI[0] + 0.005})

    statements = [table_of(query["sql"]) for query in seen.captured_queries]
    assert [one for one in statements if not one.endswith(ONCE_IN_A_WHILE)] == QUERIES_OF_A_REPORT


def test_the_openapi_document_describes_both_kinds_of_content_and_every_refusal(warga: Client) -> None:
    operation = warga.get("/api/v1/openapi.json").json()["paths"]["/api/v1/complaints"]["post"]

    assert set(operation["requestBody"]["content"]) == {"application/json", "multipart/form-data"}
    assert set(operation["responses"]) == {"200", "201", "400", "409", "413", "415", "422", "429"}
    refusals = [operation["responses"][status]["content"] for status in ("400", "422", "429")]
    assert all(set(one) == {"application/problem+json"} for one in refusals)


def test_no_notice_goes_out_without_a_way_to_reach_the_reporter(
    warga: Client, categories: Categories
) -> None:
    post(warga, GOOD)
    assert not Notice.objects.filter(to="reporter").exists()

    post(warga, GOOD | {"reporter": {"email": "siti@example.org"}})
    assert Notice.objects.filter(to="reporter").count() == 1


def test_times_are_kept_as_they_were_said(warga: Client, categories: Categories) -> None:
    post(warga, GOOD | {"occurred_at": "2026-11-20T08:30:00+07:00"})

    assert Complaint.objects.get().occurred_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
