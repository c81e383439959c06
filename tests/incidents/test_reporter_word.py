"""What a reporter can say on the page of their report, and who hears it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from geo.models import Agency
from incidents.filing import Contact
from incidents.models import Category, Complaint, Entry, Incident, Notice, Photo
from incidents.moves import Actor, Move, move
from tests.conftest import signed_in
from tests.incidents.made import case, do, jpeg, viewer
from tests.incidents.spoken import form_of, page_of, post, send

Categories = dict[str, Category]
K, P = Entry.Kind, Incident.Phase
WORDS = "Masih ada tumpukan di sisi utara pasar."
QUESTION = "Mohon sebutkan nama gang terdekat."


@pytest.fixture
def complaint(categories: Categories) -> Complaint:
    return case("sampah", contact=Contact("Siti", "siti@example.org", "")).complaints.get()


def fresh(complaint: Complaint) -> Incident:
    return Incident.objects.get(pk=complaint.incident_id)


def resolved(complaint: Complaint, petugas: User) -> None:
    do(petugas, complaint.incident, K.RESOLVED)


def photo(name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(), "image/jpeg")


def entries(complaint: Complaint, kind: Entry.Kind) -> list[Entry]:
    return list(Entry.objects.filter(incident=complaint.incident_id, kind=kind))


def told(entry: Entry) -> set[str]:
    return set(Notice.objects.filter(entry=entry).values_list("to", flat=True))


def test_a_question_makes_the_case_wait_and_its_answer_lets_it_go_on(
    warga: Client, complaint: Complaint, petugas_dlh: User
) -> None:
    do(petugas_dlh, complaint.incident, K.ACCEPTED)
    asked = {"kind": "asked", "text": QUESTION}
    assert signed_in(petugas_dlh).post(f"/meja/kasus/{complaint.incident_id}/pesan", asked).status_code == 302
    assert fresh(complaint).phase == P.WAITING
    page = page_of(warga, complaint)
    assert "Kami perlu jawaban Anda" in page
    assert QUESTION in page

    assert send(warga, complaint, "supplied", text=WORDS, photos=photo()).status_code == 303

    assert fresh(complaint).phase == P.WORKING
    (answer,) = entries(complaint, K.SUPPLIED)
    assert answer.photos.count() == 1
    assert told(answer) == {"agency"}
    desk = signed_in(petugas_dlh).get(f"/meja/kasus/{complaint.incident_id}").content.decode()
    assert WORDS in desk
    assert f"/meja/foto/{answer.photos.get().pk}" in desk


def test_what_the_operator_asked_is_answered_to_the_operator(
    warga: Client, complaint: Complaint, operator: User
) -> None:
    signed_in(operator).post(
        f"/meja/kasus/{complaint.incident_id}/pesan", {"kind": "asked", "text": QUESTION}
    )
    send(warga, complaint, "supplied", text=WORDS)
    (answer,) = entries(complaint, K.SUPPLIED)
    assert told(answer) == {"agency", "operator"}


def test_yes_closes_the_report(warga: Client, complaint: Complaint, petugas_dlh: User) -> None:
    resolved(complaint, petugas_dlh)
    until = fresh(complaint).objection_until
    page = page_of(warga, complaint)
    assert until
    assert "Sudah selesai?" in page
    assert f"{until.day} " in page.split("sampai")[1]

    assert send(warga, complaint, "confirmed").status_code == 303

    assert fresh(complaint).phase == P.CLOSED
    assert "Anda menyatakan sudah selesai" in page_of(warga, complaint)


def test_an_objection_with_a_photo_reopens_and_reaches_the_agency_and_its_head(
    warga: Client, complaint: Complaint, petugas_dlh: User, kepala_dlh: User
) -> None:
    resolved(complaint, petugas_dlh)
    assert send(warga, complaint, "objected", text=WORDS, photos=photo()).status_code == 303

    incident = fresh(complaint)
    assert (incident.phase, incident.reopened, incident.objection_until) == (P.WORKING, 1, None)
    assert incident.assignments.get(agency__code="dlh").status == "sent"
    (objection,) = entries(complaint, K.OBJECTED)
    assert told(objection) == {"agency", "head"}
    assert Notice.objects.get(entry=objection, to="head").user == kepala_dlh
    assert "Sudah selesai?" not in page_of(warga, complaint)


def test_the_page_shows_neither_the_reporters_words_nor_their_photos(
    warga: Client, complaint: Complaint, petugas_dlh: User
) -> None:
    resolved(complaint, petugas_dlh)
    send(warga, complaint, "objected", text=WORDS, photos=photo())
    sent = Photo.objects.get(entry__kind=K.OBJECTED)

    page = page_of(warga, complaint)
    assert "Anda menyatakan belum selesai" in page
    assert WORDS not in page
    assert f"/foto/{sent.pk}" not in page
    assert warga.get(f"/lacak/{complaint.tracking_code}/foto/{sent.pk}").status_code == 404
    program = warga.get(f"/api/v1/complaints/{complaint.tracking_code}").json()
    assert program["timeline"][-1] | {"at": ""} == {
        "at": "", "kind": "objected", "agencies": [], "text": None, "photos": [],
    }  # fmt: skip


def test_a_message_reaches_who_has_the_case_and_nobody_else(
    warga: Client, complaint: Complaint, petugas_dlh: User, petugas_lain: User, categories: Categories
) -> None:
    other = Complaint.objects.create(
        incident=complaint.incident, tracking_code="AAAA-AAAA-AAAA-AAAA", received_at=complaint.received_at,
        channel="web",
    )  # fmt: skip
    send(warga, complaint, "message", text=WORDS)

    (message,) = entries(complaint, K.MESSAGE)
    assert told(message) == {"agency"}
    assert "Anda menulis pesan" in page_of(warga, complaint)
    assert "menulis pesan" not in page_of(warga, other)
    assert WORDS in signed_in(petugas_dlh).get(f"/meja/kasus/{complaint.incident_id}").content.decode()
    assert signed_in(petugas_lain).get(f"/meja/kasus/{complaint.incident_id}").status_code == 404


def test_a_message_about_a_case_that_nobody_has_reaches_the_operator(
    warga: Client, complaint: Complaint, petugas_dlh: User, operator: User
) -> None:
    do(petugas_dlh, complaint.incident, K.RETURNED)
    send(warga, complaint, "message", text=WORDS)
    assert told(entries(complaint, K.MESSAGE)[0]) == {"operator"}


def test_staff_writes_to_one_reporter_or_to_all(
    warga: Client, complaint: Complaint, petugas_dlh: User, operator: User
) -> None:
    other = Complaint.objects.create(
        incident=complaint.incident, tracking_code="AAAA-AAAA-AAAA-AAAA", received_at=complaint.received_at,
        channel="web",
    )  # fmt: skip
    desk, path = signed_in(petugas_dlh), f"/meja/kasus/{complaint.incident_id}/pesan"
    desk.post(path, {"kind": "message", "text": "Hanya untuk pelapor pertama.", "to": str(complaint.pk)})
    desk.post(path, {"kind": "message", "text": "Untuk semua pelapor.", "to": "", "photos": photo()})

    mine, theirs = page_of(warga, complaint), page_of(warga, other)
    assert "Hanya untuk pelapor pertama." in mine
    assert "Hanya untuk pelapor pertama." not in theirs
    assert "Pesan dari DLH" in mine
    assert "Untuk semua pelapor." in mine
    assert "Untuk semua pelapor." in theirs
    sent = Photo.objects.get(entry__kind=K.MESSAGE)
    assert warga.get(f"/lacak/{other.tracking_code}/foto/{sent.pk}").status_code == 200
    foreign = case("banjir").complaints.get()
    assert desk.post(path, {"kind": "message", "text": WORDS, "to": str(foreign.pk)}).status_code == 422


def test_a_refused_question_keeps_what_the_officer_typed(complaint: Complaint, petugas_dlh: User) -> None:
    desk, path = signed_in(petugas_dlh), f"/meja/kasus/{complaint.incident_id}/pesan"
    seen = str(max(complaint.incident.entries.values_list("pk", flat=True)))
    do(petugas_dlh, complaint.incident, K.ANSWERED)
    late = desk.post(path, {"kind": "asked", "text": QUESTION, "seen": seen})
    assert late.status_code == 409
    assert QUESTION in late.content.decode()
    pane = desk.post(path, {"kind": "asked", "text": QUESTION, "seen": seen}, headers={"HX-Request": "true"})
    assert pane["HX-Retarget"] == "#talk-refusal"
    assert entries(complaint, K.ASKED) == []


def test_only_who_handles_a_case_can_write_to_its_reporters(
    complaint: Complaint, petugas_lain: User, walidata: User
) -> None:
    path, words = f"/meja/kasus/{complaint.incident_id}/pesan", {"kind": "message", "text": WORDS}
    assert signed_in(petugas_lain).post(path, words).status_code == 404
    assert signed_in(walidata).post(path, words).status_code == 403


def test_pressing_twice_says_it_once(warga: Client, complaint: Complaint, petugas_dlh: User) -> None:
    resolved(complaint, petugas_dlh)
    page = page_of(warga, complaint)
    objection = form_of(page, "objected") | {"text": WORDS}
    message = form_of(page, "message") | {"text": WORDS}
    for _press in range(2):
        assert post(warga, complaint, message).status_code == 303
        assert post(warga, complaint, objection).status_code == 303

    assert len(entries(complaint, K.OBJECTED)) == len(entries(complaint, K.MESSAGE)) == 1
    assert fresh(complaint).reopened == 1
    # Another text from the same form (the way back of a browser) is another message.
    post(warga, complaint, message | {"text": "Satu hal lagi: baunya menyengat."})
    assert len(entries(complaint, K.MESSAGE)) == 2


def test_a_decision_about_an_older_solution_is_refused_and_nothing_is_lost(
    warga: Client, complaint: Complaint, petugas_dlh: User, operator: User
) -> None:
    resolved(complaint, petugas_dlh)
    page = page_of(warga, complaint)
    yes, no = form_of(page, "confirmed"), form_of(page, "objected") | {"text": WORDS, "photos": photo()}
    move(Move(complaint.incident, K.REOPENED, Actor.of(viewer(operator)), "Belum bersih."))

    gone = post(warga, complaint, no)
    text = gone.content.decode()
    assert gone.status_code == 409
    assert "sudah berubah" in text or "perkembangan baru" in text
    assert WORDS in text  # in the message, which is still possible
    assert 'name="kept"' in text  # the photo, too

    resolved(complaint, petugas_dlh)
    assert post(warga, complaint, yes).status_code == 409
    assert fresh(complaint).phase == P.RESOLVED


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"do": "objected", "text": "a"}, 422),
        ({"do": "objected", "text": "x" * 4001}, 422),
        ({"do": "objected", "text": "ada \x00 nol"}, 422),
        ({"do": "rated", "stars": "6"}, 422),
        ({"do": "rated", "stars": "٣"}, 422),
        ({"do": "rated"}, 422),
        ({"do": "resolved", "text": WORDS}, 422),
        ({}, 422),
        ({"do": "supplied", "text": WORDS}, 409),
        ({"do": "message", "text": WORDS, "photos": SimpleUploadedFile("x.txt", b"kein Bild")}, 415),
    ],
)
def test_bad_input_gets_a_clear_answer(
    warga: Client, complaint: Complaint, petugas_dlh: User, fields: dict[str, Any], status: int
) -> None:
    resolved(complaint, petugas_dlh)
    before = Entry.objects.count()
    response = post(warga, complaint, fields)
    assert response.status_code == status
    assert "Belum terkirim" in response.content.decode()
    assert Entry.objects.count() == before


def test_a_rating_changes_the_status_never_and_can_be_changed(
    warga: Client, complaint: Complaint, petugas_dlh: User
) -> None:
    resolved(complaint, petugas_dlh)
    send(warga, complaint, "confirmed")
    for stars in ("2", "2", "4"):
        assert send(warga, complaint, "rated", stars=stars).status_code == 303

    assert fresh(complaint).phase == P.CLOSED
    assert [entry.data["stars"] for entry in entries(complaint, K.RATED)] == [2, 4]
    page = page_of(warga, complaint)
    assert "Anda memberi nilai 4 dari 5" in page
    assert "nilai 2 dari 5" not in page
    assert not Notice.objects.filter(entry__kind=K.RATED).exists()


def test_one_of_several_reporters_cannot_close_it_for_the_others(
    warga: Client, complaint: Complaint, petugas_dlh: User
) -> None:
    other = Complaint.objects.create(
        incident=complaint.incident, tracking_code="AAAA-AAAA-AAAA-AAAA", received_at=complaint.received_at,
        channel="web",
    )  # fmt: skip
    resolved(complaint, petugas_dlh)

    send(warga, complaint, "confirmed")
    assert fresh(complaint).phase == P.RESOLVED
    assert "pelapor lain" in page_of(warga, complaint)
    send(warga, other, "objected", text=WORDS)
    assert fresh(complaint).phase == P.WORKING
    mine = page_of(warga, complaint)
    assert "Seorang pelapor menyatakan belum selesai" in mine
    assert WORDS not in mine
    opened = Entry.objects.get(kind=K.REOPENED)
    assert Notice.objects.filter(entry=opened, complaint=complaint).exists()

    resolved(complaint, petugas_dlh)
    send(warga, complaint, "confirmed")
    send(warga, other, "confirmed")
    assert fresh(complaint).phase == P.CLOSED


def test_a_form_without_its_token_is_refused(complaint: Complaint) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert post(strict, complaint, {"do": "message", "text": WORDS}).status_code == 403


def test_a_flood_of_messages_comes_to_an_end(warga: Client, complaint: Complaint, settings: Any) -> None:
    settings.RATE_LIMIT_WORDS = (2, 3600)
    for number in range(2):
        assert send(warga, complaint, "message", text=f"{WORDS} {number}").status_code == 303
    refused = send(warga, complaint, "message", text="Yang ini terlalu banyak.")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "Yang ini terlalu banyak." in refused.content.decode()


def test_an_unknown_code_takes_no_words(
    warga: Client, categories: Categories, agencies: dict[str, Agency]
) -> None:
    assert warga.post("/lacak/AAAA-BBBB-CCCC-DDDD/kata", {"do": "message", "text": WORDS}).status_code == 404


def test_writing_is_no_way_to_learn_of_a_case_that_was_there_before(
    warga: Client, complaint: Complaint, petugas_dlh: User
) -> None:
    do(petugas_dlh, complaint.incident, K.ACCEPTED)
    mine = case("sampah", age=timedelta(0)).complaints.order_by("-pk").first()
    assert mine
    if mine.incident_id != complaint.incident_id:  # joined by hand where the rule of joining is stricter
        Complaint.objects.filter(pk=mine.pk).update(
            incident=complaint.incident, location="POINT(112.91 -7.67)"
        )
    before = page_of(warga, mine)
    send(warga, mine, "message", text=WORDS)
    after = page_of(warga, mine)
    assert "Diterima" in before
    assert "Diterima" in after
    assert "Dikerjakan" not in after
