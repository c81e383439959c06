"""An outside agency opens its link, answers without an account, and meets clear words when the link is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from geo.errors import Invalid
from geo.models import Agency
from incidents.assigning import assign, release
from incidents.models import (
    Assignment,
    Category,
    Complaint,
    Entry,
    Incident,
    Notice,
    Photo,
    PrivacyRequest,
    Referral,
    ReferralLink,
)
from incidents.visibility import raise_privacy
from tests.conftest import person, signed_in
from tests.incidents.made import case, do, picture, viewer
from tests.incidents.outside import WORDS, address, forwarded, outsider
from tests.incidents.test_desk_case import photo

Categories = dict[str, Category]
K, A, P = Entry.Kind, Assignment.Status, Incident.Phase
TEXT = "Kabel menjuntai di depan rumah Bu Siti, telepon 0812-3456-7890."


@pytest.fixture
def pln(categories: Categories) -> Agency:
    return outsider()


@pytest.fixture
def incident(pln: Agency) -> Incident:
    return case(description=TEXT, pictures=(picture(),))


def reply(
    client: Client, path: str, kind: str = "outside", text: str = "Petugas kami berangkat.", **more: Any
) -> Any:
    return client.post(path, {"kind": kind, "text": text, "after": "0"} | more)


# -- forwarding ------------------------------------------------------------------------------------


def test_an_operator_forwards_a_case_and_the_reporter_hears_to_whom(
    incident: Incident, pln: Agency, operator: User, warga: Client
) -> None:
    desk, complaint = signed_in(operator), incident.complaints.get()
    form = desk.get(f"/meja/kasus/{incident.pk}/teruskan").content.decode()
    assert "[telepon]" in form
    assert f'name="reports" value="{complaint.pk}" checked' in form

    sent = {
        "outsider": "pln",
        "role": "lead",
        "text": WORDS,
        "reports": [complaint.pk],
        "external_id": "G-77/2026",
    }
    page = desk.post(f"/meja/kasus/{incident.pk}/teruskan", sent, follow=True).content.decode()

    incident.refresh_from_db()
    assert (incident.status, incident.phase) == ("diteruskan", P.OUTSIDE)
    assert "diteruskan kepada PLN" in page
    assert "Belum dibuka" in page
    told = warga.get(f"/lacak/{complaint.tracking_code}").content.decode()
    assert "Diteruskan kepada PLN" in told
    assert WORDS not in told
    assert f'data-case="{incident.pk}"' in desk.get("/meja?q=G-77/2026&tampilan=semua").content.decode()


@pytest.mark.parametrize(
    ("sent", "status", "named"),
    [
        ({"outsider": ""}, 422, "kepada siapa"),
        ({"outsider": "dlh"}, 422, "kepada siapa"),
        ({"outsider": "tanpa-surel"}, 422, "email"),
        ({"text": ""}, 422, "5 sampai 4000"),
        ({"external_id": "x" * 81}, 422, "80 karakter"),
        ({"seen": "1"}, 409, "perkembangan baru"),
        ({"reports": "9" * 40, "text": ""}, 422, "5 sampai 4000"),
    ],
)
def test_what_cannot_be_forwarded_is_told_beside_what_was_typed(
    incident: Incident, pln: Agency, operator: User, sent: dict[str, str], status: int, named: str
) -> None:
    Agency.objects.create(code="tanpa-surel", name="Balai Besar", kind=Agency.OUTSIDE)
    wanted = {"outsider": "pln", "role": "lead", "text": WORDS} | sent
    answer = signed_in(operator).post(f"/meja/kasus/{incident.pk}/teruskan", wanted)
    assert answer.status_code == status
    assert named in answer.content.decode()
    assert wanted["text"] in answer.content.decode()
    assert not Referral.objects.exists()


def test_a_confidential_case_goes_outside_only_when_that_is_confirmed(pln: Agency, operator: User) -> None:
    secret = case(confidential=True)
    desk, wanted = signed_in(operator), {"outsider": "pln", "role": "lead", "text": WORDS}
    page = desk.get(f"/meja/kasus/{secret.pk}/teruskan").content.decode()
    assert f'name="reports" value="{secret.complaints.get().pk}">' in page  # not chosen by itself
    assert desk.post(f"/meja/kasus/{secret.pk}/teruskan", wanted).status_code == 422
    assert desk.post(f"/meja/kasus/{secret.pk}/teruskan", wanted | {"confirmed": "1"}).status_code == 302
    assert not Referral.objects.get().complaints.exists()


def test_outside_agencies_are_not_given_cases_like_the_citys_own(
    incident: Incident, pln: Agency, operator: User, petugas_dlh: User
) -> None:
    desk, dlh = signed_in(operator), signed_in(petugas_dlh)
    page = desk.get(f"/meja/kasus/{incident.pk}").content.decode()
    assert '<option value="pln"' not in page
    given = desk.post(f"/meja/kasus/{incident.pk}/disposisi", {"agency": "pln", "role": "lead"})
    asked = dlh.post(
        f"/meja/kasus/{incident.pk}/tindakan/invited", {"agency": "pln", "text": "Mohon dibantu."}
    )
    assert (given.status_code, asked.status_code) == (422, 422)
    dlh.post(
        f"/meja/kasus/{incident.pk}/langkah",
        {"step": "returned", "text": "Ini kabel listrik.", "whose": "pln"},
    )
    assert "Teruskan ke PLN" in desk.get(f"/meja/kasus/{incident.pk}").content.decode()


def test_only_operators_forward(incident: Incident, petugas_dlh: User, warga: Client) -> None:
    for way in ("teruskan", "tautan/pln"):
        path = f"/meja/kasus/{incident.pk}/{way}"
        assert signed_in(petugas_dlh).post(path).status_code == 403
        assert warga.post(path).status_code == 401


# -- what the link shows ---------------------------------------------------------------------------


@pytest.mark.parametrize("photos", [True, False])
def test_the_link_shows_what_was_passed_on_and_nothing_else(
    incident: Incident, pln: Agency, operator: User, petugas_dlh: User, warga: Client, photos: bool
) -> None:
    do(petugas_dlh, incident, K.ANSWERED, "Rahasia dapur kami.", (picture(),))
    other = case("banjir", pictures=(picture(),))
    forwarded(operator, incident, pln, photos=photos, role=Assignment.Role.SUPPORT)
    path = address(incident)

    answer = warga.get(path)
    page = answer.content.decode()
    assert "Kabel menjuntai" in page
    assert "[telepon]" in page
    assert WORDS in page
    for hidden in ("0812", "Rahasia dapur", incident.complaints.get().tracking_code, "/meja/"):
        assert hidden not in page
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]

    passed, worked, foreign = (
        Photo.objects.get(complaint__incident=incident), Photo.objects.get(entry__incident=incident),
        Photo.objects.get(complaint__incident=other),
    )  # fmt: skip
    opened = [warga.get(f"{path}/foto/{one.pk}").status_code for one in (passed, worked, foreign)]
    assert opened == [200 if photos else 404, 404, 404]
    assert (f"/foto/{passed.pk}" in page) is photos


def test_a_report_that_comes_in_later_is_not_passed_on_by_itself(
    incident: Incident, pln: Agency, operator: User, warga: Client
) -> None:
    forwarded(operator, incident, pln)
    later = case(description="Ini laporan lain yang datang kemudian.").complaints.get()
    Complaint.objects.filter(pk=later.pk).update(incident=incident)
    assert "datang kemudian" not in warga.get(address(incident)).content.decode()


# -- answers ---------------------------------------------------------------------------------------


def test_it_answers_several_times_then_says_that_it_is_done(
    incident: Incident, pln: Agency, operator: User, warga: Client
) -> None:
    Category.objects.filter(code="sampah").update(auto_release=True)  # the rule for the city's own agencies
    forwarded(operator, incident, pln)
    release(incident, Agency.objects.get(code="dlh"), viewer(operator), "Ini kabel listrik.")
    path = address(incident)

    page = warga.get(reply(warga, path, external_id="PLN-5").url).content.decode()
    assert "Petugas kami berangkat." in page
    first = incident.entries.get(kind=K.OUTSIDE)
    assert (first.agency, first.public, first.released_at) == (pln, True, None)
    assert Referral.objects.get().external_id == "PLN-5"

    done = reply(warga, path, "resolved", "Kabel sudah dirapikan.", after="1", photos=photo())
    assert "jawaban Anda sudah kami terima" in done.content.decode()
    incident.refresh_from_db()
    assert incident.phase == P.RESOLVED
    last = incident.entries.get(kind=K.RESOLVED)
    assert last.released_at is None  # followers wait for an operator
    assert last.photos.count() == 1
    told = warga.get(f"/lacak/{incident.complaints.get().tracking_code}").content.decode()
    assert "Kabel sudah dirapikan." in told


def test_the_case_is_resolved_when_the_city_is_done_as_well(
    incident: Incident, pln: Agency, operator: User, petugas_dlh: User, warga: Client
) -> None:
    forwarded(operator, incident, pln)  # DLH supports from now on
    reply(warga, address(incident), "resolved", "Kabel sudah dirapikan.")
    incident.refresh_from_db()
    assert incident.phase == P.WORKING
    do(petugas_dlh, incident, K.RESOLVED, "Ranting sudah diangkut.")
    incident.refresh_from_db()
    assert incident.phase == P.RESOLVED


def test_not_ours_sends_the_case_back_to_the_operator(
    incident: Incident, pln: Agency, operator: User, warga: Client
) -> None:
    forwarded(operator, incident, pln)
    reply(warga, address(incident), "returned", "Ini kabel telekomunikasi.")
    incident.refresh_from_db()
    assert incident.phase == P.RETURNED
    entry = incident.entries.get(kind=K.RETURNED)
    assert [one.user for one in Notice.objects.filter(entry=entry, to="operator")] == [operator]


# -- used twice or late ----------------------------------------------------------------------------


def test_an_answer_sent_twice_is_kept_once(
    incident: Incident, pln: Agency, operator: User, warga: Client
) -> None:
    forwarded(operator, incident, pln)
    path = address(incident)
    assert reply(warga, path).status_code == 302
    again = reply(warga, path)
    assert again.status_code == 409
    assert "sudah masuk" in again.content.decode()
    assert incident.entries.filter(kind=K.OUTSIDE).count() == 1


def expired(incident: Incident, operator: User, warga: Client) -> None:
    ReferralLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def answered(incident: Incident, operator: User, warga: Client) -> None:
    reply(warga, address(incident), "resolved", "Kabel sudah dirapikan.")


def given_back(incident: Incident, operator: User, warga: Client) -> None:
    reply(warga, address(incident), "returned", "Ini kabel telekomunikasi.")


def withdrawn(incident: Incident, operator: User, warga: Client) -> None:
    release(incident, Agency.objects.get(code="pln"), viewer(operator), "Salah alamat, mohon maaf.")


def replaced(incident: Incident, operator: User, warga: Client) -> None:
    assert signed_in(operator).post(f"/meja/kasus/{incident.pk}/tautan/pln").status_code == 302


def archived(incident: Incident, operator: User, warga: Client) -> None:
    signed_in(operator).post(f"/meja/kasus/{incident.pk}/tindakan/archived", {"reason": "ganda"})


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (expired, "Tautan ini berlaku sampai"),
        (answered, "Anda sudah menyatakan selesai"),
        (given_back, "bukan wewenang Anda"),
        (withdrawn, "sudah menariknya"),
        (replaced, "yang lebih baru"),
        (archived, "sudah ditutup"),
    ],
)
def test_a_link_that_is_over_says_why_shows_nothing_and_asks_the_operator_for_a_new_one(
    incident: Incident, pln: Agency, operator: User, warga: Client, end: Any, told: str
) -> None:
    forwarded(operator, incident, pln, photos=True)
    path = address(incident)
    shown = Photo.objects.get(complaint__incident=incident)
    end(incident, operator, warga)
    before = incident.entries.count()

    page = warga.get(path)
    late = reply(warga, path, text="Maaf kami terlambat.", after="0")
    for answer in (page, late):
        assert answer.status_code == 410
        assert told in answer.content.decode()
        assert "Kabel menjuntai" not in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
    assert "Maaf kami terlambat." in late.content.decode()  # what was written is not lost
    assert warga.get(f"{path}/foto/{shown.pk}").status_code == 404
    assert incident.entries.count() == before

    for _again in range(2):
        asked = warga.post(f"{path}/tautan-baru")
        assert "Operator kota tahu" in asked.content.decode()
    wish = incident.entries.filter(kind=K.OUTSIDE, data={"link": "wanted"}).get()
    assert not wish.public
    assert [one.user for one in Notice.objects.filter(entry=wish)] == [operator]


def test_the_operator_sends_a_new_link_and_only_that_one_opens(
    incident: Incident, pln: Agency, operator: User, warga: Client
) -> None:
    forwarded(operator, incident, pln)
    old = address(incident)
    expired(incident, operator, warga)
    warga.post(f"{old}/tautan-baru")
    desk = signed_in(operator)
    assert "Meminta tautan baru" in desk.get(f"/meja/kasus/{incident.pk}").content.decode()
    page = desk.post(f"/meja/kasus/{incident.pk}/tautan/pln", follow=True).content.decode()
    assert "menerima tautan baru" in page
    assert warga.get(address(incident)).status_code == 200
    assert warga.get(old).status_code == 410


def test_guessed_links_open_nothing_and_are_counted(pln: Agency, warga: Client, settings: Any) -> None:
    settings.RATE_LIMIT_TRACKING = (2, 600)
    assert [warga.get("/luar/" + "x" * 43).status_code for _i in range(3)] == [404, 404, 429]


def test_an_answer_needs_a_form_of_ours_and_words(
    incident: Incident, pln: Agency, operator: User, warga: Client
) -> None:
    forwarded(operator, incident, pln)
    path = address(incident)
    assert Client(enforce_csrf_checks=True).post(path, {"kind": "outside"}).status_code == 403
    for kind, text in (("terbang", "Petugas berangkat."), ("outside", ""), ("outside", "a\x00bcdef")):
        answer = reply(warga, path, kind, text)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()


def test_opened_again_reaches_the_outside_agency_with_a_new_link(
    incident: Incident, pln: Agency, operator: User, warga: Client
) -> None:
    forwarded(operator, incident, pln)
    release(incident, Agency.objects.get(code="dlh"), viewer(operator), "Ini kabel listrik.")
    reply(warga, address(incident), "resolved", "Kabel sudah dirapikan.")
    signed_in(operator).post(f"/meja/kasus/{incident.pk}/tindakan/reopened", {"text": "Kabel jatuh lagi."})
    assert warga.get(address(incident)).status_code == 200


def test_an_account_or_a_token_of_an_outside_agency_sees_no_cases(
    incident: Incident, pln: Agency, operator: User
) -> None:
    forwarded(operator, incident, pln)
    client = signed_in(person("petugas_pln", "petugas", pln))
    assert client.get(f"/meja/kasus/{incident.pk}").status_code == 404
    with pytest.raises(Invalid):
        assign(incident, pln, Assignment.Role.LEAD, viewer(operator))


def test_what_was_passed_on_is_taken_back_when_the_reporter_asks_for_confidence(
    incident: Incident, pln: Agency, operator: User, client: Client
) -> None:
    forwarded(operator, incident, pln, photos=True)
    path, complaint = address(incident), incident.complaints.get()
    sent = Photo.objects.get(complaint=complaint)
    assert "Kabel menjuntai" in client.get(path).content.decode()
    assert client.get(f"{path}/foto/{sent.pk}").status_code == 200

    raise_privacy(complaint, {PrivacyRequest.What.CONFIDENTIAL})

    page = client.get(path)
    shown = page.content.decode()
    assert page.status_code == 200
    assert "Kabel menjuntai" not in shown
    assert WORDS not in shown
    assert "geo:" not in shown
    assert "Pelapor meminta kerahasiaan" in shown
    assert client.get(f"{path}/foto/{sent.pk}").status_code == 404
    told = incident.entries.get(kind=K.PRIVACY)
    assert told.data["withdrawn"] == [{"code": "pln", "name": pln.name}]
    assert told.notices.filter(to=Notice.To.OPERATOR).exists()
    assert "Yang pernah diteruskan" in signed_in(operator).get(f"/meja/kasus/{incident.pk}").content.decode()
    assert reply(client, path).status_code == 302

    forwarded(operator, incident, pln, confirmed=True)
    again = client.get(address(incident)).content.decode()
    assert "Kabel menjuntai" in again
    assert "Pelapor meminta kerahasiaan" not in again
