"""/lacak/{code} of somebody who follows: status and released answers, an end to it; and the proof of an address."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from geo.errors import NotFound
from incidents.audience import may_be_followed
from incidents.citizen.follower_story import follower_story
from incidents.citizen.story import state_of
from incidents.citizen.weeks import week_in_words
from incidents.contact import check_proof, verify
from incidents.fusion.near import is_small
from incidents.fusion.offers import week_of
from incidents.models import Follower
from incidents.subscriptions import push_public_key
from incidents.tracking import follower_with, keep_private, owner_of


def follower_page(request: HttpRequest, follower: Follower) -> HttpResponse:
    """The page of a follower; without anything of the case when they stopped, or when it is no longer for everybody."""
    incident = follower.incident
    shown = follower.ended_at is None and may_be_followed(incident)
    context = {
        "follower": follower,
        "shown": shown,
        "url": request.build_absolute_uri(reverse("citizen:follow", args=[follower.code])),
        "is_new": "baru" in request.GET,
        "push_key": push_public_key() if shown else "",
    }
    if shown:
        context |= {
            "incident": incident,
            "state": state_of(incident),
            "week": week_in_words(week_of(incident.opened_at)),
            # Not where so few people live that it would point at somebody, as in the offers.
            "kelurahan": "" if is_small(incident.kelurahan_code) else incident.kelurahan,
            "entries": follower_story(follower),
        }
    return render(request, "citizen/follower.html", context)


@require_POST
def stop(request: HttpRequest, tracking_code: str) -> HttpResponse:
    """Stop following: address and browsers are forgotten. Raises NotFound."""
    follower = follower_with(tracking_code)
    if follower is None:
        raise NotFound(_("There is no report with this code. Please check each letter and digit."))
    if follower.ended_at is None:
        follower.ended_at, follower.email, follower.verified_at = timezone.now(), "", None
        follower.save(update_fields=["ended_at", "email", "verified_at"])
        follower.pushes.all().delete()
    messages.success(request, _("You no longer follow it. Your address was erased."))
    return _back(follower.code)


@require_http_methods(["GET", "HEAD", "POST"])
def verify_address(request: HttpRequest, tracking_code: str, proof: str) -> HttpResponse:
    """The link of a mail: a page with one button, since mail programs open links by themselves; POST verifies."""
    owner = owner_of(request, tracking_code)
    holder = check_proof(owner, proof)
    if request.method == "POST":
        verify(holder)
        messages.success(request, _("Thank you. Your address is confirmed."))
        return _back(tracking_code)
    response = render(request, "citizen/verify.html", {"follows": isinstance(owner, Follower)})
    keep_private(response)
    return response


def _back(code: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse("citizen:follow", args=[code]), status=303)
    keep_private(response)
    return response
