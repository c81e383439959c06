"""Rows of a list through the one door, batch after batch, each in a transaction: what is in stays in.

Repeating a list is safe: a number of the other system is taken once. A bad row is told and the others are taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.errors import DomainError, FieldError, Invalid
from geo.registry import current_locator
from incidents.filing import SYSTEM
from incidents.flow import current_flow
from incidents.imports.columns import KNOWN, NEEDED, RowReader
from incidents.imports.sheet import Line, read_lines
from incidents.models import Complaint
from incidents.past import Bygone, take_past
from incidents.validate import is_text, validated

BATCH = 500
PLACE = {"lon", "lat", "kelurahan"}
LOCK = 4_837_200  # of the database's advisory locks: one list at a time


class Result(TextChoices):
    LOADED = "dimuat", gettext_lazy("loaded")
    READY = "siap", gettext_lazy("ready to load")
    KNOWN = "sudah_ada", gettext_lazy("already here")
    REFUSED = "ditolak", gettext_lazy("refused")


@dataclass(frozen=True)
class Outcome:
    """What became of one row."""

    row: int
    external_id: str
    result: Result
    tracking_code: str = ""
    faults: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class Order:
    """A list to be loaded: from which file and system, for whom; `dry` only looks. `content`: of a sealed file."""

    path: Path
    origin: str
    now: datetime
    by: User | None = None
    dry: bool = False
    content: bytes | None = None


def bring_in(order: Order) -> Iterator[list[Outcome]]:
    """Load a list; each batch of outcomes is committed when it comes out. Raises FileRefused, Invalid (origin)."""
    check_origin(order.origin)
    reader = RowReader(order.origin, order.now, current_flow(), current_locator())
    lines = read_lines(order.path, NEEDED, KNOWN, order.content)
    first: dict[str, int] = {}
    while batch := list(islice(lines, BATCH)):
        with transaction.atomic():
            _one_at_a_time()
            known = _known(order.origin, [line.cells["external_id"] for line in batch])
            rows = [_row(reader, line, known, first) for line in batch]
            ready = [one for one in rows if isinstance(one, _Ready)]
            loaded = [] if order.dry else take_past([one.bygone for one in ready], order.now)
        codes = iter(one.tracking_code for one in loaded)
        yield [_outcome(one, next(codes, "")) if isinstance(one, _Ready) else one for one in rows]


@dataclass(frozen=True)
class _Ready:
    """A row that can be taken."""

    row: int
    external_id: str
    bygone: Bygone


def _outcome(ready: _Ready, code: str) -> Outcome:
    return Outcome(ready.row, ready.external_id, Result.LOADED if code else Result.READY, code)


def check_origin(name: str) -> None:
    """Raises Invalid when a system cannot be named so."""
    if not name.strip() or len(name) > SYSTEM or not is_text(name):
        raise Invalid.at(
            "system", _("Please name the other system with at most %(n)d characters.") % {"n": SYSTEM}
        )


def tally(outcomes: Sequence[Outcome], counts: Counter[str]) -> None:
    """Add a batch to the counts by result."""
    counts.update(one.result.value for one in outcomes)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _known(origin: str, numbers: Sequence[str]) -> dict[str, str]:
    """The tracking codes of what is here already, by the other system's number."""
    texts = [number for number in numbers if number and is_text(number)]
    here = Complaint.objects.filter(external_system=origin, external_id__in=texts)
    return dict(here.values_list("external_id", "tracking_code"))


def _row(reader: RowReader, line: Line, known: dict[str, str], first: dict[str, int]) -> Outcome | _Ready:
    number = line.cells["external_id"]
    if number in known:
        return Outcome(line.number, number, Result.KNOWN, known[number])
    if line.fault:
        return Outcome(line.number, number, Result.REFUSED, faults=(FieldError("", line.fault),))
    wanted, faults = reader.read(line)
    if number and first.setdefault(number, line.number) != line.number:
        words = _("This number is already in row %(row)d.") % {"row": first[number]}
        faults.append(FieldError("external_id", words))
    try:
        category, placement = validated(wanted.filing, reader.locator)
        if not faults:
            return _Ready(line.number, number, Bygone(wanted.filing, category, placement, wanted.past))
    except DomainError as refused:
        faults += _further(refused, faults)  # every fault at once
    return Outcome(line.number, number, Result.REFUSED, faults=tuple(faults))


def _further(refused: DomainError, faults: Sequence[FieldError]) -> list[FieldError]:
    """What the door says of a row beside what could not be read in it: a cell is told once."""
    told = {fault.field for fault in faults}
    if told & PLACE:
        told |= PLACE
    return [one for one in refused.errors or [FieldError("", refused.detail)] if one.field not in told]
