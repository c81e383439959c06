"""The panel of a case that says which other cases may be the same problem, and what can be undone."""

from __future__ import annotations

from dataclasses import dataclass

from incidents.access import Viewer
from incidents.fusion.suggest import Suggestion, suggestions
from incidents.models import Fusion, Incident, Member


@dataclass(frozen=True)
class Duplicates:
    """What the panel of a case shows: cases that may be the same, and merges and splits that can be undone."""

    suggestions: list[Suggestion]
    fusions: list[Fusion]


def duplicates_of(viewer: Viewer, incident: Incident) -> Duplicates | None:
    """The panel of a case; only operators put cases together."""
    if viewer.role != Member.Role.OPERATOR:
        return None
    done = incident.fusions.filter(undone_at=None).select_related("other__category").order_by("-at")
    return Duplicates(suggestions(incident), list(done))


def goes_on_as(pk: int) -> int:
    """The number of the case in which this one goes on: its own, unless it was merged."""
    seen = {pk}
    while into := Incident.every.filter(pk=pk).values_list("merged_into", flat=True).first():
        pk = into
        if pk in seen:
            break
        seen.add(pk)
    return pk
