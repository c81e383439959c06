"""A merge, a split or a list that is loaded twice neither ends a legal hold nor brings back what was erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from geo.errors import Conflict
from incidents.corrections import Wanted, correct
from incidents.erasure import erase_report, forget_expired
from incidents.filing import Contact
from incidents.fusion.merge import merge
from incidents.fusion.undo import split, undo
from incidents.imports import runs
from incidents.models import (
    Category,
    Complaint,
    Entry,
    Follower,
    Incident,
    LegalHold,
    Note,
    Photo,
    PushSubscription,
    Reporter,
)
from tests.incidents.lists import csv_text, rows
from tests.incidents.made import case, do, picture, viewer

Categories = dict[str, Category]
LONG_AGO = timedelta(days=6 * 365)
SAID = "Bau kenari menyengat di depan pasar."


@pytest.fixture
def pair(categories: Categories) -> tuple[Incident, Incident]:
    """Two cases of one place, the older first; each has a report with words and a contact."""
    return one(5), one(2)


def one(days: int) -> Incident:
    return case(
        description=f"{SAID} {days}",
        age=timedelta(days=days),
        contact=Contact(email="a@b.example"),
        confidential=True,
    )


def hold(incident: Incident, by: User) -> LegalHold:
    return LegalHold.objects.create(incident=incident, reason="Diminta jaksa.", by=by, at=timezone.now())


def refused(complaint: Complaint) -> bool:
    """Whether the wish to erase it is refused."""
    complaint.refresh_from_db()
    try:
        erase_report(complaint)
    except Conflict:
        return True
    return False


@pytest.mark.parametrize("held", [0, 1])
def test_a_hold_outlives_a_merge_for_all_reports(
    pair: tuple[Incident, Incident], operator: User, held: int
) -> None:
    reports = [each.complaints.get() for each in pair]
    hold(pair[held], operator)
    merge(pair[0], pair[1].pk, viewer(operator))
    Incident.every.update(closed_at=timezone.now() - LONG_AGO)

    assert [refused(each) for each in reports] == [True, True]
    assert (forget_expired(dry_run=True).contacts, forget_expired().reports) == (0, 0)
    assert Reporter.objects.count() == 2


@pytest.mark.parametrize("held", [0, 1])
def test_undoing_a_merge_leaves_each_case_with_the_hold_that_it_had(
    pair: tuple[Incident, Incident], operator: User, held: int
) -> None:
    reports = [each.complaints.get() for each in pair]
    hold(pair[held], operator)
    done = merge(pair[0], pair[1].pk, viewer(operator))
    undo(pair[0], done.pk, viewer(operator))

    assert [refused(each) for each in reports] == [held == 0, held == 1]


def test_a_hold_that_came_while_two_were_one_stays_with_both(
    pair: tuple[Incident, Incident], operator: User
) -> None:
    reports = [each.complaints.get() for each in pair]
    done = merge(pair[0], pair[1].pk, viewer(operator))
    hold(pair[0], operator)
    undo(pair[0], done.pk, viewer(operator))

    assert [refused(each) for each in reports] == [True, True]


@pytest.mark.parametrize("held", [0, 1])
def test_a_report_that_is_split_off_stays_held(
    pair: tuple[Incident, Incident], operator: User, held: int
) -> None:
    reports = [each.complaints.get() for each in pair]
    hold(pair[held], operator)
    merge(pair[0], pair[1].pk, viewer(operator))
    kept = Incident.objects.get()
    done = split(kept, [reports[1].pk], viewer(operator))
    assert [refused(each) for each in reports] == [True, True]

    undo(kept, done.pk, viewer(operator), secret=True)
    assert [refused(each) for each in reports] == [True, True]


def test_words_that_staff_put_right_before_a_merge_go_with_the_report(
    pair: tuple[Incident, Incident], operator: User
) -> None:
    correct(Wanted(pair[1], viewer(operator), "Salah ketik.", words="Bau kenari, dibetulkan."))
    erased = pair[1].complaints.get()
    merge(pair[0], pair[1].pk, viewer(operator))

    assert not refused(erased)
    assert not Note.objects.filter(body__contains="dibetulkan").exists()


def test_after_years_the_words_and_photos_of_merged_cases_go_as_well(
    pair: tuple[Incident, Incident], operator: User, petugas_dlh: User
) -> None:
    do(petugas_dlh, pair[1], Entry.Kind.ANSWERED, text="Kami periksa.", pictures=(picture(),))
    merge(pair[0], pair[1].pk, viewer(operator))
    Incident.objects.update(closed_at=timezone.now() - LONG_AGO)

    assert forget_expired().reports == 2
    assert not Photo.objects.exists()
    assert not Note.objects.exclude(body="").exists()


def test_browsers_go_when_contacts_go(pair: tuple[Incident, Incident]) -> None:
    now = timezone.now()
    for number, each in enumerate(pair):
        follower = Follower.objects.create(incident=each, code=str(number), created_at=now)
        said: dict[str, Any] = {"sealed": "{}", "created_at": now}
        PushSubscription.objects.create(follower=follower, digest=f"f{number}", **said)
        PushSubscription.objects.create(complaint=each.complaints.get(), digest=f"c{number}", **said)
    Incident.objects.filter(pk=pair[0].pk).update(closed_at=now - LONG_AGO)

    forget_expired()
    assert set(PushSubscription.objects.values_list("digest", flat=True)) == {"f1", "c1"}


def loaded(content: str, by: User) -> dict[str, int]:
    """Look a list over and load it; its counts at the end."""
    run = runs.new_run(SimpleUploadedFile("a.csv", content.encode()), "Buku loket", by)
    runs.carry_out(run.pk)
    runs.order_loading(run.pk, by)
    runs.carry_out(run.pk)
    run.refresh_from_db()
    assert [file.name for file in runs.folder().iterdir()] == [run.report]
    runs.path_of(run.report).unlink()
    return dict(run.counts)


def test_an_erased_row_of_a_list_comes_back_by_no_second_load_and_the_list_is_not_kept(
    categories: Categories, operator: User
) -> None:
    content = csv_text(rows({"reporter_email": "kenari@warga.example"}))
    assert loaded(content, operator) == {"dimuat": 1}
    erase_report(Complaint.objects.get())

    assert loaded(content, operator) == {"sudah_ada": 1}
    assert Complaint.objects.get().description == ""
    assert not Reporter.objects.exists()
