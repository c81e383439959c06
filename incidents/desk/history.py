"""The timeline as staff reads it: each entry with its words, its mark and its photos (components/timeline.html)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.desk.clock_words import said_by_clock
from incidents.desk.talk_words import rated, said_by, said_to
from incidents.discretion import privacy_words
from incidents.masking import masked
from incidents.models import Assignment, Doubt, Entry, Incident, Note, Photo
from incidents.reasons import reason_words
from incidents.releases import is_held_back

MARKS = {
    Entry.Kind.RECEIVED: ("inbox", "baru"),
    Entry.Kind.ASSIGNED: ("send", ""),
    Entry.Kind.ACCEPTED: ("user-check", "dikerjakan"),
    Entry.Kind.RETURNED: ("undo-2", ""),
    Entry.Kind.ANSWERED: ("message-square-text", ""),
    Entry.Kind.RESOLVED: ("circle-check-big", "selesai"),
    Entry.Kind.EVIDENCE: ("copy-plus", ""),
    Entry.Kind.MOVED: ("map-pinned", ""),
    Entry.Kind.DOUBTED: ("map-pin-off", "terlambat"),
    Entry.Kind.VERIFIED: ("badge-check", ""),
    Entry.Kind.STARTED: ("hard-hat", "dikerjakan"),
    Entry.Kind.RELEASED: ("user-minus", ""),
    Entry.Kind.INVITED: ("user-plus", ""),
    Entry.Kind.ASKED: ("circle-question-mark", ""),
    Entry.Kind.SUPPLIED: ("reply", ""),
    Entry.Kind.MESSAGE: ("message-square-text", ""),
    Entry.Kind.FORWARDED: ("forward", ""),
    Entry.Kind.OUTSIDE: ("building-2", ""),
    Entry.Kind.ARCHIVED: ("archive", ""),
    Entry.Kind.CONFIRMED: ("circle-check-big", "selesai"),
    Entry.Kind.OBJECTED: ("message-square-warning", "terlambat"),
    Entry.Kind.REOPENED: ("rotate-ccw", "terlambat"),
    Entry.Kind.CLOSED: ("lock", "selesai"),
    Entry.Kind.RATED: ("star", ""),
    Entry.Kind.FOLLOWED: ("bell", ""),
    Entry.Kind.MERGED: ("git-merge", ""),
    Entry.Kind.SPLIT: ("split", ""),
    Entry.Kind.CORRECTED: ("pencil", ""),
    Entry.Kind.DUE: ("calendar-clock", ""),
    Entry.Kind.REMINDED: ("bell-ring", "terlambat"),
    Entry.Kind.ESCALATED: ("siren", "terlambat"),
    Entry.Kind.PRIVACY: ("eye-off", ""),
}


BY_ITSELF = {
    Entry.Kind.DUE, Entry.Kind.REMINDED, Entry.Kind.ESCALATED, Entry.Kind.CLOSED, Entry.Kind.ARCHIVED,
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A photo that the viewer may open; `cover_url` is where parts of it are covered."""

    url: str
    alt: str
    cover_url: str = ""


@dataclass(frozen=True)
class Told:
    """One entry in words; `pk` is its number."""

    pk: int
    title: str | Promise
    at: datetime
    by: str
    text: str
    icon: str
    tone: str
    photos: list[Picture]
    note: str | Promise = ""  # what became of the words: held back, and why


def history(entries: Iterable[Entry]) -> list[Told]:
    """Entries (with agency, actor, note and photos at hand) in words, in their order."""
    return [_told(entry) for entry in entries]


def _told(entry: Entry) -> Told:
    kind = Entry.Kind(entry.kind)
    icon, tone = MARKS[kind]
    return Told(
        pk=entry.pk,
        title=kind.label,
        at=entry.at,
        by=_by(entry),
        text="\n".join(filter(None, (_said(entry), words_of(entry.note) if entry.note else ""))),
        icon=icon,
        tone=tone,
        photos=pictures(entry.photos.all(), _photo_words(entry)),
        note=_held(entry),
    )


def _photo_words(entry: Entry) -> str:
    return _("Photo of the reporter") if said_by(entry) else _("Photo by the agency")


def _held(entry: Entry) -> str:
    """That nobody outside reads it, and the operator's reason."""
    if not is_held_back(entry):
        return ""
    return _("Held back by the operator: {reason}").format(reason=masked(entry.held_back.reason))


def words_of(note: Note) -> str:
    """What somebody wrote, with numbers and addresses of persons covered; or that it was erased."""
    return _("(erased)") if note.erased_at else masked(note.body)


def pictures(photos: Iterable[Photo], alt: str) -> list[Picture]:
    """Photos with the address at which they open for staff; numbered where there are several."""
    found = list(photos)
    return [
        Picture(
            reverse("desk:photo", args=[photo.pk]),
            f"{alt} {number}" if len(found) > 1 else alt,
            reverse("guarding:cover", args=[photo.pk]),
        )
        for number, photo in enumerate(found, 1)
    ]


