"""What a step must bring: words, a photo, an agency; and that nobody acts on old news."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Invalid
from geo.models import Agency
from incidents.models import Entry, Incident, Transition
from incidents.photos import Picture
from incidents.validate import is_text

TEXT = (5, 4000)
# What a reporter answers may be one word, or only a photo.
SHORT = (Entry.Kind.SUPPLIED, Entry.Kind.MESSAGE)


def check_needs(
    needs: Transition, text: str, pictures: Sequence[Picture], target: Agency | None, role: str = ""
) -> None:
    """Raises Invalid with the field that is missing or cannot be kept; `role` is whose step it is."""
    _check_text(needs, text.strip(), pictures, role)
    if not is_text(text):
        raise Invalid.at("text", _("This holds characters that are no text."))
    if needs.needs_photo and not pictures:
        if needs.action == Entry.Kind.RESOLVED:
            raise Invalid.at("photos", _("Please add a photo of the finished work."))
        raise Invalid.at("photos", _("Please add a photo."))
    if needs.needs_target and target is None:
        raise Invalid.at("agency", _("Please choose an agency."))
    if target and not target.active:
        raise Invalid.at("agency", _("This agency no longer takes cases."))


def _check_text(needs: Transition, words: str, pictures: Sequence[Picture], role: str) -> None:
    least, most = TEXT
    if role == Transition.Role.REPORTER and needs.action in SHORT:
        if not words and not pictures:
            raise Invalid.at("text", _("Please write something, or add a photo."))
        least = 0
    elif not words and not needs.needs_reason:
        return
    if not least <= len(words) <= most:
        raise Invalid.at("text", _("Please write 5 to 4000 characters."))


def check_seen(incident: Incident, seen: int | None) -> None:
    """Nobody acts on old news: `seen` is the newest entry that the person had before them. Raises Conflict."""
    if seen is not None and incident.entries.filter(pk__gt=seen).exists():
        raise Conflict(_("Something new happened to this case. Please read it first, then send again."))
