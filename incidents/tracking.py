"""Following a report: a tracking code is all that a citizen holds, so it opens the case and nothing of who spoke."""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from geo.errors import NotFound
from incidents.fusion.reading import as_told, readable
from incidents.models import Complaint, Follower, Photo
from incidents.ratelimit import count_request
from incidents.releases import is_reporters_own

# Crockford's base 32: no I, L, O, U, so a code can be read aloud. 16 letters carry 80 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TRACKING_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})


def new_tracking_code() -> str:
    """A code of 80 random bits, such as `7G2M-XK4Q-90TV-HB3E`: it cannot be guessed, and it can be written down."""
    letters = "".join(secrets.choice(ALPHABET) for _i in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def written_code(text: str) -> str | None:
    """A tracking code as it is kept (`7G2M-XK4Q-90TV-HB3E`) from what somebody typed, None if it cannot be one.

    Small letters, missing dashes and the usual misreadings (O for 0, I or L for 1) are forgiven.
    """
    letters = text.strip().upper().translate(MISREAD)
    if not TRACKING_CODE.fullmatch(letters):
        return None
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def complaint_followed(request: HttpRequest, tracking_code: str) -> Complaint:
    """The complaint that a code opens, however it was typed; a client's misses are counted and come to an end.

    Its incident is as this reporter is told it (fusion/reading.py): to be shown, not to be saved.

    A code that exists opens whatever others at the same address have tried: whole networks of phones share one, and
    80 random bits are not found by guessing. Raises NotFound, TooMany.
    """
    code = written_code(tracking_code)
    known = Complaint.objects.select_related("incident__category")
    found = known.filter(tracking_code=code).first() if code else None
    if found is None:
        count_request("tracking", request, settings.RATE_LIMIT_TRACKING)
        raise NotFound(_("There is no report with this code. Please check each letter and digit."))
    found.incident = as_told(found)
    return found


def follower_with(code: str) -> Follower | None:
    """Who follows a case by this code, however it was typed; None when it is no follower's."""
    written = written_code(code)
    known = Follower.objects.select_related("incident__category")
    return known.filter(code=written).first() if written else None


def owner_of(request: HttpRequest, code: str) -> Complaint | Follower:
    """The report, or the follower, that a code opens. Raises NotFound, TooMany."""
    return follower_with(code) or complaint_followed(request, code)


def public_photo(complaint: Complaint, pk: int) -> Photo:
    """A photo that staff sent to all reporters or to this one. Raises NotFound."""
    theirs = Photo.objects.filter(entry__in=readable(complaint), entry__held_back=None)
    photo = theirs.select_related("entry").filter(pk=pk).first()
    if photo is None or photo.entry is None or is_reporters_own(photo.entry):
        raise NotFound(_("There is no such photo."))
    return photo


def photo_path(complaint: Complaint, photo: Photo) -> str:
    return f"/lacak/{complaint.tracking_code}/foto/{photo.pk}"


def keep_private(response: HttpResponseBase) -> None:
    """Whoever holds a code sees the case: kept by no cache, in no index, passed on to no other site."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
