"""A tile's bytes: one statement per layer, in which PostGIS draws the whole tile. Knows no request."""

from __future__ import annotations

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.utils.translation import gettext_lazy as _

from geo.errors import NotFound
from tiles.filters import Filters
from tiles.grid import Tile
from tiles.layers import LAYERS, Layer, Statement
from tiles.scope import Scope


def get_tile(layer: str, z: int, x: int, y: int, scope: Scope | None, filters: Filters) -> bytes:
    """One Mapbox Vector Tile 2.1, not compressed; empty when nothing is there.

    `scope` is what the viewer may see (None only for public layers). Raises NotFound for an unknown layer and for a
    tile outside the grid.
    """
    drawn = layer_named(layer)
    statement = tile_statement(drawn, Tile(z, x, y), scope, filters)
    if statement is None:
        return b""
    with connections[drawn.using].cursor() as cursor:
        cursor.execute(*statement)
        row = cursor.fetchone()
    return bytes(row[0]) if row and row[0] else b""


def layer_named(name: str) -> Layer:
    """The layer of this name. Raises NotFound."""
    if name not in LAYERS:
        raise NotFound(_("There is no map layer of this name."))
    return LAYERS[name]


def tile_statement(layer: Layer, tile: Tile, scope: Scope | None, filters: Filters) -> Statement | None:
    """The statement that draws a tile, with its parameters; None when it is known that nothing can be there."""
    if scope is None and not layer.public:
        raise PermissionError(f"layer {layer.name} needs a scope")
    try:
        return layer.statement(tile, scope, filters)
    except EmptyResultSet:
        return None
