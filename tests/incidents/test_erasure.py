"""What people wrote and left is gone when they want it, or when its time is over: from every table and every file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from incidents.erasure import forget_expired
from incidents.filing import Contact
from incidents.models import (
    AccessLog,
    Category,
    Complaint,
    Entry,
    Incident,
    LegalHold,
    Note,
    Photo,
    Reporter,
    Retention,
)
from incidents.moves import Actor, Move, move
from incidents.photos import photo_path
from incidents.seal import open_text
from tests.conftest import signed_in
from tests.incidents.made import case, do, picture

Categories = dict[str, Category]
CANARIES = (
    "kenari-deskripsi",
    "kenari-patokan",
    "kenari-nama",
    "kenari@warga.example",
    "0812-7777-3131",
    "kenari-balasan",
)
WORDS, NOTE, NAME, EMAIL, PHONE, REPLY = CANARIES
LONG_AGO = timedelta(days=6 * 365)


@pytest.fixture
def complaint(categories: Categories, petugas_dlh: User, operator: User) -> Complaint:
    """A report with everything that a reporter can leave: words, contact, a covered photo, an answer to a question."""
    incident = case(
        description=f"Bau {WORDS} di sini sekali.", address_note=NOTE, contact=Contact(NAME, EMAIL, PHONE),
        pictures=(picture(),), confidential=True, idempotency_key="kunci",
    )  # fmt: skip
    found = incident.complaints.get()
    do(petugas_dlh, incident, Entry.Kind.ANSWERED, text="Kami periksa besok pagi.")
    reporter = Actor("pelapor")
    move(
        Move(
            incident,
            Entry.Kind.MESSAGE,
            reporter,
            text=f"Tambahan: {REPLY}",
            complaint=found,
            pictures=(picture(),),
        )
    )
    photo = Photo.objects.get(complaint=found)
    boxes = {"x": "5", "y": "5", "width": "40", "height": "40"}
    assert signed_in(operator).post(f"/meja/foto/{photo.pk}/samarkan", boxes).status_code == 302
    return found


def everything() -> Iterator[str]:
    """Every value of every table as text, sealed ones opened too; and the names of all kept files."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            yield from (row for (row,) in cursor.fetchall())
    for reporter in Reporter.objects.all():
        yield f"{reporter.name} {reporter.email} {reporter.phone}"
    for path in files():
        yield path.name


def files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def left() -> list[str]:
    texts = list(everything())
    return [canary for canary in CANARIES if any(canary in text for text in texts)]


def erase(client: Client, complaint: Complaint, **form: str) -> int:
    said = {"do": "hapus", "sure": "1", "contact": EMAIL} | form
    return client.post(f"/lacak/{complaint.tracking_code}/privasi", said).status_code


def test_at_the_reporters_wish_no_canary_is_left_in_any_table_or_file(
    complaint: Complaint, warga: Client, petugas_dlh: User
) -> None:
    before = list(complaint.incident.entries.values_list("kind", flat=True))
    assert left() == list(CANARIES)
    assert len(files()) == 3  # the covered copy, its original, the photo of the message

    assert erase(warga, complaint) == 302

    assert left() == []
    assert files() == []
    kinds = list(complaint.incident.entries.values_list("kind", flat=True))
    assert kinds == [*before, Entry.Kind.PRIVACY]
    page = warga.get(f"/lacak/{complaint.tracking_code}")
    assert "Kami periksa besok pagi." in page.content.decode()
    assert "Tulisan, foto, dan kontak Anda dihapus." in page.content.decode()
    desk = signed_in(petugas_dlh).get(f"/meja/kasus/{complaint.incident_id}").content.decode()
    assert "(dihapus)" in desk


def test_the_check_of_the_canaries_sees_sealed_fields(complaint: Complaint) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM incidents_reporter")
        (sealed,) = cursor.fetchone()
    assert NAME not in sealed
    assert open_text(sealed) == NAME


@pytest.mark.parametrize(
    "form", [{"contact": ""}, {"contact": "lain@warga.example"}, {"contact": "0812-7777-3132"}]
)
def test_who_only_overheard_the_code_cannot_erase(
    complaint: Complaint, warga: Client, form: dict[str, str]
) -> None:
    assert erase(warga, complaint, **form) == 403
    assert left() == list(CANARIES)


