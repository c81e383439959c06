"""The body of POST /api/v1/complaints: JSON or multipart, read into one strict shape.

JSON says types itself, so a number in quotes is refused. Multipart knows text only: there numbers are ASCII decimals
and booleans `true` or `false`. Unknown fields are refused: a misspelt `anonymous` must not publish who spoke.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.errors import BadRequest, FieldError, Invalid, TooLarge, UnsupportedMedia
from geo.explain import explain
from geo.moments import read_moment
from incidents import filing as limits
from incidents.uploads import demand_few

JSON, MULTIPART = "application/json", "multipart/form-data"
DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
NUMBERS, BOOLEANS = ("lon", "lat"), ("anonymous", "confidential")


class ContactIn(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str | None = Field(default=None, json_schema_extra={"maxLength": limits.NAME})
    email: str | None = Field(default=None, json_schema_extra={"maxLength": limits.EMAIL})
    phone: str | None = Field(default=None, json_schema_extra={"maxLength": limits.PHONE})


class ComplaintIn(BaseModel):
    """Lengths are told in the schema and checked in incidents/validate.py, for every source alike."""

    model_config = ConfigDict(extra="forbid", strict=True)

    category: str = Field(description="code of a leaf of GET /categories")
    description: str = Field(
        json_schema_extra={"minLength": limits.DESCRIPTION[0], "maxLength": limits.DESCRIPTION[1]}
    )
    lon: float | None = Field(
        None, description="WGS 84 degrees east", json_schema_extra={"example": 112.9075}
    )
    lat: float | None = Field(
        None, description="WGS 84 degrees north", json_schema_extra={"example": -7.6453}
    )
    kelurahan: str | None = Field(default=None, description="a kelurahan's code instead of a point")
    address_note: str | None = Field(default=None, json_schema_extra={"maxLength": limits.ADDRESS_NOTE})
    anonymous: bool = Field(
        default=False, description="hide who reported from the accused side and the public"
    )
    confidential: bool = Field(default=False, description="the content is not public either")
    about_agency: str | None = Field(
        default=None, description="code of an agency that the report is about: it neither gets nor sees it"
    )
    reporter: ContactIn | None = None
    occurred_at: str | None = Field(
        default=None, description="RFC 3339 with an offset", json_schema_extra={"format": "date-time"}
    )

    @property
    def time(self) -> datetime | None:
        """When it happened; without a zone if the text had none. Raises Invalid."""
        text = self.occurred_at
        if not text:
            return None
        moment = read_moment(text)
        if moment is not None:
            return moment
        raise Invalid.at("occurred_at", _("This is no time such as 2026-11-20T08:30:00+07:00."))


def read_body(request: HttpRequest) -> tuple[ComplaintIn, list[UploadedFile[bytes]]]:
    """The fields and the photos of a request. Raises BadRequest, TooLarge, UnsupportedMedia, Invalid."""
    readers: dict[str, Callable[[HttpRequest], dict[str, Any]]] = {JSON: _json, MULTIPART: _multipart}
    reader = readers.get((request.content_type or "").lower())
    if reader is None:
        raise UnsupportedMedia(_("Send {json} or {multipart}.").format(json=JSON, multipart=MULTIPART))
    try:
        fields = reader(request)
    except (RequestDataTooBig, TooManyFieldsSent):
        raise too_large() from None
    except TooManyFilesSent:
        demand_few(settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1)
        raise
    return _checked(fields), request.FILES.getlist("photos") if reader is _multipart else []


def too_large() -> TooLarge:
    return TooLarge(_("This is more than a report can hold. Please shorten the text or send fewer photos."))


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRequest(_("The body is not readable JSON.")) from None
    if not isinstance(body, dict):
        raise Invalid(_("The body has to be a JSON object."))
    return body


def _multipart(request: HttpRequest) -> dict[str, Any]:
    try:
        sent, files = request.POST, request.FILES
    except (MultiPartParserError, UnicodeError, LookupError):
        raise BadRequest(_("The body is not readable multipart data.")) from None
    fields: dict[str, Any] = {}
    for name, values in sent.lists():
        if len(values) > 1:
            raise Invalid.at(name, _("This field was sent more than once."))
        _put(fields, name, _typed(name, values[0]))
    for name in files:
        if name != "photos":
            raise Invalid.at(name, _("There is no such field."))
    return fields


def _put(fields: dict[str, Any], name: str, value: Any) -> None:
    group, _dot, inner = name.partition(".")
    if group == "reporter" and inner:
        fields.setdefault("reporter", {})[inner] = value
    else:
        fields[name] = value


def _typed(name: str, text: str) -> Any:
    """A text of multipart as JSON would have said it; an empty one was not filled in."""
    if name in NUMBERS:
        return float(text) if DECIMAL.fullmatch(text) else (text or None)
    if name in BOOLEANS:
        return {"true": True, "false": False, "": False}.get(text.lower(), text)
    return text


def _checked(fields: dict[str, Any]) -> ComplaintIn:
    try:
        return ComplaintIn.model_validate(fields)
    except ValidationError as refused:
        found = refused.errors(include_url=False, include_input=False)
        errors = [FieldError(".".join(str(part) for part in e["loc"]), explain(e)) for e in found]
        raise Invalid(_("Please correct the fields named below."), errors) from None
