"""The officers' inbox and case page, as a browser without scripts and as htmx ask for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geo.models import Agency
from incidents.models import Assignment, Camera, Category, CctvEvent, Entry, Incident
from incidents.workflow import assign
from tests.conftest import IN_KEPEL, signed_in
from tests.incidents.made import ANSWER, TEXT, case, do, jpeg, picture, viewer

Categories = dict[str, Category]
K = Entry.Kind
PANE = {"HX-Request": "true"}
LATE = timedelta(days=60)


def photo(content: bytes | None = None, name: str = "hasil.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg() if content is None else content, "image/jpeg")


def listed(client: Client, query: str = "") -> list[int]:
    return [row.pk for row in client.get(f"/meja?{query}").context["rows"]]


def numbers(client: Client, query: str = "") -> dict[str, int]:
    return {view.label: view.count for view in client.get(f"/meja?{query}").context["saved_views"]}


def queries(client: Client, path: str) -> int:
    """How often a page asks the database, without what a process remembers for a second or two (geo/)."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    remembered = (
        'FROM "geo_city"',
        'FROM "geo_mapversion"',
        'FROM "geo_edition"',
        'FROM "geo_area"',
        'FROM "geo_servicearea"',
    )
    return sum(not any(table in one["sql"] for table in remembered) for one in asked.captured_queries)


@pytest.fixture
def dlh(petugas_dlh: User) -> Client:
    return signed_in(petugas_dlh)


# -- the inbox -------------------------------------------------------------------------------------


def test_the_most_urgent_case_comes_first_and_each_state_is_counted(
    categories: Categories, petugas_dlh: User, dlh: Client
) -> None:
    new, late, working, done = case(), case(age=LATE), case(age=timedelta(days=6)), case()
    do(petugas_dlh, working, K.ACCEPTED)
    do(petugas_dlh, done, K.RESOLVED)

    assert listed(dlh) == [late.pk, working.pk, new.pk]
    assert numbers(dlh) == {
        "Terbuka": 3, "Terlambat": 1, "Baru": 1, "Dikerjakan": 1, "Selesai": 1, "Semua": 4,
    }  # fmt: skip


def test_what_is_late_says_so_in_shape_word_and_days(categories: Categories, dlh: Client) -> None:
    case(age=LATE)
    page = dlh.get("/meja").content.decode()

    assert 'class="desk-row late"' in page
    assert "Terlambat 3" in page or "Terlambat 4" in page  # the days depend on this year's holidays
    assert "belum diterima" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=baru", ["plain", "elsewhere", "other"]),
        ("status=terlambat", ["late"]),
        ("status=dikerjakan", ["working"]),
        ("status=selesai", ["done"]),
        ("status=semua", ["plain", "late", "working", "done", "elsewhere", "other"]),
        ("kategori=pohon", ["other"]),
        ("kelurahan=99.01.02.1002", ["elsewhere"]),
        ("peran=support", []),
        ("peran=lead&kategori=pohon", ["other"]),
        ("q=kepel", ["elsewhere"]),
        ("q=pohon", ["other"]),
        ("q=tidak ada", []),
        ("status=aneh&urut=aneh&peran=aneh&page=aneh", ["plain", "late", "working", "elsewhere", "other"]),
        ("q=%00&kategori=%00", ["plain", "late", "working", "elsewhere", "other"]),
        (f"q={'9' * 40}", []),
    ],
)
def test_filters_show_what_they_say(
    categories: Categories,
    petugas_dlh: User,
    dlh: Client,
    agencies: dict[str, Agency],
    query: str,
    found: list[str],
) -> None:
    Category.objects.create(
        code="pohon", parent=categories["lingkungan"], name_id="Pohon tumbang", name_en="Fallen tree", tier="open",
        sla_days=14, lead=agencies["dlh"],
    )  # fmt: skip
    made = {
        "plain": case(),
        "late": case(age=LATE),
        "working": case(),
        "done": case(),
        "elsewhere": case(at=IN_KEPEL),
        "other": case("pohon"),
    }
    do(petugas_dlh, made["working"], K.ACCEPTED)
    do(petugas_dlh, made["done"], K.RESOLVED)

    assert set(listed(dlh, query)) == {made[name].pk for name in found}


def test_a_number_is_found_whatever_its_state(categories: Categories, petugas_dlh: User, dlh: Client) -> None:
    case()
    done = case()
    do(petugas_dlh, done, K.RESOLVED)
    assert listed(dlh, f"q=%23{done.pk}") == [done.pk]


