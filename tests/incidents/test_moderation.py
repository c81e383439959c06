"""What an agency says reaches followers only once it is released; what is held back reaches nobody outside."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client

from geo.errors import Conflict
from incidents.models import Category, Entry, Incident, Photo
from incidents.releases import is_open_to_followers, release, waiting, words_for_followers
from incidents.visibility import What, raise_privacy
from tests.conftest import signed_in
from tests.incidents.made import ANSWER, case, do, viewer

Categories = dict[str, Category]
REASON = "Menyebut nama warga di kalimat kedua."


def answered(user: User, incident: Incident) -> Entry:
    return do(user, incident, Entry.Kind.ANSWERED)


def decide(client: Client, entry: Entry, **form: str) -> int:
    return client.post(f"/meja/rilis/{entry.pk}", form).status_code


@pytest.fixture
def incident(categories: Categories) -> Incident:
    return case()


def test_an_answer_waits_until_an_operator_releases_it(
    incident: Incident, petugas_dlh: User, operator: User
) -> None:
    entry = answered(petugas_dlh, incident)
    desk = signed_in(operator)
    assert ANSWER in desk.get("/meja/rilis").content.decode()
    assert words_for_followers(entry) == ""

    assert decide(desk, entry, do="rilis") == 302

    entry.refresh_from_db()
    assert words_for_followers(entry) == ANSWER
    assert entry.released_by == operator
    assert ANSWER not in desk.get("/meja/rilis").content.decode()


def test_a_topic_can_release_by_itself(incident: Incident, petugas_dlh: User) -> None:
    Category.objects.update(auto_release=True)

    entry = answered(petugas_dlh, Incident.objects.get())

    assert is_open_to_followers(entry)
    assert not waiting().exists()


def test_a_confidential_case_releases_nothing(
    categories: Categories, petugas_dlh: User, operator: User
) -> None:
    Category.objects.update(auto_release=True)
    entry = answered(petugas_dlh, case(confidential=True))

    assert not is_open_to_followers(entry)
    assert not waiting().exists()
    with pytest.raises(Conflict):
        release(viewer(operator), entry.pk)


def test_what_was_released_closes_when_the_case_becomes_confidential(
    incident: Incident, petugas_dlh: User
) -> None:
    Category.objects.update(auto_release=True)
    entry = answered(petugas_dlh, Incident.objects.get())
    assert words_for_followers(entry) == ANSWER

    raise_privacy(incident.complaints.get(), {What.CONFIDENTIAL})

    assert words_for_followers(Entry.objects.select_related("note").get(pk=entry.pk)) == ""


def test_what_is_held_back_reaches_neither_reporter_nor_followers(
    incident: Incident, petugas_dlh: User, operator: User, warga: Client
) -> None:
    code = incident.complaints.get().tracking_code
    entry = do(petugas_dlh, incident, Entry.Kind.RESOLVED, text=ANSWER)
    photo = Photo.objects.get(entry=entry)
    ways = (f"/lacak/{code}", f"/api/v1/complaints/{code}")
    assert all(ANSWER in warga.get(way).content.decode() for way in ways)

    assert decide(signed_in(operator), entry, do="tahan", reason=REASON) == 302

    for way in ways:
        shown = warga.get(way).content.decode()
        assert ANSWER not in shown
        assert REASON not in shown
        assert f"foto/{photo.pk}" not in shown
    assert warga.get(f"/lacak/{code}/foto/{photo.pk}").status_code == 404
    assert REASON in signed_in(petugas_dlh).get(f"/meja/kasus/{incident.pk}").content.decode()
    assert not waiting().exists()


def test_what_was_held_back_can_still_be_released(
    incident: Incident, petugas_dlh: User, operator: User
) -> None:
    entry = answered(petugas_dlh, incident)
    desk = signed_in(operator)
    decide(desk, entry, do="tahan", reason=REASON)

    assert decide(desk, entry, do="rilis") == 302

    kept = Entry.objects.select_related("note").get(pk=entry.pk)
    assert words_for_followers(kept) == ANSWER
    assert decide(desk, entry, do="rilis") == 409


def test_holding_back_needs_a_reason_and_the_words_cannot_be_edited(
    incident: Incident, petugas_dlh: User, operator: User
) -> None:
    entry = answered(petugas_dlh, incident)
    desk = signed_in(operator)

    assert decide(desk, entry, do="tahan", reason=" ") == 422
    assert decide(desk, entry, do="ubah", text="Kata operator") == 422
    assert waiting().get() == entry
    assert entry.note is not None
    entry.note.refresh_from_db()
    assert entry.note.body == ANSWER


def test_only_operators_release(incident: Incident, petugas_dlh: User, kepala_dlh: User) -> None:
    entry = answered(petugas_dlh, incident)

    for user in (petugas_dlh, kepala_dlh):
        assert signed_in(user).get("/meja/rilis").status_code == 403
        assert decide(signed_in(user), entry, do="rilis") == 403


def test_what_is_no_answer_cannot_be_released(incident: Incident, petugas_dlh: User, operator: User) -> None:
    returned = do(petugas_dlh, incident, Entry.Kind.RETURNED, text="Bukan tugas kami, ini milik PUPR.")

    assert decide(signed_in(operator), returned, do="rilis") == 404
    assert words_for_followers(returned) == ""


@pytest.mark.parametrize(
    "statement",
    ["UPDATE incidents_entry SET kind = 'resolved', released_at = now()", "DELETE FROM incidents_entry"],
)
def test_history_learns_of_the_release_and_nothing_else(incident: Incident, statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
