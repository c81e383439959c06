"""The desk's own index over the cases says at every moment what the cases say, whoever changed them."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from string import ascii_lowercase

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from geo.models import Agency
from incidents.assigning import assign
from incidents.models import Assignment, CaseWords, Category, Complaint, Entry, InboxLine, Incident
from tests.incidents.made import case, do, viewer

Categories = dict[str, Category]
K = Entry.Kind
DIFFERENCE = """
SELECT count(*) FROM (
    (SELECT scope, incident_id, place, open, late_at, due_at, opened_at, changed_at, role, held, category_id,
            kelurahan_code, source, channel, confidential, unled, returned FROM incidents_inboxline
     WHERE place <> 'lepas')
    EXCEPT SELECT * FROM kentongan_inbox_now(ARRAY(SELECT id FROM incidents_incident))
) untrue
UNION ALL
SELECT count(*) FROM (
    SELECT scope, incident_id, place FROM kentongan_inbox_now(ARRAY(SELECT id FROM incidents_incident))
    EXCEPT SELECT scope, incident_id, place FROM incidents_inboxline
) missing
UNION ALL
SELECT count(*) FROM kentongan_words_now(ARRAY(SELECT id FROM incidents_incident)) now
FULL JOIN incidents_casewords kept USING (incident_id) WHERE now.words IS DISTINCT FROM kept.words
"""


def differences() -> list[int]:
    """Lines that are not true, lines that are missing, words that are not those of the case."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCE)
        return [count for (count,) in cursor.fetchall()]


def test_lines_and_words_follow_every_step(
    categories: Categories, petugas_dlh: User, petugas_lain: User, operator: User, agencies: dict[str, Agency]
) -> None:
    first, second, flood = case(), case(confidential=True), case("banjir")
    do(petugas_dlh, first, K.ACCEPTED)
    do(petugas_dlh, first, K.RESOLVED)
    do(petugas_dlh, second, K.RETURNED, "Bukan wewenang kami, ini PUPR.")
    assign(second, agencies["pupr"], Assignment.Role.LEAD, viewer(operator))
    do(petugas_lain, flood, K.ACCEPTED)
    assert differences() == [0, 0, 0]

    places = dict(InboxLine.objects.filter(incident=second).values_list("scope", "place"))
    assert places == {0: "baru", agencies["dlh"].pk: "lepas", agencies["pupr"].pk: "baru"}


def test_lines_follow_what_is_written_to_many_rows_at_once(categories: Categories) -> None:
    cases = [case() for _i in range(3)]
    Incident.objects.update(due_at=timezone.now() + timedelta(days=90), phase=Incident.Phase.WAITING)
    Complaint.objects.update(description="Pohon roboh menimpa pagar sekolah.")
    Assignment.objects.filter(incident=cases[0]).delete()
    assert differences() == [0, 0, 0]
    assert not InboxLine.objects.filter(place="menunggu").exclude(late_at=None).exists()


def test_what_was_late_before_the_reporter_was_asked_stays_late(categories: Categories) -> None:
    late = case(age=timedelta(days=60))
    Incident.objects.update(phase=Incident.Phase.WAITING, waiting_since=timezone.now())
    line = InboxLine.objects.get(scope=0, incident=late)
    assert line.late_at == Incident.objects.get().due_at


def test_a_case_that_is_deleted_leaves_nothing(categories: Categories) -> None:
    incident = case()
    with connection.cursor() as cursor:  # history goes with its case only
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE incidents_entry DISABLE TRIGGER append_only")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    incident.delete()
    assert not InboxLine.objects.exists()
    assert not CaseWords.objects.exists()


@pytest.mark.parametrize("secret", ["3575011708900001", "0812-3456-7890", "budi@contoh.example", "N1234AB"])
def test_personal_numbers_are_no_words_to_search_by(categories: Categories, secret: str) -> None:
    case(description=f"Sampah dibuang oleh {secret} tadi malam.")
    words = str(CaseWords.objects.values_list("words", flat=True).get())
    assert "sampah" in words
    assert not any(part.lower() in words for part in secret.replace("@", "-").split("-"))


def test_a_hot_spot_never_refuses_a_report(categories: Categories) -> None:
    """300 long reports of words that no other has: more than one row of words can hold."""
    spot = case(description="Jembatan retak di tengah.", age=timedelta(days=1))
    chance = Random(4)
    Complaint.objects.bulk_create(
        Complaint(
            incident=spot,
            tracking_code=f"HOT-{nth}",
            channel=Complaint.Channel.WEB,
            received_at=spot.opened_at + timedelta(minutes=nth),
            description=" ".join("".join(chance.choices(ascii_lowercase, k=9)) for _i in range(400)),
        )
        for nth in range(1, 301)
    )
    Complaint.objects.create(
        incident=spot,
        tracking_code="HOT-LAST",
        channel=Complaint.Channel.WEB,
        received_at=timezone.now(),
        description="Pagarnya juga miring.",
    )
    words = str(CaseWords.objects.values_list("words", flat=True).get())
    assert "'jembat" in words
    assert "'pagar" in words
    assert spot.complaints.count() == 302
    assert differences() == [0, 0, 0]


def test_what_was_given_on_is_returned_to_the_operators_no_more(
    categories: Categories, petugas_dlh: User, operator: User, agencies: dict[str, Agency]
) -> None:
    incident = case()
    line = InboxLine.objects.filter(scope=0, incident=incident)
    do(petugas_dlh, incident, K.RETURNED, "Bukan wewenang kami, ini PUPR.")
    assert line.get().returned
    assign(incident, agencies["pupr"], Assignment.Role.LEAD, viewer(operator))
    assert not line.get().returned
    assert differences() == [0, 0, 0]


def test_texts_are_read_again_only_where_a_text_changed(categories: Categories) -> None:
    """Words that are no longer those of the case stay so until a text changes: nobody read the texts again."""
    incident = case()
    kept = CaseWords.objects.filter(incident=incident)
    right = kept.values_list("words", flat=True).get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_casewords SET words = array_to_tsvector(ARRAY['gone'])")

    Incident.objects.update(due_at=timezone.now(), kelurahan="Kebonsari", updated_at=timezone.now())
    assert kept.values_list("words", flat=True).get() == "'gone'"  # a relocation, a recount
    Incident.objects.update(phase=Incident.Phase.CLOSED)
    assert "'gone'" in kept.values_list("words", flat=True).get()
    Assignment.objects.update(status=Assignment.Status.DONE)
    assert "'gone'" in kept.values_list("words", flat=True).get()

    Incident.objects.update(phase=Incident.Phase.NEW)
    Complaint.objects.update(address_note="x")
    Complaint.objects.update(address_note="")
    assert kept.values_list("words", flat=True).get() == right
