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


def talk_for(viewer: Viewer, incident: Incident, reports: list[int]) -> Talk | None:
    """What this viewer may write about a case with these complaints; None where the workflow allows nothing.

    None, too, where only cameras reported it: there is nobody to write to.
    """
    allowed = {one.action for one in current_flow().actions(incident.status, viewer.role)}
    kinds = [kind for kind in TALK if kind in allowed]
    if not kinds or not reports:
        return None
    return Talk(kinds, [(pk, number) for number, pk in enumerate(reports, 1)])
