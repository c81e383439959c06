"""/lacak: a code opens a case: what happens to it, never who reported it, in which words or where exactly."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.errors import NotFound
from incidents.citizen.follower_story import released_photo
from incidents.citizen.following import follower_page
from incidents.citizen.now import now_for
from incidents.citizen.story import agencies_of, is_late, state_of, story_of
from incidents.models import Complaint
from incidents.photos import photo_path
from incidents.subscriptions import push_public_key
from incidents.tracking import complaint_followed, follower_with, keep_private, public_photo, written_code


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """The form for a code; `?kode=` (as the front page sends it) goes on to the report."""
    typed = request.GET.get("kode", "").strip()
    code = written_code(typed)
    if code:
        response: HttpResponse = HttpResponseRedirect(reverse("citizen:follow", args=[code]))
    else:
        error = _("A code has 16 letters and digits, such as 7G2M-XK4Q-90TV-HB3E.") if typed else ""
        context = {"typed": typed[:40], "error": error}
        response = render(request, "citizen/ask.html", context, status=422 if error else 200)
    keep_private(response)
    return response


@require_safe
def follow(request: HttpRequest, tracking_code: str) -> HttpResponse:
    """The page of a report; for a code that opens none, help with finding the right one."""
    try:
        follower = follower_with(tracking_code)
        if follower:
            response = follower_page(request, follower)
        else:
            response = shown(request, complaint_followed(request, tracking_code))
    except NotFound as refused:
        context = {"typed": tracking_code[:40], "error": refused.detail, "unknown": True}
        response = render(request, "citizen/ask.html", context, status=404)
    keep_private(response)
    return response


def shown(
    request: HttpRequest, complaint: Complaint, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a report; `more` is what a refused word of the reporter adds (incidents/citizen/word.py)."""
    incident = complaint.incident
    now = now_for(complaint)
    context = {
        "now": now,
        "push_key": push_public_key(),
        "complaint": complaint,
        "incident": incident,
        "state": state_of(incident, asked=now.question is not None),
        "late": is_late(incident),
        "due_on": timezone.localdate(incident.due_at),
        "agencies": agencies_of(complaint),
        "entries": story_of(complaint),
        "is_new": "baru" in request.GET,
        "url": request.build_absolute_uri(reverse("citizen:follow", args=[complaint.tracking_code])),
        **(more or {}),
    }
    return render(request, "citizen/follow.html", context, status=status)


@require_safe
def photo(request: HttpRequest, tracking_code: str, pk: int) -> HttpResponseBase:
    """A photo of the finished work."""
    follower = follower_with(tracking_code)
    found = (
        released_photo(follower, pk)
        if follower
        else public_photo(complaint_followed(request, tracking_code), pk)
    )
    try:
        file = photo_path(found.file).open("rb")
    except FileNotFoundError:
        raise NotFound(_("There is no such photo.")) from None
    response = FileResponse(file, content_type="image/jpeg", filename=f"foto-{pk}.jpg")
    keep_private(response)
    return response
