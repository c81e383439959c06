"""GET /tiles/{layer}.json and /tiles/{layer}/{z}/{x}/{y}.mvt: who may, which bytes, and how long they hold."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache

from django.contrib.gis.db.models import Extent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from geo.city import current_city
from geo.models import Area, Edition
from tiles.filters import NAMES, Filters, check_names, parse_filters
from tiles.grid import Tile
from tiles.layers import DETAIL_ZOOM, LAYERS
from tiles.mvt import get_tile, layer_named
from tiles.scope import Scope, scope_of_request

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
COMPRESSION = 5  # a tenth larger than 9, in a third of the time
WORLD = [-180.0, -85.051129, 180.0, 85.051129]
# A tile of boundaries may be a minute old; one that is asked for with the map's version in its address never changes.
SHORT, FOR_EVER = "public, max-age=60", "public, max-age=31536000, immutable"
# Somebody's own picture of open cases: kept by the browser, but asked again each time whether it still holds.
PRIVATE = "private, no-cache"


@require_safe
def tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponseBase:
    if layer_named(layer).public:
        return public_tile(request, layer, Tile(z, x, y))
    scope = scope_of_request(request)
    Tile(z, x, y)
    check_names(request.GET, NAMES)
    content = get_tile(layer, z, x, y, scope, parse_filters(request.GET))
    return private(answer(request, _packed(content)))


def public_tile(request: HttpRequest, layer: str, at: Tile) -> HttpResponseBase:
    """A tile that is the same for everyone until the map changes."""
    check_names(request.GET, ("v",))
    version = LAYERS[layer].version()
    response = answer(request, packed_public_tile(version, layer, at))
    response["Cache-Control"] = FOR_EVER if request.GET.get("v") == version else SHORT
    return response


@lru_cache(maxsize=2048)
def packed_public_tile(version: str, layer: str, at: Tile) -> bytes:
    """Compressed bytes, remembered per version of the map (a part of the key, not of the answer)."""
    return _packed(get_tile(layer, at.z, at.x, at.y, None, Filters()))


def _packed(content: bytes) -> bytes:
    # mtime=0: the same content has to give the same bytes, and so the same ETag.
    return gzip.compress(content, COMPRESSION, mtime=0) if content else b""


def answer(request: HttpRequest, packed: bytes) -> HttpResponseBase:
    """204 for an empty tile, 304 for one that the client has, else the compressed tile."""
    if not packed:
        return HttpResponse(status=204)
    accepted = request.headers.get("Accept-Encoding")
    zipped = accepted is None or "gzip" in accepted or "*" in accepted
    etag = f'"{hashlib.sha256(packed).hexdigest()[:20]}{"" if zipped else "-plain"}"'
    response = HttpResponse(packed if zipped else gzip.decompress(packed), content_type=MEDIA_TYPE)
    if zipped:
        response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    patch_vary_headers(response, ["Accept-Encoding"])
    return get_conditional_response(request, etag=etag, response=response) or response


def private(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = PRIVATE
    patch_vary_headers(response, ["Cookie", "Authorization"])
    return response


@require_safe
def tile_json(request: HttpRequest, layer: str) -> HttpResponseBase:
    """TileJSON 3.0 of a layer, for those who may have its tiles."""
    public = layer_named(layer).public
    scope: Scope | None = None if public else scope_of_request(request)
    check_names(request.GET, ())
    folder = request.build_absolute_uri(f"/tiles/{layer}/")
    version = LAYERS[layer].version() if public else None
    query = f"?v={version}" if public else ""
    city = current_city()
    described = {
        "tilejson": "3.0.0",
        "name": layer,
        "tiles": [folder + "{z}/{x}/{y}.mvt" + query],
        "scheme": "xyz",
        "minzoom": 0,
        "maxzoom": DETAIL_ZOOM,  # nothing finer is drawn beyond: clients enlarge these
        "bounds": bounds(),
        "center": [city.center.x, city.center.y, round(city.zoom)] if city else [0.0, 0.0, 0],
        "vector_layers": [{"id": name, "fields": fields} for name, fields in LAYERS[layer].contents.items()],
    }
    response = JsonResponse(described)
    if scope is not None:
        return private(response)
    response["Cache-Control"] = SHORT
    return response


def bounds() -> list[float]:
    """West, south, east, north of the active edition in degrees; the world before one is loaded."""
    found = Area.objects.filter(edition__status=Edition.Status.ACTIVE, level=Area.Level.VILLAGE)
    return list(found.aggregate(box=Extent("geom"))["box"] or WORLD)
