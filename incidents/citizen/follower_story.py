"""What somebody who follows a case without having reported it reads: its steps, and the answers that were released."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from geo.errors import NotFound
from incidents.audience import is_told_to_followers, may_be_followed
from incidents.models import Entry, Follower, Photo
from incidents.releases import is_open_to_followers, photos_for_reporter, words_for_followers

K = Entry.Kind
ICONS = {
    K.ACCEPTED: "hard-hat", K.STARTED: "hard-hat", K.RETURNED: "undo-2", K.RESOLVED: "circle-check-big",
    K.REOPENED: "rotate-ccw", K.CLOSED: "lock", K.CONFIRMED: "lock", K.ARCHIVED: "archive", K.FORWARDED: "forward",
}  # fmt: skip
TONES = {K.ACCEPTED: "dikerjakan", K.RESOLVED: "selesai"}


def follower_story(follower: Follower) -> list[dict[str, Any]]:
    """The entries of components/timeline.html, oldest first; never a reporter's words, photos or place."""
    entries = (
        follower.incident.entries.filter(public=True)
        .select_related("agency", "note", "held_back", "incident__category")
        .prefetch_related("photos")
    )
    told = [entry for entry in entries if is_told_to_followers(entry)]
    # Of several reporters who say that it is solved, the last one closes it.
    closing = max((one.pk for one in told if one.kind == K.CONFIRMED), default=0)
    return [_told(follower, one) for one in told if one.kind != K.CONFIRMED or one.pk == closing]


def released_photo(follower: Follower, pk: int) -> Photo:
    """A photo of a released answer. Raises NotFound."""
    found = Photo.objects.filter(pk=pk, entry__incident=follower.incident_id, entry__held_back=None)
    photo = found.select_related("entry").first()
    open_now = follower.ended_at is None and may_be_followed(follower.incident)
    if photo is None or photo.entry is None or not open_now or not is_open_to_followers(photo.entry):
        raise NotFound(_("There is no such photo."))
    return photo


def _told(follower: Follower, entry: Entry) -> dict[str, Any]:
    kind = K(entry.kind)
    photos = photos_for_reporter(entry) if is_open_to_followers(entry) else []
    alt = _("Photo of the finished work") if kind == K.RESOLVED else _("Photo from the agency")
    return {
        "title": _title(kind, entry),
        "at": entry.at,
        "by": entry.agency.name if entry.agency else "",
        "text": words_for_followers(entry),
        "icon": ICONS.get(kind, "message-circle"),
        "tone": TONES.get(kind, ""),
        "photos": [
            {"url": reverse("citizen:photo", args=[follower.code, one.pk]), "alt": alt} for one in photos
        ],
    }


def _title(kind: Entry.Kind, entry: Entry) -> str:
    titles = {
        K.ACCEPTED: _("{agency} works on it"),
        K.STARTED: _("{agency} has begun the work"),
        K.RETURNED: _("{agency} has returned it: not its task"),
        K.ANSWERED: _("Answer of {agency}"),
        K.RESOLVED: _("Resolved by {agency}"),
        K.CONFIRMED: _("Closed: those who reported it say that it is solved"),
    }
    if kind == K.CLOSED and entry.data.get("silence"):
        days = entry.incident.objection_days
        return _("Closed, since nobody objected within {days} working days").format(days=days)
    return str(titles.get(kind, kind.label)).format(agency=entry.agency or "")
