"""The layers: for each, its fields and the one statement that draws a tile of it.

Staff layers put the viewer's own queryset (tiles/scope.py) into their statement as its only source of rows. Features
come in a fixed order: the same content has to give the same bytes, or no client would ever be told that it has them.
Points: each lies in exactly one tile of a zoom (tiles/grid.py). Areas: drawn over the tile's edge, so that no seam
shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    CharField,
    F,
    Func,
    QuerySet,
)

from geo.models import Area, Edition
from opendata.readers import PUBLIC
from tiles import released
from tiles.filters import Filters
from tiles.grid import EXTENT, Tile
from tiles.scope import Scope
from tiles.versions import map_version

Statement = tuple[str, list[Any]]

DETAIL_ZOOM = 14  # from here on every incident is drawn; below, one stands for all within its few pixels
MARKS = 128  # a tile is drawn 512 pixels wide, a mark is 22: nearer ones hide each other
PIXELS = 512
HEAT_CELLS = 256  # two pixels: far below the radius in which heat is blurred
EDGE = 64  # how far areas are drawn over the tile's edge, in tile units
FIRST_ZOOM = {Area.Level.DISTRICT: 8, Area.Level.VILLAGE: 9}


@dataclass(frozen=True)
class Layer:
    """`contents` describes the layers inside a tile and their fields; `statement` raises EmptyResultSet for nothing.

    `version` names what the tiles of a public layer depend on; `using` is the database connection that draws them.
    """

    name: str
    public: bool
    contents: Mapping[str, Mapping[str, str]]
    statement: Callable[[Tile, Any, Filters], Statement]
    version: Callable[[], str] = map_version
    using: str = "default"


class Plain(Func):
    """A geometry column as the database has it: Django would select it as bytes for Python to read."""

    template = "%(expressions)s"
    output_field = CharField()


def rows(queryset: QuerySet[Any], *names: str, **columns: Any) -> Statement:
    """A queryset as a statement with these columns. Raises EmptyResultSet."""
    sql, params = queryset.order_by().values(*names, **columns).query.sql_with_params()
    return sql, list(params)


# The envelope asks the index, to the metre; then the exact half-open test. It hides in a CASE, since the planner would
# multiply its guesses for four comparisons, expect next to nothing, and loop over what it should hash.
OWN = """point && ST_MakeEnvelope(%s, %s, %s, %s, 3857) AND CASE
        WHEN ST_X(point) < %s OR ST_X(point) >= %s OR ST_Y(point) <= %s OR ST_Y(point) > %s THEN false ELSE true END"""


def own(tile: Tile) -> list[float]:
    """The parameters of `OWN`."""
    west, south, east, north = tile.own_points
    return [west, south, east, north, west, east, south, north]


def cell_column(tile: Tile, cells: int) -> Statement:
    """`cell`: the number of the cell in which `point` lies, row by row, when the tile is cut into cells × cells."""
    west, _south, _east, north = tile.own_points
    size = tile.width / cells
    sql = "floor((%s - ST_Y(point)) / %s)::int * %s + floor((ST_X(point) - %s) / %s)::int AS cell"
    return sql, [north, size, cells, west, size]


# The states of the house's four marks, from the columns of a case.
STATE = """CASE WHEN late THEN 'terlambat' WHEN phase = 'baru' THEN 'baru'
               WHEN phase IN ('dikerjakan', 'dikembalikan', 'menunggu', 'luar') THEN 'dikerjakan' ELSE 'selesai' END"""
LATE = (
    "phase IN ('baru', 'dikerjakan', 'dikembalikan', 'menunggu', 'luar') "
    " AND due_at < coalesce(waiting_since, now())"
)

INCIDENTS = """
{first} SELECT ST_AsMVT(t, 'incidents', {extent}, 'geom' ORDER BY t.id) FROM (
    SELECT d.id, c.code AS category, status, {state} AS state, source, late, count,
           ST_AsMVTGeom(point, ST_TileEnvelope(%s, %s, %s), {extent}, 0, false) AS geom
    FROM (SELECT *, {late} AS late FROM ({drawn}) shown) d JOIN incidents_category c ON c.id = category_id
) t
"""
EVERY = "SELECT *, 1 AS count FROM ({source}) seen WHERE {own}"
# One number holds "late" above the id: its maximum is the newest late one, or else the newest. Materialised, since
# parallel workers would each count everything.
TOPS = """
WITH tops AS MATERIALIZED (
    SELECT max(({late})::int::bigint << 60 | id) AS top, count(*)::int AS count
    FROM (SELECT *, {cell} FROM ({source}) seen WHERE {own}) placed GROUP BY cell
)
"""
OF_TOPS = """
    SELECT i.id, category_id, status, phase, source, due_at, waiting_since, location_3857 AS point, count
    FROM tops JOIN incidents_incident i ON i.id = top & ((1::bigint << 60) - 1)
