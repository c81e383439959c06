"""What the API tells about a complaint, and how a complaint's timeline looks to its reporter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Schema

from incidents.deadlines import current_limits
from incidents.flow import current_flow
from incidents.fusion.reading import parties_of, promise_of, story_entries
from incidents.intake import Taken
from incidents.models import Category, Complaint, Entry, Incident, Phase
from incidents.releases import photos_for_reporter, words_for_reporter
from incidents.tracking import photo_path


class NamedOut(Schema):
    code: str
    name: str


class ToldOut(NamedOut):
    role: str


class AssignedOut(ToldOut):
    status: str


class CategoryOut(NamedOut):
    tier: str
    sla_days: int
    children: list[CategoryOut]


class OfferOut(Schema):
    handle: str
    category: str
    week: str
    status: str


class ComplaintOut(Schema):
    tracking_code: str
    status: str
    kelurahan: NamedOut
    kecamatan: NamedOut
    agencies: list[ToldOut]
    due_at: datetime
    similar: list[OfferOut]


class EntryOut(Schema):
    at: datetime
    kind: str
    agencies: list[NamedOut]
    text: str | None
    photos: list[str]


class FollowOut(Schema):
    tracking_code: str
    status: str
    category: NamedOut
    kelurahan: NamedOut
    kecamatan: NamedOut
    agencies: list[AssignedOut]
    received_at: datetime
    due_at: datetime
    resolved_at: datetime | None
    timeline: list[EntryOut]


def tree(categories: list[Category]) -> list[dict[str, Any]]:
    """All active categories, in their order, as nested nodes."""
    below: dict[int | None, list[Category]] = {}
    for category in categories:
        below.setdefault(category.parent_id, []).append(category)

    def nodes(parent: int | None) -> list[dict[str, Any]]:
        return [
            {
                "code": one.code,
                "name": one.name,
                "tier": one.tier,
                "sla_days": current_limits().completion(one),
                "children": nodes(one.pk),
            }
            for one in below.get(parent, [])
        ]

    return nodes(None)


def places(incident: Incident) -> dict[str, dict[str, str]]:
    return {
        "kelurahan": {"code": incident.kelurahan_code, "name": incident.kelurahan},
        "kecamatan": {"code": incident.kecamatan_code, "name": incident.kecamatan},
    }


def first_answer(taken: Taken) -> dict[str, Any]:
    """The answer to a new complaint; to a repeated one the same again, whatever happened to it since."""
    assert taken.complaint is not None
    return {
        "tracking_code": taken.complaint.tracking_code,
        "status": current_flow().usual(Phase.NEW),
        **places(taken.incident),
        "agencies": taken.agencies,
        "due_at": timezone.localtime(promise_of(taken.complaint)),
        "similar": [vars(one) for one in taken.similar],
    }


def follow_answer(complaint: Complaint) -> dict[str, Any]:
    """What the holder of a tracking code may know: states and answers; no words, photo or place of the reporter."""
    incident = complaint.incident
    return {
        "tracking_code": complaint.tracking_code,
        "status": incident.status,
        "category": {"code": incident.category.code, "name": incident.category.name},
        **places(incident),
        "agencies": [
            {"code": a.agency.code, "name": a.agency.name, "role": a.role, "status": a.status}
            for a in parties_of(complaint)
        ],
        "received_at": timezone.localtime(complaint.received_at),
        "due_at": timezone.localtime(incident.due_at),
        "resolved_at": incident.resolved_at and timezone.localtime(incident.resolved_at),
        "timeline": [_entry(complaint, entry) for entry in story_entries(complaint)],
    }


def _entry(complaint: Complaint, entry: Entry) -> dict[str, Any]:
    told = entry.data.get("agencies", [])
    if entry.agency and not told:
        told = [{"code": entry.agency.code, "name": entry.agency.name}]
    return {
        "at": timezone.localtime(entry.at),
        "kind": entry.kind,
        "agencies": told,
        "text": words_for_reporter(entry) or None,
        "photos": [photo_path(complaint, photo) for photo in photos_for_reporter(entry)],
    }
