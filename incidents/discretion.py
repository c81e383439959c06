"""What a change of visibility says in a timeline, for staff and for the reporter alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from incidents.models import PrivacyRequest


def privacy_words(data: Mapping[str, Any], *, own: bool = False) -> str:
    """The data of an entry of the kind PRIVACY in words; several changes, several lines. `own`: to the reporter."""
    labels = {what.value: str(what.label) for what in PrivacyRequest.What}
    sentences = {
        "raised": _("You made it {what}.") if own else _("The reporter made it {what}."),
        "withdrawn": _("What was passed on is shown no more to: {what}."),
        "asked": _("An operator asks that it be no longer {what}; another one decides."),
        "lowered": _("It is no longer {what}: two operators agreed."),
        "kept": _("It stays {what}: the second operator did not agree."),
        "excluded": _("Kept out, since a report is about it: {what}."),
        "readmission": _("An operator asks that it may have the case again: {what}; another one decides."),
        "kept_out": _("It stays kept out: {what}; the second operator did not agree."),
        "readmitted": _("May have the case again: {what}."),
    }
    erased = (
        _("Your words, photos and contact were erased.")
        if own
        else _("The reporter's words, photos and contact were erased.")
    )
    lines = [erased] if "erased" in data else []
    for change, sentence in sentences.items():
        if change in data:
            lines.append(sentence.format(what=", ".join(_named(one, labels) for one in data[change])))
    return "\n".join(lines)


def _named(one: Any, labels: Mapping[str, str]) -> str:
    return str(one["name"]) if isinstance(one, Mapping) else labels.get(one, str(one))
