"""What reporters say, as staff reads it in the timeline."""

from __future__ import annotations

from django.utils.translation import gettext as _

from incidents.models import Entry
from incidents.releases import is_reporters_own


def said_by(entry: Entry) -> str:
    """“The reporter” where a reporter said it; empty otherwise."""
    return _("the reporter") if is_reporters_own(entry) else ""


def said_to(entry: Entry) -> str:
    """That a word of staff was for one reporter only; empty otherwise."""
    if (
        entry.complaint_id is None
        or is_reporters_own(entry)
        or entry.kind not in (Entry.Kind.ASKED, Entry.Kind.MESSAGE)
    ):
        return ""
    return _("to one reporter only")


def rated(entry: Entry) -> str:
    return _("{stars} of 5").format(stars=entry.data.get("stars", "–"))
