"""/lacak/{code}/privasi: what the reporter can do about their own report: protect it more, or have it erased."""

from __future__ import annotations

import hmac
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geo.errors import DomainError, Forbidden, Invalid
from incidents.erasure import erase_report
from incidents.models import Complaint, Reporter
from incidents.privacy import phone_hash
from incidents.ratelimit import count_request
from incidents.tracking import complaint_followed, keep_private
from incidents.visibility import What, raise_privacy

RAISE, ERASE = "lindungi", "hapus"
PROOFS = (10, 600)  # tries of one client in so many seconds


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, tracking_code: str) -> HttpResponse:
    """The two forms; POST does what was asked."""
    complaint = complaint_followed(request, tracking_code)
    refusal = None
    if request.method == "POST":
        try:
            messages.success(request, _do(request, complaint))
            return _private(HttpResponseRedirect(reverse("citizen:follow", args=[complaint.tracking_code])))
        except DomainError as refused:
            refusal = refused
    context: dict[str, Any] = {
        "complaint": complaint,
        "levels": [(what, getattr(complaint, what.value)) for what in What],
        "contact_kept": hasattr(complaint, "reporter"),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return _private(render(request, "citizen/rights.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    keep_private(response)
    return response


def _do(request: HttpRequest, complaint: Complaint) -> str:
    wanted = request.POST.get("do", "")
    if wanted == RAISE:
        chosen = {what for what in What if request.POST.get(what.value) == "1"}
        if not raise_privacy(complaint, chosen):
            raise Invalid.at("do", _("Please choose what shall be protected."))
        return _("Your report is protected from now on.")
    if wanted != ERASE:
        raise Invalid.at("do", _("Please choose what to do."))
    if request.POST.get("sure") != "1":
        raise Invalid.at("sure", _("Please confirm that it shall be erased for good."))
    _prove(request, complaint)
    erase_report(complaint)
    return _("Your words, photos and contact were erased. The code still shows what becomes of the case.")


def _prove(request: HttpRequest, complaint: Complaint) -> None:
    """A code may be overheard: who left a contact names it once more before anything is destroyed."""
    reporter: Reporter | None = getattr(complaint, "reporter", None)
    if reporter is None or not (reporter.email or reporter.phone):
        return
    count_request("erasure", request, PROOFS)
    typed = request.POST.get("contact", "").strip()
    same_mail = hmac.compare_digest(typed.casefold().encode(), reporter.email.casefold().encode())
    digest = phone_hash(typed)
    same_phone = bool(digest) and hmac.compare_digest(digest, phone_hash(reporter.phone))
    if not (typed and (same_mail or same_phone)):
        raise Forbidden(_("This is not the e-mail address or phone number that was left with the report."))
