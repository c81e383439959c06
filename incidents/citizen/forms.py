"""The form of a report: it holds what was typed and shows what is wrong. What is right is decided by the one door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.datastructures import MultiValueDict
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from geo.errors import FieldError
from geo.registry import current_locator
from incidents.api_body import DECIMAL
from incidents.filing import EMAIL, NAME, PHONE, Contact, Filing, Words
from incidents.models import Complaint
from incidents.policy import current_policy

# Where the summary of errors leads: hidden fields have no place of their own.
PLACE, TOPIC = "id_kelurahan", "topics"
ANCHORS = {"lon": PLACE, "lat": PLACE, "kelurahan": PLACE, "category": TOPIC}
# A pasted book still comes back with a friendly answer; the browser stops it before the server has to.
MOST_TYPED = 20_000


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class Degrees(forms.Field):
    """A coordinate as programs write it: ASCII decimals with a point."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> float | None:
        text = str(value or "").strip()
        if not text:
            return None
        if not DECIMAL.fullmatch(text):
            raise forms.ValidationError(_("This is no position on the globe."))
        return float(text)


class ReportForm(forms.Form):
    use_required_attribute = False

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    lon = Degrees(required=False, label=_("Place"))
    lat = Degrees(required=False, label=_("Place"))
    kelurahan = forms.CharField(widget=forms.Select, required=False, label=_("Kelurahan"))
    address_note = forms.CharField(
        required=False,
        label=_("Landmark"),
        help_text=_("For example: in front of the market gate, north side."),
    )
    category = forms.CharField(required=False, label=_("Topic"))
    description = forms.CharField(
        required=False,
        label=_("What is wrong?"),
        help_text=_("What do you see, since when, and how large is it? Please name no persons."),
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": MOST_TYPED}),
    )
    photos = forms.Field(
        required=False,
        label=_("Photos"),
        help_text=_("Up to 5, 10 MB each. Where and with which phone they were taken is removed."),
        widget=ManyFiles(
            attrs={"multiple": True, "accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"}
        ),
    )
    occurred_at = forms.DateTimeField(
        required=False,
        label=_("When did it happen?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": _("Please give day and time, such as 20.11.2026 08.30.")},
    )
    anonymous = forms.BooleanField(
        required=False,
        label=_("Anonymous"),
        help_text=_("Who you are stays hidden from those you report and from the public."),
    )
    confidential = forms.BooleanField(
        required=False,
        label=_("Confidential"),
        help_text=_("What you report stays out of every publication too, even as a number."),
    )
    about_agency = forms.CharField(
        widget=forms.Select,
        required=False,
        label=_("Is it about an agency or its staff?"),
        help_text=_("The agency that you choose does not get this report and cannot see it."),
    )
    reporter_name = forms.CharField(
        required=False,
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": NAME}),
    )
    reporter_email = forms.CharField(
        required=False,
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "maxlength": EMAIL}),
    )
    reporter_phone = forms.CharField(
        required=False,
        label=_("Phone"),
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "maxlength": PHONE}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kelurahan"].widget = forms.Select(choices=kelurahan_choices())
        self.fields["about_agency"].widget = forms.Select(choices=agency_choices())
        for field in self.fields.values():
            # NUL is answered by incidents/validate.py, in our words and beside everything else that is wrong.
            field.validators = [
                one for one in field.validators if not isinstance(one, ProhibitNullCharactersValidator)
            ]

    def filing(self, at: datetime) -> Filing:
        """What was typed, as the one door takes it."""
        said = self.cleaned_data
        words = Words(
            description=_plain_lines(said.get("description", "")),
            channel=Complaint.Channel.WEB,
            address_note=said.get("address_note", ""),
            anonymous=said.get("anonymous", False),
            confidential=said.get("confidential", False),
            about=said.get("about_agency", ""),
            contact=Contact(
                *(said.get(name, "") for name in ("reporter_name", "reporter_email", "reporter_phone"))
            ),
            occurred_at=said.get("occurred_at"),
        )
        category, kelurahan = said.get("category", ""), said.get("kelurahan", "")
        return Filing(category, at, said.get("lon"), said.get("lat"), kelurahan, words)

    def refuse(self, errors: Iterable[FieldError]) -> None:
        """Show errors of the one door at their fields (`reporter.email` is our `reporter_email`)."""
        for error in errors:
            name = error.field.replace(".", "_")
            known = name if name in self.fields else None
            if known is None or known not in self.errors:
                self.add_error(known, force_str(error.message))

    def summary(self) -> list[dict[str, Any]]:
        """Every error with the anchor of its place, for the list above the form."""
        found: list[dict[str, Any]] = [
            {"anchor": "", "label": "", "text": text} for text in self.non_field_errors()
        ]
        for name, texts in self.errors.items():
            if name != NON_FIELD_ERRORS:
                anchor, label = ANCHORS.get(name, f"id_{name}"), self.fields[name].label
                found += [{"anchor": anchor, "label": label, "text": text} for text in texts]
        return found

    @property
    def place_errors(self) -> list[str]:
        return [str(text) for name in ("lon", "lat", "kelurahan") for text in self.errors.get(name, [])]


def _plain_lines(text: str) -> str:
    """Browsers send each end of a line as two characters; people count one."""
    return text.replace("\r\n", "\n")


def kelurahan_choices() -> list[Any]:
    """The villages of the city for a <select>, by kecamatan."""
    by_district: MultiValueDict[str, tuple[str, str]] = MultiValueDict()
    for village in current_locator().villages:
        by_district.appendlist(village.district.name, (village.place.code, village.place.name))
    chosen = [
        (name, sorted(by_district.getlist(name), key=lambda pair: pair[1])) for name in sorted(by_district)
    ]
    return [("", _("Choose a kelurahan")), *chosen]


def agency_choices() -> list[tuple[str, str]]:
    """The agencies that a report can be about, by name."""
    agencies = current_policy().agencies.values()
    return [("", str(_("No"))), *sorted(((one.code, one.name) for one in agencies), key=lambda pair: pair[1])]
