"""/luar/{token}: an outside agency reads what was passed on to it and answers, without an account."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.errors import DomainError, Invalid, NotFound
from incidents.links import Standing, count_use, link_of, standing
from incidents.models import Entry, ReferralLink
from incidents.outside.shown import case_shown, photos_of
from incidents.photos import photo_path
from incidents.ratelimit import count_request
from incidents.referrals import ANSWERS, Reply, answer, want_new
from incidents.tracking import keep_private
from incidents.uploads import read_uploads

GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """The case as it was passed on; POST answers. A link that is over says why, and how to get a new one."""
    link = _known(request, token)
    now = timezone.now()
    if request.method == "POST":
        return _answered(request, link, token)
    if standing(link, now) != Standing.OPEN:
        return _over(request, link, token)
    count_use(link, now)
    return _private(render(request, "outside/case.html", case_shown(link, token)))


@require_safe
def photo(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    """A photo that was passed on, or one of their own."""
    link = _known(request, token)
    found = photos_of(link.referral).filter(pk=pk).first()
    if found is None or standing(link, timezone.now()) != Standing.OPEN:
        raise NotFound(_("There is no such photo."))
    try:
        file = photo_path(found.file).open("rb")
    except FileNotFoundError:
        raise NotFound(_("This photo was erased.")) from None
    response = FileResponse(file, content_type="image/jpeg", filename=f"foto-{pk}.jpg")
    keep_private(response)
    return response


@require_POST
def new_link(request: HttpRequest, token: str) -> HttpResponse:
    """The operators hear that a new link is needed."""
    link = _known(request, token)
    if standing(link, timezone.now()) == Standing.OPEN:
        return _private(HttpResponseRedirect(reverse("outside:case", args=[token])))
    count_request("new-link", request, settings.RATE_LIMIT_COMPLAINTS)
    want_new(link)
    link.refresh_from_db()
    return _over(request, link, token, status=200)


def _known(request: HttpRequest, token: str) -> ReferralLink:
    """The link of a token. A client's misses are counted and come to an end. Raises NotFound, TooMany."""
    link = link_of(token)
    if link is None:
        count_request("outside", request, settings.RATE_LIMIT_TRACKING)
        raise NotFound(_("This link opens nothing. Please copy it whole from our e-mail."))
    return link


def _answered(request: HttpRequest, link: ReferralLink, token: str) -> HttpResponse:
    try:
        count_request("outside-answer", request, settings.RATE_LIMIT_COMPLAINTS)
        entry = answer(link, _read(request))
    except DomainError as refusal:
        return _refused(request, link, token, refusal)
    if entry.kind != Entry.Kind.OUTSIDE:
        return _over(request, link, token, status=200)
    messages.success(request, _("Your answer is sent. Thank you. You can answer again with this link."))
    return _private(HttpResponseRedirect(reverse("outside:case", args=[token])))


def _read(request: HttpRequest) -> Reply:
    kind, after = request.POST.get("kind", ""), request.POST.get("after", "")
    if kind not in ANSWERS:
        raise Invalid.at("kind", _("Please choose what to do."))
    uploads = read_uploads(request.FILES.getlist("photos"))
    return Reply(
        kind=Entry.Kind(kind),
        text=request.POST.get("text", ""),
        pictures=tuple(upload.picture for upload in uploads),
        external_id=request.POST.get("external_id", ""),
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 5 else 0,
    )


def _refused(request: HttpRequest, link: ReferralLink, token: str, refusal: DomainError) -> HttpResponse:
    """What was typed stays in sight, whatever became of the link."""
    link.referral.refresh_from_db()
    link.referral.incident.refresh_from_db(from_queryset=type(link.referral.incident).every.all())
    typed = {"refusal": refusal, "typed": request.POST}
    if standing(link, timezone.now()) != Standing.OPEN:
        return _over(request, link, token, status=GONE if refusal.status == 409 else refusal.status, **typed)
    return _private(
        render(request, "outside/case.html", case_shown(link, token) | typed, status=refusal.status)
    )


def _over(
    request: HttpRequest, link: ReferralLink, token: str, status: int = GONE, **typed: object
) -> HttpResponse:
    link.referral.incident.refresh_from_db(from_queryset=type(link.referral.incident).every.all())
    context = {"link": link, "standing": standing(link, timezone.now()), "token": token} | typed
    return _private(render(request, "outside/over.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    keep_private(response)
    return response
