"""The timeline in words for the person who reported: who got it, who works on it, what they answer."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.citizen.clock_words import moved_deadline, put_right
from incidents.citizen.own_words import talk_note, talk_title
from incidents.discretion import privacy_words
from incidents.fusion.reading import parties_of, story_entries
from incidents.models import Assignment, Complaint, Entry, Incident
from incidents.releases import photos_for_reporter, words_for_reporter
from incidents.tracking import photo_path

K, P = Entry.Kind, Incident.Phase
ICONS = {
    K.RECEIVED: "inbox",
    K.ASSIGNED: "forward",
    K.ACCEPTED: "hard-hat",
    K.RETURNED: "undo-2",
    K.ANSWERED: "message-circle",
    K.RESOLVED: "circle-check-big",
    K.EVIDENCE: "copy-plus",
    K.MOVED: "map-pinned",
    K.STARTED: "hard-hat",
    K.ASKED: "circle-question-mark",
    K.SUPPLIED: "reply",
    K.FORWARDED: "forward",
    K.ARCHIVED: "archive",
    K.OBJECTED: "message-square-warning",
    K.REOPENED: "rotate-ccw",
    K.CLOSED: "lock",
    K.CONFIRMED: "circle-check-big",
    K.PRIVACY: "eye-off",
    K.RATED: "star",
    K.DUE: "calendar-clock",
    K.CORRECTED: "pencil",
}
TONES = {K.RECEIVED: "baru", K.ACCEPTED: "dikerjakan", K.RESOLVED: "selesai"}
STATES = {
    P.NEW: ("baru", gettext_lazy("Received")),
    P.WORKING: ("dikerjakan", gettext_lazy("Being worked on")),
    P.RETURNED: ("baru", gettext_lazy("Waiting for another agency")),
    P.WAITING: ("baru", gettext_lazy("Waiting for the reporter's answer")),
    P.OUTSIDE: ("dikerjakan", gettext_lazy("With an outside agency")),
    P.RESOLVED: ("selesai", gettext_lazy("Resolved")),
    P.CLOSED: ("selesai", gettext_lazy("Closed")),
    P.ARCHIVED: ("diarsipkan", gettext_lazy("Archived")),
}


def is_late(incident: Incident) -> bool:
    return incident.is_late(timezone.now())


def state_of(incident: Incident, *, asked: bool = False) -> dict[str, Any]:
    """The state's shape and word; an open case beyond its promise is late. `asked`: it waits for who reads this."""
    shape, label = STATES[P(incident.phase)]
    label = gettext_lazy("Waiting for your answer") if asked else label
    return (
        {"state": "terlambat", "label": _("Late")} if is_late(incident) else {"state": shape, "label": label}
    )


def agencies_of(complaint: Complaint) -> list[Assignment]:
    """Who has the case now, the lead first; agencies that returned it are in the timeline only."""
    return [one for one in parties_of(complaint) if one.status not in Assignment.GONE]


def story_of(complaint: Complaint) -> list[dict[str, Any]]:
    """The entries of components/timeline.html, oldest first."""
    held = complaint.incident.assignments.select_related("agency")
    short = {one.agency.code: str(one.agency) for one in held}
    entries = story_entries(complaint)
    last_rating = max((one.pk for one in entries if one.kind == K.RATED), default=0)
    told = [one for one in entries if one.kind != K.RATED or one.pk == last_rating]
    return [_told(complaint, entry, short) for entry in told]


def _told(complaint: Complaint, entry: Entry, short: dict[str, str]) -> dict[str, Any]:
    kind = K(entry.kind)
    agency = str(entry.agency) if entry.agency else ""
    alt = _("Photo of the finished work") if kind == K.RESOLVED else _("Photo from the agency")
    return {
        "title": _title(kind, agency, entry, short),
        "at": entry.at,
        "by": entry.agency.name if entry.agency and kind != K.ASSIGNED else "",
        "text": privacy_words(entry.data, own=True) if kind == K.PRIVACY else words_for_reporter(entry),
        "note": talk_note(entry),
        "icon": ICONS.get(kind, "message-circle"),
        "tone": TONES.get(kind, ""),
        "photos": [{"url": photo_path(complaint, one), "alt": alt} for one in photos_for_reporter(entry)],
    }


def _title(kind: Entry.Kind, agency: str, entry: Entry, short: dict[str, str]) -> str:
    if talk := talk_title(entry):
        return talk
    if kind == K.ASSIGNED:
        return _("Sent to {agencies}").format(agencies=_named(entry.data.get("agencies", []), short))
    if kind == K.RECEIVED and entry.data.get("source") == Incident.Source.CCTV:
        return _("Seen by a camera of the city")
    if kind == K.MOVED:
        return _moved(entry, short)
    if kind == K.RETURNED and entry.data.get("suggested"):
        return _("{agency} has returned it: the task of {name}").format(
            agency=agency, name=entry.data["suggested"]["name"]
        )
    if kind == K.DUE:
        return moved_deadline(entry)
    if kind == K.CORRECTED:
        return put_right(entry, lambda agencies: _named(agencies, short))
    if kind == K.CLOSED and entry.data.get("silence"):
        days = entry.incident.objection_days
        return _("Closed, since nobody objected within {days} working days").format(days=days)
    if kind == K.CLOSED and entry.data.get("confirmed"):
        return _("Closed: those who reported it say that it is solved")
    titles = {
        K.RECEIVED: _("We have received your report"),
        K.ACCEPTED: _("{agency} works on it"),
        K.RETURNED: _("{agency} has returned it: not its task"),
        K.ANSWERED: _("Answer of {agency}"),
        K.RESOLVED: _("Resolved by {agency}"),
        K.EVIDENCE: _("Somebody else reported the same"),
        K.MERGED: _("Others reported the same: it is handled together"),
        K.SPLIT: _("Your report is handled on its own again"),
        K.VERIFIED: _("Your report was checked"),
        K.STARTED: _("{agency} has begun the work"),
        K.INVITED: _("{agency} was asked to help"),
        K.FORWARDED: _("Passed on to {agency}"),
        K.OUTSIDE: _("Answer of {agency}"),
    }
    return str(titles.get(kind, kind.label)).format(agency=agency)


def _moved(entry: Entry, short: dict[str, str]) -> str:
    """Where the report lies by the new borders and, where that changed who answers, who has it now."""
    now, before = entry.data["to"]["kelurahan"]["name"], entry.data["from"]["kelurahan"]["name"]
    place = (
        _("By the new borders this is in {now}, before in {before}")
        if now != before
        else _("The borders were drawn anew")
    )
    agencies = entry.data.get("agencies", [])
    given = _("sent to {agencies}").format(agencies=_named(agencies, short)) if agencies else ""
    return "; ".join(filter(None, (place.format(now=now, before=before), given)))


def _named(given: list[dict[str, str]], short: dict[str, str]) -> str:
    """`DLH (penanggung jawab), BPBD, Dinkes (pendukung)`"""
    roles = ((Assignment.Role.LEAD, _("in charge")), (Assignment.Role.SUPPORT, _("supporting")))
    parts = []
    for role, word in roles:
        names = [short.get(one["code"], one["name"]) for one in given if one["role"] == role]
        if names:
            parts.append(f"{', '.join(names)} ({word})")
    return ", ".join(parts)