def test_a_supporter_is_done_when_its_own_part_is(
    categories: Categories, petugas_lain: User, operator: User, agencies: dict[str, Agency]
) -> None:
    incident = case()
    assign(incident, agencies["pupr"], Assignment.Role.SUPPORT, viewer(operator))
    pupr = signed_in(petugas_lain)
    assert listed(pupr, "peran=support&status=baru") == [incident.pk]

    do(petugas_lain, incident, K.RESOLVED)

    assert listed(pupr, "status=selesai") == [incident.pk]
    incident.refresh_from_db()
    assert incident.status == Incident.Status.WORKING


def test_the_operator_sees_all_and_what_belongs_to_nobody(
    categories: Categories, operator: User, petugas_dlh: User
) -> None:
    Category.objects.filter(code="pungli").update(lead=None)
    with_agency, orphan, returned = case(), case("pungli"), case()
    do(petugas_dlh, returned, K.RETURNED, "Bukan wewenang kami.")
    desk = signed_in(operator)

    assert set(listed(desk)) == {with_agency.pk, orphan.pk, returned.pk}
    assert set(listed(desk, "status=tanpa-penanggung-jawab")) == {orphan.pk, returned.pk}
    assert listed(desk, "status=dikembalikan") == [returned.pk]
    assert numbers(desk)["Tanpa penanggung jawab"] == 2


def test_an_agency_has_no_view_of_what_belongs_to_nobody(categories: Categories, dlh: Client) -> None:
    incident = case()
    assert listed(dlh, "status=tanpa-penanggung-jawab") == [incident.pk]  # the usual view instead
    assert "Tanpa penanggung jawab" not in numbers(dlh)


