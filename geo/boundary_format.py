"""Open one layer of a vector file: what the format is, whether it is too large, whether it can be read wholly."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pyproj
from django.utils.translation import gettext as _
from pyarrow import parquet

from geo.boundary_broken import why_unreadable
from geo.boundary_json import stated_crs
from geo.boundary_letters import table_letters
from geo.refusal import FileRefused

# A whole country's villages fit in; a city has less than a hundredth of it.
MAX_BYTES = 1024**3
MAX_FEATURES = 250_000
SIDE_SUFFIXES = {".shx", ".dbf", ".prj", ".cpg"}
HEAD_BYTES = 4096
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
# The driver of GDAL that each format is read with; a file that another driver takes for its own is none of these.
DRIVERS = {
    "GeoPackage": "GPKG",
    "Shapefile": "ESRI Shapefile",
    "FlatGeobuf": "FlatGeobuf",
    "GeoJSON": "GeoJSON",
    "KML": "LIBKML",
}
KML_COLUMNS = (
    "id", "description", "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility",
    "drawOrder", "icon", "snippet",
)  # fmt: skip
_KML_ROOT = re.compile(rb"<(\w+:)?kml[\s>]")
# A file is read where it lies: whatever it names elsewhere, GDAL finds nobody who would fetch it (no proxy answers on
# port 9 of this computer, and /vsicurl/ may open no name at all).
pyogrio.set_gdal_config_options(
    {
        "GDAL_HTTP_PROXY": "http://127.0.0.1:9",
        "GDAL_HTTPS_PROXY": "http://127.0.0.1:9",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
        "GDAL_HTTP_MAX_RETRY": "0",
        "GDAL_HTTP_CONNECTTIMEOUT": "1",
        "GDAL_HTTP_TIMEOUT": "1",
    }
)


@dataclass(frozen=True)
class Opened:
    """`frame`: as the file has it. `unknown_crs`: what it says of its coordinate system, when nobody can read that."""

    frame: gpd.GeoDataFrame
    format: str
    name: str
    unknown_crs: str = ""
    notes: list[str] = field(default_factory=list)


def sniff(path: Path) -> str:
    """The format by the file's first bytes. FileRefused for any other."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return "GeoJSON"
    if _is_kml(text):
        return "KML"
    raise FileRefused(
        path,
        _("this is no GeoJSON, GeoPackage, Shapefile (.shp or zipped), GeoParquet, FlatGeobuf or KML file"),
    )


def _is_kml(text: bytes) -> bool:
    """Whether a KML begins so. A document type could define entities that grow without end; no program writes one."""
    if text.startswith(b"<?xml"):
        text = text.partition(b"?>")[2].lstrip()
    while text.startswith(b"<!--"):
        text = text.partition(b"-->")[2].lstrip()
    return bool(_KML_ROOT.match(text))


def demand_readable_size(path: Path, size: int, name: str = "") -> None:
    """FileRefused for more bytes than are read; `name`: of the part in the file that is too large."""
    if size > MAX_BYTES:
        reason = _(
            "it is too large: %(size).1f GB, and at most %(most).1f GB are read; cut your city out of it"
        )
        raise FileRefused(path, reason % {"size": size / 1024**3, "most": MAX_BYTES / 1024**3}, name)


def parts_of(path: Path) -> dict[str, Path]:
    """The file itself and, for a Shapefile, its side files, by their suffix in small letters."""
    if path.suffix.lower() != ".shp":
        return {path.suffix.lower(): path}
    return {
        one.suffix.lower(): one
        for one in path.parent.iterdir()
        if one.stem == path.stem and one.suffix.lower() in {".shp", *SIDE_SUFFIXES}
    }


