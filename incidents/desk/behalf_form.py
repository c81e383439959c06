"""The form in which an operator files for somebody who called, wrote or came: the citizen's form, made for typing.

Topic and place are words that are typed; what they mean is found here, so that it works without scripts too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.errors import FieldError
from geo.models import Area
from geo.search import Hit, search
from incidents.citizen.forms import ReportForm
from incidents.citizen.topics import Topic, groups
from incidents.filing import EXTERNAL_ID, SYSTEM, Filing, Origin
from incidents.models import Complaint

Channel = Complaint.Channel
BY_HAND = (Channel.PHONE, Channel.WHATSAPP, Channel.COUNTER, Channel.EMAIL, Channel.SP4N)
MOST_HITS = 6
TYPED = {"category": "topic", "lon": "place", "lat": "place", "kelurahan": "place"}


class BehalfForm(ReportForm):
    channel = forms.ChoiceField(
        label=gettext_lazy("How did it come?"),
        choices=[(one.value, one.label) for one in BY_HAND],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose how the report came.")},
    )
    topic = forms.CharField(
        required=False,
        label=gettext_lazy("Topic"),
        help_text=gettext_lazy("Type some letters of it."),
        widget=forms.TextInput(attrs={"list": "topics", "autocomplete": "off", "maxlength": 200}),
    )
    place = forms.CharField(
        required=False,
        label=gettext_lazy("Place"),
        help_text=gettext_lazy("A kelurahan, an office, a plus code or coordinates."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 200, "spellcheck": "false"}),
    )
    chosen = forms.CharField(required=False, max_length=200)  # which of several places was meant
    external_system = forms.CharField(
        required=False,
        label=gettext_lazy("Also kept in"),
        widget=forms.TextInput(attrs={"maxlength": SYSTEM, "list": "systems", "autocomplete": "off"}),
    )
    external_id = forms.CharField(
        required=False,
        label=gettext_lazy("Number there"),
        widget=forms.TextInput(attrs={"maxlength": EXTERNAL_ID, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hits: Sequence[Hit] = ()
        self.fields["kelurahan"].widget = forms.HiddenInput()
        self.fields["description"].widget.attrs["rows"] = 4
        for name in ("reporter_name", "reporter_email", "reporter_phone"):
            self.fields[name].widget.attrs["autocomplete"] = (
                "off"  # the operator's own are not the reporter's
            )

    def filing_by(self, operator: User, at: datetime) -> Filing:
        """What was typed, as the one door takes it. Words that mean nothing clear are refused at their field."""
        said = self.cleaned_data
        plain = super().filing(at)
        assert plain.words is not None
        number, system = said.get("external_id", "").strip(), said.get("external_system", "").strip()
        words = replace(
            plain.words,
            channel=Channel(said.get("channel") or Channel.PHONE),
            origin=Origin(system, number) if number or system else None,
        )
        filing = replace(plain, words=words, by=operator, category=self._category())
        return filing if self._has_place else self._at_typed_place(filing)

    def asked_filing(self, at: datetime) -> Filing:
        """Only topic and place, to know where a report would go."""
        plain = replace(super().filing(at), words=None, category=self._category())
        return plain if self._has_place else self._at_typed_place(plain)

    def refuse(self, errors: Iterable[FieldError]) -> None:
        """Faults of topic and place stand at what was typed."""
        super().refuse(FieldError(TYPED.get(one.field, one.field), one.message) for one in errors)

    @property
    def _has_place(self) -> bool:
        said = self.cleaned_data
        return said.get("lon") is not None or said.get("lat") is not None or bool(said.get("kelurahan"))

    def _category(self) -> str:
        typed = self.cleaned_data.get("topic", "").strip().casefold()
        if not typed:
            return ""
        topics = every_topic()
        exact = [
            one
            for one in topics
            if typed in (one.code.casefold(), one.name.casefold(), label(one).casefold())
        ]
        fitting = exact or [one for one in topics if typed in label(one).casefold()]
        if len(fitting) == 1:
            return fitting[0].code
        names = ", ".join(label(one) for one in fitting[:MOST_HITS])
        words = (
            _("Which of these: %(names)s?") % {"names": names} if fitting else _("There is no such topic.")
        )
        self.refuse([FieldError("topic", words)])
        return ""

    def _at_typed_place(self, filing: Filing) -> Filing:
        typed = (self.cleaned_data.get("chosen") or self.cleaned_data.get("place", "")).strip()
        if not typed or "\x00" in typed:
            return filing
        hits = [hit for hit in search(typed, MOST_HITS) if is_place(hit)]
        same = [hit for hit in hits if typed.casefold() in (hit.name.casefold(), hit.code)]
        if len(same or hits) == 1:
            return _at(filing, (same or hits)[0])
        self.hits = hits
        words = _("Please choose which place is meant.") if hits else _("There is no such place in the city.")
        self.refuse([FieldError("place", words)])
        return filing


def every_topic() -> list[Topic]:
    return [topic for group in groups() for topic in group.topics]


def label(topic: Topic) -> str:
    """A topic with its group: names alone may be there twice."""
    return topic.name if topic.name == topic.group else f"{topic.name} ({topic.group})"


def is_place(hit: Hit) -> bool:
    """Whether a report can be put there: a kelurahan, or something with a point."""
    if hit.type in (Area.Level.CITY, Area.Level.DISTRICT):
        return False
    return hit.type == Area.Level.VILLAGE or hit.lon is not None


def _at(filing: Filing, hit: Hit) -> Filing:
    if hit.type == Area.Level.VILLAGE:
        return replace(filing, kelurahan=hit.code)
    return replace(filing, lon=hit.lon, lat=hit.lat)
