"""The public layer: places of the newest releases with their counts. Reads released tables only, by the role that can.

Far away kelurahan with all their problems; near, the catchments, and kelurahan where there are none. Rows without a
catchment (reports without a point) are in the kelurahan's number only.
"""

from __future__ import annotations

from typing import Any

from opendata.front import sources
from tiles.filters import Filters
from tiles.grid import EXTENT, Tile

CELL_ZOOM = 14  # from here on catchments are large enough to be seen
EDGE = 64  # how far areas are drawn over the tile's edge, in tile units
NOTHING = -1  # the key of no release

KELURAHAN = """
    SELECT a.code, a.name, 'kelurahan_desa' AS level, counted.count, a.geom FROM released_area a
    JOIN (SELECT kelurahan_code AS code, count(*)::int AS count FROM released_incident
          WHERE release_id = ANY(%s) GROUP BY 1) counted ON counted.code = a.code
    WHERE a.release_id = %s AND a.level = 'kelurahan_desa' AND a.geom && ST_Transform(ST_Expand({box}, %s), 4326)
"""
CATCHMENTS = """
    SELECT c.catchment AS code, c.kelurahan AS name, 'catchment' AS level, counted.count, c.geom
    FROM released_catchment c
    JOIN (SELECT catchment AS code, count(*)::int AS count FROM released_incident
          WHERE release_id = ANY(%s) AND catchment <> '' GROUP BY 1) counted ON counted.code = c.catchment
    WHERE c.release_id = %s AND c.geom && ST_Transform(ST_Expand({box}, %s), 4326)
    UNION ALL
"""
WITHOUT_CELLS = """
    AND NOT EXISTS (SELECT FROM released_catchment c WHERE c.release_id = %s AND c.kelurahan_code = a.code)
"""
TILE = """
SELECT ST_AsMVT(t, 'incidents-public', {extent}, 'geom' ORDER BY t.code) FROM (
    SELECT code, name, level, count,
           ST_AsMVTGeom(ST_Transform(geom, 3857), {box}, {extent}, {edge}, true) AS geom
    FROM ({places}) places
) t
"""
BOX = "ST_TileEnvelope(%s, %s, %s)"
FIELDS = {
    "code": "code of the catchment or kelurahan",
    "name": "name of the kelurahan",
    "level": "catchment or kelurahan_desa",
    "count": "problems in the newest released month",
}


def version() -> str:
    """What the layer's tiles depend on: the newest releases."""
    return sources().version


def places(tile: Tile, scope: None, filters: Filters) -> tuple[str, list[Any]]:
    """The statement of a tile, to be run by the public role."""
    found = sources()
    envelope, room = [tile.z, tile.x, tile.y], tile.unit * EDGE
    releases, cells = list(found.releases), found.cells or NOTHING
    kelurahan = [releases, found.areas or NOTHING, *envelope, room]
    if tile.z < CELL_ZOOM:
        drawn, given = KELURAHAN, kelurahan
    else:
        drawn = CATCHMENTS + KELURAHAN + WITHOUT_CELLS
        given = [releases, cells, *envelope, room, *kelurahan, cells]
    sql = TILE.format(extent=EXTENT, edge=EDGE, box=BOX, places=drawn.format(box=BOX))
    return sql, [*envelope, *given]
