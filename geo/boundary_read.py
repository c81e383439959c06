"""Read one layer of a vector file into WGS 84, with what was put right, what is doubtful, and what no map can hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import shapely
from django.utils.translation import gettext as _

from geo.boundary_crs import LonLat, demanded_crs, to_wgs84
from geo.boundary_format import Opened, demand_readable_size, open_layer, sniff
from geo.boundary_zip import unpack
from geo.refusal import Fault, FileRefused, refuse_if_any


@dataclass(frozen=True)
class Layer:
    """`frame`: shapes in EPSG:4326, two dimensions, in the file's own columns. `crs`: the file's, '' if none.

    `faults`: (row, reason) of features that cannot be used. `notes`: what was put right; `doubts`: what to look at.
    """

    frame: gpd.GeoDataFrame
    format: str
    name: str
    crs: str
    faults: list[tuple[int, str]]
    notes: list[str]
    doubts: list[str]


def read_layer(path: Path, layer: str = "", *, crs: str = "", near: LonLat | None = None) -> Layer:
    """Read `path` (GeoJSON, GeoPackage, Shapefile, GeoParquet, FlatGeobuf, KML, each also zipped; KMZ).

    Parameters
    ----------
    layer : which one, where the file has several.
    crs : the coordinate system, where the file states none or a wrong one (`EPSG:32749`).
    near : where the city lies, to suggest a coordinate system when the file states none.

    Raises
    ------
    FileRefused : the file cannot be read wholly, is too large, or it is not known where on the globe it lies.
    """
    given = demanded_crs(path, crs)
    opened = _open(path, layer)
    if not len(opened.frame):
        raise FileRefused(path, _("it has no features"))
    flat = opened.frame.set_geometry(shapely.force_2d(opened.frame.geometry.values), crs=opened.frame.crs)
    placed = to_wgs84(path, flat, opened.unknown_crs, given, near)
    return Layer(
        frame=placed.frame,
        format=opened.format,
        name=opened.name,
        crs=placed.crs,
        faults=placed.faults,
        notes=[*opened.notes, *placed.notes],
        doubts=[*_doubtful_letters(opened), *placed.doubts],
    )


def read_polygons(path: Path, layer: str = "", *, crs: str = "", near: LonLat | None = None) -> Layer:
    """As `read_layer`; what is no polygon is among the faults."""
    read = read_layer(path, layer, crs=crs, near=near)
    shapeless = []
    for row, shape in enumerate(np.asarray(read.frame.geometry.values)):
        if shape is None or shape.is_empty:
            shapeless.append((row, _("it has no geometry")))
        elif shape.geom_type not in ("Polygon", "MultiPolygon"):
            reason = _("it is a %(kind)s; only polygons can be areas") % {"kind": shape.geom_type}
            shapeless.append((row, reason))
    read.faults.extend(shapeless)
    return read


def refuse_faulty(path: Path, layer: Layer) -> None:
    """Raise FileRefused with all features of `layer` that cannot be used."""
    faults = [Fault(feature_place(layer.frame, row), reason) for row, reason in sorted(layer.faults)]
    refuse_if_any(path, faults)


def feature_place(frame: gpd.GeoDataFrame, row: int) -> str:
    """How a feature is named to people: its number from 1, and the texts that stand first in it."""
    values = frame.drop(columns=frame.geometry.name).iloc[row].tolist()
    words = [value.strip() for value in values if isinstance(value, str) and 0 < len(value.strip()) <= 40]
    return _("feature %(number)d") % {"number": row + 1} + (f" ({', '.join(words[:2])})" if words else "")


def _open(path: Path, layer: str) -> Opened:
    if path.is_dir():
        raise FileRefused(path, _("this is a folder; name one file in it"))
    if not path.is_file():
        raise FileRefused(path, _("there is no such file"))
    demand_readable_size(path, path.stat().st_size)
    with TemporaryDirectory(prefix="kentongan-") as room:
        kind, inside = sniff(path), path
        if kind == "zip":
            inside = unpack(path, Path(room), layer)
            kind, layer = sniff(inside), "" if inside.stem == layer else layer
        return open_layer(path, inside, kind, layer)


def _doubtful_letters(opened: Opened) -> list[str]:
    """The names that would look odd if the letters were read wrongly."""
    if not opened.notes:
        return []
    texts = opened.frame.drop(columns=opened.frame.geometry.name)
    cells = {
        cell for column in texts for cell in texts[column] if isinstance(cell, str) and not cell.isascii()
    }
    shown = ", ".join(sorted(cells)[:5])
    return [
        _(
            "Are these names right: %(names)s? If not, put a .cpg file with the name of the letters beside the .dbf."
        )
        % {"names": shown}
    ]
