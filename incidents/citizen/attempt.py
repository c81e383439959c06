"""One try at sending a report. Whatever is refused comes back with everything that was typed, photos included.

The form's hidden `key` makes a double click or a repeated sending one report. Our script asks for JSON, so that the
page with the chosen files stays where it is; without scripts the page is shown again and photos are put aside.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from geo.around import Around, around
from geo.errors import DomainError, Invalid, TooMany
from geo.registry import current_locator
from incidents.api_body import DECIMAL
from incidents.citizen.destination import destination_of
from incidents.citizen.forms import ReportForm
from incidents.citizen.offers import open_problems
from incidents.citizen.topics import groups, most_used
from incidents.drafts import keep_draft, recall_draft
from incidents.filing import DESCRIPTION, Filing
from incidents.intake import KeyTaken, take
from incidents.models import Complaint
from incidents.uploads import Upload, demand_few, read_uploads, with_uploads
from incidents.validate import faults_of


def blank_form(request: HttpRequest) -> HttpResponse:
    """A new form, with the place that the map's pin or a link gives; a place that is none is left out."""
    lon, lat = request.GET.get("lon", ""), request.GET.get("lat", "")
    place: dict[str, Any] = {"kelurahan": request.GET.get("kelurahan", "")}
    if _on_globe(lon, lat):
        place |= {"lon": lon, "lat": lat}
    return shown(request, ReportForm(initial=place), {"key": uuid.uuid4()})


def shown(request: HttpRequest, form: ReportForm, more: dict[str, Any], status: int = 200) -> HttpResponse:
    every = groups()
    context = {
        "form": form,
        "step_names": [_("Place"), _("Topic"), _("Story"), _("Send")],
        "groups": every,
        "most_used": most_used(every),
        "chosen": form["category"].value() or "",
        "least": DESCRIPTION[0],
        "most": DESCRIPTION[1],
        "photo_count": settings.PHOTO_MAX_COUNT,
        "photo_bytes": settings.PHOTO_MAX_BYTES,
        "around": _around(form),
        **more,
    }
    response = render(request, "citizen/report.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _around(form: ReportForm) -> Around | None:
    """What lies around the form's pin; None without one on the globe."""
    lon, lat = (str(form[name].value() or "") for name in ("lon", "lat"))
    return around(float(lon), float(lat)) if _on_globe(lon, lat) else None


def _on_globe(lon: str, lat: str) -> bool:
    return bool(
        DECIMAL.fullmatch(lon) and DECIMAL.fullmatch(lat) and abs(float(lon)) <= 180 and abs(float(lat)) <= 90
    )


class Attempt:
    """A POST of the form: read, then sent or looked over."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.form = ReportForm(request.POST)
        self.form.full_clean()
        self.filing: Filing = self.form.filing(timezone.now())
        self.kept: dict[str, Upload] = {}  # put aside before, by the signed text that brings them back
        self.chosen: list[Upload] = []
        self.is_final = request.POST.get("action") != "check"
        self.kind = "complaints" if self.is_final else "checks"

    def read(self) -> None:
        """Read the photos: those put aside before, then the new ones."""
        tokens = list(dict.fromkeys(self.request.POST.getlist("kept")))
        files = self.request.FILES.getlist("photos")
        try:
            demand_few(len(tokens) + len(files))  # before any is opened
            self.kept = {token: upload for token in tokens if (upload := recall_draft(token))}
            self.chosen = read_uploads(files)
        except DomainError as refused:
            self.form.refuse(refused.errors)
        key = self.form.cleaned_data.get("key")
        self.filing = with_uploads(
            self.filing, [*self.kept.values(), *self.chosen], f"web:{key}" if key else ""
        )

    def send(self) -> HttpResponse:
        """Take the report and go to its page, which can be loaded again. Raises DomainError."""
        if self.is_other_than_checked:
            return self.look_over(changed=True)
        if self.form.errors:
            self.find_faults()
            raise Invalid(_("Please correct the fields named below."))
        taken = take(self.filing)
        assert taken.complaint is not None
        url = reverse("citizen:follow", args=[taken.complaint.tracking_code]) + "?baru=1"
        if self.wants_json:
            return JsonResponse({"url": url}, status=200 if taken.repeated else 201)
        return HttpResponseRedirect(url, status=303)

    @property
    def is_other_than_checked(self) -> bool:
        """Whether topic or place are not those that the page told the destination of."""
        checked = self.request.POST.get("checked")
        return checked is not None and not self.wants_json and checked != self.asked

    @property
    def asked(self) -> str:
        """Topic, place and whom it is about as they were sent, in one text: what the destination depends on."""
        names = ("category", "kelurahan", "lon", "lat", "about_agency")
        return "|".join(self.request.POST.get(name, "") for name in names)

    def look_over(self, *, changed: bool = False) -> HttpResponse:
        """Show the form again with who would get it; the way without scripts. Raises Invalid."""
        self.find_faults()
        if self.form.errors:
            raise Invalid(_("Please correct the fields named below."))
        place = self.filing
        about = place.words.about if place.words else ""
        going = destination_of(place.category, place.lon, place.lat, place.kelurahan, about)
        there = {"open": open_problems(place), "checked": self.asked, "changed": changed}
        return self.again({"destination": going, **there})

    def find_faults(self) -> None:
        """Add what the one door would refuse, so that a person sees every fault at once."""
        self.form.refuse(faults_of(self.filing, current_locator()))

    def refused(self, refused: DomainError) -> HttpResponse:
        """The answer to a refusal, with the fields in their words and nothing lost."""
        self.form.refuse(refused.errors)
        if not self.form.errors:
            self.form.add_error(None, force_str(refused.detail))
        earlier = refused.complaint if isinstance(refused, KeyTaken) else None
        if self.wants_json:
            response: HttpResponse = self.told(refused, earlier)
        else:
            response = self.again({"earlier": earlier}, refused.status)
        if isinstance(refused, TooMany):
            response["Retry-After"] = str(refused.retry_after)
        return response

    def again(self, more: dict[str, Any], status: int = 200) -> HttpResponse:
        """The form with all that was typed. After a conflict it gets a new key: sent again, it is a new report."""
        key = uuid.uuid4() if more.get("earlier") else self.form["key"].value()
        kept = [*self.kept, *(keep_draft(upload) for upload in self.chosen)]
        return shown(self.request, self.form, {"key": key, "kept": kept, **more}, status)

    def told(self, refused: DomainError, earlier: Complaint | None) -> JsonResponse:
        body: dict[str, Any] = {
            "detail": force_str(refused.detail),
            "errors": self.form.summary(),
            "earlier": reverse("citizen:follow", args=[earlier.tracking_code]) if earlier else None,
            "key": str(uuid.uuid4()) if earlier else None,
        }
        return JsonResponse(body, status=refused.status)

    @property
    def wants_json(self) -> bool:
        return self.request.get_preferred_type(["text/html", "application/json"]) == "application/json"
