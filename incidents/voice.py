"""The reporter's word: answer a question, write a message, say whether it is solved, rate. Each counts once.

What a reporter writes is between them and those who handle the case: others who reported the same never see it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Forbidden, Invalid
from incidents.access import moved_on
from incidents.models import Complaint, Entry, Incident, Phase, Transition
from incidents.moves import Actor, Move, move
from incidents.photos import Picture
from incidents.timeline import Happening, append, reachable

K = Entry.Kind
WORDS = (K.SUPPLIED, K.MESSAGE, K.CONFIRMED, K.OBJECTED, K.RATED)
DECISIONS = (K.CONFIRMED, K.OBJECTED)
STARS = range(1, 6)


@dataclass(frozen=True)
class Said:
    """What a reporter sends. `key` names the form, so that a second press says nothing new.

    `seen`: what the page showed, from `shown_now`; a word about something older is refused.
    """

    complaint: Complaint
    action: Entry.Kind
    text: str = ""
    pictures: tuple[Picture, ...] = ()
    stars: int | None = None
    key: str = ""
    seen: str = ""
    at: datetime | None = field(default=None)


def shown_now(incident: Incident) -> str:
    """What a decision of the reporter is about: this solution, or this question."""
    about = incident.resolved_at if incident.phase == Phase.RESOLVED else incident.waiting_since
    return about.isoformat() if about else ""


def speak(said: Said) -> Entry:
    """Take the word of a reporter; one that was sent before gives its entry again.

    Raises Conflict (too late, or about something older), Invalid (text, rating), Forbidden.
    """
    _check(said)
    with transaction.atomic():
        incident = _locked(said.complaint)
        earlier = _earlier(incident, said)
        if earlier:
            return earlier
        if said.seen and said.action in (*DECISIONS, K.SUPPLIED) and said.seen != shown_now(incident):
            raise Conflict(_("Something new happened to your report. Please read it first, then decide."))
        if said.action == K.CONFIRMED and _others_undecided(incident, said.complaint):
            return _noted(incident, said)
        before = incident.is_open
        entry = move(
            Move(
                incident, said.action, Actor(Transition.Role.REPORTER), said.text, said.pictures,
                complaint=said.complaint, data=_data(said), at=said.at,
            )
        )  # fmt: skip
        if said.action == K.OBJECTED and not before:
            _tell_others(incident, said.complaint, entry, K.REOPENED, "objection")
        if said.action == K.CONFIRMED:  # the last one that was missing: it is closed
            _tell_others(incident, said.complaint, entry, K.CLOSED, "confirmed")
        return entry


def rating_of(complaint: Complaint) -> int | None:
    """How the reporter rates what was done, by their last word on it."""
    last = complaint.entries.filter(kind=K.RATED).order_by("-pk").first()
    return last.data.get("stars") if last else None


def question_for(complaint: Complaint) -> Entry | None:
    """The question that waits for this reporter's answer: asked of all, or of them alone."""
    incident = complaint.incident
    if incident.phase != Phase.WAITING:
        return None
    asked = incident.entries.filter(kind=K.ASKED).select_related("agency", "note", "held_back")
    last = asked.order_by("-pk").first()
    return last if last and last.complaint_id in (None, complaint.pk) else None


def has_confirmed(complaint: Complaint) -> bool:
    """Whether this reporter said of the present solution that it is one."""
    since = complaint.incident.resolved_at
    return since is not None and complaint.entries.filter(kind=K.CONFIRMED, at__gte=since).exists()


def _check(said: Said) -> None:
    if said.action not in WORDS:
        raise Invalid.at("do", _("Please choose what to do."))
    if said.action == K.RATED and said.stars not in STARS:
        raise Invalid.at("stars", _("Please choose one to five stars."))
    if said.action == K.SUPPLIED and question_for(said.complaint) is None and _is_waiting(said.complaint):
        raise Forbidden(_("This question was put to somebody else."))


def _is_waiting(complaint: Complaint) -> bool:
    return complaint.incident.phase == Phase.WAITING


def _locked(complaint: Complaint) -> Incident:
    """The case of a report, its row locked. Raises Conflict when it was merged or split at this moment."""
    incident = Incident.objects.select_for_update(no_key=True).filter(pk=complaint.incident_id).first()
    now_in = Complaint.objects.values_list("incident_id", flat=True).get(pk=complaint.pk)
    if incident is None or now_in != incident.pk:
        raise moved_on()
    return incident


def _once(said: Said) -> str:
    """The same for the same form with the same content; the form's key is not kept, so nobody can try texts out."""
    content = [
        said.key,
        said.action,
        said.text.strip(),
        str(said.stars),
        *(one.sha256 for one in said.pictures),
    ]
    return hashlib.sha256("|".join(content).encode()).hexdigest()


def _earlier(incident: Incident, said: Said) -> Entry | None:
    """The entry that this very sending made before; of a rating, the last one if it says the same."""
    own = incident.entries.filter(kind=said.action, complaint=said.complaint).order_by("-pk")
    if said.action == K.RATED:
        last = own.first()
        return last if last and last.data.get("stars") == said.stars else None
    return own.filter(data__once=_once(said)).first() if said.key else None


def _data(said: Said) -> dict[str, Any]:
    data: dict[str, Any] = {"once": _once(said)} if said.key else {}
    return data | ({"stars": said.stars} if said.action == K.RATED else {})


def _others_undecided(incident: Incident, complaint: Complaint) -> bool:
    """Whether somebody else reported the same and has not said yet that it is solved: theirs is not ours to close."""
    if incident.phase != Phase.RESOLVED:
        return False
    since = incident.resolved_at
    agreed = incident.entries.filter(kind=K.CONFIRMED, at__gte=since).values("complaint")
    return incident.complaints.exclude(pk=complaint.pk).exclude(pk__in=agreed).exists()


def _noted(incident: Incident, said: Said) -> Entry:
    """One of several reporters is content: kept, and the case stays open to the objections of the others."""
    if has_confirmed(said.complaint):
        raise Conflict(_("You have said already that it is solved."))
    now = said.at or timezone.now()
    happening = Happening(
        K.CONFIRMED, now, public=True, complaint=said.complaint, text=said.text.strip(), data=_data(said)
    )
    return append(incident, happening)


def _tell_others(
    incident: Incident, complaint: Complaint, word: Entry, kind: Entry.Kind, because: str
) -> None:
    """Who reported the same learns that it is open again, or closed; not in whose words, nor why."""
    others = [one for one in reachable(incident) if one.pk != complaint.pk]
    if incident.complaints.exclude(pk=complaint.pk).exists() or incident.followers.exists():
        happening = Happening(kind, word.at, public=True, data={because: word.pk})
        append(incident, happening, tell_reporters=others)
