"""The layers: for each, its fields and the one statement that draws a tile of it.

Staff layers put the viewer's own queryset (tiles/scope.py) into their statement as its only source of rows.
Points: each lies in exactly one tile of a zoom (tiles/grid.py). Areas: drawn over the tile's edge, so that no seam
shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Now

from geo.models import Area, Edition
from incidents.models import Incident
from tiles.filters import Filters
from tiles.grid import EXTENT, Tile
from tiles.scope import Scope

Statement = tuple[str, list[Any]]

DETAIL_ZOOM = 14  # from here on every incident is drawn; below, one per pixel stands for all in it
PIXELS = 512  # a tile is drawn 512 pixels wide
HEAT_CELLS = 256  # two pixels: far below the radius in which heat is blurred
EDGE = 64  # how far areas are drawn over the tile's edge, in tile units
FIRST_ZOOM = {Area.Level.DISTRICT: 8, Area.Level.VILLAGE: 9}


@dataclass(frozen=True)
class Layer:
    """`contents` describes the layers inside a tile and their fields; `statement` raises EmptyResultSet for nothing."""

    name: str
    public: bool
    contents: Mapping[str, Mapping[str, str]]
    statement: Callable[[Tile, Any, Filters], Statement]


class Plain(Func):
    """A geometry column as the database has it: Django would select it as bytes for Python to read."""

    template = "%(expressions)s"
    output_field = CharField()


def rows(queryset: QuerySet[Any], *names: str, **columns: Any) -> Statement:
    """A queryset as a statement with these columns. Raises EmptyResultSet."""
    sql, params = queryset.order_by().values(*names, **columns).query.sql_with_params()
    return sql, list(params)


OWN = """point && ST_MakeEnvelope(%s, %s, %s, %s, 3857)
          AND ST_X(point) >= %s AND ST_X(point) < %s AND ST_Y(point) > %s AND ST_Y(point) <= %s"""


def own(tile: Tile) -> list[float]:
    """The parameters of `OWN`: the envelope for the index, then the exact half-open test."""
    west, south, east, north = tile.own_points
    return [west, south, east, north, west, east, south, north]


def cell_columns(tile: Tile, cells: int) -> Statement:
    """The column and row of the cell in which `point` lies, when the tile is cut into cells × cells."""
    west, _south, _east, north = tile.own_points
    size = tile.width / cells
    sql = "floor((ST_X(point) - %s) / %s)::int AS cx, floor((%s - ST_Y(point)) / %s)::int AS cy"
    return sql, [west, size, north, size]


STATE = Case(
    When(Q(status__in=Incident.OPEN, due_at__lt=Now()), then=Value("terlambat")),
    When(status=Incident.Status.NEW, then=Value("baru")),
    When(status__in=Incident.OPEN, then=Value("dikerjakan")),
    default=Value("selesai"),
    output_field=CharField(),
)
LATE = ExpressionWrapper(Q(status__in=Incident.OPEN, due_at__lt=Now()), output_field=BooleanField())

INCIDENTS = """
SELECT ST_AsMVT(t, 'incidents', {extent}, 'geom') FROM (
    SELECT id, topic AS category, status, state, source, late, 1 AS count,
           ST_AsMVTGeom(point, ST_TileEnvelope(%s, %s, %s), {extent}, 0, false) AS geom
    FROM ({source}) seen WHERE {own}
) t
"""
THINNED = """
SELECT ST_AsMVT(t, 'incidents', {extent}, 'geom') FROM (
    SELECT DISTINCT ON (cx, cy) id, topic AS category, status, state, source, late,
           (count(*) OVER (PARTITION BY cx, cy))::int AS count,
           ST_AsMVTGeom(point, ST_TileEnvelope(%s, %s, %s), {extent}, 0, false) AS geom
    FROM (SELECT *, {cells} FROM ({source}) seen WHERE {own}) placed
    ORDER BY cx, cy, late DESC, id DESC
) t
"""


def incidents(tile: Tile, scope: Scope, filters: Filters) -> Statement:
    """Each incident as a point; at low zooms the latest late one stands for all of its pixel, with their `count`."""
    source, given = rows(
        filters.incidents(scope.incidents),
        "id",
        "status",
        "source",
        topic=F("category__code"),
        state=STATE,
        late=LATE,
        point=Plain("location_3857"),
    )
    envelope = [tile.z, tile.x, tile.y]
    if tile.z >= DETAIL_ZOOM:
        return INCIDENTS.format(extent=EXTENT, source=source, own=OWN), [*envelope, *given, *own(tile)]
    cells, placed = cell_columns(tile, PIXELS)
    sql = THINNED.format(extent=EXTENT, source=source, own=OWN, cells=cells)
    return sql, [*envelope, *placed, *given, *own(tile)]


HEAT = """
SELECT ST_AsMVT(t, 'heat', {extent}, 'geom') FROM (
    SELECT weight, ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(%s + (cx + 0.5) * %s, %s - (cy + 0.5) * %s), 3857),
                                ST_TileEnvelope(%s, %s, %s), {extent}, 0, false) AS geom
    FROM (
        SELECT cx, cy, count(*)::int AS weight
        FROM (SELECT {cells} FROM ({source}) seen WHERE {own}) placed GROUP BY cx, cy
    ) cells
) t
"""


def heat_points(scope: Scope, filters: Filters) -> Statement:
    """What warms the map, as `point` in EPSG:3857: incidents, each once; with kind=cctv every sighting of a camera."""
    if filters.kind == "cctv":
        return rows(filters.events(scope.events), point=Plain("location_3857"))
    return rows(filters.incidents(scope.incidents), point=Plain("location_3857"))


def heat(tile: Tile, scope: Scope, filters: Filters) -> Statement:
    """Where it gathers: cells of two pixels with their `weight`, so that a tile stays small however much there is."""
    source, given = heat_points(scope, filters)
    west, _south, _east, north = tile.own_points
    size = tile.width / HEAT_CELLS
    cells, placed = cell_columns(tile, HEAT_CELLS)
    sql = HEAT.format(extent=EXTENT, source=source, own=OWN, cells=cells)
    return sql, [west, size, north, size, tile.z, tile.x, tile.y, *placed, *given, *own(tile)]


CCTV = """
SELECT ST_AsMVT(t, 'cctv', {extent}, 'geom') FROM (
    SELECT camera, name, class, count, last,
           ST_AsMVTGeom(point, ST_TileEnvelope(%s, %s, %s), {extent}, 0, false) AS geom
    FROM (
        SELECT code AS camera, name, point, mode() WITHIN GROUP (ORDER BY klass) AS class, count(*)::int AS count,
               to_char(max(happened_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last
        FROM ({source}) seen WHERE {own} GROUP BY code, name, point
    ) cameras
) t
"""


def cctv(tile: Tile, scope: Scope, filters: Filters) -> Statement:
    """What cameras saw, gathered per camera: how often, mostly what, and when last."""
    source, given = rows(
        filters.events(scope.events),
        "klass",
        "happened_at",
        code=F("camera__code"),
        name=F("camera__name"),
        point=Plain("location_3857"),
    )
    return CCTV.format(extent=EXTENT, source=source, own=OWN), [tile.z, tile.x, tile.y, *given, *own(tile)]


# Snapping to a common grid keeps shared borders shared; simplifying each polygon by itself would tear them apart.
AREAS = """
SELECT (SELECT coalesce(ST_AsMVT(t, 'areas', {extent}, 'geom'), '') FROM (
    SELECT code, name, level,
           ST_AsMVTGeom({drawn}, ST_TileEnvelope(%s, %s, %s), {extent}, {edge}, true) AS geom
    FROM ({source}) seen WHERE shape && ST_Expand(ST_TileEnvelope(%s, %s, %s), %s)
    ORDER BY code
) t) || (SELECT coalesce(ST_AsMVT(t, 'area-names', {extent}, 'geom'), '') FROM (
    SELECT code, name, level, ST_AsMVTGeom(point, ST_TileEnvelope(%s, %s, %s), {extent}, 0, false) AS geom
    FROM (SELECT code, name, level, ST_Transform(label, 3857) AS point FROM ({source}) seen) labelled WHERE {own}
    ORDER BY code
) t)
"""


def areas(tile: Tile, scope: None, filters: Filters) -> Statement:
    """Outlines of the active edition and, as a second layer `area-names`, one point for each name."""
    levels = [level for level in Area.Level if tile.z >= FIRST_ZOOM.get(level, 0)]
    source, given = rows(
        Area.objects.filter(edition__status=Edition.Status.ACTIVE, level__in=levels),
        "code",
        "name",
        "level",
        shape=Plain("geom_3857"),
        label=Plain("label_point"),
    )
    envelope = [tile.z, tile.x, tile.y]
    snapped = tile.z < DETAIL_ZOOM
    drawn = "ST_SnapToGrid(shape, %s)" if snapped else "shape"
    grid = [tile.unit * EXTENT / PIXELS / 2] if snapped else []
    sql = AREAS.format(extent=EXTENT, edge=EDGE, drawn=drawn, source=source, own=OWN)
    outlines = [*grid, *envelope, *given, *envelope, tile.unit * EDGE]
    return sql, [*outlines, *envelope, *given, *own(tile)]


AREA_FIELDS = {
    "code": "dotted code of Kemendagri",
    "name": "name",
    "level": "kabupaten_kota, kecamatan or kelurahan_desa",
}
INCIDENT_FIELDS = {
    "id": "number of the incident",
    "category": "code of its category",
    "status": "step of the work",
    "state": "baru, dikerjakan, selesai or terlambat",
    "source": "warga, cctv or keduanya",
    "late": "open and past its deadline",
    "count": "incidents in the same pixel, at low zooms",
}
CCTV_FIELDS = {
    "camera": "code of the camera",
    "name": "name of the camera",
    "class": "most frequent class",
    "count": "number of events",
    "last": "time of the newest, UTC",
}
LAYERS: dict[str, Layer] = {
    layer.name: layer
    for layer in (
        Layer("areas", True, {"areas": AREA_FIELDS, "area-names": AREA_FIELDS}, areas),
        Layer("incidents", False, {"incidents": INCIDENT_FIELDS}, incidents),
        Layer("heat", False, {"heat": {"weight": "how many lie in this cell of two pixels"}}, heat),
        Layer("cctv", False, {"cctv": CCTV_FIELDS}, cctv),
    )
}
