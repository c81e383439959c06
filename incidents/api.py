"""/api/v1: categories, new complaints, following one."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status
from ninja.params.functions import Header

from geo.openapi import problems
from incidents.api_agency import router as agencies
from incidents.api_answers import (
    CategoryOut,
    ComplaintOut,
    FollowOut,
    first_answer,
    follow_answer,
    tree,
)
from incidents.api_body import JSON, MULTIPART, ComplaintIn, ContactIn, read_body
from incidents.filing import Contact, Filing, Words
from incidents.fusion.following import follow
from incidents.intake import take
from incidents.models import Category, Complaint
from incidents.ratelimit import count_request
from incidents.tracking import complaint_followed, keep_private
from incidents.uploads import Upload, read_uploads, with_uploads

router = Router(tags=["complaints"])
router.add_router("", agencies)
KEY_LENGTH = 200
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key", max_length=KEY_LENGTH, description="the client's own name for this report"
    ),
]


def _schemas() -> dict[str, Any]:
    """The body as OpenAPI tells it: nested in JSON, dotted and with photos in multipart."""
    nested = ComplaintIn.model_json_schema(ref_template="#/components/schemas/{model}")
    nested.pop("$defs")
    nested["properties"]["reporter"] = {"anyOf": [ContactIn.model_json_schema(), {"type": "null"}]}
    contact = ContactIn.model_json_schema()["properties"]
    flat = {name: shape for name, shape in nested["properties"].items() if name != "reporter"}
    flat |= {f"reporter.{name}": {**shape, "anyOf": [{"type": "string"}]} for name, shape in contact.items()}
    flat["photos"] = {
        "type": "array",
        "maxItems": settings.PHOTO_MAX_COUNT,
        "items": {"type": "string", "format": "binary"},
        "description": "JPEG, PNG, WebP or HEIC, up to 10 MB each",
    }
    return {JSON: {"schema": nested}, MULTIPART: {"schema": {**nested, "properties": flat}}}


POST_DETAILS: dict[str, Any] = {
    "requestBody": {"required": True, "content": _schemas()},
    "responses": problems(400, 409, 413, 415, 422, 429),
}


@router.get("/categories", response=list[CategoryOut], summary="What can be reported, as a tree")
def categories(request: HttpRequest) -> list[dict[str, Any]]:
    return tree(list(Category.objects.filter(active=True)))


@router.post(
    "/complaints",
    response={201: ComplaintOut, 200: ComplaintOut},
    openapi_extra=POST_DETAILS,
    summary="Report something",
    description="201 for a new complaint; 200 with the first answer for the same content under the same key.",
)
def post_complaint(
    request: HttpRequest,
    response: HttpResponse,
    idempotency_key: IdempotencyKey = "",
) -> Status[dict[str, Any]]:
    count_request("complaints", request, settings.RATE_LIMIT_COMPLAINTS)
    body, files = read_body(request)
    taken = take(filing_of(body, read_uploads(files), idempotency_key))
    assert taken.complaint is not None
    keep_private(response)
    response["Location"] = f"/api/v1/complaints/{taken.complaint.tracking_code}"
    return Status(200 if taken.repeated else 201, first_answer(taken))


def filing_of(body: ComplaintIn, uploads: list[Upload], key: str) -> Filing:
    """The value that the one door takes. Raises Invalid (the time cannot be read)."""
    who = body.reporter or ContactIn()
    words = Words(
        description=body.description,
        channel=Complaint.Channel.API,
        address_note=body.address_note or "",
        anonymous=body.anonymous,
        confidential=body.confidential,
        about=body.about_agency or "",
        contact=Contact(*((said or "").strip() for said in (who.name, who.email, who.phone))),
        occurred_at=body.time,
    )
    filing = Filing(body.category, timezone.now(), body.lon, body.lat, body.kelurahan or "", words)
    return with_uploads(filing, uploads, f"api:{key}" if key else "")  # apart from the pages' keys


@router.get(
    "/complaints/{tracking_code}",
    response=FollowOut,
    openapi_extra={"responses": problems(404, 429)},
    summary="Follow a report by its tracking code",
)
def get_complaint(request: HttpRequest, response: HttpResponse, tracking_code: str) -> dict[str, Any]:
    keep_private(response)
    return follow_answer(complaint_followed(request, tracking_code))


class FollowIn(Schema):
    handle: str
    email: str = ""


class FollowedOut(Schema):
    tracking_code: str


@router.post(
    "/followers",
    response={201: FollowedOut},
    openapi_extra={"responses": problems(400, 404, 409, 422, 429)},
    summary="Follow an open problem by the handle of an offer",
    description="A handle of `similar` works once, for two hours. The code opens the state and the released answers.",
)
def post_follower(request: HttpRequest, response: HttpResponse, body: FollowIn) -> Status[dict[str, str]]:
    count_request("follow", request, settings.RATE_LIMIT_OFFERS)
    keep_private(response)
    return Status(201, {"tracking_code": follow(body.handle, body.email).code})
