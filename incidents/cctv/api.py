"""POST /api/v1/cctv/events: what cameras saw, as CloudEvents 1.0, single or batched."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from geo.errors import BadRequest, FieldError, Invalid, TooLarge, UnsupportedMedia
from geo.openapi import problems
from incidents.cctv.cloudevents import DETECTOR, LONGEST, MOST_COUNT, SEVERITY, ZONE, read_event
from incidents.cctv.events import Outcome, Sighting, take_sightings
from incidents.models import CctvEvent, Token
from incidents.tokens import BearerToken

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
MOST_EVENTS = 1000
router = Router(tags=["cctv"])


class ResultOut(Schema):
    id: str
    status: str
    error: str | None


class EventsOut(Schema):
    results: list[ResultOut]


def _text(longest: int, needed: bool = False, **more: Any) -> dict[str, Any]:
    if needed:
        return {"type": "string", "minLength": 1, "maxLength": longest, **more}
    return {"type": ["string", "null"], "maxLength": longest, **more}


EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["specversion", "id", "source", "type", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": _text(LONGEST, needed=True),
        "source": _text(LONGEST, needed=True),
        "type": _text(LONGEST, needed=True),
        "subject": _text(LONGEST, description="the same over start, update and end"),
        "time": {"type": ["string", "null"], "format": "date-time"},
        "data": {
            "type": "object",
            "required": ["camera", "class"],
            "properties": {
                "camera": _text(LONGEST, needed=True),
                "class": {"enum": CctvEvent.Class.values},
                "state": {"enum": CctvEvent.State.values},
                "confidence": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
                "count": {"type": ["integer", "null"], "minimum": 0, "maximum": MOST_COUNT},
                "severity": _text(SEVERITY),
                "zone": _text(ZONE),
                "detector": {
                    "type": ["object", "null"],
                    "properties": {"name": _text(DETECTOR), "version": _text(DETECTOR)},
                },
                "snapshot_url": {"description": "never fetched, kept or looked at"},
            },
        },
    },
}
DETAILS: dict[str, Any] = {
    "responses": problems(400, 401, 413, 415, 422),
    "requestBody": {
        "required": True,
        "content": {SINGLE: {"schema": EVENT}, BATCH: {"schema": {"type": "array", "items": EVENT}}},
    },
}


@router.post(
    "/events",
    auth=BearerToken(Token.Kind.SOURCE),
    response={202: EventsOut},
    openapi_extra=DETAILS,
    summary="Send what cameras saw",
)
def post_events(request: HttpRequest) -> Status[dict[str, Any]]:
    token: Token = request.auth  # type: ignore[attr-defined]  # ninja puts there what BearerToken returned
    events, single = _events(request)
    now = timezone.now()
    read = [read_event(event, now) for event in events]
    taken = iter(take_sightings(token.subject, [one for one in read if isinstance(one, Sighting)], now))
    outcomes = [next(taken) if isinstance(one, Sighting) else one for one in read]
    if single and outcomes[0].status == "rejected":
        raise _refusal(outcomes[0])
    return Status(202, {"results": [{"id": o.id, "status": o.status, "error": o.error} for o in outcomes]})


def _refusal(outcome: Outcome) -> Invalid:
    """A single event that is wrong is refused as a whole; in a batch each has its own result."""
    return Invalid(outcome.error or "", [FieldError(outcome.field or "", outcome.error or "")])


def _events(request: HttpRequest) -> tuple[list[object], bool]:
    """The events of the body, and whether it was a single one. Raises UnsupportedMedia, BadRequest, Invalid."""
    kind = (request.content_type or "").lower()
    if kind not in {SINGLE, BATCH}:
        raise UnsupportedMedia(_("Send {single} or {batch}.").format(single=SINGLE, batch=BATCH))
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRequest(_("The body is not readable JSON.")) from None
    except RequestDataTooBig:
        raise TooLarge(_("This is too much at once. Please send smaller batches.")) from None
    if kind == SINGLE:
        if not isinstance(body, dict):
            raise Invalid(_("This is not an event (a JSON object)."))
        return [body], True
    if not isinstance(body, list):
        raise Invalid(_("A batch is a JSON array of events."))
    if len(body) > MOST_EVENTS:
        raise Invalid(_("A batch can hold at most {n} events.").format(n=MOST_EVENTS))
    return body, False
