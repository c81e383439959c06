"""A case put right: place, agencies and deadlines follow; nothing is lost, and nobody acts on old news."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from geo.errors import Conflict, Forbidden, Invalid
from geo.models import Agency
from incidents.access import offerable
from incidents.assigning import assign
from incidents.audience import may_be_followed
from incidents.corrections import Wanted, Where, correct, may_correct
from incidents.filing import Contact
from incidents.fusion import near
from incidents.fusion.offers import offers
from incidents.models import (
    Assignment,
    Category,
    Complaint,
    Correction,
    Entry,
    ExcludedAgency,
    Incident,
    Note,
    Notice,
)
from incidents.notify import send_pending
from tests.conftest import IN_KEBONSARI, IN_KEPEL, OUTSIDE, person, signed_in
from tests.incidents.made import TEXT, case, do, viewer
from tests.incidents.relocated import leads

K = Entry.Kind
Categories = dict[str, Category]
Agencies = dict[str, Agency]
WHY = "Pelapor salah menaruh pin."
HERE = Contact(email="ibu.sri@contoh.example")


def put(incident: Incident, by: User, **what: Any) -> Entry:
    """A correction, seen on the newest page unless it says otherwise."""
    return correct(Wanted(incident, viewer(by), what.pop("reason", WHY), **what))


def told(entry: Entry) -> set[str]:
    """Whom the notices of an entry go to."""
    return {one.agency.code if one.agency else one.to for one in entry.notices.select_related("agency")}


def test_a_pin_that_crosses_the_border_changes_kelurahan_agency_and_tells_both(
    categories: Categories, operator: User
) -> None:
    incident = case("jentik", contact=HERE)
    assert leads(incident) == ["pkm-barat"]
    entry = put(incident, operator, where=Where(*IN_KEPEL))

    incident.refresh_from_db()
    assert (incident.kelurahan, incident.kecamatan, leads(incident)) == ("Kepel", "Timur", ["pkm-timur"])
    assert incident.location is not None
    assert (incident.location.x, incident.location.y) == IN_KEPEL
    assert (entry.data["from"]["kelurahan"]["name"], entry.data["to"]["kelurahan"]["name"]) == (
        "Kebonsari",
        "Kepel",
    )
    assert (entry.data["got"], entry.data["lost"]) == (["pkm-timur"], ["pkm-barat"])
    assert told(entry) == {"pkm-barat", "pkm-timur", "reporter"}


def test_the_exact_points_are_kept_apart_from_the_history_that_cannot_be_erased(
    categories: Categories, operator: User
) -> None:
    incident = case()
    entry = put(incident, operator, where=Where(*IN_KEPEL), words="Sampah di depan SDN Kepel, bukan pasar.")
    kept = Correction.objects.get(entry=entry)
    assert kept.before is not None
    assert kept.after is not None
    assert ((kept.before.x, kept.before.y), (kept.after.x, kept.after.y)) == (IN_KEBONSARI, IN_KEPEL)
    assert "112.9" not in str(entry.data)
    assert entry.note is None
    assert "SDN" not in str(entry.data)


def test_the_reporters_words_stay_and_the_corrected_ones_stand_beside(
    categories: Categories, operator: User, petugas_dlh: User
) -> None:
    incident = case()
    put(incident, operator, words="Sampah di depan SDN Kepel, NIK 3575011204900001.", address="Gang 3")
    assert Complaint.objects.get(incident=incident).description == TEXT
    page = signed_in(petugas_dlh).get(f"/meja/kasus/{incident.pk}").content.decode()
    assert TEXT in page
    assert "Sampah di depan SDN Kepel" in page
    assert "Gang 3" in page
    assert "3575011204900001" not in page

    words = Correction.objects.get().words
    assert words is not None
    Note.objects.filter(pk=int(words.pk or 0)).update(body="")
    assert "SDN Kepel" not in signed_in(petugas_dlh).get(f"/meja/kasus/{incident.pk}").content.decode()


def test_another_category_changes_agencies_deadlines_and_support(
    categories: Categories, operator: User
) -> None:
    Category.objects.filter(code="banjir").update(sla_days=3)
    incident = case(age=timedelta(days=1))
    before = incident.due_at
    entry = put(incident, operator, category="banjir")

    incident.refresh_from_db()
    held = set(incident.assignments.values_list("agency__code", "role"))
    assert held == {("pupr", "lead"), ("bpbd", "support")}
    assert incident.due_at < before
    assert entry.data["due"]["to"][:10] == incident.due_at.isoformat()[:10]
    assert (entry.data["got"], entry.data["lost"]) == (["pupr", "bpbd"], ["dlh"])
    back = put(incident, operator, category="sampah")
    assert set(incident.assignments.values_list("agency__code", "role")) == {("dlh", "lead")}
    assert set(back.data["lost"]) == {"pupr", "bpbd"}


def test_supporters_that_have_begun_to_work_stay(
    categories: Categories, operator: User, agencies: Agencies
) -> None:
    incident = case("banjir")
    bpbd = person("petugas_bpbd", "petugas", agencies["bpbd"])
    do(bpbd, incident, K.ACCEPTED)
    put(incident, operator, category="sampah")
    assert set(incident.assignments.values_list("agency__code", "role", "status")) == {
        ("dlh", "lead", "sent"), ("bpbd", "support", "accepted"),
    }  # fmt: skip


def test_an_agency_that_the_operator_put_in_charge_stays(
    categories: Categories, operator: User, agencies: Agencies
) -> None:
    incident = case("jentik")
    assign(incident, agencies["bpbd"], Assignment.Role.LEAD, viewer(operator))
    put(incident, operator, where=Where(*IN_KEPEL))
    assert leads(incident) == ["bpbd"]


def test_an_agency_that_the_report_is_about_gets_it_by_no_correction(
    categories: Categories, operator: User, agencies: Agencies
) -> None:
    incident = case("jentik")
    ExcludedAgency.objects.create(incident=incident, agency=agencies["pkm-timur"], at=incident.opened_at)
    entry = put(incident, operator, where=Where(*IN_KEPEL))
    assert "pkm-timur" not in told(entry)
    assert leads(incident) == ["pkm-barat"]
    assert entry.data["doubt"] == "unled"


def test_without_a_point_the_kelurahan_alone_moves_a_case(categories: Categories, operator: User) -> None:
    incident = case("jentik", at=None, kelurahan="99.01.01.1001")
    put(incident, operator, where=Where(kelurahan="99.01.02.1002"))
    incident.refresh_from_db()
    assert (incident.kelurahan, incident.location, leads(incident)) == ("Kepel", None, ["pkm-timur"])
    put(incident, operator, where=Where(*IN_KEBONSARI))
    incident.refresh_from_db()
    assert (incident.kelurahan, leads(incident)) == ("Kebonsari", ["pkm-barat"])


def test_a_late_mark_outlives_a_category_with_more_time(categories: Categories, operator: User) -> None:
    Category.objects.filter(code="banjir").update(sla_days=60)
    incident = case(age=timedelta(days=40))
    put(incident, operator, category="banjir")
    incident.refresh_from_db()
    assert not incident.is_late(incident.updated_at)
    page = signed_in(operator).get(f"/meja/kasus/{incident.pk}").content.decode()
    assert "pernah terlambat" in page
    assert "penanggung jawab waktu itu: Dinas Lingkungan Hidup" in page


def test_outside_the_city_nothing_changes(categories: Categories, operator: User) -> None:
    incident = case()
    with pytest.raises(Invalid):
        put(incident, operator, where=Where(*OUTSIDE), category="banjir")
    incident.refresh_from_db()
    assert (incident.kelurahan, leads(incident)) == ("Kebonsari", ["dlh"])
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    "what",
    [{}, {"category": "lingkungan"}, {"category": "tidak-ada"}, {"words": "pendek"}, {"address": "x" * 501},
     {"words": "Sampah \x00 menumpuk."}, {"where": Where(112.91)}, {"where": Where(kelurahan="99.99")},
     {"where": Where(float("nan"), -7.6)}, {"address": "Gang 3", "reason": ""}],
)  # fmt: skip
def test_what_cannot_be_is_refused(categories: Categories, operator: User, what: dict[str, Any]) -> None:
    incident = case()
    with pytest.raises(Invalid):
        put(incident, operator, **what)
    assert not incident.entries.filter(kind=K.CORRECTED).exists()


def test_who_may_put_a_case_right(
    categories: Categories, operator: User, petugas_dlh: User, agencies: Agencies, petugas_lain: User
) -> None:
    incident = case()
    assign(incident, agencies["pupr"], Assignment.Role.SUPPORT, viewer(operator))
    assert [may_correct(viewer(one), incident) for one in (operator, petugas_dlh, petugas_lain)] == [
        True,
        True,
        False,
    ]
    with pytest.raises(Forbidden):
        put(incident, petugas_lain, where=Where(*IN_KEPEL))
    do(petugas_dlh, incident, K.RESOLVED)
    assign_done = incident.assignments.get(agency=agencies["pupr"])
    do(petugas_lain, assign_done.incident, K.RESOLVED)
    with pytest.raises(Conflict):
        put(incident, operator, where=Where(*IN_KEPEL))


def form(client: Client, incident: Incident, **changes: str) -> Any:
    """The form as a browser sends it: everything that it shows, with these changes."""
    page = client.get(f"/meja/kasus/{incident.pk}/perbaikan")
    assert page.status_code == 200
    shown = page.context
    said = {name: str(shown[name]) for name in ("lon", "lat", "words", "address", "seen")}
    said |= {"category": incident.category.code, "kelurahan": "", "text": WHY}
    return client.post(f"/meja/kasus/{incident.pk}/perbaikan", said | changes)


def test_the_form_puts_a_pin_right_and_tells_in_words(categories: Categories, operator: User) -> None:
    incident = case("jentik")
    client = signed_in(operator)
    answer = form(client, incident, lon="112.930000", lat="-7.650000")
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "sudah diperbaiki" in page
    assert "Kebonsari, Barat → Kepel, Timur" in page
    assert "Puskesmas Barat → Puskesmas Timur" in page
    assert WHY in page


def test_a_form_without_changes_is_refused_and_says_so(categories: Categories, operator: User) -> None:
    answer = form(signed_in(operator), case())
    assert answer.status_code == 422
    assert "Tidak ada yang diubah" in answer.content.decode()


def test_a_stale_form_is_refused_and_nothing_typed_is_lost(
    categories: Categories, operator: User, petugas_dlh: User
) -> None:
    incident = case()
    seen = incident.entries.order_by("-pk").values_list("pk", flat=True)[0]
    do(petugas_dlh, incident, K.ANSWERED)
    answer = form(
        signed_in(operator),
        incident,
        seen=str(seen),
        words="Sampah di depan SDN Kepel.",
        lon="112.93",
        lat="-7.65",
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Sampah di depan SDN Kepel." in page
    assert 'value="112.93"' in page


def test_a_pin_outside_the_city_is_422_and_nothing_typed_is_lost(
    categories: Categories, operator: User
) -> None:
    answer = form(signed_in(operator), case(), lon="113.5", lat="-7.2", address="Gang 3")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "di luar kota" in page.lower() or "di luar" in page.lower()
    assert "Gang 3" in page


@pytest.mark.parametrize("number", ["abc", "1e999", "nan", "١١٢"])
def test_a_coordinate_that_is_no_number_is_a_clear_refusal(
    categories: Categories, operator: User, number: str
) -> None:
    assert form(signed_in(operator), case(), lon=number).status_code == 422


def test_another_agencys_case_does_not_exist(categories: Categories, petugas_lain: User) -> None:
    incident = case()
    client = signed_in(petugas_lain)
    assert client.get(f"/meja/kasus/{incident.pk}/perbaikan").status_code == 404
    assert client.post(f"/meja/kasus/{incident.pk}/perbaikan", {"text": WHY}).status_code == 404


def test_the_agency_that_loses_its_case_by_its_own_correction_lands_at_its_inbox(
    categories: Categories, agencies: Agencies
) -> None:
    incident = case("jentik")
    officer = person("petugas_barat", "petugas", agencies["pkm-barat"])
    answer = form(signed_in(officer), incident, lon="112.93", lat="-7.65")
    assert (answer.status_code, answer["Location"]) == (302, "/meja")


def test_mails_say_to_each_what_it_means_for_them(
    categories: Categories, operator: User, mailoutbox: list[Any]
) -> None:
    incident = case("jentik", contact=HERE)
    Notice.objects.all().delete()
    entry = put(incident, operator, where=Where(*IN_KEPEL))
    send_pending(entry.pk)
    mails = {mail.to[0].split("@")[0]: mail for mail in mailoutbox}
    assert "perangkat daerah lain" in mails["pkm-barat"].subject
    assert "Kepel" not in mails["pkm-barat"].body
    assert "baru" in mails["pkm-timur"].subject.lower()
    assert "Kepel" in mails["ibu.sri"].body
    assert "112.9" not in mails["ibu.sri"].body


def test_the_reporter_sees_the_new_place_by_its_kelurahan_alone(
    categories: Categories, operator: User, warga: Client
) -> None:
    incident = case("jentik")
    put(incident, operator, where=Where(*IN_KEPEL), words="Jentik di bak mandi nomor 12.")
    code = incident.complaints.get().tracking_code
    page = warga.get(f"/lacak/{code}").content.decode()
    assert "di Kepel, bukan di Kebonsari" in page
    assert WHY not in page
    assert "bak mandi" not in page
    assert "112.93" not in page
    told = warga.get(f"/api/v1/complaints/{code}").content.decode()
    assert "bak mandi" not in told
    assert WHY not in told


# -- a topic of which more is published ---------------------------------------------------------------


def test_an_officer_cannot_turn_a_closed_report_into_an_open_one(
    categories: Categories, agencies: Agencies, operator: User
) -> None:
    incident = case("pungli")
    (held,) = incident.holders()
    officer = person("petugas.lain", "petugas", held)
    page = form(signed_in(officer), incident, category="sampah", text=WHY)

    assert page.status_code == 403
    assert "operator" in page.content.decode()
    incident.refresh_from_db()
    assert incident.category.code == "pungli"
    put(incident, operator, category="sampah")
    incident.refresh_from_db()
    assert incident.category.code == "sampah"


def test_a_stricter_topic_may_be_chosen_by_the_agency_in_charge(
    categories: Categories, petugas_dlh: User
) -> None:
    incident = case("sampah")
    put(incident, petugas_dlh, category="pungli")
    incident.refresh_from_db()
    assert incident.category.code == "pungli"


def test_nobody_opens_the_topic_of_a_confidential_report_nor_gives_it_to_whom_it_is_about(
    categories: Categories, agencies: Agencies, operator: User
) -> None:
    with pytest.raises(Conflict):
        put(case("pungli", confidential=True), operator, category="sampah")

    about = case("pungli")
    lead = categories["sampah"].lead
    assert lead
    ExcludedAgency.objects.create(incident=about, agency=lead, by=operator, at=about.opened_at)
    put(about, operator, category="sampah")
    assert lead not in about.holders()


def test_a_case_whose_topic_was_opened_by_correction_is_offered_to_nobody(
    categories: Categories, operator: User
) -> None:
    near.forget_small()
    moved, filed = (case(one, age=timedelta(days=2)) for one in ("pungli", "sampah"))
    put(moved, operator, category="sampah")
    moved.refresh_from_db()
    assert set(offerable()) == {filed}
    assert (may_be_followed(moved), may_be_followed(filed)) == (False, True)
    assert len(offers(filed.kelurahan_code, categories["sampah"], timezone.now())) == 1
