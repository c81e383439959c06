"""POST /lacak/{code}/kata: the reporter's word. What is refused comes back with all that was typed, photos included."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from geo.errors import DomainError, Invalid, TooMany
from incidents.citizen.now import now_for
from incidents.citizen.track import shown
from incidents.drafts import keep_draft, recall_draft
from incidents.models import Complaint, Entry
from incidents.ratelimit import count_request
from incidents.tracking import complaint_followed, keep_private
from incidents.uploads import Upload, demand_few, read_uploads
from incidents.voice import WORDS, Said, speak

K = Entry.Kind
LONGEST = 20_000  # what comes back after a refusal; the door itself takes 4,000


@require_POST
def say(request: HttpRequest, tracking_code: str) -> HttpResponse:
    """Take the word, then show the report again. Raises NotFound for a code that opens none."""
    complaint = complaint_followed(request, tracking_code)
    uploads: list[Upload] = []
    try:
        count_request(f"words|{complaint.pk}", None, settings.RATE_LIMIT_WORDS)
        _read_photos(request, uploads)
        entry = speak(_said(request, complaint, uploads))
    except DomainError as refused:
        return _refused(request, complaint, refused, uploads)
    messages.success(request, _done(K(entry.kind)))
    to = reverse("citizen:follow", args=[complaint.tracking_code])
    response = HttpResponseRedirect(to, status=303)
    keep_private(response)
    return response


def _read_photos(request: HttpRequest, into: list[Upload]) -> None:
    """The photos put aside before, then the new ones; what could be read is in `into` even when others could not."""
    tokens = list(dict.fromkeys(request.POST.getlist("kept")))
    files = request.FILES.getlist("photos")
    demand_few(len(tokens) + len(files))
    into += [upload for token in tokens if (upload := recall_draft(token))]
    into += read_uploads(files)


def _said(request: HttpRequest, complaint: Complaint, uploads: list[Upload]) -> Said:
    typed = request.POST
    action = typed.get("do", "")
    if action not in WORDS:
        raise Invalid.at("do", _("Please choose what to do."))
    stars = typed.get("stars", "")
    return Said(
        complaint=complaint,
        action=K(action),
        text=typed.get("text", "").replace("\r\n", "\n"),
        pictures=tuple(one.picture for one in uploads),
        stars=int(stars) if stars.isascii() and stars.isdigit() and len(stars) == 1 else None,
        key=typed.get("key", "")[:64],
        seen=typed.get("seen", "")[:40],
    )


def _refused(
    request: HttpRequest, complaint: Complaint, refused: DomainError, uploads: list[Upload]
) -> HttpResponse:
    """The report as it is now, why it was refused, and what was typed in the form that is still possible."""
    complaint = Complaint.objects.select_related("incident__category").get(pk=complaint.pk)
    more: dict[str, Any] = {
        "refusal": refused,
        "typed": {"do": _home(request, complaint), "text": request.POST.get("text", "")[:LONGEST]},
        "kept": [keep_draft(one) for one in uploads],
    }
    response = shown(request, complaint, more, refused.status)
    if isinstance(refused, TooMany):
        response["Retry-After"] = str(refused.retry_after)
    keep_private(response)
    return response


def _home(request: HttpRequest, complaint: Complaint) -> str:
    """The form that holds what was typed: the one that was sent, or the message where that one is gone."""
    now, wanted = now_for(complaint), request.POST.get("do", "")
    if (wanted == K.SUPPLIED and now.question) or (wanted == K.OBJECTED and now.decide):
        return wanted
    return K.MESSAGE.value


def _done(kind: Entry.Kind) -> str:
    said = {
        K.SUPPLIED: _("Thank you. Your answer has arrived and the work goes on."),
        K.MESSAGE: _("Your message has arrived."),
        K.CONFIRMED: _("Thank you. We are glad that it is solved."),
        K.OBJECTED: _("Your report is open again. The agency and its head are told."),
        K.RATED: _("Thank you for your rating."),
    }
    return said[kind]
