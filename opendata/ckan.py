"""CKAN's Action API (reading) over HTTP: its envelope, error types and status codes, so that its clients just work."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from opendata.ckan_actions import ACTIONS, ActionError, Call


class Unreadable(Exception):
    """The request's data is no dictionary; the text says why, in CKAN's words."""


@csrf_exempt  # nobody is signed in here, and nothing is changed
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def action(request: HttpRequest, name: str) -> HttpResponse:
    """/api/3/action/{name}: the one door of the API."""
    if request.method == "OPTIONS":
        return _open(HttpResponse(status=204))
    if name not in ACTIONS:
        return _json(f"Bad request - Action name not known: {name}", 400)
    try:
        data = _data(request)
    except Unreadable as error:
        return _json(f"Bad request - JSON Error: {error}", 400)
    help_url = request.build_absolute_uri(reverse("ckan:action", args=["help_show"]) + f"?name={name}")
    try:
        result = ACTIONS[name](Call(data, request.build_absolute_uri("/").rstrip("/")))
    except ActionError as error:
        return _json({"help": help_url, "success": False, "error": error.body}, error.status)
    return _json({"help": help_url, "success": True, "result": result})


def _data(request: HttpRequest) -> dict[str, Any]:
    """The parameters: of the query, or of a body (JSON or form). Repeated ones become lists."""
    if request.method != "POST":
        return _mixed(request.GET)
    if request.content_type == "multipart/form-data":
        return _mixed(request.POST)
    body = request.body.strip()
    if not body:
        return _mixed(request.GET)
    # `curl -d '{…}'` announces JSON as a form; CKAN takes it, and so do we.
    if request.content_type == "application/x-www-form-urlencoded" and not body.startswith(b"{"):
        return _mixed(request.POST)
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("Error decoding JSON data.") from None
    if not isinstance(read, dict):
        raise Unreadable("Request data JSON decoded but it needs to be a dictionary.")
    return read


def _mixed(values: QueryDict) -> dict[str, Any]:
    lists = {key: values.getlist(key) for key in values}
    return {key: found[0] if len(found) == 1 else found for key, found in lists.items()}


def _json(body: Any, status: int = 200) -> HttpResponse:
    content = json.dumps(body, ensure_ascii=False)
    return _open(HttpResponse(content, status=status, content_type="application/json;charset=utf-8"))


def _open(response: HttpResponse) -> HttpResponse:
    """Readable from any page: there is nothing here that is not public, and no cookie counts."""
    patch_vary_headers(response, ["Accept-Language"])
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    response["Access-Control-Allow-Headers"] = "Content-Type, Authorization, X-CKAN-API-Key"
    return response
