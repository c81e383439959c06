from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import translation

from geo.errors import Conflict, Invalid
from incidents.filing import Contact, Filing, Words
from incidents.intake import take
from incidents.models import Category, Complaint, Entry, Incident, Notice
from incidents.tracking import new_tracking_code
from tests.conftest import IN_KEBONSARI, IN_KEPEL, OUTSIDE

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TEXT = "Sampah menumpuk di depan pasar sejak tiga hari."


def filing(category: str = "sampah", at: tuple[float, float] | None = IN_KEBONSARI, **changes: Any) -> Filing:
    words = {"description": TEXT, "channel": Complaint.Channel.WEB} | changes.pop("words", {})
    lon, lat = at if at else (None, None)
    return Filing(category=category, at=NOW, lon=lon, lat=lat, words=Words(**words), **changes)


def fields(error: Invalid) -> set[str]:
    return {one.field for one in error.errors}


def test_a_pin_reaches_the_agency_of_its_category(categories: dict[str, Category]) -> None:
    taken = take(filing())

    assert taken.incident.kelurahan == "Kebonsari"
    assert taken.incident.kecamatan == "Barat"
    assert [(a.agency.code, a.role) for a in taken.incident.assignments.all()] == [("dlh", "lead")]
    assert [e.kind for e in taken.incident.entries.all()] == ["received", "assigned"]


def test_a_flood_is_told_to_lead_and_support_at_once(categories: dict[str, Category]) -> None:
    taken = take(filing("banjir"))

    assert {(a.agency.code, a.role) for a in taken.incident.assignments.all()} == {
        ("pupr", "lead"),
        ("bpbd", "support"),
    }
    assert {n.agency.code for n in Notice.objects.filter(to="agency") if n.agency} == {"pupr", "bpbd"}


@pytest.mark.parametrize(("point", "agency"), [(IN_KEBONSARI, "pkm-barat"), (IN_KEPEL, "pkm-timur")])
def test_a_service_area_leads_where_the_category_names_nobody(
    categories: dict[str, Category], point: tuple[float, float], agency: str
) -> None:
    assert [a.agency.code for a in take(filing("jentik", point)).incident.assignments.all()] == [agency]


def test_a_kelurahan_without_a_pin_is_enough(categories: dict[str, Category]) -> None:
    taken = take(filing("jentik", at=None, kelurahan="99.01.02.1002"))

    assert taken.incident.location is None
    assert taken.incident.kelurahan == "Kepel"
    assert [a.agency.code for a in taken.incident.assignments.all()] == ["pkm-timur"]


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        (filing(at=OUTSIDE), {"lon"}),
        (filing(at=(IN_KEBONSARI[1], IN_KEBONSARI[0])), {"lat"}),
        (filing(at=(float("nan"), -7.6)), {"lon"}),
        (filing(at=None), {"lon"}),
        (filing(kelurahan="99.01.02.1002"), {"kelurahan"}),
        (filing("tidak-ada"), {"category"}),
        (filing("lingkungan"), {"category"}),
        (filing(words={"description": "pendek"}), {"description"}),
        (filing(words={"description": "x" * 4001}), {"description"}),
        (filing(words={"description": TEXT + "\x00"}), {"description"}),
        (
            filing(words={"contact": Contact(email="bukan surel", phone="abc")}),
            {"reporter.email", "reporter.phone"},
        ),
        (filing(words={"occurred_at": datetime(2027, 1, 1, tzinfo=UTC)}), {"occurred_at"}),
        (filing(words={"occurred_at": datetime(2024, 1, 1, tzinfo=UTC)}), {"occurred_at"}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    categories: dict[str, Category], bad: Filing, named: set[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        take(bad)

    assert fields(caught.value) == named
    assert not Incident.objects.exists()
    assert not Complaint.objects.exists()


def test_swapped_coordinates_are_told_as_such(categories: dict[str, Category]) -> None:
    with pytest.raises(Invalid) as caught, translation.override("en"):
        take(filing(at=(IN_KEBONSARI[1], IN_KEBONSARI[0])))

    assert "swapped" in str(caught.value.errors[0].message)


def test_contact_details_are_unreadable_in_the_database(categories: dict[str, Category]) -> None:
    take(filing(words={"contact": Contact("Siti Rahma", "siti@example.org", "0812 3456 789")}))

    with connection.cursor() as cursor:
        cursor.execute("SELECT name || email || phone FROM incidents_reporter")
        (kept,) = cursor.fetchone()
    assert "Siti" not in kept
    assert "example.org" not in kept


def test_the_same_key_gives_the_same_report_and_another_text_a_conflict(
    categories: dict[str, Category],
) -> None:
    first = take(filing(words={"idempotency_key": "k1", "digest": "a"}))
    again = take(filing(words={"idempotency_key": "k1", "digest": "a"}))

    assert again.repeated
    assert again.complaint == first.complaint
    with pytest.raises(Conflict):
        take(filing(words={"idempotency_key": "k1", "digest": "b"}))
    assert Complaint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_with_one_key_exactly_one_is_written(categories: dict[str, Category]) -> None:
    repeated: list[bool] = []

    def send() -> None:
        repeated.append(take(filing(words={"idempotency_key": "k2", "digest": "a"})).repeated)
        connection.close()

    threads = [threading.Thread(target=send) for _i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(repeated) == [False] + [True] * 5
    assert Complaint.objects.count() == 1


def test_tracking_codes_are_long_and_readable() -> None:
    codes = {new_tracking_code() for _i in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 19 and not set("ILOU") & set(code) for code in codes)


def test_the_timeline_cannot_be_changed(categories: dict[str, Category], petugas_dlh: User) -> None:
    entry = take(filing()).incident.entries.first()
    assert entry is not None
    with pytest.raises(Exception, match="append-only"):
        Entry.objects.filter(pk=entry.pk).update(kind="resolved")
