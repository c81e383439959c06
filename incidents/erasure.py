"""What people wrote and left, erased: at the reporter's wish, or when its time is over. History stays, the words go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict
from incidents.fusion.reading import family
from incidents.holds import held_cases
from incidents.models import (
    AccessLog,
    Complaint,
    Correction,
    Entry,
    Follower,
    Incident,
    Note,
    Photo,
    PrivacyRequest,
    PushSubscription,
    Reporter,
    Retention,
)
from incidents.photos import drop_file, drop_original

BATCH = 200


@dataclass(frozen=True)
class Forgotten:
    """How many of each a retention run erased (or would erase)."""

    contacts: int
    reports: int
    looks: int


def erase_report(complaint: Complaint, at: datetime | None = None) -> None:
    """Erase the words, contact and photos of one report, and what was written between its reporter and staff.

    Raises Conflict when a legal hold forbids it.
    """
    now = at or timezone.now()
    with transaction.atomic():
        incident = Incident.objects.select_for_update(no_key=True).get(pk=complaint.incident_id)
        if incident.pk in held_cases():
            raise Conflict(_("This case is under a legal hold: nothing of it may be erased at the moment."))
        told = {"erased": ["report"]}  # in the timeline and nowhere else: there is nobody left to write to
        Entry.objects.create(
            incident=incident, at=now, kind=Entry.Kind.PRIVACY, public=True, complaint=complaint, data=told
        )
        between = Entry.objects.filter(complaint=complaint)
        files = _erase_photos(Photo.objects.filter(Q(complaint=complaint) | Q(entry__in=between)))
        _erase_notes(between, now)
        _erase_corrections(complaint, now)
        _erase_complaint(complaint)
    _drop(files)


def _erase_complaint(complaint: Complaint) -> None:
    Reporter.objects.filter(complaint=complaint).delete()
    PrivacyRequest.objects.filter(complaint=complaint).update(reason="")
    complaint.handles.all().delete()
    complaint.pushes.all().delete()
    Complaint.objects.filter(pk=complaint.pk).update(
        description="", address_note="", idempotency_key=None, body_digest=""
    )


def _erase_notes(entries: QuerySet[Entry], now: datetime) -> None:
    notes = Note.objects.filter(pk__in=entries.filter(note__isnull=False).values("note"), erased_at=None)
    notes.update(body="", erased_at=now)


def _erase_corrections(complaint: Complaint, now: datetime) -> None:
    """What staff put right in the reporter's text says the same once more, in every case where the report was."""
    places = [complaint.incident_id, *complaint.stays.values_list("incident_id", flat=True)]
    kept = Correction.objects.filter(incident__in=places)
    for column in ("words", "address", "reason"):
        notes = Note.objects.filter(pk__in=kept.filter(**{f"{column}__isnull": False}).values(column))
        notes.filter(erased_at=None).update(body="", erased_at=now)


def _erase_photos(photos: QuerySet[Photo]) -> list[tuple[str, str]]:
    """Delete the rows; gives the names of the files, which go after the commit."""
    files = list(photos.values_list("file", "original"))
    photos.delete()
    return files


def _drop(files: Iterable[tuple[str, str]]) -> None:
    """A file that is not reached here (the process dies) is named by no row any more: forget_leftovers takes it."""
    for file, original in files:
        drop_file(file)
        if original:
            drop_original(original)


def forget_expired(now: datetime | None = None, *, dry_run: bool = False) -> Forgotten:
    """Erase what was kept as long as it may be (the rows of Retention); cases under a legal hold keep everything."""
    now = now or timezone.now()
    since = {one.what: now - timedelta(days=one.days) for one in Retention.objects.all()}
    contacts = _contacts(since[Retention.What.CONTACTS])
    reports = _worded(since[Retention.What.WORDS])
    looks = AccessLog.objects.filter(at__lt=since[Retention.What.LOOKS])
    if dry_run:
        return Forgotten(contacts.count(), reports.count(), looks.count())
    forgotten = contacts.delete()[1].get(Reporter._meta.label, 0)
    _followers(since[Retention.What.CONTACTS]).update(email="")
    _browsers(since[Retention.What.CONTACTS]).delete()
    return Forgotten(forgotten, _forget_words(reports, now), _forget_looks(looks))


def _past(closed_before: datetime) -> QuerySet[Incident]:
    """Cases that were closed before a time and that nothing holds."""
    return Incident.objects.filter(closed_at__lt=closed_before).exclude(pk__in=held_cases())


def _contacts(closed_before: datetime) -> QuerySet[Reporter]:
    return Reporter.objects.filter(complaint__incident__in=_past(closed_before))


def _followers(closed_before: datetime) -> QuerySet[Follower]:
    return Follower.objects.filter(incident__in=_past(closed_before)).exclude(email="")


def _browsers(closed_before: datetime) -> QuerySet[PushSubscription]:
    """The browsers of reporters and followers; where the news goes is a contact, too."""
    past = _past(closed_before)
    return PushSubscription.objects.filter(Q(complaint__incident__in=past) | Q(follower__incident__in=past))


def _worded(closed_before: datetime) -> QuerySet[Complaint]:
    """Reports of old cases that still hold anything."""
    held = ~Q(description="") | ~Q(address_note="") | Q(reporter__isnull=False) | Q(photos__isnull=False)
    return Complaint.objects.filter(held, incident__in=_past(closed_before)).distinct()


def _forget_words(reports: QuerySet[Complaint], now: datetime) -> int:
    """Batch by batch, each of its own: what is done stays done."""
    forgotten = 0
    while batch := list(reports.select_related("incident").order_by("pk")[:BATCH]):
        for complaint in batch:
            erase_report(complaint, now)
        _forget_answers({complaint.incident for complaint in batch}, now)
        forgotten += len(batch)
    return forgotten


def _forget_answers(incidents: set[Incident], now: datetime) -> None:
    """After so long nobody needs the agencies' words and photos either; nor those of what was merged into the case."""
    with transaction.atomic():
        entries = Entry.objects.filter(incident__in=[pk for one in incidents for pk in family(one)])
        files = _erase_photos(Photo.objects.filter(entry__in=entries))
        _erase_notes(entries, now)
    _drop(files)


def _forget_looks(looks: QuerySet[AccessLog]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL kentongan.retention = 'on'")  # the trigger lets nobody else delete
        forgotten = looks.delete()[0]
        cursor.execute("SET LOCAL kentongan.retention = 'off'")
    return forgotten
