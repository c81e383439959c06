"""GET /api/v1/locate: which kelurahan, which kecamatan, which agencies' service areas are here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query

from geo.locate import Place, Placement
from geo.openapi import problems
from geo.pluscode import encode
from geo.query import demand_decimals, demand_once
from geo.registry import current_locator

router = Router(tags=["places"])


class PlaceOut(Schema):
    code: str
    name: str


class ServiceAreaOut(Schema):
    agency: str
    category: str
    name: str


class NearestOut(Schema):
    kelurahan: PlaceOut
    kecamatan: PlaceOut
    distance_m: float


class LocateOut(Schema):
    inside: bool
    edition: str
    kelurahan: PlaceOut | None
    kecamatan: PlaceOut | None
    service_areas: list[ServiceAreaOut]
    approximate: bool
    nearest: NearestOut | None
    plus_code: str


@router.get(
    "/locate",
    response=LocateOut,
    openapi_extra={"responses": problems(400)},
    summary="Which kelurahan and which agencies answer at a point",
)
def locate(
    request: HttpRequest,
    lon: float = Query(..., ge=-180, le=180, allow_inf_nan=False, description="WGS 84 degrees east"),
    lat: float = Query(..., ge=-90, le=90, allow_inf_nan=False, description="WGS 84 degrees north"),
) -> dict[str, Any]:
    demand_once(request)
    demand_decimals(request, "lon", "lat")
    return placement_json(current_locator().locate(lon, lat)) | {"plus_code": encode(lon, lat)}


def place_json(place: Place | None) -> dict[str, str] | None:
    return {"code": place.code, "name": place.name} if place else None


def placement_json(placed: Placement) -> dict[str, Any]:
    """A placement as the API tells it; keys that do not apply are null."""
    near = placed.nearest
    return {
        "inside": placed.inside,
        "edition": placed.edition,
        "kelurahan": place_json(placed.kelurahan),
        "kecamatan": place_json(placed.kecamatan),
        "service_areas": [
            {"agency": s.agency, "category": s.category, "name": s.name} for s in placed.service_areas
        ],
        "approximate": placed.approximate,
        "nearest": near
        and {
            "kelurahan": place_json(near.kelurahan),
            "kecamatan": place_json(near.kecamatan),
            "distance_m": near.distance_m,
        },
    }
