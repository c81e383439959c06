"""Why a case is archived: the reasons that SP4N-LAPOR! and city systems know, and one's own words."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.errors import Invalid


class ArchiveReason(TextChoices):
    """Kept with the entry as `data["reason"]`, so that cases can be counted by it."""

    UNCLEAR = "tidak_jelas", _("it is not clear what is meant")
    NO_EVIDENCE = "tanpa_bukti", _("there is no evidence")
    SARA = "sara", _("it attacks tribe, religion, race or a group (SARA)")
    DUPLICATE = "ganda", _("the same was reported before")
    WISH = "keinginan_pelapor", _("at the reporter's own wish")
    EXPIRED = "kedaluwarsa", _("it is too long ago, or the time to add what was missing is over")
    OTHER = "lain", _("another reason")


def archive_words(reason: str, text: str) -> str:
    """What the timeline says: one's own words, else the reason's. Raises Invalid (no reason; another one unsaid)."""
    if reason not in ArchiveReason.values:
        raise Invalid.at("reason", _("Please choose why it is archived."))
    said = text.strip()
    if not said and reason == ArchiveReason.OTHER:
        raise Invalid.at("text", _("Please write which reason."))
    return said or gettext("Archived: %(reason)s.") % {"reason": ArchiveReason(reason).label}


def reason_words(reason: str) -> str:
    """A reason as people read it; empty for none that is known."""
    return str(ArchiveReason(reason).label) if reason in ArchiveReason.values else ""
