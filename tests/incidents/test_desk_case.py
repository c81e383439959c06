"""A case on the desk, and what staff does with it: as a browser without scripts and as htmx ask for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from geo.models import Agency
from incidents.assigning import assign
from incidents.models import Assignment, Camera, Category, CctvEvent, Entry, Incident
from tests.conftest import signed_in
from tests.incidents.made import ANSWER, TEXT, case, do, jpeg, picture, queries, viewer

Categories = dict[str, Category]
K = Entry.Kind
PANE = {"HX-Request": "true"}
LATE = timedelta(days=60)


def photo(content: bytes | None = None, name: str = "hasil.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg() if content is None else content, "image/jpeg")


@pytest.fixture
def dlh(petugas_dlh: User) -> Client:
    return signed_in(petugas_dlh)


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
    # 10 events, 11 complaints, 12 their photos, 13 all agencies, 14 the places near it,
    # 15 what was merged into it, 16 whether the agency leads it, 17 what was put right, 18 what was missed,
    # 19 who outside has it, 20 the reports that came from other cases: what is between them and staff comes along
    assert queries(dlh, f"/meja/kasus/{incident.pk}") == 20


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
    assert incident.phase == Incident.Phase.RESOLVED
    assert incident.entries.get(kind=K.RESOLVED).photos.count() == 1


def test_after_returning_one_is_back_at_the_inbox(categories: Categories, dlh: Client) -> None:
    incident = case()
    page = dlh.post(
        f"/meja/kasus/{incident.pk}/langkah",
        {"step": "returned", "text": "Ini wewenang PUPR.", "whose": "pupr"},
        follow=True,
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
        f"/meja/kasus/{incident.pk}/langkah",
        {"step": "returned", "text": "Ini wewenang PUPR.", "whose": "pupr"},
        headers=PANE,
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
        ("terbang", "Sudah bersih semua.", None, 422, "ilih apa"),
        ("", "", None, 422, "ilih apa"),
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


@pytest.mark.parametrize(("headers", "told"), [({}, "Anda belum masuk"), (PANE, "Sesi Anda sudah berakhir")])
def test_who_is_no_longer_signed_in_reads_plain_words(
    categories: Categories, warga: Client, headers: dict[str, str], told: str
) -> None:
    answer = warga.post(f"/meja/kasus/{case().pk}/langkah", {"step": "accepted"}, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 401
    assert told in page
    assert "atau token" not in page
    assert 'href="/masuk"' in page


def test_a_case_that_only_cameras_reported_promises_nothing_to_a_reporter(
    categories: Categories, dlh: Client, operator: User
) -> None:
    incident = case()
    incident.complaints.all().delete()
    address = f"/meja/kasus/{incident.pk}"
    told = [dlh.get(address).content.decode(), signed_in(operator).get(address).content.decode()]
    assert "Tidak ada warga yang melaporkan kasus ini" in told[0]
    for step in ("accepted", "answered", "resolved"):
        data = {"step": step, "text": ANSWER, "photos": photo()}
        answer = dlh.post(f"{address}/langkah", data, follow=True)
        assert answer.status_code == 200
        told.append(answer.content.decode())
    assert "Kasus #" in told[-1]
    assert [page for page in told if "pelapor" in page.lower()] == []

    other = case()
    other.complaints.all().delete()
    assert "pelapor" not in _after_returning(dlh, other).lower()
    given = {"agency": "bpbd", "role": "support"}
    third = case()
    third.complaints.all().delete()
    answer = signed_in(operator).post(f"/meja/kasus/{third.pk}/disposisi", given, follow=True)
    assert "diteruskan ke BPBD" in answer.content.decode()
    assert "pelapor" not in answer.content.decode().lower()


def _after_returning(client: Client, incident: Incident) -> str:
    data = {"step": "returned", "text": "Ini wewenang PUPR.", "whose": "pupr"}
    page = client.post(f"/meja/kasus/{incident.pk}/langkah", data, headers=PANE).content.decode()
    assert "kembali ke operator" in page
    return page


def test_who_is_done_first_finishes_its_part_and_the_last_one_resolves_the_case(
    categories: Categories, agencies: dict[str, Agency], operator: User, petugas_lain: User, dlh: Client
) -> None:
    incident = case()
    assign(incident, agencies["pupr"], Assignment.Role.SUPPORT, viewer(operator))
    address = f"/meja/kasus/{incident.pk}"
    resolves, finishes = "masalahnya teratasi", "Apakah bagian Anda sudah selesai?"

    for client in (dlh, signed_in(petugas_lain)):
        page = client.get(address).content.decode()
        assert (resolves in page, finishes in page) == (False, True)

    do(petugas_lain, incident, K.RESOLVED)
    page = dlh.get(address).content.decode()
    assert (resolves in page, finishes in page) == (True, False)


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


@pytest.mark.parametrize("headers", [{}, PANE])
def test_two_operators_do_not_overwrite_each_other(
    categories: Categories, operator: User, agencies: dict[str, Agency], headers: dict[str, str]
) -> None:
    incident = case()
    client, address = signed_in(operator), f"/meja/kasus/{incident.pk}/disposisi"
    seen = client.get(f"/meja/kasus/{incident.pk}").context["file"].seen
    assign(incident, agencies["pupr"], Assignment.Role.LEAD, viewer(operator))
    wanted = {"agency": "bpbd", "role": "support", "seen": str(seen)}

    answer = client.post(address, wanted, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "perkembangan baru" in page
    assert agencies["pupr"].name in page
    assert incident.assignments.get(role="lead").agency == agencies["pupr"]
    newest = incident.entries.latest("pk").pk
    if headers:
        assert answer["HX-Retarget"] == "#refusal"  # what was chosen stays as it is
        assert f'value="{newest}" hx-swap-oob="true"' in page
    else:
        assert '<option value="bpbd" selected>' in page
        assert '<input type="radio" name="role" value="support" checked>' in page
        assert f'name="seen" id="case-seen" value="{newest}"' in page

    assert client.post(address, wanted | {"seen": str(newest)}, follow=True).status_code == 200
    assert incident.assignments.get(agency=agencies["bpbd"]).role == Assignment.Role.SUPPORT


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
