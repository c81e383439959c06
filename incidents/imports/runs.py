"""Lists that were brought to the desk: kept aside, looked over, loaded when their person says so; all by the worker.

A worker may die over a list: it is taken up again from its beginning, and what is in already is passed over.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import Conflict, DomainError, Invalid, TooLarge
from geo.refusal import FileRefused
from incidents.imports.limits import FILE_BYTES
from incidents.imports.load import LOCK, Order, Outcome, Result, bring_in, check_origin, tally
from incidents.imports.report import begin_report, reasons, write_report
from incidents.models import ImportRun
from incidents.seal import open_bytes, seal_bytes

State = ImportRun.State
SHOWN = 200
STANDS_STILL = timedelta(minutes=5)
KEPT = timedelta(days=30)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def path_of(name: str) -> Path:
    return folder() / name


def new_run(file: UploadedFile[bytes] | None, system: str, by: User) -> ImportRun:
    """Keep an uploaded list to be looked over. Raises Invalid, TooLarge."""
    check_origin(system)
    if file is None or not file.size:
        raise Invalid.at("file", _("Please choose a file: CSV or XLSX."))
    if file.size > FILE_BYTES:
        raise TooLarge.at("file", _("This file is larger than %(mb)d MB.") % {"mb": FILE_BYTES // 2**20})
    name = secrets.token_hex(16)
    folder().mkdir(parents=True, exist_ok=True)
    with path_of(name).open("xb") as kept:
        kept.write(seal_bytes(file.read()))  # it holds contacts in clear, and waits for its person
    now = timezone.now()
    called = Path(file.name or "").name.replace("\x00", "")[:200]
    return ImportRun.objects.create(
        name=called, system=system.strip(), by=by, file=name, created_at=now, moved_at=now
    )


def order_loading(pk: int, by: User) -> ImportRun:
    """What was looked over is to be loaded. Raises Conflict."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().filter(pk=pk, by=by, state=State.CHECKED).first()
        if run is None:
            raise Conflict(_("This list cannot be loaded now. Please look at how it stands."))
        run.state, run.moved_at, run.done = State.LOADING, timezone.now(), 0
        run.save(update_fields=["state", "moved_at", "done"])
    return run


def carry_out(pk: int) -> None:
    """Look over or load a list, whichever is ordered. Does nothing while another worker has it."""
    with _alone(pk) as is_mine:
        run = ImportRun.objects.select_related("by").filter(pk=pk, state__in=ImportRun.MOVING).first()
        if is_mine and run:
            _carry_out(run)


def _carry_out(run: ImportRun) -> None:
    dry = run.state == State.CHECKING
    run.report = run.report or f"{secrets.token_hex(16)}.csv"
    run.done, run.counts, run.refused = 0, {}, []
    try:
        order = Order(path_of(run.file), run.system, timezone.now(), run.by, dry, _content(run))
        with path_of(run.report).open("w", encoding="utf-8", newline="") as report:
            begin_report(report)
            for outcomes in bring_in(order):
                write_report(report, outcomes)
                _count(run, outcomes)
    except DomainError as refused:
        run.error = str(refused.detail)
    run.state = State.FAILED if run.error else State.CHECKED if dry else State.DONE
    run.total = max(run.total, run.done)
    run.moved_at = timezone.now()
    run.save()
    if not dry or run.error:
        _drop_list(run)


def _content(run: ImportRun) -> bytes:
    """What was brought. Raises FileRefused where it is gone, or was sealed with a key that is used no more."""
    path = path_of(run.file)
    try:
        return open_bytes(path.read_bytes())
    except (OSError, ImproperlyConfigured) as error:
        raise FileRefused(path, _("it cannot be opened")) from error


def _drop_list(run: ImportRun) -> None:
    """The list itself, with its contacts, is of no more use; the report tells rows and numbers only."""
    path_of(run.file).unlink(missing_ok=True)
    run.file = ""
    run.save(update_fields=["file"])


def _count(run: ImportRun, outcomes: list[Outcome]) -> None:
    counts: Counter[str] = Counter(run.counts)
    tally(outcomes, counts)
    refused = [[one.row, reasons(one)] for one in outcomes if one.result == Result.REFUSED]
    run.refused = (run.refused + refused)[:SHOWN]
    run.counts, run.done, run.moved_at = dict(counts), run.done + len(outcomes), timezone.now()
    run.save(update_fields=["counts", "done", "moved_at", "refused", "report"])


@contextmanager
def _alone(pk: int) -> Iterator[bool]:
    """Whether this process is the only one at this list; a process that dies lets go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, pk])
        is_mine = bool(cursor.fetchone()[0])
        try:
            yield is_mine
        finally:
            if is_mine:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, pk])


def standing_still() -> list[int]:
    """Lists over which a worker must have died."""
    before = timezone.now() - STANDS_STILL
    return list(
        ImportRun.objects.filter(state__in=ImportRun.MOVING, moved_at__lt=before).values_list("pk", flat=True)
    )


def forget_imports() -> int:
    """Delete the files of lists that nobody touched for a month; what became of them stays. Returns how many."""
    old = ImportRun.objects.filter(moved_at__lt=timezone.now() - KEPT).exclude(file="", report="")
    for run in old:
        for name in filter(None, (run.file, run.report)):
            path_of(name).unlink(missing_ok=True)
    return old.update(file="", report="", refused=[])
