"""The one description of refusals in every operation of the API, for its OpenAPI document."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": ["string", "null"]},
        "errors": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def problems(*statuses: int) -> dict[int, Any]:
    """OpenAPI `responses` for refusals with these status codes: problem+json as config/errors.py answers it."""
    content = {"application/problem+json": {"schema": PROBLEM}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}
