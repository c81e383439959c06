"""Whose eyes a staff tile is for: the incidents and camera events that incidents/access.py opens to them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest

from incidents.access import (
    Viewer,
    counted,
    events_of,
    incidents_of,
    map_reader,
    visible_events,
    visible_incidents,
)
from incidents.models import CctvEvent, Incident, Member, Token
from incidents.tokens import agency_of, bearer


@dataclass(frozen=True)
class Scope:
    """What may be drawn. Every staff layer starts from these two and adds nothing to them."""

    incidents: QuerySet[Incident]
    events: QuerySet[CctvEvent]


def scope_of(viewer: Viewer) -> Scope:
    """What a signed-in person may see drawn and counted.

    Operators, too, get maps and figures of the city without confidential cases: these are shown around and taken home.
    At the desk they have them all.
    """
    cases = counted() if viewer.role == Member.Role.OPERATOR else visible_incidents(viewer)
    return Scope(cases, visible_events(viewer))


def scope_of_request(request: HttpRequest) -> Scope:
    """The scope of a session, or of an agency's token. Raises Unauthorized, Forbidden."""
    if "Authorization" not in request.headers:
        return scope_of(map_reader(request))
    agency = agency_of(bearer(request, Token.Kind.AGENCY))
    return Scope(incidents_of(agency), events_of(agency))
