"""Whatever a client sends to /api/v1: never our failure, and always an answer that the OpenAPI document promises.

schemathesis makes requests from that document, good and bad ones; the same ones on every run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.checks import CheckFunction, load_all_checks
from schemathesis.specs.openapi.checks import negative_data_rejection

from config.api import api
from config.wsgi import application
from incidents.cctv.api import BATCH
from incidents.models import Camera, Token
from incidents.tokens import issue

EXAMPLES = 60
CONFIG = {
    "generation": {"deterministic": True, "max-examples": EXAMPLES, "with-security-parameters": False},
    "phases": {"stateful": {"enabled": False}},
    # What a schema cannot say (a point inside the city, a known camera) is refused with reason.
    "checks": {"positive_data_acceptance": {"enabled": False}},
    "suppress-health-check": ["all"],
}


# What is true of the test's city, so that some of the requests come all the way to the database.
HERE: dict[str, dict[str, Any]] = {
    "category": {"type": "string", "enum": ["sampah", "banjir", "jentik", "pungli"]},
    "lon": {"type": "number", "minimum": 112.9, "maximum": 112.94},
    "lat": {"type": "number", "minimum": -7.68, "maximum": -7.64},
    "kelurahan": {"enum": ["", None]},
    "occurred_at": {"enum": [datetime.now(UTC).isoformat(), None]},
    "camera": {"type": "string", "enum": ["TPS-01"]},
}


def promised() -> dict[str, Any]:
    """The OpenAPI document as a client reads it, told where the test's city is."""
    document: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    for call in ("/api/v1/complaints", "/api/v1/cctv/events"):
        for body in document["paths"][call]["post"]["requestBody"]["content"].values():
            event = body["schema"].get("items", body["schema"])["properties"]
            fields = event["data"]["properties"] if "data" in event else event
            fields.update({name: shape for name, shape in HERE.items() if name in fields})
    return document


load_all_checks()
schema = schemathesis.openapi.from_dict(promised(), config=schemathesis.Config.from_dict(CONFIG))
schema.app = application


@pytest.fixture
def open_connection() -> Iterator[None]:
    """A request leaves the test's transaction open, as with Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def tokens(open_connection: None, camera: Camera, settings: Any) -> dict[str, str]:
    """The city with its camera, no limits in the way, and for each call that wants a token a valid one."""
    settings.RATE_LIMIT_COMPLAINTS = settings.RATE_LIMIT_TRACKING = (1_000_000, 60)
    settings.ALLOWED_HOSTS = ["*"]
    return {
        "/api/v1/cctv/events": issue(Token.Kind.SOURCE, "uji"),
        "/api/v1/incidents": issue(Token.Kind.AGENCY, "dlh"),
    }


@schema.parametrize()
def test_every_answer_is_a_promised_one(case: schemathesis.Case[Any], tokens: dict[str, str]) -> None:
    # A batch is taken as a whole; each wrong event in it is told in its own result.
    excluded: list[CheckFunction] = [negative_data_rejection] if case.media_type == BATCH else []
    headers = {"Authorization": f"Bearer {tokens.get(case.operation.path, '')}"}
    case.call_and_validate(headers=headers, excluded_checks=excluded)