def test_more_cases_than_fit_come_in_pages(
    categories: Categories, dlh: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.desk.inbox.PER_PAGE", 2)
    made = [case(age=timedelta(days=days)) for days in (3, 2, 1)]

    assert listed(dlh, "urut=terbaru") == [made[2].pk, made[1].pk]
    assert listed(dlh, "urut=terbaru&page=2") == [made[0].pk]
    assert 'href="?urut=terbaru&amp;page=1"' in dlh.get("/meja?urut=terbaru&page=2").content.decode()


def test_an_empty_inbox_says_what_will_be_there(petugas_dlh: User, dlh: Client) -> None:
    assert "Semua sudah ditangani" in dlh.get("/meja").content.decode()
    assert "Tidak ada yang cocok" in dlh.get("/meja?q=zzz").content.decode()


def test_the_map_shows_the_cases_of_the_list(categories: Categories, dlh: Client) -> None:
    incident = case()
    case(at=None, kelurahan="99.01.01.1001")
    answer = dlh.get("/meja/kasus.geojson").json()

    (feature,) = answer["features"]
    assert feature["properties"] == {"id": incident.pk, "state": "baru", "title": "Sampah menumpuk"}
    assert feature["geometry"]["coordinates"] == pytest.approx([112.91, -7.67])
    assert answer["without_point"] == 1
    assert not answer["cut_off"]


def test_htmx_gets_the_lists_alone(categories: Categories, dlh: Client) -> None:
    case()
    part = dlh.get("/meja", headers=PANE).content.decode()
    assert "<html" not in part
    assert 'class="desk-row' in part


@pytest.mark.parametrize("cases", [1, 12])
def test_the_inbox_asks_the_database_as_often_for_one_case_as_for_many(
    categories: Categories, dlh: Client, cases: int
) -> None:
    for _i in range(cases):
        case()
    # 1 session, 2 user, 3 member, 4 agency; 5 numbers of the views, 6 the rows, 7 the categories
    assert queries(dlh, "/meja") == 7
    # 1 session, 2 user, 3 member, 4 agency; 5 the points
    assert queries(dlh, "/meja/kasus.geojson") == 5


# -- the case --------------------------------------------------------------------------------------


def test_the_case_shows_place_clock_agencies_evidence_and_timeline(
    categories: Categories, petugas_dlh: User, dlh: Client
) -> None:
    incident = case(address_note="Depan pasar, sisi utara", anonymous=True, pictures=(picture(),))
    do(petugas_dlh, incident, K.ANSWERED)
    page = dlh.get(f"/meja/kasus/{incident.pk}").content.decode()

    for words in (
        "Sampah menumpuk", "Kebonsari", "Kecamatan Barat", TEXT, "Depan pasar, sisi utara", "anonim", "Tenggat",
        "Dinas Lingkungan Hidup", "Penanggung jawab", "menurut kategori “Sampah menumpuk”", ANSWER, "/meja/foto/",
    ):  # fmt: skip
        assert words in page
    assert "rahasia" not in page.lower()


def test_a_confidential_case_warns_whoever_opens_it(categories: Categories, dlh: Client) -> None:
    incident = case(confidential=True)
    assert "Jangan diteruskan" in dlh.get(f"/meja/kasus/{incident.pk}").content.decode()


def test_a_case_of_a_camera_names_it_and_what_it_saw(
    categories: Categories, camera: Camera, dlh: Client
) -> None:
    incident = case()
    Incident.objects.filter(pk=incident.pk).update(camera=camera, source=Incident.Source.CCTV)
    for number in range(10):
        CctvEvent.objects.create(
            source="uji", subject=str(number), camera=camera, klass="sampah", state="end", confidence=0.83, count=3,
            location=camera.location, kelurahan_code="99.01.01.1001", happened_at=timezone.now(),
            received_at=timezone.now(), incident=incident,
        )  # fmt: skip
    page = dlh.get(f"/meja/kasus/{incident.pk}").content.decode()

    assert "TPS Kebonsari" in page
    assert "dan 2 kejadian sebelumnya" in page


@pytest.mark.parametrize("entries", [1, 6])
def test_a_case_asks_the_database_as_often_for_a_short_history_as_for_a_long_one(
    categories: Categories, petugas_dlh: User, dlh: Client, entries: int
) -> None:
    incident = case(pictures=(picture(),))
    for number in range(entries):
        do(petugas_dlh, incident, K.ANSWERED, f"Jawaban ke-{number}", (picture(),))
    # 1 session, 2 user, 3 member, 4 agency; 5 the case, 6 its row, 7 assignments, 8 entries, 9 their photos,
    # 10 events, 11 complaints, 12 their photos
    assert queries(dlh, f"/meja/kasus/{incident.pk}") == 12


def test_the_most_likely_step_is_the_one_at_hand(
    categories: Categories, petugas_dlh: User, dlh: Client
) -> None:
    incident = case()

    def steps() -> tuple[bool, str | None]:
        file = dlh.get(f"/meja/kasus/{incident.pk}").context["file"]
        return file.steps.accept is not None, file.steps.usual

    assert steps() == (True, K.ANSWERED)
    do(petugas_dlh, incident, K.ACCEPTED)
    assert steps() == (False, K.ANSWERED)
    do(petugas_dlh, incident, K.ANSWERED)
    assert steps() == (False, K.RESOLVED)
    do(petugas_dlh, incident, K.RESOLVED)
    assert steps() == (False, K.ANSWERED)


# -- steps -----------------------------------------------------------------------------------------


def test_an_officer_accepts_answers_and_resolves_without_scripts(categories: Categories, dlh: Client) -> None:
    incident = case()
    address = f"/meja/kasus/{incident.pk}/langkah"

    page = dlh.post(address, {"step": "accepted"}, follow=True)
    assert page.redirect_chain == [(f"/meja/kasus/{incident.pk}", 302)]
    assert f"Kasus #{incident.pk} Anda tangani" in page.content.decode()

    page = dlh.post(address, {"step": "answered", "text": ANSWER}, follow=True)
    assert "terkirim" in page.content.decode()

    page = dlh.post(address, {"step": "resolved", "text": "Sudah diangkut.", "photos": photo()}, follow=True)
    assert "selesai. Pelapor melihat" in page.content.decode()
    incident.refresh_from_db()
    assert incident.status == Incident.Status.RESOLVED
    assert incident.entries.get(kind=K.RESOLVED).photos.count() == 1


def test_after_returning_one_is_back_at_the_inbox(categories: Categories, dlh: Client) -> None:
    incident = case()
    page = dlh.post(
        f"/meja/kasus/{incident.pk}/langkah", {"step": "returned", "text": "Ini wewenang PUPR."}, follow=True
    )
    assert page.redirect_chain == [("/meja", 302)]
    assert "kembali ke operator" in page.content.decode()


def test_htmx_gets_the_case_again_and_word_that_the_list_has_changed(
    categories: Categories, dlh: Client
) -> None:
    incident = case()
    answer = dlh.post(f"/meja/kasus/{incident.pk}/langkah", {"step": "accepted"}, headers=PANE)

    assert answer["HX-Trigger"] == "cases-changed"
    assert "<html" not in answer.content.decode()
    assert "Anda tangani" in answer.content.decode()

    answer = dlh.post(
        f"/meja/kasus/{incident.pk}/langkah", {"step": "returned", "text": "Ini wewenang PUPR."}, headers=PANE
    )
    assert "kembali ke operator" in answer.content.decode()
    assert TEXT not in answer.content.decode()


BROKEN, HUGE = jpeg()[:400], b"\xff\xd8" + bytes(10_500_000)


@pytest.mark.parametrize(
    ("kind", "text", "upload", "status", "told"),
    [
        ("answered", "ok", None, 422, "5 sampai 4000"),
        ("resolved", "Sudah bersih semua.", None, 422, "foto"),
        ("resolved", "Sudah bersih semua.", (b"<svg/>", "a.svg"), 415, "JPEG"),
        ("resolved", "Sudah bersih semua.", (BROKEN, "a.jpg"), 422, "rusak"),
        ("resolved", "Sudah bersih semua.", (HUGE, "a.jpg"), 413, "10 MB"),
        ("terbang", "Sudah bersih semua.", None, 422, "pilih"),
        ("", "", None, 422, "pilih"),
    ],
)
@pytest.mark.parametrize("headers", [{}, PANE])
def test_what_is_refused_is_told_beside_what_was_typed(
    categories: Categories,
    dlh: Client,
    kind: str,
    text: str,
    upload: tuple[bytes, str] | None,
    status: int,
    told: str,
    headers: dict[str, str],
) -> None:
    incident = case()
    data: dict[str, object] = {"step": kind, "text": text}
    if upload:
        data["photos"] = photo(*upload)
    answer = dlh.post(f"/meja/kasus/{incident.pk}/langkah", data, headers=headers)
    page = answer.content.decode()

    assert answer.status_code == status
    assert told in page
    if headers:
        assert answer["HX-Retarget"] == "#refusal"
    else:
        assert text in page
    assert incident.entries.count() == 2


def test_too_many_photos_are_refused(categories: Categories, dlh: Client) -> None:
    incident = case()
    data = {"step": "resolved", "text": "Sudah bersih.", "photos": [photo() for _i in range(6)]}
    assert dlh.post(f"/meja/kasus/{incident.pk}/langkah", data).status_code == 422


def test_news_is_brought_along_when_a_step_came_too_late(
    categories: Categories, petugas_dlh: User, kepala_dlh: User
) -> None:
    incident = case()
    seen = incident.entries.latest("pk").pk
    do(petugas_dlh, incident, K.ANSWERED, "Truk datang besok pagi.")
    data = {"step": "answered", "text": "Sedang kami jadwalkan.", "seen": str(seen)}
    address = f"/meja/kasus/{incident.pk}/langkah"
    client = signed_in(kepala_dlh)

    answer = client.post(address, data, headers=PANE)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "perkembangan baru" in page
    assert "Truk datang besok pagi." in page
    newest = incident.entries.latest("pk").pk
    assert f'value="{newest}" hx-swap-oob="true"' in page

    assert client.post(address, data | {"seen": str(newest)}, headers=PANE).status_code == 200


def test_steps_need_a_form_of_ours(categories: Categories, petugas_dlh: User) -> None:
    incident = case()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(petugas_dlh)
    assert strict.post(f"/meja/kasus/{incident.pk}/langkah", {"step": "accepted"}).status_code == 403
    assert strict.get(f"/meja/kasus/{incident.pk}/langkah").status_code == 405


# -- operators -------------------------------------------------------------------------------------


def test_an_operator_gives_a_case_to_an_agency(
    categories: Categories, operator: User, agencies: dict[str, Agency]
) -> None:
    incident = case()
    page = signed_in(operator).post(
        f"/meja/kasus/{incident.pk}/disposisi", {"agency": "bpbd", "role": "lead"}, follow=True
    )
    assert "diteruskan ke BPBD" in page.content.decode()
    assert incident.assignments.get(role="lead").agency == agencies["bpbd"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"agency": "", "role": "lead"}, 422),
        ({"agency": "tidak-ada", "role": "lead"}, 422),
        ({"agency": "a\x00b", "role": "lead"}, 422),
        ({"agency": "bpbd", "role": "raja"}, 422),
        ({"agency": "dlh", "role": "lead"}, 409),
        ({"agency": "dlh", "role": "support"}, 409),
    ],
)
def test_what_cannot_be_given_is_told(
    categories: Categories, operator: User, sent: dict[str, str], status: int
) -> None:
    incident = case()
    answer = signed_in(operator).post(f"/meja/kasus/{incident.pk}/disposisi", sent)

    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert incident.assignments.count() == 1
