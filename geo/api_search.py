"""GET /api/v1/search and /api/v1/facilities/nearest: places by name, and known places near a point."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.params.functions import Query

from geo.api import PlaceOut, place_json
from geo.errors import BadRequest
from geo.facilities import MOST, Near, nearest_facilities
from geo.openapi import problems
from geo.pluscode import encode
from geo.query import demand_decimals, demand_once, demand_whole
from geo.search import Hit, search

LONGEST_QUERY = 200
MOST_HITS = 20
Longitude = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False, description="WGS 84 degrees east")]
Latitude = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False, description="WGS 84 degrees north")]

router = Router(tags=["places"])


class HitOut(Schema):
    type: str
    code: str
    name: str
    kind: str
    detail: str
    kelurahan: PlaceOut | None
    kecamatan: PlaceOut | None
    lon: float | None
    lat: float | None
    plus_code: str | None
    distance_m: float | None


class SearchOut(Schema):
    results: list[HitOut]


class NearOut(Schema):
    code: str
    name: str
    kind: str
    lon: float
    lat: float
    distance_m: float
    bearing: int


class FacilitiesOut(Schema):
    facilities: list[NearOut]


@router.get(
    "/search",
    response=SearchOut,
    openapi_extra={"responses": problems(400)},
    summary="Places by name, plus code or position",
)
def search_places(
    request: HttpRequest,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=LONGEST_QUERY,
            description="a name (kelurahan, kecamatan, agency, facility), a plus code or a position",
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=MOST_HITS)] = 8,
    lon: Longitude | None = None,
    lat: Latitude | None = None,
) -> dict[str, Any]:
    demand_once(request)
    demand_whole(request, "limit")
    demand_decimals(request, "lon", "lat")
    if (lon is None) != (lat is None):
        raise BadRequest.at("lat" if lat is None else "lon", _("Longitude and latitude belong together."))
    near = (lon, lat) if lon is not None and lat is not None else None
    return {"results": [hit_json(hit) for hit in search(q, limit, near)]}


@router.get(
    "/facilities/nearest",
    response=FacilitiesOut,
    openapi_extra={"responses": problems(400)},
    summary="The nearest puskesmas, offices and other known places",
)
def nearest(
    request: HttpRequest,
    lon: Longitude,
    lat: Latitude,
    kind: Annotated[
        str, Query(min_length=1, max_length=40, description="only of this kind, as puskesmas")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 5,
) -> dict[str, Any]:
    demand_once(request)
    demand_whole(request, "limit")
    demand_decimals(request, "lon", "lat")
    return {"facilities": [near_json(one) for one in nearest_facilities(lon, lat, kind, limit)]}


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit as the API tells it; metres with one decimal."""
    at = (hit.lon, hit.lat) if hit.lon is not None and hit.lat is not None else None
    return {
        "type": hit.type,
        "code": hit.code,
        "name": hit.name,
        "kind": hit.kind,
        "detail": hit.detail,
        "kelurahan": place_json(hit.kelurahan),
        "kecamatan": place_json(hit.kecamatan),
        "lon": hit.lon,
        "lat": hit.lat,
        "plus_code": encode(*at) if at else None,
        "distance_m": None if hit.distance_m is None else round(hit.distance_m, 1),
    }


def near_json(one: Near) -> dict[str, Any]:
    return asdict(one) | {"distance_m": round(one.distance_m, 1)}
