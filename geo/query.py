"""Parameters of an address, read strictly: each once, numbers as ASCII decimals with a point (CONTRACT.md)."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.utils.translation import gettext as _

from geo.errors import BadRequest

WHOLE = re.compile(r"\d{1,9}", re.ASCII)
DECIMAL = re.compile(r"[+-]?\d{1,9}(\.\d{1,20})?", re.ASCII)


def demand_once(request: HttpRequest) -> None:
    """Refuse a parameter that is given twice or is no text. Raises BadRequest."""
    for name, values in request.GET.lists():
        if len(values) > 1:
            raise BadRequest.at(name, _("This parameter may be given only once."))
        if "\x00" in values[0]:
            raise BadRequest.at(name, _("This holds characters that are no text."))


def demand_decimals(request: HttpRequest, *names: str) -> None:
    """Refuse numbers written in any other way than `-7.65`. Raises BadRequest."""
    for name in names:
        value = request.GET.get(name)
        if value is not None and not DECIMAL.fullmatch(value):
            raise BadRequest.at(name, _("Expected is a number with a decimal point, such as -7.65."))


def demand_whole(request: HttpRequest, *names: str) -> None:
    """Refuse whole numbers written in any other way than `20`. Raises BadRequest."""
    for name in names:
        value = request.GET.get(name)
        if value is not None and not WHOLE.fullmatch(value):
            raise BadRequest.at(name, _("Expected is a whole number, such as 20."))