def _by(entry: Entry) -> str:
    """Who did it: the officer's name (never the e-mail) and the agency."""
    if entry.kind == Entry.Kind.ASSIGNED:
        return _("the operator") if entry.actor else _("routing rules")
    if entry.kind in {Entry.Kind.MOVED, Entry.Kind.DOUBTED}:
        return _("borders “{name}”").format(name=entry.data["edition"])
    if said_by(entry):
        return said_by(entry)
    if entry.actor is None and entry.kind in BY_ITSELF and "confirmed" not in entry.data:
        return _("by itself")
    name = entry.actor.get_full_name() if entry.actor else ""
    # Of these the entry's agency is the one that comes or goes, not the one that acts.
    concerned = entry.kind in {Entry.Kind.INVITED, Entry.Kind.RELEASED}
    agency = entry.data.get("by", {}).get("name", "") if concerned else str(entry.agency or "")
    return ", ".join(part for part in (name, agency, said_to(entry)) if part)


def _said(entry: Entry) -> str:
    """What an entry tells besides the words of a person."""
    if "suggested" in entry.data:
        return _("Says whose it is: {agency}").format(agency=masked(entry.data["suggested"]["name"]))
    if "link" in entry.data:
        return _("Asks for a new link.") if entry.data["link"] == "wanted" else _("A new link was sent.")
    if "passed" in entry.data:
        return forwarded_words(entry.data)
    if entry.kind == Entry.Kind.ARCHIVED:
        return capfirst(reason_words(entry.data.get("reason", "")))
    if entry.kind == Entry.Kind.RELEASED:
        return entry.agency.name if entry.agency else ""
    if entry.kind in {Entry.Kind.ASSIGNED, Entry.Kind.INVITED}:
        roles = dict(Assignment.Role.choices)
        given = entry.data.get("agencies", [])
        return "\n".join(f"{one['name']} ({roles.get(one['role'], one['role'])})" for one in given)
    if entry.kind == Entry.Kind.RATED:
        return rated(entry)
    if entry.kind in {Entry.Kind.EVIDENCE, Entry.Kind.MERGED, Entry.Kind.SPLIT}:
        return together(entry)
    if entry.kind == Entry.Kind.MOVED:
        return _moved(entry.data)
    if entry.kind == Entry.Kind.PRIVACY:
        return privacy_words(entry.data)
    if entry.kind == Entry.Kind.DOUBTED:
        reasons = dict(Doubt.Reason.choices)
        return capfirst(str(reasons.get(entry.data["reason"], entry.data["reason"])))
    if entry.kind == Entry.Kind.RECEIVED:
        return capfirst(str(dict(Incident.Source.choices).get(entry.data.get("source", ""), "")))
    return said_by_clock(entry)


def forwarded_words(data: dict[str, Any]) -> str:
    """To whom a case went, and what of it."""
    passed = data["passed"]
    reports = ngettext("words of %(n)d report", "words of %(n)d reports", passed["reports"]) % {
        "n": passed["reports"]
    }
    photos = _("with its photos") if passed["photos"] else _("without photos")
    roles = dict(Assignment.Role.choices)
    given = ", ".join(f"{one['name']} ({roles.get(one['role'], '')})" for one in data["agencies"])
    return f"{given}: {reports}, {photos}"


def _moved(data: dict[str, Any]) -> str:
    """Before → after: the places and, where another agency leads now, the agencies."""
    before, after = (
        f"{data[side]['kelurahan']['name']}, {data[side]['kecamatan']['name']}" for side in ("from", "to")
    )
    lines = [f"{before} → {after}"] if before != after else []
    if "agencies" in data:
        had, has = (
            ", ".join(one["name"] for one in data[side] if one["role"] == Assignment.Role.LEAD)
            for side in ("agencies_before", "agencies")
        )
        lines.append(f"{had or '–'} → {has or '–'}")
    return "\n".join(lines)


def together(entry: Entry) -> str:
    """What came to a case, from which one, or went."""
    data = entry.data
    reports = data.get("reports", 0)
    lines = []
    if other := data.get("other") or data.get("from") or data.get("into"):
        lines.append(f"#{data['from']} → #{entry.incident_id}" if "from" in data else _other(entry, other))
    if data.get("undone"):
        lines.append(_("A merge was undone."))
    if reports:
        lines.append(ngettext("%(n)s report", "%(n)s reports", reports) % {"n": reports})
    if data.get("camera"):
        lines.append(_("Still seen by the camera %(name)s") % {"name": data["camera"]})
    return "\n".join(lines)


def _other(entry: Entry, other: int) -> str:
    goes_here = entry.kind == Entry.Kind.MERGED and "into" not in entry.data
    return f"#{other} → #{entry.incident_id}" if goes_here else f"#{entry.incident_id} → #{other}"
