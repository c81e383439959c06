"""Steps of a case itself: verify, ask the reporter, forward, archive, object, reopen, close, and what is only said.

Which are possible from which status, for whom and with what is data (flow.py). Agencies' own steps: workflow.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import Forbidden
from geo.models import Agency
from incidents.access import Viewer, locked_incident, moved_on
from incidents.clocks.moved import tell_moved_deadline
from incidents.deadlines.terms import resume
from incidents.flow import current_flow
from incidents.links import tell_outsiders
from incidents.models import Complaint, Entry, Incident, Notice, Phase, Transition
from incidents.photos import Picture, kept_files
from incidents.standing import DONE, send_again, stand, stand_by_assignments
from incidents.states import HELD_UP
from incidents.timeline import Happening, append, attach, reachable
from incidents.wording import check_needs, check_seen

K, To = Entry.Kind, Notice.To
Role = Transition.Role

# Besides the reporters: whom a step concerns. Agencies: all that have the case.
CONCERNS: dict[Entry.Kind, tuple[Notice.To, ...]] = {
    K.SUPPLIED: (To.AGENCY,),
    K.OBJECTED: (To.AGENCY, To.HEAD),
    K.REOPENED: (To.AGENCY, To.HEAD),
    K.OUTSIDE: (To.AGENCY, To.OPERATOR),
    K.ARCHIVED: (To.AGENCY,),
    K.CORRECTED: (To.AGENCY,),
}


# What brings a case back to outside agencies that had finished it.
TO_OUTSIDERS = (K.REOPENED, K.OBJECTED)


@dataclass(frozen=True)
class Actor:
    """Who takes a step: a role of the workflow, and the person and agency behind it where there are some."""

    role: str
    user: User | None = None
    agency: Agency | None = None

    @classmethod
    def of(cls, viewer: Viewer) -> Actor:
        """Somebody who works here. Raises Forbidden for roles that only look on."""
        if viewer.role not in Role.values:
            raise Forbidden(_("Your account only looks on here."))
        return cls(viewer.role, viewer.user, viewer.agency)


SYSTEM = Actor(Role.SYSTEM)


@dataclass(frozen=True)
class Move:
    """A step of a case. `complaint`: it is between this reporter and staff only, others who follow do not see it."""

    incident: Incident
    action: Entry.Kind
    by: Actor
    text: str = ""
    pictures: tuple[Picture, ...] = ()
    target: Agency | None = None
    complaint: Complaint | None = None
    public: bool = True
    data: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    seen: int | None = None  # the newest entry that the person had before them


def possible(incident: Incident, role: str) -> list[Transition]:
    """The steps that this role may take with the case as it is."""
    return current_flow().actions(incident.status, role)


def move(wanted: Move) -> Entry:
    """Take the step, write it down, tell whom it concerns.

    Raises Conflict (not possible any more, or something newer happened), Forbidden, Invalid (what is missing).
    """
    with kept_files(wanted.pictures) as files, transaction.atomic():
        incident = locked_incident(wanted.incident.pk)
        taken = step_for(incident, wanted.action, wanted.by.role)
        check_needs(taken, wanted.text, wanted.pictures, wanted.target, wanted.by.role)
        check_seen(incident, wanted.seen)
        now, due, before = wanted.at or timezone.now(), incident.due_at, incident.status
        change(incident, taken.target, now)
        entry = append(
            incident,
            Happening(
                wanted.action, now, public=wanted.public, by=wanted.by.user, agency=wanted.by.agency,
                complaint=wanted.complaint, text=wanted.text.strip(),
                data={**wanted.data, **_held_up(incident, before)},
            ),
            tell_agencies=_agencies(incident, wanted),
            tell_reporters=_reporters(incident, wanted),
            tell=_staff(incident, wanted),
        )  # fmt: skip
        attach(entry, wanted.pictures, files)
        tell_moved_deadline(incident, due, wanted.action, now)
        if wanted.action in TO_OUTSIDERS:
            tell_outsiders(incident, entry)
        return entry


def step_for(incident: Incident, action: str, role: str) -> Transition:
    """The step as this role may take it now. Raises Conflict (not possible any more), Forbidden (not theirs)."""
    step = current_flow().step(action, incident.status)
    if step is None:
        raise moved_on()
    if role not in step.roles:
        raise Forbidden(_("This step is not yours to take."))
    return step


def change(incident: Incident, target: str, now: datetime) -> None:
    """Bring a locked case to a status; with none, to what its agencies have done."""
    flow = current_flow()
    if target:
        if Phase(incident.phase) in DONE and flow.phase(target) not in DONE:
            send_again(incident, now)
            target = target if incident.is_led else flow.usual(Phase.RETURNED)
        stand(incident, target, now)
        return
    if incident.phase in HELD_UP:  # what held it up is over: it goes on from where it was
        incident.status = _before_it_was_held_up(incident)
        incident.phase = Phase.NEW
        resume(incident, now)
    stand_by_assignments(incident, now)


def _held_up(incident: Incident, before: str) -> dict[str, str]:
    """Kept with the step that holds a case up: where it goes on afterwards."""
    held = incident.phase in HELD_UP and current_flow().phase(before) not in HELD_UP
    return {"from": before} if held else {}


def _before_it_was_held_up(incident: Incident) -> str:
    holding = incident.entries.filter(data__has_key="from").order_by("-pk").values_list("data", flat=True)
    kept = holding.filter(kind__in=(K.ASKED, K.FORWARDED)).first()
    return str(kept["from"]) if kept else current_flow().usual(Phase.NEW)


def _agencies(incident: Incident, wanted: Move) -> list[Agency]:
    """The agencies to be told, but for the one that acts."""
    speaks_to_agencies = wanted.action == K.MESSAGE and wanted.by.role == Role.REPORTER
    if To.AGENCY not in CONCERNS.get(wanted.action, ()) and not speaks_to_agencies:
        return []
    return [one for one in incident.holders() if one != wanted.by.agency]


def _reporters(incident: Incident, wanted: Move) -> list[Complaint]:
    """The reporters to be told: all, or the one whom it concerns alone; nobody hears of what they did themselves."""
    if not wanted.public or wanted.by.role == Role.REPORTER:
        return []
    told = reachable(incident)
    return [one for one in told if wanted.complaint is None or one.pk == wanted.complaint.pk]


def _staff(incident: Incident, wanted: Move) -> list[tuple[Notice.To, Agency | None]]:
    concerned = CONCERNS.get(wanted.action, ())
    told: list[tuple[Notice.To, Agency | None]] = []
    if To.HEAD in concerned:
        told += [(To.HEAD, agency) for agency in incident.holders()]
    if To.OPERATOR in concerned or _nobody_else_hears(incident, wanted):
        told.append((To.OPERATOR, None))
    return told


def _nobody_else_hears(incident: Incident, wanted: Move) -> bool:
    """Whether a reporter speaks where no agency has the case, or answers what the operator asked."""
    if wanted.by.role != Role.REPORTER or wanted.action not in (K.MESSAGE, K.SUPPLIED, K.OBJECTED):
        return False
    asked = incident.entries.filter(kind=K.ASKED).order_by("-pk").first()
    by_operator = wanted.action == K.SUPPLIED and asked is not None and asked.agency_id is None
    return by_operator or not incident.holders()
