"""What people wrote and left becomes canaries, also of reports that are held back; whatever form it leaks in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.gis.geos import Point

from geo.errors import Conflict
from incidents.models import Complaint, Correction, Entry, Follower, Note, Photo
from opendata.traces.people import Canaries, canaries_of
from opendata.traces.pin_search import search_pins
from opendata.traces.search import chunks, search
from tests.conftest import IN_KEBONSARI, IN_KEPEL
from tests.opendata.conftest import NOVEMBER, TEXT

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def canaries(october: list[Complaint]) -> Canaries:
    return canaries_of(OCTOBER, NOVEMBER)


def holds(canaries: Canaries, text: str) -> bool:
    """Whether any canary is found in the text."""
    content = text.encode()
    pins = [search_pins(canaries.pins, part, own) for part, own in chunks(content)]
    return bool(search(canaries.needles, content).texts) or any(pins)


@pytest.mark.parametrize(
    "leaked",
    [
        TEXT,
        TEXT[5:40].upper(),
        "nama: Siti Rahmawati",
        "siti.rahma@surel.example",
        "0812 3456 7890",
        "081234567890",
        "+6281234567890",
        "samping warung Bu Painem",
        f"{IN_KEPEL[0]}, {IN_KEPEL[1]}",
    ],
)
def test_words_contacts_and_pins_are_canaries(canaries: Canaries, leaked: str) -> None:
    assert holds(canaries, leaked)


def test_tracking_codes_also_of_confidential_and_closed_reports_are_canaries(
    canaries: Canaries, october: list[Complaint]
) -> None:
    for complaint in october:
        assert holds(canaries, complaint.tracking_code)
        assert holds(canaries, complaint.tracking_code.replace("-", "").lower())


def test_photos_answers_corrections_followers_and_other_systems_numbers_are_canaries(
    october: list[Complaint],
) -> None:
    first = october[0]
    Photo.objects.create(
        complaint=first,
        file="c0ffee12aa.webp",
        original="asli9876zz.jpg",
        sha256="ab" * 32,
        width=1,
        height=1,
    )
    note = Note.objects.create(body="Sudah diangkut oleh\npetugas\tregu Melati\\tiga.")
    entry = Entry.objects.create(incident=first.incident, at=NOVEMBER, kind=Entry.Kind.ANSWERED, note=note)
    Correction.objects.create(entry=entry, incident=first.incident, before=Point(112.9153, -7.6712))
    Follower.objects.create(
        incident=first.incident,
        code="AAAA-BBBB-CCCC-DDDD",
        email="tetangga@surel.example",
        created_at=NOVEMBER,
    )
    Complaint.objects.filter(pk=first.pk).update(external_system="sp4n", external_id="SP4N-2026-778")
    canaries = canaries_of(OCTOBER, NOVEMBER)

    for leaked in (
        "c0ffee12aa.webp", "asli9876zz", "ab" * 20, "Sudah diangkut oleh", "regu melati", "112.9153,-7.6712",
        "aaaabbbbccccdddd", "tetangga@surel.example", "sp4n-2026-778",
    ):  # fmt: skip
        assert holds(canaries, leaked), leaked


def test_a_report_that_joined_later_belongs_to_the_period_of_its_incident(
    october: list[Complaint], report: Callable[..., Complaint]
) -> None:
    late = report(
        "sampah", received=datetime(2026, 11, 18, tzinfo=UTC), description="Sekarang malah tambah parah."
    )
    Complaint.objects.filter(pk=late.pk).update(incident=october[0].incident)

    assert holds(canaries_of(OCTOBER, datetime(2026, 11, 1, tzinfo=UTC)), "sekarang malah tambah parah.")


def test_another_periods_reports_are_no_canaries(october: list[Complaint]) -> None:
    nothing = canaries_of(SEPTEMBER, OCTOBER)

    assert len(nothing.needles) == 0
    assert not holds(nothing, f"{TEXT} {IN_KEBONSARI[0]},{IN_KEBONSARI[1]}")


def test_without_the_key_of_the_contacts_there_is_no_verdict(october: list[Complaint], settings: Any) -> None:
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(Conflict):
        canaries_of(OCTOBER, NOVEMBER)