def test_the_phone_number_proves_it_however_it_is_typed_and_it_must_be_confirmed(
    complaint: Complaint, warga: Client
) -> None:
    assert erase(warga, complaint, sure="") == 422
    assert erase(warga, complaint, contact="+62 812 7777 3131") == 302
    assert left() == []


def test_guessing_the_contact_comes_to_an_end(complaint: Complaint, warga: Client) -> None:
    answers = [erase(warga, complaint, contact=f"081277770{n:03}") for n in range(11)]
    assert answers == [403] * 10 + [429]


def test_who_left_no_contact_erases_with_the_code(categories: Categories, warga: Client) -> None:
    complaint = case(description=f"Bau {WORDS} di sini.").complaints.get()
    complaint.pushes.create(sealed="{}", digest="x" * 64, created_at=timezone.now())

    assert erase(warga, complaint, contact="") == 302
    assert left() == []
    assert not complaint.pushes.exists()


def test_a_legal_hold_keeps_everything(complaint: Complaint, warga: Client, operator: User) -> None:
    LegalHold.objects.create(
        incident=complaint.incident, reason="Diminta jaksa.", by=operator, at=timezone.now()
    )
    Incident.objects.update(closed_at=timezone.now() - LONG_AGO)

    assert erase(warga, complaint) == 409
    assert forget_expired().reports == 0
    with pytest.raises(CommandError):
        call_command("erase_reporter", complaint.tracking_code)
    assert left() == list(CANARIES)


def test_another_report_of_the_same_case_is_untouched(complaint: Complaint, warga: Client) -> None:
    other = Complaint.objects.create(
        incident=complaint.incident, tracking_code="0000-0000-0000-0001", channel="web", description="Saya juga.",
        received_at=timezone.now(),
    )  # fmt: skip
    Reporter.objects.create(complaint=other, email="siti@warga.example")

    erase(warga, complaint)

    other.refresh_from_db()
    assert other.description == "Saya juga."
    assert other.reporter.email == "siti@warga.example"


def test_the_command_erases_and_tells_without_doing_it(complaint: Complaint) -> None:
    out = io.StringIO()
    call_command("erase_reporter", complaint.tracking_code.lower(), dry_run=True, stdout=out)
    assert left() == list(CANARIES)

    call_command("erase_reporter", complaint.tracking_code, stdout=out)

    assert left() == []
    assert "1 photos and 1 contact" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("erase_reporter", "ZZZZ")


def test_contacts_go_some_time_after_the_case_was_closed(complaint: Complaint) -> None:
    Retention.objects.filter(what="contacts").update(days=30)
    Incident.objects.update(closed_at=timezone.now() - timedelta(days=29))
    assert forget_expired().contacts == 0

    Incident.objects.update(closed_at=timezone.now() - timedelta(days=31))
    assert forget_expired(dry_run=True).contacts == 1
    assert left() == list(CANARIES)
    assert forget_expired().contacts == 1

    assert left() == [WORDS, NOTE, REPLY]


def test_open_cases_keep_everything_however_old(complaint: Complaint) -> None:
    Incident.objects.update(opened_at=timezone.now() - LONG_AGO)
    assert forget_expired().reports == 0
    assert left() == list(CANARIES)


def test_after_years_the_words_and_photos_of_everybody_go_and_history_stays(complaint: Complaint) -> None:
    count = complaint.incident.entries.count()
    Incident.objects.update(closed_at=timezone.now() - LONG_AGO)

    assert forget_expired().reports == 1

    assert left() == []
    assert files() == []
    assert not Note.objects.exclude(body="").exists()
    assert complaint.incident.entries.count() == count + 1
    assert forget_expired().reports == 0


def test_looks_are_kept_for_their_time_and_only_the_job_removes_them(
    complaint: Complaint, operator: User
) -> None:
    reason = {"what": "kata", "reason": "Perlu membaca lokasi persisnya."}
    signed_in(operator).post(f"/meja/kasus/{complaint.incident_id}/ungkap", reason)
    assert forget_expired().looks == 0

    Retention.objects.filter(what="looks").update(days=1)
    later: Any = timezone.now() + timedelta(days=2)
    assert forget_expired(later).looks == 1
    assert not AccessLog.objects.exists()


def test_a_photo_of_an_erased_report_does_not_open(
    complaint: Complaint, warga: Client, operator: User
) -> None:
    photo = Photo.objects.get(complaint=complaint)
    erase(warga, complaint)

    assert signed_in(operator).get(f"/meja/foto/{photo.pk}").status_code == 404
    assert not photo_path(photo.file).exists()
