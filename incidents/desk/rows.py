"""A case as one row of a list: what decides whether to open it now, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from incidents.desk.worklist import OPEN_STATES, State
from incidents.models import Assignment, Complaint, Incident

SOON_DAYS = 14


@dataclass(frozen=True)
class Row:
    """One row; `due` is worded for now, `role` is the viewer's agency's (empty for operators)."""

    pk: int
    category: str
    kelurahan: str
    kecamatan: str
    state: State
    due: str
    due_at: datetime
    opened_at: datetime
    role: str
    waits: bool  # late, and nobody has accepted it yet
    unled: bool
    confidential: bool
    anonymous: bool
    by_camera: bool
    demo: bool

    @property
    def supports(self) -> bool:
        return self.role == Assignment.Role.SUPPORT


COLUMNS = (
    "pk", "kelurahan", "kecamatan", "state", "phase", "due_at", "opened_at", "unled", "confidential", "source",
    "demo", "my_role", "my_status",
)  # fmt: skip


def rows(cases: QuerySet[Incident], now: datetime) -> Iterator[Row]:
    """The rows of a slice of a worklist; one query."""
    anonymous = Exists(Complaint.objects.filter(incident=OuterRef("pk"), anonymous=True))
    named = cases.annotate(category_name=F(f"category__{category_name_field()}"), anonymous=anonymous)
    for found in named.values(*COLUMNS, "category_name", "anonymous"):
        yield _row(found, now)


def category_name_field() -> str:
    """The column of a category's name in the language of the moment."""
    return "name_en" if (get_language() or "id").startswith("en") else "name_id"


def _row(found: dict[str, Any], now: datetime) -> Row:
    state = State(found["state"])
    waiting = Assignment.Status.SENT if found["my_role"] else Incident.Phase.NEW
    is_open = found["phase"] in Incident.OPEN and state in OPEN_STATES
    return Row(
        pk=found["pk"],
        category=found["category_name"],
        kelurahan=found["kelurahan"],
        kecamatan=found["kecamatan"],
        state=state,
        due=due_words(found["due_at"], now) if is_open else "",
        due_at=found["due_at"],
        opened_at=found["opened_at"],
        role=found["my_role"],
        waits=state == State.LATE and (found["my_status"] or found["phase"]) == waiting,
        unled=found["unled"] and is_open,
        confidential=found["confidential"],
        anonymous=found["anonymous"],
        by_camera=found["source"] != Incident.Source.CITIZEN,
        demo=found["demo"],
    )


def due_words(due_at: datetime, now: datetime) -> str:
    """How long is left until a deadline, or by how much it was missed, in days of the city's calendar."""
    days = (timezone.localtime(due_at).date() - timezone.localtime(now).date()).days
    if due_at < now:
        late = max(1, -days)
        return ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late}
    if days == 0:
        return _("due today")
    if days == 1:
        return _("due tomorrow")
    if days <= SOON_DAYS:
        return ngettext("due in %(n)d day", "due in %(n)d days", days) % {"n": days}
    return _("due on %(day)s") % {"day": date_format(timezone.localtime(due_at), "j F Y")}
