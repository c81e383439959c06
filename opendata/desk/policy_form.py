"""The numbers of the policy as a form: shares in per cent, lists with commas."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opendata.policy import Numbers
from opendata.policy_change import faults
from opendata.policy_words import WORDS, value_told

LISTS = ("outcome_days", "report_bands")


class NumberList(forms.CharField):
    """Whole numbers with commas between them."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        try:
            return tuple(int(part) for part in (text or "").split(","))
        except ValueError:
            raise ValidationError(_("Write whole numbers with commas between them.")) from None

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else value


class PolicyForm(forms.Form):
    """All numbers, and why they change. `numbers()` after it was found valid."""

    note = forms.CharField(
        label=gettext_lazy("Why you change them"),
        help_text=gettext_lazy("In a sentence or two. It stays with the version."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )

    def __init__(self, data: Any = None, *, numbers: Numbers) -> None:
        super().__init__(data, initial={name: _shown(name, v) for name, v in numbers.as_json().items()})
        fields = {name: _field(name) for name in WORDS}
        self.fields = fields | {"note": self.fields["note"]}

    def numbers(self) -> Numbers:
        """What was typed, as the policy has it."""
        read = {
            name: float(value) / 100 if WORDS[name][2] == "%" else value
            for name, value in self.cleaned_data.items()
            if name in WORDS
        }
        return Numbers.read(read)

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            for fault in faults(self.numbers()):
                self.add_error(fault.field, str(fault.message))
        return self.cleaned_data


def _field(name: str) -> forms.Field:
    title, explained, unit = WORDS[name]
    label, meaning = f"{title} (%)" if unit == "%" else str(title), str(explained)
    if name in LISTS:
        return NumberList(max_length=60, label=label, help_text=meaning)
    if unit == "%":
        return forms.DecimalField(
            min_value=0, max_value=100, decimal_places=4, localize=True, label=label, help_text=meaning
        )
    return forms.IntegerField(min_value=0, max_value=10**7, label=label, help_text=meaning)


def _shown(name: str, value: Any) -> Any:
    """A stored number as the field shows it."""
    return round(100 * value, 4) if WORDS[name][2] == "%" else value


def changes_told(before: Numbers, after: Numbers) -> list[tuple[Any, str, str]]:
    """Each number that changes: its title, what it was and what it becomes."""
    old, new = before.as_json(), after.as_json()
    return [
        (title, value_told(old[name], unit), value_told(new[name], unit))
        for name, (title, _meaning, unit) in WORDS.items()
        if old[name] != new[name]
    ]
