"""A case as one row of a list: what decides whether to open it now, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from incidents.access import Viewer, visible_incidents
from incidents.desk.worklist import State, state_of
from incidents.models import Assignment, Complaint, InboxLine, InboxPlace, Incident, Late, Timed

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
    late_since: datetime | None  # missed its completion then, whatever became of it since

    @property
    def was_late(self) -> bool:
        """It once was late and is not at this moment."""
        return self.late_since is not None and self.state != State.LATE

    @property
    def supports(self) -> bool:
        return self.role == Assignment.Role.SUPPORT


COLUMNS = (
    "incident_id", "place", "open", "late_at", "due_at", "opened_at", "role", "held", "source", "confidential", "unled",
    "incident__kelurahan", "incident__kecamatan", "incident__demo",
)  # fmt: skip


def rows(keys: Sequence[int], viewer: Viewer, scope: int, now: datetime) -> list[Row]:
    """The rows of some cases in the order of their numbers; two queries. Only what the viewer may see is among them."""
    anonymous = Exists(Complaint.objects.filter(incident=OuterRef("incident_id"), anonymous=True))
    lines = InboxLine.objects.filter(
        scope=scope, incident_id__in=keys, incident__in=visible_incidents(viewer).filter(pk__in=keys)
    ).annotate(
        category_name=F(f"incident__category__{category_name_field()}"),
        anonymous=anonymous,
    )
    found = {line["incident_id"]: line for line in lines.values(*COLUMNS, "category_name", "anonymous")}
    late = first_late(keys)
    for key, line in found.items():
        line["late_since"] = late.get(key)
    return [_row(found[key], now) for key in keys if key in found]


def first_late(keys: Sequence[int]) -> dict[int, datetime]:
    """When some cases, or ones that were merged into them, first missed their completion; one query.

    Two ranges of indexes: one condition with "or" would look at every case there is.
    """
    missed = Late.objects.filter(step=Timed.DONE)
    own = missed.filter(incident__in=keys).values_list("incident", "since")
    merged = missed.filter(incident__merged_into__in=keys).values_list("incident__merged_into", "since")
    found: dict[int, datetime] = {}
    for key, since in own.union(merged, all=True):
        found[key] = min(since, found.get(key, since))
    return found


def category_name_field() -> str:
    """The column of a category's name in the language of the moment."""
    return "name_en" if (get_language() or "id").startswith("en") else "name_id"


def _row(found: dict[str, Any], now: datetime) -> Row:
    state = state_of(found["place"], found["late_at"], now)
    taken = found["held"] != Assignment.Status.SENT if found["role"] else found["place"] != InboxPlace.NEW
    return Row(
        pk=found["incident_id"],
        category=found["category_name"],
        kelurahan=found["incident__kelurahan"],
        kecamatan=found["incident__kecamatan"],
        state=state,
        due=due_words(found["due_at"], now) if found["late_at"] else "",
        due_at=found["due_at"],
        opened_at=found["opened_at"],
        role=found["role"],
        waits=state == State.LATE and not taken,
        unled=found["unled"] and found["open"],
        confidential=found["confidential"],
        anonymous=found["anonymous"],
        by_camera=found["source"] != Incident.Source.CITIZEN,
        demo=found["incident__demo"],
        late_since=found["late_since"],
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
