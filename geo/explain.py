"""pydantic's errors in words for the person who wrote the request, in the language of the moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def explain(error: Mapping[str, Any]) -> str:
    """One sentence for one of `ValidationError.errors()`: what is wrong and what is expected."""
    kind, context = error["type"], error.get("ctx") or {}
    limits = {
        "string_too_short": (_("This is too short: at least {n} characters."), "min_length"),
        "string_too_long": (_("This is too long: at most {n} characters."), "max_length"),
        "greater_than_equal": (_("This has to be at least {n}."), "ge"),
        "less_than_equal": (_("This has to be at most {n}."), "le"),
    }
    if kind in limits and limits[kind][1] in context:
        text, name = limits[kind]
        return text.format(n=context[name])
    plain = {
        "missing": _("This field is needed."),
        "extra_forbidden": _("There is no such field."),
        "string_unicode": _("This holds characters that are no text."),
        "finite_number": _("This has to be a finite number."),
    }
    families = {
        "float": _("This has to be a number, with a point for decimals and without quotes."),
        "int": _("This has to be a whole number."),
        "bool": _("This has to be true or false."),
        "string": _("This has to be text."),
        "model": _("This has to be an object with fields."),
    }
    return plain.get(kind) or families.get(kind.split("_")[0]) or _("This value is not understood.")
