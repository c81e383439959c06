"""Numbers and names are covered for staff; who may see them says why; each look stands in a log that nobody changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client

from incidents.filing import Contact
from incidents.models import AccessLog, Category, Entry, Incident
from tests.conftest import person, signed_in
from tests.incidents.made import case, do

Categories = dict[str, Category]
SAID = "Hubungi saya 081234567890 atau budi@contoh.example, truk N 1234 AB."
SECRETS = ("081234567890", "budi@contoh.example", "N 1234 AB")
BUDI = Contact("Budi Santoso", "budi@warga.example", "0812 9999 8888")
REASON = "Pelapor perlu ditelepon untuk titik lokasi."


@pytest.fixture
def incident(categories: Categories) -> Incident:
    return case(description=SAID, address_note="tanya Pak RT 0812-3456-7890", contact=BUDI)


def ask(client: Client, incident: Incident, what: str = "kata", reason: str = REASON) -> tuple[int, str]:
    answer = client.post(f"/meja/kasus/{incident.pk}/ungkap", {"what": what, "reason": reason})
    return answer.status_code, answer.content.decode()


def reporter_of(incident: Incident) -> str:
    return f"pelapor-{incident.complaints.get().pk}"


def test_the_page_of_a_case_covers_numbers_for_everybody(
    incident: Incident, operator: User, petugas_dlh: User
) -> None:
    do(petugas_dlh, incident, Entry.Kind.ANSWERED, text="Kami sudah menelepon 0812-3456-7890 tadi pagi.")

    for user in (operator, petugas_dlh):
        page = signed_in(user).get(f"/meja/kasus/{incident.pk}").content.decode()
        assert [secret for secret in (*SECRETS, "0812-3456-7890") if secret in page] == []
        assert "[telepon]" in page
        assert "Budi Santoso" not in page


def test_a_look_with_a_reason_shows_the_words_once_and_is_written_down(
    incident: Incident, petugas_dlh: User
) -> None:
    do(petugas_dlh, incident, Entry.Kind.ANSWERED, text="Kami sudah menelepon 0812-3456-7890 tadi pagi.")

    status, page = ask(signed_in(petugas_dlh), incident)

    assert status == 200
    assert [one for one in (*SECRETS, "menelepon 0812-3456-7890") if one not in page] == []
    look = AccessLog.objects.get()
    assert (look.user, look.role, look.case, look.what) == (petugas_dlh, "petugas", incident.pk, "words")
    assert look.agency is not None
    assert look.agency.code == "dlh"
    assert look.reason == REASON


def test_without_a_reason_nothing_is_shown_and_nothing_written(incident: Incident, operator: User) -> None:
    for reason in ("", "   perlu   ", "x" * 501, "nul\x00 di sini ya"):
        for what in ("kata", reporter_of(incident)):
            status, page = ask(signed_in(operator), incident, what, reason)
            assert status == 422
            assert SECRETS[0] not in page
            assert BUDI.name not in page
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize(
    ("hidden", "operator_may", "officer_may"),
    [({}, 200, 200), ({"anonymous": True}, 200, 403), ({"confidential": True}, 200, 403)],
)
def test_who_reported_is_for_operators_and_for_the_agency_only_where_nobody_asked_to_be_hidden(
    categories: Categories,
    operator: User,
    petugas_dlh: User,
    hidden: dict[str, Any],
    operator_may: int,
    officer_may: int,
) -> None:
    incident = case(description=SAID, contact=BUDI, **hidden)

    for user, expected in ((operator, operator_may), (petugas_dlh, officer_may)):
        status, page = ask(signed_in(user), incident, reporter_of(incident))
        assert status == expected
        assert (BUDI.name in page and BUDI.email in page and BUDI.phone in page) == (expected == 200)
    assert AccessLog.objects.count() == [operator_may, officer_may].count(200)


def test_another_agency_the_leadership_and_visitors_get_nothing(
    incident: Incident, petugas_lain: User, walidata: User
) -> None:
    leader = person("walikota", "pimpinan")
    for client, status in (
        (signed_in(petugas_lain), 404),
        (signed_in(walidata), 403),
        (signed_in(leader), 403),
        (Client(), 401),
    ):
        got, page = ask(client, incident, reporter_of(incident))
        assert got == status
        assert BUDI.name not in page
    assert not AccessLog.objects.exists()


def test_a_reporter_of_another_case_cannot_be_asked_for(
    incident: Incident, operator: User, petugas_dlh: User, categories: Categories
) -> None:
    other = case("banjir", contact=Contact("Siti", "", ""))

    for user in (operator, petugas_dlh):
        status, page = ask(signed_in(user), incident, reporter_of(other))
        assert status == 422
        assert "Siti" not in page


def test_who_left_nothing_cannot_be_shown(categories: Categories, operator: User) -> None:
    incident = case()
    assert ask(signed_in(operator), incident, reporter_of(incident))[0] == 404


def test_the_auditor_reads_the_log_and_nobody_else(
    incident: Incident, operator: User, petugas_dlh: User
) -> None:
    ask(signed_in(petugas_dlh), incident)
    auditor = signed_in(person("auditor", "auditor"))

    page = auditor.get("/meja/catatan-akses").content.decode()
    assert REASON in page
    assert '<a href="/meja/catatan-akses" aria-current="page">' in page  # in the menu
    assert f"#{incident.pk}" in page
    assert REASON not in auditor.get("/meja/catatan-akses?q=%23987654321").content.decode()
    assert REASON in auditor.get("/meja/catatan-akses?q=petugas_dlh&apa=words").content.decode()
    for user in (operator, petugas_dlh):
        assert signed_in(user).get("/meja/catatan-akses").status_code == 403
    assert auditor.get(f"/meja/kasus/{incident.pk}/ungkap").status_code == 403


@pytest.mark.parametrize(
    "statement", ["UPDATE incidents_accesslog SET reason = 'lupa'", "DELETE FROM incidents_accesslog"]
)
def test_the_database_refuses_to_change_or_remove_a_look(
    incident: Incident, operator: User, statement: str
) -> None:
    ask(signed_in(operator), incident)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AccessLog.objects.get().reason == REASON
