"""Whose a returned case is, as the agency that returned it says: the operator gives it on with one press."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.models import Agency
from incidents.models import Assignment, Entry, Incident


@dataclass(frozen=True)
class Suggestion:
    """`agency` where it is one that is known here, else only a name."""

    by: Agency | None
    name: str
    agency: Agency | None


def suggestion_of(
    incident: Incident, entries: Iterable[Entry], assignments: Sequence[Assignment], known: Iterable[Agency]
) -> Suggestion | None:
    """The newest suggestion, while the case is open and nobody has followed it."""
    returned = [one for one in entries if one.kind == Entry.Kind.RETURNED and "suggested" in one.data]
    if not returned or not incident.is_open:
        return None
    newest = returned[-1]
    suggested = newest.data["suggested"]
    since = [one for one in assignments if one.status not in Assignment.GONE and one.assigned_at > newest.at]
    agency = next((one for one in known if one.code == suggested.get("code")), None)
    holds = agency and any(
        one.agency_id == agency.pk for one in assignments if one.status not in Assignment.GONE
    )
    if since or holds:
        return None
    return Suggestion(newest.agency, suggested["name"], agency)
