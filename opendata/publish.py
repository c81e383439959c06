"""Build, audit, release: in this order, by one publisher at a time, and all or nothing.

The files are durable before the rows are committed, and nothing is served that no row names: whenever the process dies,
a release is there as a whole or not at all.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from geo.city import current_city
from geo.errors import Invalid
from opendata import formats, store
from opendata.anonymise import COLUMNS
from opendata.audit import Verdict, examine, require
from opendata.build import Candidate, build, publisher, truth_about
from opendata.definitions import Definition
from opendata.licence import LICENCE
from opendata.models import Dataset, Release, ReleasedArea, ReleasedCount, Resource
from opendata.periods import Month, Window
from opendata.sources import months_with_reports

LOCK_SPACE = 0x6B74  # "kt": our corner of PostgreSQL's advisory locks


class Result(StrEnum):
    RELEASED = "released"
    ALREADY = "already"
    UNCHANGED = "unchanged"
    EMPTY = "empty"


@dataclass(frozen=True)
class Outcome:
    """What came of publishing a window; `release` is the new one, or the one that was there already."""

    result: Result
    window: Window
    release: Release | None = None


def due_windows(definition: Definition, zone: ZoneInfo, now: datetime) -> list[Window]:
    """The months that have ended, hold something to release and have no final release; oldest first."""
    done = set(_releases(definition).filter(partial=False).values_list("period", flat=True))
    return [
        Window(month, zone, now)
        for month in months_with_reports(zone)
        if month.has_ended(zone, now) and str(month) not in done
    ]


def asked_window(text: str, zone: ZoneInfo, now: datetime) -> Window:
    """The window of a month that somebody names. Raises Invalid for what is no month or has not begun."""
    month = Month.parse(text)
    if not month.has_begun(zone, now):
        raise Invalid.at("period", _("%(period)s has not begun yet.") % {"period": month})
    return Window(month, zone, now)


def publish(definition: Definition, window: Window) -> Outcome:
    """Release a window, unless that has been done. Raises AuditFailed, Conflict (no boundaries), OSError (disk)."""
    with sole_publisher(definition), _snapshot():
        store.sweep(definition.slug)
        final = _releases(definition).filter(period=str(window.month), partial=False).first()
        if final:
            return Outcome(Result.ALREADY, window, final)
        candidate = build(definition, window, _version(definition, window))
        if not candidate.reports:
            return Outcome(Result.EMPTY, window)
        same = _same_as_before(candidate)
        if same:
            return Outcome(Result.UNCHANGED, window, same)
        verdicts = examine(candidate.files, truth_about(candidate))
        require(verdicts)
        store.keep_files(definition.slug, candidate.version, candidate.files)
        try:
            with transaction.atomic():
                release = _write_rows(candidate, verdicts)
        except BaseException:
            store.drop_files(definition.slug, candidate.version)
            raise
        return Outcome(Result.RELEASED, window, release)


@contextmanager
def sole_publisher(definition: Definition) -> Iterator[None]:
    """Wait until nobody else publishes this dataset, in any process; a process that dies lets go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [LOCK_SPACE, definition.slug])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK_SPACE, definition.slug])


def is_publishing(definition: Definition) -> bool:
    """Does any process publish this dataset at this moment?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %s "
            "AND objid = hashtext(%s)::bigint & 4294967295 AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK_SPACE, definition.slug],
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def _snapshot() -> Iterator[None]:
    """One view of the tables for the count and for its audit, though reports keep coming in."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _releases(definition: Definition) -> QuerySet[Release]:
    return Release.objects.filter(dataset__slug=definition.slug)


def _version(definition: Definition, window: Window) -> str:
    """`2026-10`, or for a month that still runs `2026-11-p1`, `-p2` …"""
    if not window.partial:
        return str(window.month)
    earlier = _releases(definition).filter(period=str(window.month)).count()
    return f"{window.month}-p{earlier + 1}"


def _same_as_before(candidate: Candidate) -> Release | None:
    """The newest provisional release of a month that still runs, if nothing has changed since."""
    if not candidate.window.partial:
        return None
    last = _releases(candidate.definition).filter(period=str(candidate.window.month)).first()
    table = hashlib.sha256(candidate.files[formats.CSV.file]).hexdigest()
    return last if last and last.resources.filter(file=formats.CSV.file, sha256=table).exists() else None


def _write_rows(candidate: Candidate, verdicts: list[Verdict]) -> Release:
    window = candidate.window
    release = Release.objects.create(
        dataset=_dataset(candidate.definition),
        version=candidate.version,
        period=str(window.month),
        starts_on=window.first_day,
        ends_on=window.last_day,
        zone=window.zone.key,
        partial=window.partial,
        rows=len(candidate.frame),
        reports=candidate.reports,
        edition=candidate.borders.edition,
        approximate_borders=candidate.borders.approximate,
        demo=candidate.demo,
        audit=[verdict.as_json() for verdict in verdicts],
        dictionary=candidate.dictionary,
        released_at=window.now,
    )
    Resource.objects.bulk_create(_resources(release, candidate))
    ReleasedCount.objects.bulk_create(
        (
            ReleasedCount(release=release, **dict(zip(COLUMNS, row, strict=True)))
            for row in candidate.frame.itertuples(index=False, name=None)
        ),
        batch_size=5000,
    )
    ReleasedArea.objects.bulk_create(_areas(release, candidate))
    return release


def _dataset(definition: Definition) -> Dataset:
    """The dataset's row, told anew as its definition says today."""
    city = current_city()
    described = {
        "title_id": definition.title_id,
        "title_en": definition.title_en,
        "notes_id": definition.notes_id,
        "notes_en": definition.notes_en,
        "licence": LICENCE,
        "organization": publisher(city.name if city else ""),
        "tags": list(definition.tags),
    }
    return Dataset.objects.update_or_create(slug=definition.slug, defaults=described)[0]


def _resources(release: Release, candidate: Candidate) -> Iterator[Resource]:
    for position, (name, content) in enumerate(candidate.files.items()):
        kind = formats.FORMATS[name]
        yield Resource(
            release=release,
            uuid=uuid.uuid4(),
            file=name,
            format=kind.name,
            media_type=kind.media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            position=position,
        )


def _areas(release: Release, candidate: Candidate) -> Iterator[ReleasedArea]:
    for code, name, kecamatan_code, kecamatan in candidate.borders.areas.itertuples(index=False, name=None):
        if code not in candidate.shapes:
            continue  # a place of an earlier edition: it has counts, but no border in this one
        people, year = candidate.borders.people.get(code, (None, None))
        geom = GEOSGeometry(candidate.shapes[code].wkb_hex, srid=4326)
        assert isinstance(geom, MultiPolygon)
        yield ReleasedArea(
            release=release,
            code=code,
            name=name,
            kecamatan_code=kecamatan_code,
            kecamatan=kecamatan,
            geom=geom,
            people=people,
            people_year=year,
        )
