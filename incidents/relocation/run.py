"""A relocation from its order to its end: batch after batch, each in a transaction, so that it can be interrupted."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import Conflict
from geo.models import Agency, Edition
from geo.registry import load_locator
from incidents.models import Incident, Notice, Relocation
from incidents.relocation.batches import next_batch
from incidents.relocation.late import late_cases, let_writers_end, oldest_under_way
from incidents.relocation.places import Placer
from incidents.relocation.tally import Tally, merged
from incidents.relocation.write import write_changes, write_doubts

log = logging.getLogger("kentongan.incidents")
BATCH = 20_000
FIRST = 1_000  # so that something is told at once
SHOWN_EVERY_S = 0.5
SWEEPS = 10  # for cases that were committed late, each for those that came during the one before
LOCK = 4_837_113  # of the database's advisory locks: one relocation at a time
PATIENCE = timedelta(minutes=15)  # an order that nobody took up until then is not waited for


class State(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class UnderWay(Conflict):
    """A relocation is under way already."""

    def __init__(self) -> None:
        super().__init__(
            _("Cases are being placed again at this moment. Please wait until that is done, then try again.")
        )


@contextmanager
def alone() -> Iterator[None]:
    """Only one relocation at a time, in any process; a process that dies lets go. Raises UnderWay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise UnderWay
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def is_working() -> bool:
    """Does any process relocate at this moment?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND classid = 0 "
            "AND objid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK],
        )
        return bool(cursor.fetchone()[0])


def state_of(run: Relocation, now: datetime, working: bool) -> State:
    """How a run stands; `working` is `is_working()`. A worker that died holds no lock."""
    if run.finished_at:
        return State.FAILED if run.error else State.DONE
    if working:
        return State.WORKING
    if run.started_at is None and now - run.requested_at < PATIENCE:
        return State.WAITING
    return State.INTERRUPTED


def interrupted() -> list[int]:
    """Runs that were begun or ordered and that nobody carries out, by key."""
    now, working = timezone.now(), is_working()
    unfinished = Relocation.objects.filter(finished_at=None).order_by("pk")
    return [run.pk for run in unfinished if state_of(run, now, working) == State.INTERRUPTED]


def take_turn() -> None:
    """Wait until no other transaction orders a relocation; from here to this one's end none does.

    Whoever changes the map in the same transaction does so afterwards: all take these two locks in one order.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK + 1])


def demand_rest() -> None:
    """Raise UnderWay while a relocation is ordered or carried out; call it inside a transaction."""
    take_turn()
    now, working = timezone.now(), is_working()
    for left in Relocation.objects.filter(finished_at=None):
        if state_of(left, now, working) in {State.WAITING, State.WORKING}:
            raise UnderWay


def new_run(edition: Edition, before: Edition | None, by: User | None) -> Relocation:
    """Note an order to relocate to `edition`, which is in force. What was left unfinished before ends with it.

    Raises UnderWay.
    """
    with transaction.atomic():
        demand_rest()
        now = timezone.now()
        for left in Relocation.objects.filter(finished_at=None):
            _finish(left, _("It was interrupted, and another relocation took its place."))
        return Relocation.objects.create(edition=edition, before=before, requested_by=by, requested_at=now)


def begun(edition: Edition) -> Relocation | None:
    """A relocation to this edition that was ordered or interrupted and that nobody carries out at this moment."""
    if is_working():
        return None
    return Relocation.objects.filter(finished_at=None, edition=edition).first()


def carry_out(run_id: int, batch: int = BATCH) -> Relocation:
    """Do a run to its end; see `proceed`."""
    *_steps, last = proceed(run_id, batch)
    return last


def proceed(run_id: int, batch: int = BATCH) -> Iterator[Relocation]:
    """Do a run, or go on with one that was interrupted; yields it after each batch and at its end.

    One that is finished stays as it is. Raises UnderWay.
    """
    with alone():
        run = Relocation.objects.select_related("edition").get(pk=run_id)
        if not run.finished_at:
            try:
                _begin(run)
                placer = Placer(run.edition, load_locator(run.edition))
                yield from _pass(run, placer, batch)
                yield from _sweeps(run, placer, batch)
            except Conflict as refusal:
                _finish(run, str(refusal.detail))
            except Exception as error:
                log.exception("relocation %s stopped", run.pk)
                Relocation.objects.filter(pk=run.pk).update(error=type(error).__name__)
                raise
            else:
                _finish(run, "")
    yield run


def _begin(run: Relocation) -> None:
    run.total = run.done + Incident.objects.filter(phase__in=Incident.OPEN, pk__gt=run.reached).count()
    run.started_at = run.started_at or timezone.now()
    run.horizon = run.horizon or oldest_under_way()
    run.error = ""
    run.save(update_fields=["total", "started_at", "horizon", "error"])


def _pass(run: Relocation, placer: Placer, most: int) -> Iterator[Relocation]:
    """All cases in the order of their keys, in batches that show how it goes."""
    size, started = min(FIRST, most), time.monotonic()
    while _step(run, placer, size):
        yield run
        size, started = next_size(size, time.monotonic() - started, most), time.monotonic()


def next_size(size: int, seconds: float, most: int) -> int:
    """How many cases to take next, when `size` took so many seconds: as many as are done before people wonder."""
    return max(1, min(most, 4 * size, round(size * SHOWN_EVERY_S / max(seconds, 1e-6))))


def _sweeps(run: Relocation, placer: Placer, size: int) -> Iterator[Relocation]:
    """Cases that were committed behind `reached`, until there are none."""
    since = run.horizon or 0
    for _round in range(SWEEPS):
        let_writers_end()
        now = oldest_under_way()
        late = late_cases(run.edition_id, run.reached, since)
        for first in range(0, len(late), size):
            _step(run, placer, size, late[first : first + size])
            yield run
        if not late:
            return
        since = now


def _step(run: Relocation, placer: Placer, size: int, late: list[int] | None = None) -> bool:
    """One batch, with its place in the whole, in one transaction; False when there are no more.

    Of `late` cases (keys) only those are counted that change: the others may have been looked at before.
    """
    with transaction.atomic():
        if not Edition.objects.filter(pk=run.edition_id, status=Edition.Status.ACTIVE).exists():
            raise Conflict(_("Other borders were put in force meanwhile."))
        now = timezone.now()
        after = 0 if late else run.reached
        batch = next_batch(placer, after, size, now, lock=True, only=late)
        if batch is None:
            return False
        write_changes(run, placer, batch.changes, now)
        write_doubts(run, batch.doubts, run.edition.name, now)
        tally = Tally()
        tally.add(batch, placer.agencies)
        run.reached = max(run.reached, batch.until)
        run.done += len(batch.changes) if late else tally.total
        run.total = max(run.total, run.done)  # cases that came in meanwhile
        run.moved += tally.moved
        run.rerouted += tally.rerouted
        run.doubted = run.doubts.count()
        run.agencies = merged(run.agencies, tally.agencies)
        run.save(update_fields=["reached", "done", "total", "moved", "rerouted", "doubted", "agencies"])
    return True


def _finish(run: Relocation, error: str) -> None:
    """Close a run and write what the agencies are to be told: one message each, however many cases it is about."""
    with transaction.atomic():
        run.finished_at, run.error = timezone.now(), error
        run.save(update_fields=["finished_at", "error"])
        Notice.objects.bulk_create(
            Notice(relocation=run, to=Notice.To.AGENCY, agency=agency, message_id=uuid.uuid4())
            for agency in Agency.objects.filter(code__in=run.agencies)
        )
