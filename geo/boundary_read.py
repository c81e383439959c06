"""Read one layer of polygons from a boundary file into WGS 84: formats, layers, CRS, and what no map can hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import shapely
from django.utils.translation import gettext as _

from geo.boundary_zip import unpack
from geo.refusal import FileRefused

WGS84 = "EPSG:4326"
INDONESIA = (94.0, -12.0, 142.0, 8.0)
# The first bytes decide, not the file's name: GDAL would otherwise open whatever it recognises, e.g. a VRT that names
# other files.
SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"SQLite format 3\x00", "GeoPackage"),
    (b"\x00\x00\x27\x0a", "Shapefile"),
    (b"fgb\x03", "FlatGeobuf"),
    (b"PAR1", "GeoParquet"),
)


@dataclass(frozen=True)
class Layer:
    """`frame`: polygons in EPSG:4326, two dimensions, in the file's own columns. `crs`: the file's, '' if none."""

    frame: gpd.GeoDataFrame
    format: str
    name: str
    crs: str


def read_layer(path: Path, layer: str = "") -> Layer:
    """Read the polygons of `path` (GeoJSON, GeoPackage, Shapefile, either of them zipped, GeoParquet, FlatGeobuf).

    `layer` chooses one where the file has several. Raises FileRefused for a file that cannot be read wholly, for
    anything but polygons, and for coordinates that are not on the globe, or are there only with their axes swapped.
    """
    if not path.is_file():
        raise FileRefused(path, _("there is no such file"))
    with TemporaryDirectory(prefix="kentongan-") as room:
        kind, inside = sniff(path), path
        if kind == "zip":
            inside = unpack(path, Path(room), layer)
            kind, layer = sniff(inside), "" if inside.stem == layer else layer
        frame, name = _read(path, inside, kind, layer)
    if not len(frame):
        raise FileRefused(path, _("it has no features"))
    _demand_polygons(path, frame)
    crs = _crs_name(frame.crs)
    frame = frame.set_geometry(shapely.force_2d(frame.geometry.values))
    frame = _to_wgs84(path, frame)
    _demand_globe(path, frame, crs)
    return Layer(frame, kind, name, crs)


def sniff(path: Path) -> str:
    """The format by the file's first bytes. FileRefused for any other."""
    with path.open("rb") as file:
        head = file.read(64)
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "GeoJSON"
    raise FileRefused(
        path, _("this is no GeoJSON, GeoPackage, Shapefile (.shp or zipped), GeoParquet or FlatGeobuf file")
    )


def _read(path: Path, inside: Path, kind: str, layer: str) -> tuple[gpd.GeoDataFrame, str]:
    try:
        if kind == "GeoParquet":
            return gpd.read_parquet(inside).reset_index(drop=True), inside.stem
        name = _choose_layer(path, inside, layer)
        info = pyogrio.read_info(inside, layer=name, force_feature_count=True)
        frame = gpd.read_file(inside, layer=name, engine="pyogrio")
    except FileRefused:
        raise
    # The readers' errors are many and share no parent (GDAL's, Arrow's, shapely's); each means a broken file.
    except Exception as error:
        reason = " ".join(str(error).replace(str(inside), path.name).split())[:200]
        raise FileRefused(path, _("it cannot be read: %(reason)s") % {"reason": reason}) from error
    if info["features"] != len(frame):
        raise FileRefused(
            path,
            _("it is cut short: %(read)d of %(stated)d features can be read")
            % {"read": len(frame), "stated": info["features"]},
        )
    return frame, name


def _choose_layer(path: Path, inside: Path, layer: str) -> str:
    layers = [str(name) for name, geometry in pyogrio.list_layers(inside) if geometry is not None]
    listed = ", ".join(layers) or "–"
    if layer and layer not in layers:
        raise FileRefused(
            path, _("it has no layer “%(layer)s”; there are: %(layers)s") % {"layer": layer, "layers": listed}
        )
    if not layer and len(layers) != 1:
        raise FileRefused(
            path, _("choose one layer with --layer; there are: %(layers)s") % {"layers": listed}
        )
    return layer or layers[0]


def feature_place(frame: gpd.GeoDataFrame, row: int) -> str:
    """How a feature is named to people: its number from 1, and the texts that stand first in it."""
    values = frame.drop(columns=frame.geometry.name).iloc[row].tolist()
    words = [value.strip() for value in values if isinstance(value, str) and 0 < len(value.strip()) <= 40]
    return _("feature %(number)d") % {"number": row + 1} + (f" ({', '.join(words[:2])})" if words else "")


def _demand_polygons(path: Path, frame: gpd.GeoDataFrame) -> None:
    shapes = np.asarray(frame.geometry.values)
    for row, shape in enumerate(shapes):
        if shape is None or shape.is_empty:
            raise FileRefused(path, _("it has no geometry"), feature_place(frame, row))
        if shape.geom_type not in ("Polygon", "MultiPolygon"):
            reason = _("it is a %(kind)s; only polygons can be areas") % {"kind": shape.geom_type}
            raise FileRefused(path, reason, feature_place(frame, row))


def _crs_name(crs: pyproj.CRS | None) -> str:
    if crs is None:
        return ""
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.name)


def _to_wgs84(path: Path, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if frame.crs is None:
        return frame.set_crs(WGS84)
    try:
        # Comparing first keeps the coordinates of a WGS 84 file exactly as they are.
        same = frame.crs.equals(pyproj.CRS(WGS84), ignore_axis_order=True)
        return frame.set_crs(WGS84, allow_override=True) if same else frame.to_crs(WGS84)
    except pyproj.exceptions.ProjError as error:
        reason = _("its coordinate system (%(crs)s) cannot be turned into WGS 84") % {"crs": frame.crs.name}
        raise FileRefused(path, reason) from error


def _demand_globe(path: Path, frame: gpd.GeoDataFrame, crs: str) -> None:
    bounds = np.asarray(shapely.bounds(frame.geometry.values), dtype=float)
    finite = np.isfinite(_sums(frame))
    swapped = ~_within(bounds, INDONESIA) & _within(bounds[:, [1, 0, 3, 2]], INDONESIA)
    off = ~(finite & _within(bounds, (-180.0, -90.0, 180.0, 90.0)))
    for row in np.flatnonzero(swapped & finite)[:1].tolist():
        reason = _(
            "its axes seem to be swapped: with longitude first the place is in Indonesia (write lon, lat)"
        )
        raise FileRefused(path, reason, feature_place(frame, row))
    for row in np.flatnonzero(off)[:1].tolist():
        reason = _("its coordinates are not on the globe")
        if not crs:
            reason += "; " + _("the file states no coordinate system (a .prj file is missing?)")
        raise FileRefused(path, reason, feature_place(frame, row))


def _sums(frame: gpd.GeoDataFrame) -> Any:
    """Per feature the sum of its coordinates: not finite as soon as one is, which bounds would pass over."""
    coordinates, owner = shapely.get_coordinates(frame.geometry.values, return_index=True)
    return np.bincount(owner, weights=coordinates.sum(axis=1), minlength=len(frame))


def _within(bounds: Any, box: tuple[float, float, float, float]) -> Any:
    return (
        (bounds[:, 0] >= box[0])
        & (bounds[:, 1] >= box[1])
        & (bounds[:, 2] <= box[2])
        & (bounds[:, 3] <= box[3])
    )