"""


def incidents(tile: Tile, scope: Scope, filters: Filters) -> Statement:
    """Each incident as a point; at low zooms the newest late one stands for all near it, with their `count`."""
    seen = filters.incidents(scope.incidents)
    source, given = rows(
        seen,
        "id",
        "category_id",
        "status",
        "phase",
        "source",
        "due_at",
        "waiting_since",
        point=Plain("location_3857"),
    )
    envelope = [tile.z, tile.x, tile.y]
    if tile.z >= DETAIL_ZOOM:
        first, drawn, params = "", EVERY.format(source=source, own=OWN), [*envelope, *given, *own(tile)]
    else:
        cell, placed = cell_column(tile, MARKS)
        first, drawn = TOPS.format(late=LATE, cell=cell, source=source, own=OWN), OF_TOPS
        params = [*placed, *given, *own(tile), *envelope]
    return INCIDENTS.format(first=first, extent=EXTENT, state=STATE, late=LATE, drawn=drawn), params


HEAT = """
SELECT ST_AsMVT(t, 'heat', {extent}, 'geom') FROM (
    SELECT weight, ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(%s + (cell %% {cells} + 0.5) * %s,
                                                        %s - (cell / {cells} + 0.5) * %s), 3857),
                                ST_TileEnvelope(%s, %s, %s), {extent}, 0, false) AS geom
    FROM (
        SELECT cell, count(*)::int AS weight
        FROM (SELECT {cell} FROM ({source}) seen WHERE {own}) placed GROUP BY cell ORDER BY cell
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
    cell, placed = cell_column(tile, HEAT_CELLS)
    sql = HEAT.format(extent=EXTENT, source=source, own=OWN, cell=cell, cells=HEAT_CELLS)
    return sql, [west, size, north, size, tile.z, tile.x, tile.y, *placed, *given, *own(tile)]


CCTV = """
SELECT ST_AsMVT(t, 'cctv', {extent}, 'geom' ORDER BY t.camera, t.geom) FROM (
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
SELECT (SELECT coalesce(ST_AsMVT(t, 'areas', {extent}, 'geom' ORDER BY t.code), '') FROM (
    SELECT code, name, level,
           ST_AsMVTGeom({drawn}, ST_TileEnvelope(%s, %s, %s), {extent}, {edge}, true) AS geom
    FROM ({source}) seen WHERE shape && ST_Expand(ST_TileEnvelope(%s, %s, %s), %s)
) t) || (SELECT coalesce(ST_AsMVT(t, 'area-names', {extent}, 'geom' ORDER BY t.code), '') FROM (
    SELECT code, name, level, ST_AsMVTGeom(point, ST_TileEnvelope(%s, %s, %s), {extent}, 0, false) AS geom
    FROM (SELECT code, name, level, ST_Transform(label, 3857) AS point FROM ({source}) seen) labelled WHERE {own}
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
        Layer(
            "incidents-public",
            True,
            {"incidents-public": released.FIELDS},
            released.places,
            version=released.version,
            using=PUBLIC,
        ),
    )
}
