"""What the reporter can do at this moment: the one thing that is asked of them, and what they may do besides."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from incidents.citizen.own_words import speaker
from incidents.deadlines import silent_until
from incidents.flow import current_flow
from incidents.models import Complaint, Entry, Phase, Transition
from incidents.releases import photos_for_reporter, words_for_reporter
from incidents.tracking import photo_path
from incidents.voice import STARS, has_confirmed, question_for, rating_of, shown_now

K = Entry.Kind


@dataclass(frozen=True)
class Question:
    """What staff wants to know before the work can go on."""

    by: str
    text: str
    photos: list[str]
    until: datetime | None  # then it is no longer waited for


@dataclass(frozen=True)
class Now:
    """The forms of the moment. `seen` goes with them, so that nobody decides on old news."""

    question: Question | None
    decide: bool
    until: datetime | None
    content: bool  # said already that it is solved; others who reported it have not
    message: bool
    rate: bool
    stars: int | None
    seen: str
    key: str

    @property
    def scale(self) -> range:
        return STARS


def now_for(complaint: Complaint) -> Now:
    """What this reporter can do, by the workflow in force."""
    incident = complaint.incident
    steps = {one.action for one in current_flow().actions(incident.status, Transition.Role.REPORTER)}
    asked = question_for(complaint) if K.SUPPLIED in steps else None
    content = has_confirmed(complaint)
    decide = {K.CONFIRMED, K.OBJECTED} <= steps
    rate = K.RATED in steps and (content or not decide)  # first whether, then how well
    return Now(
        question=_question(complaint, asked) if asked else None,
        decide=decide,
        until=incident.objection_until if incident.phase == Phase.RESOLVED else None,
        content=content,
        message=K.MESSAGE in steps,
        rate=rate,
        stars=rating_of(complaint) if rate else None,
        seen=shown_now(incident),
        key=str(uuid.uuid4()),
    )


def _question(complaint: Complaint, entry: Entry) -> Question:
    photos = [photo_path(complaint, one) for one in photos_for_reporter(entry)]
    return Question(speaker(entry), words_for_reporter(entry), photos, silent_until(complaint.incident))
