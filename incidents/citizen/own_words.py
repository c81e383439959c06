"""What reporters and staff say to each other, in the timeline's words for the reporter."""

from __future__ import annotations

from django.utils.translation import gettext as _

from incidents.models import Entry
from incidents.releases import is_reporters_own

K = Entry.Kind


def speaker(entry: Entry) -> str:
    """Who wrote to the reporter: the agency by its short name, else the city's operator."""
    return str(entry.agency) if entry.agency else _("the city's operator")


def talk_title(entry: Entry) -> str | None:
    """The title of a word between reporter and staff; None for everything else."""
    kind = K(entry.kind)
    if is_reporters_own(entry):
        return _own(kind, entry)
    titles = {
        K.ASKED: _("{who} asks you something"),
        K.MESSAGE: _("Message from {who}"),
        K.SUPPLIED: _("What was missing has arrived"),
    }
    if kind == K.REOPENED and "objection" in entry.data:
        return _("Somebody who reported it says that it is not solved: opened again")
    return titles[kind].format(who=speaker(entry)) if kind in titles else None


def _own(kind: Entry.Kind, entry: Entry) -> str | None:
    titles = {
        K.SUPPLIED: _("You have answered"),
        K.MESSAGE: _("You have written a message"),
        K.OBJECTED: _("You said: not solved yet. The report is open again"),
        K.CONFIRMED: _("You said: it is solved"),
        K.RATED: _("You rated it {stars} of 5"),
    }
    return titles[kind].format(stars=entry.data.get("stars", "")) if kind in titles else None


def talk_note(entry: Entry) -> str:
    """That one's own words are not shown here, so that nobody wonders where they are."""
    if not is_reporters_own(entry) or entry.note is None:
        return ""
    return _("Your words are read by those who handle it. This page does not show them.")
