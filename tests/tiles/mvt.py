"""Vector tiles read by somebody else: GDAL's MVT driver, which shares no code with PostGIS' writer."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

EXTENT = 4096


def decoded(content: bytes, layer: str, folder: Path) -> list[dict[str, Any]]:
    """The features of a layer in a tile, packed or not: their properties and `geometry` (x right, y up, 0 to 4096)."""
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    path = folder / "0.mvt"
    path.write_bytes(content)
    if layer not in pyogrio.list_layers(path)[:, 0]:
        return []
    meta, _fids, geometry, columns = pyogrio.raw.read(path, layer=layer)
    shapes = shapely.from_wkb(geometry)
    names = [str(name) for name in meta["fields"]]
    return [
        {**dict(zip(names, (plain(c[i]) for c in columns), strict=True)), "geometry": shapes[i]}
        for i in range(len(shapes))
    ]


def plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
