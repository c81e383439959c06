"""What a reporter sends from the page of a report, as a browser sends it."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from incidents.models import Complaint

HIDDEN = re.compile(r'<input type="hidden" name="(do|key|seen)" value="([^"]*)"')


def page_of(client: Client, complaint: Complaint) -> str:
    response = client.get(f"/lacak/{complaint.tracking_code}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def form_of(page: str, do: str) -> dict[str, str]:
    """The hidden fields of one form of the page; fails where the page does not have it."""
    for form in re.findall(r"<form.*?</form>", page):
        fields = dict(HIDDEN.findall(form))
        if fields.get("do") == do:
            return fields
    raise AssertionError(f"no form for {do}")


def send(client: Client, complaint: Complaint, do: str, **more: Any) -> HttpResponse:
    """Open the page, fill the form in, send it."""
    fields = form_of(page_of(client, complaint), do) | more
    return post(client, complaint, fields)


def post(client: Client, complaint: Complaint, fields: dict[str, Any]) -> HttpResponse:
    response: HttpResponse = client.post(f"/lacak/{complaint.tracking_code}/kata", fields)  # type: ignore[assignment]
    return response
