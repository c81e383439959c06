"""What staff may write to those who reported a case."""

from __future__ import annotations

from dataclasses import dataclass

from incidents.access import Viewer
from incidents.flow import current_flow
from incidents.models import Entry, Incident

K = Entry.Kind
TALK = (K.ASKED, K.MESSAGE)


@dataclass(frozen=True)
class Talk:
    """What this viewer may write. Reporters are numbers, as in the evidence; who they are is not known here."""

    kinds: list[Entry.Kind]
    reporters: list[tuple[int, int]]  # complaint, number

    @property
    def may_ask(self) -> bool:
        return K.ASKED in self.kinds


def talk_for(viewer: Viewer, incident: Incident) -> Talk | None:
    """Nothing where nobody reported the case (cameras), or where the workflow allows neither."""
    allowed = {one.action for one in current_flow().actions(incident.status, viewer.role)}
    kinds = [kind for kind in TALK if kind in allowed]
    reports = list(incident.complaints.order_by("received_at", "pk").values_list("pk", flat=True))
    if not kinds or not reports:
        return None
    return Talk(kinds, [(pk, number) for number, pk in enumerate(reports, 1)])
