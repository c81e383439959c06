"""Passes over the cases: one of a kind at a time, each with what it has to tell, in one message per recipient."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import Conflict
from geo.models import Agency
from incidents.jobs import send_round
from incidents.models import Notice, Round
from incidents.timeline import staff_to_tell

LOCKS = {Round.Kind.REMINDERS: 4_837_120, Round.Kind.RECOUNT: 4_837_121}  # of the database's advisory locks
SHOWN_CASES = 20


class Busy(Conflict):
    """Another process does this already."""

    def __init__(self) -> None:
        super().__init__(_("This is being done at this moment."))


@contextmanager
def alone(kind: Round.Kind) -> Iterator[None]:
    """Only one pass of a kind at a time, in any process; a process that dies lets go. Raises Busy."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCKS[kind]])
        if not cursor.fetchone()[0]:
            raise Busy
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCKS[kind]])


def open_round(kind: Round.Kind) -> Round | None:
    """The pass that was begun and not finished, perhaps by a worker that died."""
    return Round.objects.filter(kind=kind, finished_at=None).first()


def current_round(kind: Round.Kind, now: datetime) -> Round:
    """The same, or a new one. Call inside the transaction that writes what it counts."""
    return open_round(kind) or Round.objects.create(kind=kind, began_at=now)


def tally(run: Round, recipient: str, count: int, cases: Iterable[dict[str, Any]]) -> None:
    """Note for a recipient that so many cases are to be told of; the first few by number."""
    told = run.told.setdefault(recipient, {"count": 0, "cases": []})
    told["count"] += count
    told["cases"] = [*told["cases"], *cases][:SHOWN_CASES]


def finish(run: Round) -> None:
    """Close a pass and write one message for each recipient, to be sent by a job."""
    with transaction.atomic():
        run.finished_at = timezone.now()
        run.save(update_fields=["finished_at"])
        notices = [notice for recipient in run.told for notice in _notices(run, recipient)]
        Notice.objects.bulk_create(notices)
        if notices:
            send_round.defer(round_id=run.pk)


def _notices(run: Round, recipient: str) -> Iterator[Notice]:
    word, _colon, key = recipient.partition(":")
    to = Notice.To(word)
    agency = Agency.objects.get(pk=int(key)) if key else None
    if to == Notice.To.AGENCY:
        yield Notice(round=run, to=to, agency=agency, message_id=uuid.uuid4())
        return
    for user in staff_to_tell(to, agency):
        yield Notice(round=run, to=to, agency=agency, user=user, message_id=uuid.uuid4())