def open_layer(path: Path, inside: Path, kind: str, layer: str) -> Opened:
    """Read `layer` of the file `inside` (what `path` is, or was unpacked to), whole or not at all."""
    parts = parts_of(inside)
    demand_readable_size(path, sum(part.stat().st_size for part in parts.values()))
    stated = stated_crs(path, inside) if kind == "GeoJSON" else ""
    options, notes = {}, list[str]()
    if kind == "Shapefile" and ".dbf" in parts:
        letters = table_letters(parts[".dbf"], parts.get(".cpg"))
        options, notes = {"encoding": letters.encoding}, letters.notes
    try:
        if kind == "GeoParquet":
            return Opened(_read_parquet(path, inside), kind, inside.stem)
        with warnings.catch_warnings():
            # Measures are of no use here and are left out; that needs no warning.
            warnings.filterwarnings("ignore", "Measured", UserWarning)
            name = _choose_layer(path, inside, layer)
            frame = _own_columns_first(_read_vector(path, inside, kind, name, options), kind)
    except FileRefused:
        raise
    # The readers' errors are many and share no parent (GDAL's, Arrow's, shapely's); each means a broken file.
    except Exception as error:
        raise FileRefused(path, why_unreadable(error)) from error
    return Opened(frame, kind, name, _unknown_crs(kind, frame, parts, stated), notes)


def _read_vector(path: Path, inside: Path, kind: str, name: str, options: dict[str, str]) -> gpd.GeoDataFrame:
    info = pyogrio.read_info(inside, layer=name, force_feature_count=True, **options)
    if info["driver"] != DRIVERS[kind]:
        raise FileRefused(path, _("it is taken for another format: %(format)s") % {"format": info["driver"]})
    _demand_few(path, int(info["features"]))
    frame = gpd.read_file(inside, layer=name, engine="pyogrio", **options)
    if info["features"] != len(frame):
        raise FileRefused(
            path,
            _("it is cut short: %(read)d of %(stated)d features can be read")
            % {"read": len(frame), "stated": info["features"]},
        )
    return frame


def _own_columns_first(frame: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """What the makers of a KML have put into it stands before what each KML has (looks, times, a running id)."""
    if kind != "KML":
        return frame
    own = [column for column in frame.columns if column not in KML_COLUMNS]
    named = {} if "name" in own else {"Name": "name"}
    return frame[[*own, *(column for column in KML_COLUMNS if column in frame.columns)]].rename(columns=named)


def _read_parquet(path: Path, inside: Path) -> gpd.GeoDataFrame:
    about: Any = parquet.read_metadata(inside)
    _demand_few(path, about.num_rows)
    groups = range(about.num_row_groups)
    demand_readable_size(path, sum(about.row_group(number).total_byte_size for number in groups))
    frame = gpd.read_parquet(inside).reset_index(drop=True)
    others = [column for column in frame.columns[frame.dtypes == "geometry"] if column != frame.geometry.name]
    return frame.drop(columns=others)


def _demand_few(path: Path, features: int) -> None:
    if features > MAX_FEATURES:
        reason = _("it has %(count)d features; at most %(most)d are read. Cut your city out of it")
        raise FileRefused(path, reason % {"count": features, "most": MAX_FEATURES})


def _choose_layer(path: Path, inside: Path, layer: str) -> str:
    layers = [str(name) for name, geometry in pyogrio.list_layers(inside) if geometry is not None]
    if not layers:
        raise FileRefused(path, _("no layer with shapes is in it, or it is broken or cut short"))
    listed = ", ".join(layers)
    if layer and layer not in layers:
        raise FileRefused(
            path, _("it has no layer “%(layer)s”; there are: %(layers)s") % {"layer": layer, "layers": listed}
        )
    if not layer and len(layers) != 1:
        raise FileRefused(
            path, _("choose one layer with --layer; there are: %(layers)s") % {"layers": listed}
        )
    return layer or layers[0]


def _unknown_crs(kind: str, frame: gpd.GeoDataFrame, parts: dict[str, Path], stated: str) -> str:
    """What GDAL passes over in silence: a .prj that it cannot read, a GeoJSON that names a system nobody knows."""
    if kind == "Shapefile" and frame.crs is None and ".prj" in parts:
        return " ".join(parts[".prj"].read_bytes()[:400].decode("ascii", "replace").split())[:60]
    if not stated:
        return ""
    try:
        pyproj.CRS.from_user_input(stated)
    except pyproj.exceptions.CRSError:
        return stated[:60]
    return ""
