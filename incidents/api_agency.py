"""GET /api/v1/incidents: an agency's own cases for its programs, without the words of a report or who reported."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated, Any

from django.contrib.gis.geos import Point, Polygon
from django.core import signing
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from ninja.params.functions import Query

from geo.errors import BadRequest
from geo.models import Agency
from geo.moments import read_moment
from geo.openapi import problems
from geo.query import demand_once
from incidents.access import incidents_of
from incidents.desk.rows import category_name_field
from incidents.flow import current_flow
from incidents.models import Category, Incident, Phase, Token
from incidents.tokens import BearerToken, agency_of

router = Router(tags=["agencies"])
COLUMNS = (
    "pk", "status", "phase", "source", "confidential", "kelurahan_code", "kelurahan", "kecamatan_code", "kecamatan",
    "approximate", "opened_at", "due_at", "updated_at", "resolved_at", "demo", "location",
)  # fmt: skip
SAME = (
    "status", "phase", "role", "assignment", "source", "confidential", "approximate", "demo",
    "opened_at", "due_at", "updated_at", "resolved_at",
)  # fmt: skip
GEOJSON = "application/geo+json"
PAGE, MOST = 100, 1000
CURSOR_SALT = "incidents.api_agency"
EARTH_RADIUS = 6378137.0  # of EPSG:3857
MERCATOR_LATITUDE = 85.06
MARGIN_M = 1.0  # more than rounding can move a point


class NamedOut(Schema):
    code: str
    name: str


class CaseOut(Schema):
    id: int
    category: NamedOut
    status: str
    phase: Phase
    role: str
    assignment: str
    source: str
    confidential: bool
    kelurahan: NamedOut
    kecamatan: NamedOut
    approximate: bool
    opened_at: datetime
    due_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    late: bool
    demo: bool
    url: str


class GeometryOut(Schema):
    type: str
    coordinates: list[float]


class FeatureOut(Schema):
    type: str
    id: int
    geometry: GeometryOut | None
    properties: CaseOut


class CasesOut(Schema):
    type: str
    features: list[FeatureOut]
    next: str | None


ANSWER = {"description": "OK", "content": {GEOJSON: {"schema": {"$ref": "#/components/schemas/CasesOut"}}}}
DETAILS: dict[str, Any] = {"responses": {200: ANSWER, **problems(400, 401, 403)}}


@router.get(
    "/incidents",
    auth=BearerToken(Token.Kind.AGENCY),
    response=CasesOut,
    openapi_extra=DETAILS,
    summary="An agency's own cases as GeoJSON",
    description="In the order of their numbers. `next` is the address of the next page, null on the last one. A case "
    "without a pin has a null geometry. To follow changes, keep the time at which you began and ask with `since`.",
)
def incidents(
    request: HttpRequest,
    response: HttpResponse,
    bbox: Annotated[str, Query(description="west,south,east,north in WGS 84 degrees")] = "",
    since: Annotated[str, Query(description="changed at or after this time, RFC 3339 with an offset")] = "",
    status: Annotated[str, Query(description="a status of the city's workflow, or one of the phases")] = "",
    category: Annotated[str, Query(description="the code of a topic or of a group")] = "",
    cursor: Annotated[str, Query(description="where a page begins; from `next`, opaque")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
) -> dict[str, Any]:
    demand_once(request)
    agency = agency_of(request.auth)  # type: ignore[attr-defined]  # ninja puts the token there
    found = incidents_of(agency).filter(pk__gt=_after(cursor))
    found = found.filter(_within(bbox), _since(since), _of_category(category))
    if status:
        if status not in current_flow().statuses and status not in Phase.values:
            raise BadRequest.at("status", _("There is no such status."))
        found = found.filter(Q(status=status) | Q(phase=status))
    page = _rows(found, agency, limit + 1)
    response["Content-Type"], response["Cache-Control"] = GEOJSON, "private, no-store"
    now = timezone.now()
    return {
        "type": "FeatureCollection",
        "features": [_feature(request, row, now) for row in page[:limit]],
        "next": _next(request, page[limit - 1]["pk"]) if len(page) > limit else None,
    }


def _after(cursor: str) -> int:
    """The number after which a page begins."""
    if not cursor:
        return 0
    try:
        return int(signing.loads(cursor, salt=CURSOR_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        raise BadRequest.at(
            "cursor", _("This is no cursor of ours. Please begin with the first page.")
        ) from None


def _next(request: HttpRequest, last: int) -> str:
    query = request.GET.copy()
    query["cursor"] = signing.dumps(last, salt=CURSOR_SALT)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _within(bbox: str) -> Q:
    """The points inside a box, its border included: found by the index on web mercator, decided in degrees."""
    if not bbox:
        return Q()
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError:
        raise BadRequest.at("bbox", _("Expected are four numbers: west,south,east,north.")) from None
    known = all(math.isfinite(one) for one in (west, south, east, north))
    if not known or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadRequest.at("bbox", _("Expected is west ≤ east within ±180 and south ≤ north within ±90."))
    near = Polygon.from_bbox((*_mercator(west, south, -MARGIN_M), *_mercator(east, north, MARGIN_M)))
    near.srid = 3857
    exact = (
        Point(west, south)
        if (west, south) == (east, north)
        else Polygon.from_bbox((west, south, east, north))
    )
    exact.srid = 4326
    return Q(location_3857__bboverlaps=near, location__intersects=exact)


def _mercator(lon: float, lat: float, margin: float) -> tuple[float, float]:
    lat = math.radians(max(-MERCATOR_LATITUDE, min(MERCATOR_LATITUDE, lat)))
    x, y = EARTH_RADIUS * math.radians(lon), EARTH_RADIUS * math.asinh(math.tan(lat))
    return x + margin, y + margin


def _since(text: str) -> Q:
    if not text:
        return Q()
    moment = read_moment(text)
    if moment is None or moment.tzinfo is None:
        hint = _(
            "Expected is a time with its offset, such as 2026-11-20T08:30:00+07:00 (in an address + is %2B)."
        )
        raise BadRequest.at("since", hint)
    return Q(updated_at__gte=moment)


def _of_category(code: str) -> Q:
    """Of a topic, or of any topic of a group."""
    if not code:
        return Q()
    if not Category.objects.filter(code=code).exists():
        raise BadRequest.at("category", _("There is no such category."))
    return Q(category__code=code) | Q(category__parent__code=code)


def _rows(found: QuerySet[Incident], agency: Agency, most: int) -> list[dict[str, Any]]:
    named = found.filter(assignments__agency=agency).annotate(
        role=F("assignments__role"),
        assignment=F("assignments__status"),
        category_code=F("category__code"),
        category_name=F(f"category__{category_name_field()}"),
    )
    rows = named.order_by("pk").values(*COLUMNS, "role", "assignment", "category_code", "category_name")
    return [dict(row) for row in rows[:most]]


def _feature(request: HttpRequest, row: dict[str, Any], now: datetime) -> dict[str, Any]:
    point = row["location"]
    properties = {name: row[name] for name in SAME} | {
        "id": row["pk"],
        "category": {"code": row["category_code"], "name": row["category_name"]},
        "kelurahan": {"code": row["kelurahan_code"], "name": row["kelurahan"]},
        "kecamatan": {"code": row["kecamatan_code"], "name": row["kecamatan"]},
        "late": row["phase"] in Incident.OPEN and row["due_at"] < now,
        "url": request.build_absolute_uri(f"/meja/kasus/{row['pk']}"),
    }
    geometry = {"type": "Point", "coordinates": [point.x, point.y]} if point else None
    return {"type": "Feature", "id": row["pk"], "geometry": geometry, "properties": properties}
